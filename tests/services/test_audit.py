"""The audit: whatever is changed behind the program's back is named, and honest work never is."""

from pathlib import Path
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder import events
from intercoder.events import ANCHORS, Anchor, AnchorFile
from intercoder.events.anchors import rewritten
from intercoder.models import Event
from intercoder.policy import Permission
from intercoder.reports.audit import difference_sentences
from intercoder.services import codebook, rounds
from intercoder.services.adjudication import Span
from intercoder.services.audit import AuditedProject, audit
from services.comparing import behind_its_back, disagreements_of, rule


def audited(cast: Cast, anchors: AnchorFile | None = None) -> AuditedProject:
    with cast.database.reading() as session:
        return next(p for p in audit(session, anchors.read() if anchors else ()) if p.id == cast.project)


def found(project: AuditedProject) -> set[tuple[str, str, str]]:
    return {(d.differs.value, d.thing, d.field) for d in project.differences}


@pytest.fixture
def worked(cast: Cast, compared_round: UUID) -> Cast:
    """A study in which everything happened that the log tells of, and some of it was taken back."""
    places = disagreements_of(cast, compared_round)
    for place in places[:2]:
        rule(cast, place, place.version, [Span(code=cast.codes["l2"], start=place.start, end=place.end)], "原话如此")
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        made = codebook.create_codes(
            session, access, [codebook.NewCode(name="新标签", level="label", definition="受访者提到时")]
        )
        changed = codebook.CodeChange.model_validate({"name": "改名的标签", "definition": "只指第一次"})
        codebook.change_code(session, access, made[0].id, None, changed)
        codebook.retire_code(session, access, made[0].id)
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", compared_round) as (session, access):
        rounds.reopen_round(session, access)
    return cast


def test_work_as_the_program_does_it_differs_in_nothing(worked: Cast) -> None:
    project = audited(worked)
    assert project.whole, project.differences
    assert (project.counts.rulings, project.counts.texts, project.counts.versions) == (2, 3, 1)
    assert project.counts.codings == 7
    with worked.database.reading() as session:
        last = session.scalars(
            sa.select(Event).where(Event.stream == worked.project).order_by(Event.seq.desc())
        ).first()
        assert last is not None
        assert (project.seq, project.head) == (last.seq, last.hash)


HARM: dict[str, tuple[str, set[tuple[str, str, str]]]] = {
    "a span is moved": ('UPDATE coding SET "end" = "end" + 1', {("changed", "coding", "end")}),
    "a doubt is taken away": ("UPDATE coding SET doubt = 1 - doubt", {("changed", "coding", "doubt")}),
    "a code is exchanged": (
        "UPDATE coding SET code_id = (SELECT id FROM code WHERE name = '校企合作')",
        {("changed", "coding", "code")},
    ),
    "codings are deleted": ("DELETE FROM coding", {("missing", "coding", "")}),
    "codings are hidden": ("UPDATE coding SET deleted_at = created_at", {("changed", "coding", "deleted")}),
    "a reason is improved": ("UPDATE ruling SET reason = '另一个理由'", {("changed", "ruling", "reason")}),
    "a reason gets a tag": ("UPDATE ruling SET tag = 'slip'", {("changed", "ruling", "tag")}),
    "rulings are ended": ("UPDATE ruling SET ended_at = created_at", {("changed", "ruling", "ended")}),
    "a text is changed": ("UPDATE revision SET text = text || '。'", {("changed", "text", "sha256")}),
    "a code is renamed": ("UPDATE code SET name = name || '（改）'", {("changed", "code", "name")}),
    "a definition is rewritten": ("UPDATE code SET definition = '别的'", {("changed", "code", "definition")}),
    "a code is moved": ("UPDATE code SET parent_id = NULL", {("changed", "code", "parent_id")}),
    "a retired code comes back": ("UPDATE code SET state = 'active'", {("changed", "code", "state")}),
    "a version is rewritten": ("UPDATE version_code SET example = '别的'", {("changed", "version", "sha256")}),
    "a version loses its codes": (
        "DELETE FROM version_code",
        {("changed", "version", "codes"), ("changed", "version", "sha256")},
    ),
    "an event is rewritten": ("UPDATE event SET detail = '{}' WHERE action = 'round.closed'", {("chain", "event", "")}),
    "an event is backdated": ("UPDATE event SET public = NOT public", {("chain", "event", "")}),
}


@pytest.mark.sqlite
@pytest.mark.parametrize("harm", HARM)
def test_what_is_changed_behind_the_program_is_named(worked: Cast, harm: str) -> None:
    statement, expected = HARM[harm]
    with behind_its_back(worked) as session:
        session.execute(sa.text(statement))
    project = audited(worked)
    assert not project.whole
    assert expected <= found(project)
    named = [d for d in project.differences if d.thing != "event" and d.differs.value == "changed"]
    assert all(d.stream is not None and d.seq for d in named)


