"""Repeats: drawn by chance of what a coder submitted some days ago, compared with that alone, and not told to coders."""

from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder import events
from intercoder.errors import Conflict
from intercoder.models import (
    AgreementReport,
    Assignment,
    ConsensusCoding,
    Disagreement,
    MakeReport,
    Role,
    Round,
    RoundPurpose,
)
from intercoder.policy import Permission
from intercoder.services import drifting, log, repeats, report_choices, rounds
from intercoder.services.paging import Asked
from intercoder.services.projects import ProjectChange, change_project
from intercoder.services.round_plans import overlaps_of
from services.comparing import give
from services.conftest import Clock
from services.settled import RIGHT, coded_as, settled_study

TITLES = tuple(f"已定{n}" for n in "甲乙丙丁")


def draw(cast: Cast, *people: str, percent: int = 50, seed: int = 3, **more: object) -> repeats.Drawn:
    with cast.acting("lena", Permission.ROUND_MANAGE) as (session, access):
        wanted = {
            "name": "再看几份",
            "version_id": cast.version,
            "coders": tuple(cast.people[p].id for p in people),
            "percent": percent,
            "seed": seed,
            "open": True,
        }
        return repeats.create_repeats(session, access, repeats.NewRepeats(**{**wanted, **more}))


def given(cast: Cast, round_id: UUID) -> set[tuple[str, str]]:
    """Return person and title of what is given out in a round."""
    title, person = {v: k for k, v in cast.documents.items()}, {v.id: k for k, v in cast.people.items()}
    with cast.database.reading() as session:
        rows = session.scalars(sa.select(Assignment).where(Assignment.round_id == round_id))
        return {(person[a.coder_id], title[a.document_id]) for a in rows}


def test_each_coder_gets_a_share_of_what_the_coder_submitted_two_days_ago_by_the_seed(cast: Cast, clock: Clock) -> None:
    settled_study(cast, *TITLES)
    clock.forward(hours=47)
    with pytest.raises(Conflict, match="that long ago"):
        draw(cast, "bo", "olga")
    clock.forward(hours=2)
    first = draw(cast, "bo", "olga", open=False)
    assert first.documents == 4
    drawn = given(cast, first.round_id)
    assert {person for person, _ in drawn} == {"bo", "olga"}
    assert {title for _, title in drawn} <= set(TITLES)
    with cast.database.reading() as session:
        access = cast.access(session, "lena", Permission.ROUND_MANAGE)
        left = {name: len(rows) for (_, name), rows in repeats.offered(session, access).items()}
    assert (left["Bo"], left["Olga"], left["Ai"]) == (2, 2, 0), "what waits is not drawn again"
    second = draw(cast, "bo", percent=100)
    assert given(cast, second.round_id) == {("bo", t) for t in TITLES} - drawn


def test_the_same_seed_draws_the_same_and_least_repeated_come_first() -> None:
    people = [uuid4() for _ in range(3)]
    offered = {p: [repeats.Again(uuid4(), n % 2) for n in range(20)] for p in people}
    assert repeats.drawn(offered, 30, 5) == repeats.drawn(offered, 30, 5) != repeats.drawn(offered, 30, 6)
    fresh = {one.document_id for rows in offered.values() for one in rows if not one.times}
    taken = repeats.drawn(offered, 30, 5)
    assert len(taken) == 18
    assert {document for document, _ in taken} <= fresh
    assert len(repeats.drawn(offered, 1, 5)) == 3, "at least one of each"


def test_repeats_are_in_no_agreement_consensus_or_overlap_and_are_read_as_drift(cast: Cast, clock: Clock) -> None:
    settled = settled_study(cast, *TITLES[:2])
    clock.forward(days=3)
    again = draw(cast, "bo", "olga", percent=100).round_id
    for person, codes in (("bo", {**RIGHT, 0: "l2", 4: "l2"}), ("olga", RIGHT)):
        for title in TITLES[:2]:
            coded_as(cast, person, again, title, codes.items())
    cast.close(again)
    with cast.acting("lena", Permission.AGREEMENT_RUN, "round", again) as (session, access):
        assert access.round.compared_at is not None
        for table in (AgreementReport, Disagreement, ConsensusCoding):
            assert session.scalar(sa.select(sa.func.count()).where(table.round_id == again)) == 0, table
        with pytest.raises(Conflict, match="own earlier work"):
            report_choices.chosen_of(session, access, MakeReport(unit=access.round.unit))
        planned = {cast.documents[t]: [cast.people["bo"].id] for t in TITLES[:2]}
        assert {one.number for one in overlaps_of(session, access, planned)} == {session.get_one(Round, settled).number}
    with cast.acting("lena", Permission.AGREEMENT_RUN, "round", settled) as (session, access):
        assert report_choices.beside(session, access) == []
        by = {one.coder: one.alpha.value for one in drifting.drifts(session, access).coders}
    assert by[str(cast.people["olga"].id)] == 1.0
    assert by[str(cast.people["bo"].id)] not in (None, 1.0)


