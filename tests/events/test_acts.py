"""Acts are types: what earlier versions stored is read and verified, everything is recorded, everything has its words."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask

from events.whole_study import everything_happens
from intercoder import events
from intercoder.clock import now
from intercoder.db import Database
from intercoder.language import speaking
from intercoder.models import CODING_ACTS, Event
from intercoder.web import activity
from web.api_story_bulk import places_are_ruled_by_a_rule
from web.api_story_codes import codes_become_others
from web.api_story_judged import materials_suffice_by_information_power, saturation_is_judged
from web.api_story_rounds import documents_given_out
from web.api_story_theory import theory_is_built
from web.api_story_training import trainees_are_tested
from web.api_study import Study

#: rows of the whole study as version 0.1.0 stored them when acts were still text and dictionaries
STORED = json.loads((Path(__file__).parent / "log_of_0_1_0.json").read_text())


def row_of(stored: dict[str, Any], **other: Any) -> Event:
    """Return a row as the database gives it."""
    given = {**stored, **other}
    for name in ("id", "project_id", "stream", "actor_id", "subject_id", "round_id"):
        given[name] = UUID(given[name]) if given[name] else None
    return Event(**{**given, "at": datetime.fromisoformat(given["at"])})


ROWS = [row_of(stored) for stored in STORED]


def logged(database: Database) -> list[Event]:
    with database.reading() as session:
        return list(session.scalars(sa.select(Event).order_by(Event.stream, Event.seq)))


def streams(rows: list[Event]) -> list[list[Event]]:
    return [[r for r in rows if r.stream == stream] for stream in {r.stream for r in rows}]


#: acts that came after the rows were stored
LATER_ACTS = {
    "codebook.pasted",
    "project.names_masked",
    "project.rulers",
    "project.drift",
    "member.ceiling",
    "member.sheet",
    "code.joined",
    "code.merged",
    "code.moved",
    "code.split",
    "code.passages",
    "code.private.changed",
    "mapping.undone",
    "lesson.accepted",
    "lesson.declined",
    "lesson.given",
    "norming.again",
    "project.rulings",
    "project.argument",
    "saturation.power",
    "thread.comment",
    "thread.moved",
    "norming.closed",
    "norming.minutes",
    "norming.opened",
    "norming.revealed",
    "norming.said",
    "norming.voted",
    "memo.own",
    "memo.own.removed",
    "memo.removed",
    "memo.written",
    "round.aligned",
    "round.due",
    "round.gate",
    "round.gate.lifted",
    "round.repeats",
    "round.test",
    "round.withdrawn",
    "round.compared-again",
    "round.labels",
    "round.planned",
    "round.labels.undone",
    "round.marks",
    "disagreement.both_ruled",
    "disagreement.lone_ruling",
    "disagreement.ruled_blind",
    "round.draw_ended",
    "round.places_drawn",
    "round.places_opened",
    "round.places_ruled",
    "saturation.declared",
    "saturation.looked",
    "saturation.note",
    "saturation.opened",
    "saturation.reserved",
    "saturation.rule",
    "saturation.taken_back",
    "saturation.withdrawn",
    "unit.emptied",
    "model.element",
    "model.element.changed",
    "model.element.removed",
    "model.arranged",
    "relation.type",
    "relation.made",
    "relation.changed",
    "relation.removed",
    "relation.evidence",
    "relation.evidence.taken",
    "quotation.starred",
    "quotation.shortened",
    "quotation.unstarred",
    "quotation.ordered",
    "property.made",
    "property.changed",
    "property.removed",
    "property.place",
    "negative_case.noted",
    "negative_case.taken",
    "category.passage",
    "category.passage.taken",
    "view.kept",
    "memo.thing",
    "memo.thing.own",
    "memo.tied",
    "memo.tied.own",
}

# --- what is stored ------------------------------------------------------------------------------


def test_the_rows_of_an_earlier_version_hold_every_act() -> None:
    assert {row.action for row in ROWS} | LATER_ACTS == set(events.known())
    assert len(events.known()) == 130


def test_the_same_act_has_the_hash_that_it_always_had() -> None:
    for row in ROWS:
        act = events.read(row)
        assert act is not None, row.action
        again = Event(
            project_id=row.project_id,
            stream=act.stream or row.project_id,
            seq=row.seq,
            at=row.at,
            actor_id=row.actor_id,
            action=act.action,
            subject_kind=act.subject_kind.value,
            subject_id=act.subject_id,
            round_id=act.round_id,
            public=act.public,
            detail=act.detail(),
            previous=row.previous,
        )
        assert again.detail == row.detail
        assert events.chained_hash(again) == row.hash, row.action


def test_the_chains_of_an_earlier_version_are_whole_and_a_forged_row_is_found() -> None:
    chains = streams(ROWS)
    assert len(chains) > 4
    assert [events.first_break(chain) for chain in chains] == [None] * len(chains)
    longest = max(chains, key=len)
    forged = row_of(STORED[ROWS.index(longest[3])], detail={"name": "forged"})
    assert events.first_break([*longest[:3], forged, *longest[4:]]) is forged


#: action → the fields that it got after the rows were stored
LATER = {"codebook.published": {"sha256"}, "code.declined": {"answer"}}
#: the same where only some have them: a code that changes its level gets a number there
SOMETIMES = {"code.changed": {"number"}}


def test_everything_is_recorded_as_it_was(app: Flask, database: Database, run_jobs: Callable[[], int]) -> None:
    """The same study again: the same acts in the same order, with the same fields, and each can be read back."""
    study = Study(app, database, run_jobs)
    everything_happens(study)
    rows = logged(database)

    def told(of: list[Event]) -> list[list[tuple[Any, ...]]]:
        chains = [
            [
                (
                    r.action,
                    r.subject_kind,
                    r.public,
                    r.round_id is None,
                    sorted(set(r.detail) - LATER.get(r.action, set()) - SOMETIMES.get(r.action, set())),
                )
                for r in chain
            ]
            for chain in streams(of)
        ]
        return sorted(chains, key=str)

    assert told([row for row in rows if row.action not in LATER_ACTS]) == told(ROWS)
    assert {
        action for action, fields in LATER.items() if all(fields <= set(r.detail) for r in rows if r.action == action)
    } == set(LATER)
    codes_become_others(study)
    places_are_ruled_by_a_rule(study)
    documents_given_out(study)
    trainees_are_tested(study)
    saturation_is_judged(study)
    materials_suffice_by_information_power(study)
    theory_is_built(study)
    rows = logged(database)
    assert all(any(fields <= set(r.detail) for r in rows if r.action == action) for action, fields in SOMETIMES.items())
    assert {type(events.read(row)) for row in rows} == set(events.known().values())
    assert [events.first_break(chain) for chain in streams(rows)] == [None] * len(streams(rows))


# --- what is unknown -----------------------------------------------------------------------------


def test_an_act_of_a_newer_version_is_no_error() -> None:
    stored = {"action": "memo.starred", "subject_kind": "memo", "detail": {"colour": "blue"}}
    assert events.read(row_of(STORED[0], **stored)) is None
    assert events.read(row_of(STORED[0], action="round.opened", detail={})) is None


def test_pages_tell_an_act_that_they_do_not_know_by_its_name(
    app: Flask, database: Database, run_jobs: Callable[[], int]
) -> None:
    study = Study(app, database, run_jobs)
    project = UUID(study.ask("lena", "POST", "/projects", {"name": "九案例"}, status=201)["id"])
    with database.transaction() as session:
        head = session.scalar(sa.select(Event).where(Event.project_id == project))
        assert head is not None
        newer = Event(
            id=uuid4(),
            project_id=project,
            stream=project,
            seq=head.seq + 1,
            at=now(),
            actor_id=head.actor_id,
            action="memo.starred",
            subject_kind="memo",
            subject_id=None,
            round_id=None,
            public=True,
            detail={"colour": "blue"},
            previous=head.hash,
        )
        newer.hash = events.chained_hash(newer)
        session.add(newer)
    page = study.clients["lena"].call("GET", f"/projects/{project}/log")
    assert page.status_code == 200
    assert "memo.starred" in page.get_data(as_text=True)
    assert events.first_break(logged(database)) is None


# --- what is said --------------------------------------------------------------------------------


@pytest.mark.parametrize("row", {row.action: row for row in ROWS}.values(), ids=lambda row: row.action)
def test_every_act_has_its_sentence_in_both_languages(row: Event) -> None:
    act = events.read(row)
    assert act is not None
    people = {UUID(str(row.detail[key])): "Bo" for key in ("user", "coder") if key in row.detail}
    documents = {UUID(str(row.detail["document"])): "访谈一"} if "document" in row.detail else {}
    names = activity.Names(people, documents, {row.subject_id: "旧物改用"} if row.subject_id else {}, {})
    said = {}
    for language in ("en", "zh"):
        with speaking(language):
            said[language] = activity.printed(act.sentence(), names)
    assert said["en"] != said["zh"]
    for words in said.values():
        assert words
        assert "%" not in words
        assert "…" not in words
    assert re.search("[一-鿿]", said["zh"])


def test_acts_on_codings_are_those_that_the_index_of_the_others_leaves_out() -> None:
    assert set(CODING_ACTS) == {
        act.action for act in (events.CodingCreated, events.CodingChanged, events.CodingDeleted)
    }