def test_a_row_that_nobody_made_is_named(worked: Cast) -> None:
    with behind_its_back(worked) as session:
        row = session.execute(sa.text("SELECT coder_id, assignment_id, code_id FROM coding")).first()
        assert row is not None
        columns = 'coder_id, key, assignment_id, code_id, start, "end", memo, doubt, typical, version, body_hash, created_at, changed_at'
        session.execute(
            sa.text(
                f"INSERT INTO coding ({columns}) SELECT coder_id, code_id, assignment_id, code_id, 1, 5, '', doubt, typical, 1, '', "
                "created_at, changed_at FROM coding LIMIT 1"
            )
        )
    assert found(audited(worked)) == {("unlogged", "coding", "")}


@pytest.mark.parametrize(
    ("harm", "thing"),
    [
        ("UPDATE code SET level = 'chapter'", "code"),
        ("UPDATE code SET state = ''", "code"),
        ("UPDATE disagreement SET state = '裁定'", "ruling"),
    ],
)
def test_a_value_that_there_is_not_is_named_and_does_not_end_the_audit(worked: Cast, harm: str, thing: str) -> None:
    with behind_its_back(worked) as session:
        session.execute(sa.text(harm))
    result = audited(worked)
    assert ("unreadable", thing, "") in found(result)
    assert any("does not know" in sentence for sentence in difference_sentences(result))


def test_a_stream_cut_at_its_end_is_named_by_the_submission(worked: Cast) -> None:
    with behind_its_back(worked) as session:
        layer = session.scalars(sa.select(Event.stream).where(Event.action == "coding.created").limit(1)).one()
        last = session.scalar(sa.select(sa.func.max(Event.seq)).where(Event.stream == layer))
        session.execute(sa.delete(Event).where(Event.stream == layer, Event.seq == last))
    assert ("cut", "event", "") in found(audited(worked))


def test_history_that_was_rewritten_with_fitting_hashes_is_found_by_the_anchors_outside(
    cast: Cast, tmp_path: Path
) -> None:
    anchors = AnchorFile(tmp_path / ANCHORS)
    cast.database.hooks["anchors"] = anchors
    round_id = cast.coded_round()
    cast.close(round_id)
    kept = list(anchors.read())
    assert len(kept) >= 4
    assert (anchors.path.stat().st_mode & 0o777) == 0o600
    assert audited(cast, anchors).whole
    with behind_its_back(cast) as session:
        rows = session.scalars(sa.select(Event).where(Event.stream == cast.project).order_by(Event.seq)).all()
        forged = next(row for row in rows if row.seq == kept[1].seq)
        forged.public = not forged.public
        before = next(row.hash for row in rows if row.seq == forged.seq - 1)
        for row in rows[forged.seq - 1 :]:
            row.previous, row.hash = before, ""
            row.hash = before = events.chained_hash(row)
    assert audited(cast).whole  # by itself the chain proves nothing
    project = audited(cast, anchors)
    assert found(project) == {("anchor", "event", "")}
    assert min(d.seq or 0 for d in project.differences) == forged.seq
    with cast.database.reading() as session:
        assert [anchor.project for anchor in rewritten(session, anchors.read())] == [cast.project]


def test_an_end_that_was_cut_off_is_found_by_the_anchors_outside(cast: Cast, tmp_path: Path) -> None:
    anchors = AnchorFile(tmp_path / ANCHORS)
    cast.database.hooks["anchors"] = anchors
    cast.round()
    newest = list(anchors.read())[-1]
    with behind_its_back(cast) as session:
        session.execute(sa.delete(Event).where(Event.stream == cast.project, Event.seq == newest.seq))
    assert audited(cast).whole
    project = audited(cast, anchors)
    assert [(d.differs.value, d.seq, d.logged) for d in project.differences] == [("anchor", newest.seq, newest.hash)]
    with anchors.path.open("ab") as file:
        file.write(b'{"project": "cut by a cra')
    assert list(anchors.read())[-1] == newest


@pytest.mark.sqlite
def test_a_study_that_vanished_is_found_by_the_anchors_outside(cast: Cast, tmp_path: Path) -> None:
    anchors = AnchorFile(tmp_path / ANCHORS)
    gone = uuid4()
    anchors.add(Anchor(gone, 3, "0" * 64, "2026-11-27T10:00:00"))
    with cast.database.reading() as session:
        last = list(audit(session, anchors.read()))[-1]
        assert [anchor.project for anchor in rewritten(session, anchors.read())] == [gone]
    assert (last.id, last.whole, [d.seq for d in last.differences]) == (gone, False, [3])


@pytest.mark.sqlite
def test_anchors_that_cannot_be_written_stop_nobody(cast: Cast, tmp_path: Path) -> None:
    cast.database.hooks["anchors"] = AnchorFile(tmp_path / "no such folder" / ANCHORS)
    cast.submit("ai", cast.round(), "访谈一")
    assert audited(cast).whole