def test_coders_read_their_own_drift_alone_and_only_where_the_lead_allows_it(cast: Cast, clock: Clock) -> None:
    settled_study(cast, TITLES[0])
    clock.forward(days=3)
    again = draw(cast, "bo", "olga", percent=100).round_id
    for person in ("bo", "olga"):
        coded_as(cast, person, again, TITLES[0], RIGHT.items())
    cast.close(again)

    def seen(person: str) -> tuple[bool, list[str]]:
        with cast.database.reading() as session:
            found = drifting.drifts(session, cast.access(session, person, Permission.DRIFT_OWN))
            return found.shown, [one.coder for one in found.coders]

    assert seen("bo") == (False, [])
    with cast.acting("lena", Permission.PROJECT_EDIT) as (session, access):
        change_project(session, access, ProjectChange(coders_see_drift=True))
    assert seen("bo") == (True, [str(cast.people["bo"].id)])
    assert len(seen("lena")[1]) == 2


def test_coders_are_not_told_what_the_round_is_for_before_it_is_closed(cast: Cast, clock: Clock) -> None:
    settled_study(cast, TITLES[0])
    clock.forward(days=3)

    def told(person: str, round_id: UUID) -> tuple[RoundPurpose | None, set[str], list[object]]:
        with cast.database.reading() as session:
            access = cast.access(session, person, Permission.LOG_VIEW)
            rows = [
                row
                for row in log.rows(session, access, Asked(limit=500)).rows
                if round_id in (row.round_id, row.subject_id)
            ]
            purposes = [row.detail.get("purpose") for row in rows if row.subject_kind == events.Subject.ROUND]
            return rounds.told_purpose(session.get_one(Round, round_id), access), {r.action for r in rows}, purposes

    for opened in (False, True):
        again = draw(cast, "bo" if opened else "olga", percent=100, open=opened).round_id
        purpose, acts, purposes = told("bo", again)
        assert (purpose, set(purposes)) == (None, {None})
        assert not acts & {events.RepeatsDrawn.action, events.RoundPlanned.action}
        purpose, acts, _ = told("lena", again)
        assert purpose is RoundPurpose.DRIFT
        assert {events.RepeatsDrawn.action, events.RoundPlanned.action} <= acts
    main = cast.round(coders=("ai", "bo"))
    assert told("bo", main)[0] is None, "else nothing said would say it"
    coded_as(cast, "bo", again, TITLES[0], RIGHT.items())
    cast.close(again)
    assert told("bo", again)[0] is RoundPurpose.DRIFT


def test_repeats_are_not_closed_while_their_documents_are_coded_in_another_round(cast: Cast, clock: Clock) -> None:
    settled_study(cast, TITLES[0])
    main = cast.round(documents=(TITLES[0],), coders=("bo", "ai"), unit="sentence")
    coded_as(cast, "bo", main, TITLES[0], RIGHT.items())
    clock.forward(days=3)
    again = draw(cast, "bo", percent=100).round_id
    coded_as(cast, "bo", again, TITLES[0], RIGHT.items())
    with (
        cast.acting("lena", Permission.ROUND_MANAGE, "round", again) as (session, access),
        pytest.raises(Conflict, match="Close it first"),
    ):
        rounds.close_round(session, access)
    cast.close(main, unfinished=True)
    cast.close(again)


def test_a_lead_who_codes_blind_draws_nothing_that_others_submitted_there(cast: Cast, clock: Clock) -> None:
    settled_study(cast, TITLES[0])
    give(cast, "lena", Role.CODER)
    blind = cast.round(documents=(TITLES[0], "访谈一"), coders=("lena", "ai"), unit="sentence")
    cast.submit("ai", blind, "访谈一")
    clock.forward(days=3)
    with cast.database.reading() as session:
        access = cast.access(session, "lena", Permission.ROUND_MANAGE)
        left = {name: len(rows) for (_, name), rows in repeats.offered(session, access).items()}
    assert left["Ai"] == 0
    cast.submit("lena", blind, "访谈一", TITLES[0])
    cast.close(blind, unfinished=True)
    with cast.database.reading() as session:
        access = cast.access(session, "lena", Permission.ROUND_MANAGE)
        left = {name: len(rows) for (_, name), rows in repeats.offered(session, access).items()}
    assert left["Ai"] == 1
