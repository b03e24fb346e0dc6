"""The certificate of independence: what is in it follows from the log, and whoever has a backup computes it again."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask
from pydantic import TypeAdapter

from cast import Cast, Client
from intercoder.cli import main
from intercoder.clock import now
from intercoder.models import Event, Role
from intercoder.policy import Permission
from intercoder.reports.certificate import written
from intercoder.services.certificate import Certificate, Fault, certificate, faults
from services.comparing import allow, behind_its_back, coded, disagreements_of, give, hand_back, reopen, rule


def certified(cast: Cast, round_id: UUID, person: str = "olga") -> Certificate:
    with cast.acting(person, Permission.AGREEMENT_VIEW, "round", round_id) as (session, access):
        return certificate(session, access, now())


def test_blind_work_is_certified_with_the_head_of_the_log(cast: Cast, compared_round: UUID) -> None:
    told = certified(cast, compared_round)
    assert [(layer.document, layer.coder, len(layer.submitted), layer.seen) for layer in told.layers] == [
        ("访谈一", "Ai", 1, ()),
        ("访谈一", "Bo", 1, ()),
    ]
    assert (told.independent, told.left_out, told.foreign_acts, told.unknown_acts) == (2, (), 0, ())
    with cast.database.reading() as session:
        newest = session.scalars(
            sa.select(Event).where(Event.stream == cast.project).order_by(Event.seq.desc()).limit(1)
        ).one()
    assert told.head is not None
    assert (told.head.seq, told.head.hash) == (newest.seq, newest.hash)
    words = written(told)
    assert "All 2 layers are independent" in words.certified.sentence
    assert not words.exceptions
    assert newest.hash in words.head.sentence
    assert any("No machine coder was enabled at any time" in note.sentence for note in words.notes)


def test_every_exception_is_named_with_its_time(cast: Cast, compared_round: UUID) -> None:
    reopen(cast, compared_round)
    hand_back(cast, compared_round, "bo")
    cast.code("bo", compared_round, "访谈一", "l2", "后来𠮷野家")
    cast.submit("bo", compared_round, "访谈一")
    cast.close(compared_round)
    told = certified(cast, compared_round)
    bo = told.layers[1]
    assert (bo.coder, len(bo.submitted), len(bo.handed_back)) == ("Bo", 2, 1)
    assert [(seen.exposure, seen.round, seen.at) for seen in bo.seen] == [("reopened", 1, told.closed[0])]
    assert (len(told.opened), len(told.closed), told.independent) == (2, 2, 1)
    words = written(told)
    assert words.certified.sentence == "1 of 2 layers are independent."
    assert [note.code for note in words.exceptions] == ["reopened"]
    assert words.exceptions[0].sentence.startswith(
        "Bo, “访谈一”: before this layer was as it is, its coder could see since 20"
    )


@pytest.mark.sqlite
def test_what_was_seen_twice_is_told_twice_and_what_was_not_submitted_is_left_out(
    cast: Cast, compared_round: UUID
) -> None:
    later = cast.round(documents=("访谈一", "年报节选"))
    coded(cast, later, "ai", "bo")
    cast.submit("ai", later, "年报节选")
    cast.close(later, unfinished=True)
    reopen(cast, later)
    hand_back(cast, later, "ai")
    cast.code("ai", later, "访谈一", "l2", "后来𠮷野家")
    cast.submit("ai", later, "访谈一")
    cast.close(later, unfinished=True)
    told = certified(cast, later)
    seen = {(layer.document, layer.coder): [s.exposure.value for s in layer.seen] for layer in told.layers}
    assert seen == {
        ("访谈一", "Ai"): ["earlier_round", "reopened"],
        ("访谈一", "Bo"): ["earlier_round"],
        ("年报节选", "Ai"): [],
    }
    assert [(row.document, row.coder) for row in told.left_out] == [("年报节选", "Bo")]
    assert "Bo – 年报节选" in written(told).exceptions[-1].sentence


def test_a_layer_that_is_handed_back_and_not_submitted_again_is_left_out(cast: Cast, compared_round: UUID) -> None:
    reopen(cast, compared_round)
    hand_back(cast, compared_round, "bo")
    cast.close(compared_round, unfinished=True)
    told = certified(cast, compared_round)
    assert [layer.coder for layer in told.layers] == ["Ai"]
    assert [row.coder for row in told.left_out] == ["Bo"]


@pytest.mark.sqlite
def test_rulings_on_own_work_are_counted_by_person(cast: Cast, compared_round: UUID) -> None:
    give(cast, "ai", Role.ADJUDICATOR)
    allow(cast)
    first, second, third = disagreements_of(cast, compared_round)
    rule(cast, first, 1, [], "没有行动", by="ai")
    rule(cast, second, 1, [], "没有行动", by="ai")
    rule(cast, third, 1, [], "没有行动")
    told = certified(cast, compared_round)
    assert [(row.name, row.rulings, row.on_own_work) for row in told.rulings] == [("Ada", 1, 0), ("Ai", 2, 2)]
    sentence = next(note.sentence for note in written(told).notes if note.code == "rulings")
    assert "3 rulings are in force: Ada 1 and Ai 2." in sentence
    assert "2 of them are by somebody who had coded the document: Ai 2." in sentence
    assert "The project allows adjudicators to rule on documents that they coded." in sentence


@pytest.mark.sqlite
def test_it_is_not_said_that_no_machine_coded_where_the_log_does_not_prove_it(cast: Cast, compared_round: UUID) -> None:
    with behind_its_back(cast) as session:
        act = session.scalars(sa.select(Event).where(Event.action == "coding.created").limit(1)).one()
        session.execute(sa.update(Event).where(Event.id == act.id).values(actor_id=cast.people["ada"].id))
    told = certified(cast, compared_round)
    sentence = next(note.sentence for note in written(told).notes if note.code == "machine_unknown")
    assert told.foreign_acts == 1
    assert "1 act on codings of these layers did not come from its coder’s account." in sentence
    assert not any("No machine coder was enabled" in note.sentence for note in written(told).notes)


@pytest.mark.sqlite
def test_an_act_of_another_version_takes_that_sentence_away_too(cast: Cast, compared_round: UUID) -> None:
    with behind_its_back(cast) as session:
        row = session.scalars(sa.select(Event).where(Event.action == "project.created").limit(1)).one()
        session.execute(
            sa.update(Event).where(Event.stream == row.stream, Event.seq == 1).values(action="machine.enabled")
        )
    told = certified(cast, compared_round)
    assert told.unknown_acts == ("machine.enabled",)
    assert any("machine.enabled" in note.sentence for note in written(told).notes)


@pytest.mark.sqlite
def test_whoever_codes_in_a_running_round_is_not_told_how_far_the_log_is(cast: Cast, compared_round: UUID) -> None:
    cast.round(documents=("年报节选",), coders=("ai",))
    assert certified(cast, compared_round, "ai").head is None
    assert certified(cast, compared_round, "bo").head is not None
    assert written(certified(cast, compared_round, "ai")).head.code == "no_head"


# --- checking one --------------------------------------------------------------------------------


def wrong(cast: Cast, given: Certificate) -> list[str]:
    sent = TypeAdapter(Certificate)
    with cast.database.reading() as session:
        return [fault.fault.value for fault in faults(session, sent.validate_json(sent.dump_json(given)))]


def test_a_certificate_holds_for_good_whatever_comes_later(cast: Cast, compared_round: UUID) -> None:
    first = certified(cast, compared_round)
    reopen(cast, compared_round)
    hand_back(cast, compared_round, "bo")
    cast.code("bo", compared_round, "访谈一", "l2", "后来𠮷野家")
    cast.submit("bo", compared_round, "访谈一")
    cast.close(compared_round)
    second = certified(cast, compared_round)
    assert (first.independent, second.independent) == (2, 1)
    assert (wrong(cast, first), wrong(cast, second)) == ([], [])
    # The exception left out, or the certificate of before given the head of today.
    clean = replace(second, layers=tuple(replace(layer, seen=()) for layer in second.layers))
    assert wrong(cast, clean) == ["layer"]
    assert wrong(cast, replace(first, head=second.head)) == ["round", "layer"]


@pytest.mark.sqlite
def test_what_a_forged_certificate_changes_is_named(cast: Cast, compared_round: UUID) -> None:
    told = certified(cast, compared_round)
    assert told.head is not None
    ai, bo = told.layers
    later = tuple(at + timedelta(seconds=1) for at in ai.submitted)
    forged = {
        "no_head": replace(told, head=None),
        "head": replace(told, head=replace(told.head, hash="0" * 64)),
        "round": replace(told, closed=(told.closed[0] + timedelta(hours=1),)),
        "layer": replace(told, layers=(replace(ai, submitted=later), bo)),
        "untold": replace(told, layers=(ai,)),
        "invented": replace(told, layers=(ai, bo, replace(bo, document_id=cast.documents["年报节选"]))),
        "foreign": replace(told, foreign_acts=3),
    }
    assert {name: wrong(cast, certificate) for name, certificate in forged.items()} == {n: [n] for n in forged}
    assert set(forged) == {fault.value for fault in Fault}


@pytest.mark.sqlite
def test_a_third_party_checks_it_with_a_copy_of_the_database_alone(
    cast: Cast, app: Flask, database_url: str, compared_round: UUID, tmp_path: Path
) -> None:
    sent = Client(app, cast.database, cast.people["olga"]).call("GET", f"/api/v1/rounds/{compared_round}/certificate")
    assert sent.status_code == 200
    file, copy = tmp_path / "certificate.json", database_url.removeprefix("sqlite:///")
    file.write_bytes(sent.data)
    checked = CliRunner().invoke(main, ["audit", "verify", copy, "--certificate", str(file)])
    assert checked.exit_code == 0, checked.output
    assert "what it says follows from this log" in checked.output
    file.write_bytes(sent.data.replace(b'"foreign_acts":0', b'"foreign_acts":1'))
    checked = CliRunner().invoke(main, ["audit", "verify", copy, "--certificate", str(file), "--lang", "zh_CN"])
    assert checked.exit_code == 1
    assert "与日志不符" in checked.output
    file.write_bytes(b"%PDF")
    refused = CliRunner().invoke(main, ["audit", "verify", copy, "--certificate", str(file)])
    assert (refused.exit_code, "is not a certificate of independence as JSON" in refused.output) == (1, True)
