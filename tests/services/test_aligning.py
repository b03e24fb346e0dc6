"""Proposals of an alignment: made by a job after the comparison, from what coders finished and made of own labels."""

from collections.abc import Sequence
from uuid import UUID

import pytest
import sqlalchemy as sa

from cast import TEXTS, Cast
from intercoder.errors import Conflict
from intercoder.jobs.runner import run_next
from intercoder.models import AlignmentProposal, Code, Job, JobKind, JobState, ProposalKind, Proposed, ProposedLabel
from intercoder.policy import Permission
from intercoder.services import aligning, own_labels
from intercoder.services.own_labels import MergeOwn
from services.test_alignment import openly_coded, place
from services.test_own_labels import apply, make

pytestmark = pytest.mark.sqlite

DOCUMENT = "访谈一"


def proposed(cast: Cast, round_id: UUID) -> list[tuple[ProposalKind, list[str]]]:
    """Return the kinds of the proposals of a round and the names of their labels."""
    with cast.database.reading() as session:
        rows = session.execute(
            sa.select(AlignmentProposal.id, AlignmentProposal.kind, Code.name)
            .join(ProposedLabel, ProposedLabel.proposal_id == AlignmentProposal.id)
            .join(Code, Code.id == ProposedLabel.code_id)
            .where(AlignmentProposal.round_id == round_id)
            .order_by(AlignmentProposal.position, ProposedLabel.position)
        ).all()
    told: dict[UUID, tuple[ProposalKind, list[str]]] = {}
    for proposal, kind, name in rows:
        told.setdefault(proposal, (kind, []))[1].append(name)
    return [(kind, sorted(names)) for kind, names in told.values()]


def run(cast: Cast) -> Job:
    """Do the job that looks for proposals."""
    with cast.database.reading() as session:
        wanted = sa.select(Job.id).where(Job.kind == JobKind.ALIGN).order_by(Job.created_at.desc())
        job = session.scalars(wanted.limit(1)).one()
    run_next(cast.database, job)
    with cast.database.reading() as session:
        return session.get_one(Job, job)


def used(cast: Cast, names: dict[str, Sequence[tuple[str, str]]]) -> tuple[UUID, dict[str, UUID]]:
    """Return a round in which people used own labels on quotes, and the labels."""
    round_id = cast.round(documents=(DOCUMENT,), policy="open")
    labels = {}
    for person, uses in names.items():
        for name, quote in uses:
            if name not in labels:
                labels[name] = make(cast, round_id, name, person=person)
            apply(cast, round_id, labels[name], TEXTS[DOCUMENT].index(quote), person=person)
    return round_id, labels


def close(cast: Cast, round_id: UUID) -> None:
    for person in ("ai", "bo"):
        cast.submit(person, round_id, DOCUMENT)
    cast.close(round_id)


def test_labels_on_the_same_words_are_one_proposal_and_others_stand_alone(cast: Cast) -> None:
    round_id, _ = used(
        cast,
        {
            "ai": [("旧机器联网", "把旧机器"), ("卖货", "订单一下")],
            "bo": [("old machines online", "把旧机器"), ("trust", "没有信任")],
        },
    )
    close(cast, round_id)
    assert run(cast).outcome == Proposed(labels=4, proposals=1, single=2)
    assert proposed(cast, round_id) == [
        (ProposalKind.SAME, ["old machines online", "旧机器联网"]),
        *((ProposalKind.SINGLE, [name]) for name in [n for _, (n,) in proposed(cast, round_id)[1:]]),
    ]


def test_one_label_that_covers_several_of_another_coder_is_told_as_broader(cast: Cast) -> None:
    round_id, _ = used(
        cast,
        {
            "ai": [("信任", "没有信任"), ("信任", "平台把"), ("信任", "订单一下")],
            "bo": [("先信任", "没有信任"), ("开放", "平台把")],
        },
    )
    close(cast, round_id)
    run(cast)
    assert (ProposalKind.BROADER, sorted(["信任", "先信任", "开放"])) in proposed(cast, round_id)


def test_what_a_coder_merged_while_coding_is_proposed_as_one_label(cast: Cast) -> None:
    round_id, labels = used(
        cast,
        {
            "ai": [("联网", "把旧机器"), ("接上网", "没有信任")],
            "bo": [("机器上网", "把旧机器"), ("机器上网", "没有信任")],
        },
    )
    with cast.acting("ai", Permission.CODE, "round", round_id) as (session, access):
        own_labels.merge(session, access, labels["接上网"], 1, MergeOwn(into=labels["联网"]))
    close(cast, round_id)
    run(cast)
    assert proposed(cast, round_id) == [(ProposalKind.SAME, sorted(["联网", "机器上网"]))]


def test_proposals_are_made_again_while_labels_are_placed_and_never_after_the_end(cast: Cast) -> None:
    round_id, labels = openly_coded(cast)
    place(cast, round_id, "接入旧设备", labels["旧机器联网"], labels["机器接网"])
    assert run(cast).state is JobState.DONE
    before = proposed(cast, round_id)
    with cast.acting("lena", Permission.ALIGN, "round", round_id) as (session, access):
        aligning.ask(session, access)
    run(cast)
    assert proposed(cast, round_id) == before
    with cast.acting("lena", Permission.ALIGN, "round", round_id) as (session, access):
        access.round.aligned_at = access.round.closed_at
        with pytest.raises(Conflict, match="aligned before"):
            aligning.ask(session, access)


def test_only_open_coding_has_proposals(cast: Cast, compared_round: UUID) -> None:
    with (
        cast.acting("lena", Permission.ALIGN, "round", compared_round) as (session, access),
        pytest.raises(Conflict, match="no labels of their own"),
    ):
        aligning.ask(session, access)
