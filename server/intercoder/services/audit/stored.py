"""The tables of a project beside its log."""

from collections.abc import Iterator, Mapping
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import (
    Assignment,
    Code,
    CodebookVersion,
    Coding,
    Disagreement,
    Document,
    EmptyUnit,
    Revision,
    Ruling,
    SplitPassage,
)
from intercoder.services.audit.differences import Difference, Differs
from intercoder.services.audit.replay import LoggedCoding, Place, Replay
from intercoder.services.own_codes import own_code_id
from intercoder.services.storing import text_hash
from intercoder.services.versions import digest_of, stored_entries

_AT_ONCE = 2_000


def compare(session: Session, replay: Replay) -> tuple[list[Difference], dict[str, int]]:
    """Return in what the tables differ from the log, and how many rows of each kind were compared."""
    differences: list[Difference] = []
    compared: dict[str, int] = {}
    for thing, results in (
        ("coding", _codings(session, replay)),
        ("unit", _units(session, replay)),
        ("ruling", _rulings(session, replay)),
        ("text", _texts(session, replay)),
        ("code", _codes(session, replay)),
        ("passage", _passages(session, replay)),
        ("version", _versions(session, replay)),
    ):
        number = 0
        try:
            for difference in results:
                if difference is None:
                    number += 1
                else:
                    differences.append(difference)
        except (ValueError, LookupError, TypeError) as error:
            # What was written past the program: a state that there is not, JSON that is none. Without this the audit
            # ended in a traceback, and a backup with it.
            differences.append(Difference(Differs.UNREADABLE, thing, "", stored=str(error)[:200]))
        compared[f"{thing}s"] = number
    return differences, compared


#: None for each row that was compared, and what differs
Found = Iterator[Difference | None]


def _codings(session: Session, replay: Replay) -> Found:
    left = dict(replay.codings)
    wanted = (
        sa.select(Coding)
        .join(Assignment, Assignment.id == Coding.assignment_id)
        .where(Assignment.project_id == replay.project_id)
        .execution_options(yield_per=_AT_ONCE)
    )
    for row in session.scalars(wanted):
        yield None
        logged = left.pop((row.coder_id, row.key), None)
        if logged is None:
            yield Difference(Differs.UNLOGGED, "coding", str(row.key), row.assignment_id)
        else:
            yield from _coding(row, logged)
        session.expunge(row)
    for (_, key), logged in left.items():
        yield Difference(Differs.MISSING, "coding", str(key), logged.stream, logged.seq)


def _coding(row: Coding, logged: LoggedCoding) -> Iterator[Difference]:
    if row.code_id not in {logged.code, own_code_id(row.coder_id, logged.code)}:
        yield _changed_coding(row, logged, "code", logged.code, row.code_id)
    for field, said, stored in (
        ("assignment", logged.stream, row.assignment_id),
        ("start", logged.start, row.start),
        ("end", logged.end, row.end),
        ("doubt", logged.doubt, row.doubt),
        ("typical", logged.typical, row.typical),
        ("deleted", logged.deleted, row.deleted_at is not None),
    ):
        if said != stored:
            yield _changed_coding(row, logged, field, said, stored)


def _changed_coding(row: Coding, logged: LoggedCoding, field: str, said: object, stored: object) -> Difference:
    return _changed("coding", row.key, Place(logged.stream, logged.seq), field, said, stored)


def _changed(thing: str, subject: UUID, place: Place, field: str, said: object, stored: object) -> Difference:
    return Difference(Differs.CHANGED, thing, str(subject), place.stream, place.seq, field, str(said), str(stored))


def _missing(thing: str, left: Mapping[UUID, Place]) -> Iterator[Difference]:
    """Yield what the log has and the table does not, with the event that says it."""
    for subject, place in left.items():
        yield Difference(Differs.MISSING, thing, str(subject), place.stream, place.seq)


def _units(session: Session, replay: Replay) -> Found:
    """Compare what coders said of units without codings."""
    left = dict(replay.empty_units)
    rows = session.execute(
        sa.select(EmptyUnit.assignment_id, EmptyUnit.start, EmptyUnit.kind)
        .join(Assignment, Assignment.id == EmptyUnit.assignment_id)
        .where(Assignment.project_id == replay.project_id)
    )
    for assignment, start, kind in rows:
        yield None
        logged = left.pop((assignment, start), None)
        if logged is None:
            yield Difference(Differs.UNLOGGED, "unit", f"{assignment}:{start}", assignment)
        elif logged[0] != kind:
            yield _changed("unit", assignment, logged[1], f"unit at {start}", logged[0], kind)
    for (assignment, start), (_, place) in left.items():
        yield Difference(Differs.MISSING, "unit", f"{assignment}:{start}", place.stream, place.seq)
    unseen = sa.select(Assignment.id, Assignment.unseen).where(Assignment.project_id == replay.project_id)
    for assignment, stored in session.execute(unseen):
        said, place = replay.unseen.get(assignment, (None, Place(assignment, 0)))
        if said != stored:
            yield _changed("unit", assignment, place, "unseen", said, stored)


