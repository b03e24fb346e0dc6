"""Names that a study hides from adjudication: A, B, C by document, nobody looked for, and shown again when the round is settled."""

import json
from uuid import UUID, uuid4

import pytest
from flask import Flask

from cast import Cast, Client
from intercoder.errors import InvalidInput
from intercoder.models import SettlingRule
from intercoder.policy import Permission
from intercoder.services import bulk_rulings, cards, disagreements, masks, projects, rounds
from intercoder.services.bulk_rulings import BulkRulingAsked
from intercoder.services.picking import Fitting
from services.comparing import disagreements_of, rule


def mask(cast: Cast, masked: bool = True) -> None:
    with cast.acting("lena", Permission.PROJECT_EDIT) as (session, access):
        projects.change_project(session, access, projects.ProjectChange(masked_names=masked))


def settle(cast: Cast, round_id: UUID) -> None:
    for d in disagreements_of(cast, round_id):
        rule(cast, d, 1, [], "不编码。")
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", round_id) as (session, access):
        rounds.settle_round(session, access)


def shown(app: Flask, cast: Cast, round_id: UUID) -> str:
    """Return what the adjudicator's queue, desk, filters and lists say, in one text."""
    ada = Client(app, cast.database, cast.people["ada"])
    places = disagreements_of(cast, round_id)
    asked = [
        *(f"/disagreements/{d.id}" for d in places),
        *(f"/api/v1/disagreements/{d.id}" for d in places),
        f"/rounds/{round_id}/adjudication/filters",
        f"/rounds/{round_id}/adjudication/many",
        f"/api/v1/rounds/{round_id}/disagreements",
    ]
    return "\n".join(ada.call("GET", address).get_data(as_text=True) for address in asked)


def test_nothing_of_the_desk_names_a_coder_until_the_round_is_settled(
    app: Flask, cast: Cast, compared_round: UUID
) -> None:
    names = [text for who in ("ai", "bo") for text in (cast.people[who].name, str(cast.people[who].id))]
    assert all(f">{text}<" in (page := shown(app, cast, compared_round)) or f'"{text}"' in page for text in names)
    mask(cast)
    page = shown(app, cast, compared_round)
    assert not any(f">{text}<" in page or text in page for text in names if len(text) > 2)
    assert not any(f">{cast.people[who].name}<" in page for who in ("ai", "bo"))
    assert "Coder A" in page
    with (
        pytest.raises(InvalidInput, match="hides who coded"),
        cast.acting("ada", Permission.DISAGREEMENTS_VIEW, "round", compared_round) as (session, access),
    ):
        disagreements.disagreements(session, access, Fitting(coder=cast.people["ai"].id))
    with (
        pytest.raises(InvalidInput, match="hides who coded"),
        cast.acting("ada", Permission.ADJUDICATE, "round", compared_round) as (session, access),
    ):
        asked = BulkRulingAsked(rule=SettlingRule.ONE_CODER, coder=cast.people["ai"].id)
        bulk_rulings.preview(session, access, asked)
    settle(cast, compared_round)
    assert all(str(cast.people[who].id) in shown(app, cast, compared_round) for who in ("ai", "bo"))


def test_who_is_a_differs_from_document_to_document_and_stays_the_same_in_each(
    cast: Cast, compared_round: UUID
) -> None:
    mask(cast)
    coders = [cast.people[who].id for who in ("ai", "bo", "olga")]
    with cast.database.reading() as session:
        access = cast.access(session, "ada", Permission.DISAGREEMENTS_VIEW, "round", compared_round)
        documents = [uuid4() for _ in range(60)]
        orders = [masks.seated(access, document, coders) for document in documents]
        assert orders == [masks.seated(access, document, coders[::-1]) for document in documents]
        assert {order[0] for order in orders} == set(coders)
        d = disagreements_of(cast, compared_round)[0]
        sides = cards.card(session, access, d.id).sides
        assert [side.coder_id for side in sides] == masks.seated(access, d.document_id, d.coders)
        assert {side.name for side in sides} == {None}


def test_the_seed_is_told_to_nobody_and_is_another_one_when_names_are_hidden_again(app: Flask, cast: Cast) -> None:
    seeds = []
    for masked in (True, True, False, True):
        mask(cast, masked)
        with cast.database.reading() as session:
            seeds.append(cast.access(session, "lena", Permission.PROJECT_EDIT).project.mask_seed)
    assert (seeds[0] == seeds[1], seeds[2], seeds[3] != seeds[0]) == (True, None, True)
    lena = Client(app, cast.database, cast.people["lena"])
    told = json.dumps(
        [lena.get(f"/api/v1/projects/{cast.project}"), lena.get(f"/api/v1/projects/{cast.project}/events")]
    )
    assert str(seeds[3]) not in told
    assert told.count("project.names_masked") == 3
