"""The one door: what is not shared does not exist, roles and states decide, and one query is enough."""

from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder.errors import Conflict, Forbidden, NotFound
from intercoder.models import Role
from intercoder.policy import Permission
from intercoder.services import own_codes
from intercoder.services.access import KINDS, ROUND_KINDS, RoundAccess, authorise, blind_rounds
from intercoder.services.members import add_member
from web.world import own_ids

pytestmark = pytest.mark.sqlite


def test_what_is_not_shared_reads_like_what_does_not_exist(cast: Cast) -> None:
    sentences = set()
    for person, project in (
        ("otto", cast.project),
        ("root", cast.project),
        ("lena", cast.other_project),
        ("lena", uuid4()),
    ):
        with pytest.raises(NotFound) as refused, cast.database.reading() as session:
            authorise(session, cast.people[person], Permission.PROJECT_VIEW, "project", project)
        sentences.add(str(refused.value))
    assert len(sentences) == 1


def test_every_kind_of_thing_leads_to_its_project_and_to_its_round_where_it_lies_in_one(
    cast: Cast, compared_round: UUID
) -> None:
    ids = own_ids(cast, compared_round, cast.round()).values
    with cast.database.reading() as session:
        for kind in KINDS:
            thing = ids[kind]
            assert isinstance(thing, UUID)
            access = authorise(session, cast.people["lena"], Permission.PROJECT_VIEW, kind, thing)
            assert access.project.id == cast.project, kind
            assert isinstance(access, RoundAccess) is (kind in ROUND_KINDS), kind


def test_a_door_costs_one_query(cast: Cast) -> None:
    round_id, sent = cast.round(), []

    def keep(*given: Any) -> None:
        if given[2].startswith("SELECT"):
            sent.append(given[2])

    with cast.database.reading() as session:
        sa.event.listen(cast.database.engine, "before_cursor_execute", keep)
        access = authorise(session, cast.people["ai"], Permission.CODE, "round", round_id)
        assert (access.project.name, access.round.state, access.situation.codes_in_round) != ("", "", False)
    assert len(sent) == 1


def test_a_role_that_does_not_allow_it_is_told_so_and_a_wrong_state_is_another_answer(cast: Cast) -> None:
    round_id = cast.round(opened=False)
    with cast.database.reading() as session:
        with pytest.raises(Forbidden, match="Your role"):
            cast.access(session, "olga", Permission.CODE, "round", round_id)
        with pytest.raises(Conflict, match="not open yet"):
            cast.access(session, "ai", Permission.CODE, "round", round_id)
        with pytest.raises(Conflict, match="not open yet"):
            cast.access(session, "lena", Permission.AGREEMENT_VIEW, "round", round_id)


def test_a_private_label_is_nobodys_thing_to_ask_for_not_even_the_leads(cast: Cast) -> None:
    round_id = cast.round(policy="open")
    with cast.acting("ai", Permission.CODE, "round", round_id) as (session, access):
        label, _ = own_codes.put_code(session, access, uuid4(), own_codes.NewOwnCode(name="先连上再说"))
    for person in ("ai", "lena"):
        with cast.database.reading() as session, pytest.raises(NotFound):
            cast.access(session, person, Permission.CODEBOOK_VIEW, "code", label.id)


def test_whoever_codes_in_an_open_round_is_blind_in_it_whatever_else_the_person_is(cast: Cast) -> None:
    with cast.database.transaction() as session:
        add_member(session, cast.project, cast.people["lena"].id, [Role.CODER])
    first, second = cast.round(coders=("lena", "bo")), cast.round(coders=("ai", "bo"))
    cast.close(second, unfinished=True)
    third = cast.round(coders=("ai",))
    with cast.database.reading() as session:
        blind = {
            name: blind_rounds(session, cast.project, cast.people[name].id) for name in ("lena", "ai", "bo", "olga")
        }
        assert blind == {"lena": {first}, "ai": {third}, "bo": {first}, "olga": set()}
        with pytest.raises(Conflict, match="stays hidden until it closes"):
            cast.access(session, "lena", Permission.PROGRESS_VIEW, "round", first)
        assert cast.access(session, "lena", Permission.PROGRESS_VIEW, "round", third).may(Permission.HAND_BACK)