def _rulings(session: Session, replay: Replay) -> Found:
    left = dict(replay.rulings)
    wanted = (
        # The state tells whether a ruling is in force: one that nobody can read is named here.
        sa.select(Ruling, Disagreement.state)
        .join(Disagreement, Disagreement.id == Ruling.disagreement_id)
        .where(Disagreement.project_id == replay.project_id)
    )
    for row, _ in session.execute(wanted):
        yield None
        logged = left.pop(row.id, None)
        if logged is None:
            yield Difference(Differs.UNLOGGED, "ruling", str(row.id))
            continue
        said = {(c.code, c.start, c.end) for c in logged.codings}
        stands = {(c.code, c.start, c.end) for c in row.codings}
        for field, says, holds in (
            ("disagreement", logged.disagreement, row.disagreement_id),
            ("codings", _spans(said), _spans(stands)),
            ("reason", logged.reason, row.reason),
            ("tag", logged.tag, row.tag),
            ("ended", logged.ended, row.ended_at is not None),
        ):
            if says != holds:
                yield _changed("ruling", row.id, logged.place, field, says, holds)
    yield from _missing("ruling", {ruling_id: logged.place for ruling_id, logged in left.items()})


def _spans(codings: set[tuple[UUID, int, int]]) -> str:
    return ", ".join(f"{code} {start}–{end}" for code, start, end in sorted(codings, key=str))


def _texts(session: Session, replay: Replay) -> Found:
    left = dict(replay.texts)
    wanted = (
        sa.select(Revision.id, Revision.number, Revision.sha256, Revision.text, Revision.document_id)
        .join(Document, Document.id == Revision.document_id)
        .where(Document.project_id == replay.project_id)
        .execution_options(yield_per=20)
    )
    for row in session.execute(wanted):
        yield None
        logged = left.pop(row.document_id, None) if row.number == 1 else None
        place = logged.place if logged else Place(replay.project_id, 0)
        said = logged.sha256 if logged else row.sha256
        if (digest := text_hash(row.text)) != said:
            yield _changed("text", row.document_id, place, "sha256", said, digest)
        if row.number == 1 and logged is None:
            yield Difference(Differs.UNLOGGED, "text", str(row.document_id))
    yield from _missing("text", {document_id: logged.place for document_id, logged in left.items()})


def _codes(session: Session, replay: Replay) -> Found:
    left = dict(replay.codes)
    for row in session.scalars(sa.select(Code).where(Code.project_id == replay.project_id)):
        yield None
        logged = left.pop(row.id, None)
        if logged is None:
            yield Difference(Differs.UNLOGGED, "code", str(row.id))
            continue
        for field, said in (*logged.said.items(), ("state", logged.state)):
            if said != (stored := getattr(row, field)):
                yield _changed("code", row.id, logged.place, field, said, stored)
    yield from _missing("code", {code_id: logged.place for code_id, logged in left.items()})


def _passages(session: Session, replay: Replay) -> Found:
    """Compare where passages of split codes were put."""
    left = dict(replay.passages)
    wanted = sa.select(SplitPassage).join(Code, Code.id == SplitPassage.code_id)
    for row in session.scalars(wanted.where(Code.project_id == replay.project_id)):
        yield None
        logged = left.pop((row.code_id, row.coder_id, row.key), None)
        if logged is None:
            yield Difference(Differs.UNLOGGED, "passage", str(row.key))
        elif logged[0] != row.target_id:
            yield _changed("passage", row.key, logged[1], "at", logged[0], row.target_id)
    yield from _missing("passage", {key: place for (_, _, key), (_, place) in left.items()})


def _versions(session: Session, replay: Replay) -> Found:
    left = dict(replay.versions)
    for row in session.scalars(sa.select(CodebookVersion).where(CodebookVersion.project_id == replay.project_id)):
        yield None
        logged = left.pop(row.id, None)
        if logged is None:
            yield Difference(Differs.UNLOGGED, "version", str(row.id))
            continue
        entries = stored_entries(session, row.id)
        for field, said, stored in (
            ("number", logged.number, row.number),
            ("codes", logged.codes, len(entries)),
            ("sha256", logged.sha256, digest_of(entries) if logged.sha256 else None),
        ):
            if said != stored:
                yield _changed("version", row.id, logged.place, field, said, stored)
    yield from _missing("version", {version_id: logged.place for version_id, logged in left.items()})
