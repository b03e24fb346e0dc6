"""Frozen, numbered states of the codebook, and what each of them changed."""

import enum
import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.clock import now
from intercoder.errors import Conflict
from intercoder.models import Code, CodebookVersion, CodeState, Lesson, LessonState, Level, Passage, VersionCode
from intercoder.models.base import FewUuids
from intercoder.services.access import Access, no_such_thing
from intercoder.services.code_states import remembered
from intercoder.services.codebook import (
    DESCRIPTION,
    LATER,
    QUOTING,
    TEXT_LENGTH,
    TEXTS,
    Entry,
    active_codes,
    draft,
    tree_order,
)
from intercoder.text.canonical import canonical

_PINNED = VersionCode.metadata.tables[VersionCode.__tablename__].c
_OF_VERSION = sa.select(
    _PINNED.code_id.label("id"),
    sa.type_coerce(_PINNED.parent_id, FewUuids()).label("parent_id"),
    sa.literal(CodeState.ACTIVE, Code.metadata.tables[Code.__tablename__].c.state.type).label("state"),
    sa.literal(0).label("revision"),
    sa.null().label("into_id"),
    *(_PINNED[name] for name in ("name_key", *DESCRIPTION)),
).where(_PINNED.version_id == sa.bindparam("version"))


class ChangeKind(enum.StrEnum):
    """What can happen to a code from one state of the codebook to another."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True)
class Change:
    """What happened to one code between two states of the codebook."""

    code_id: UUID
    kind: ChangeKind
    name: str
    level: Level
    #: field → (before, after); parents by name
    fields: Mapping[str, tuple[str, str]]


def publish(session: Session, access: Access, note: str = "") -> CodebookVersion:
    """Freeze the draft as the next version."""
    codes = active_codes(session, access.project.id)
    if not codes:
        raise Conflict("empty_codebook", "There is nothing to publish: add a code first.")
    latest = latest_version(session, access.project.id)
    if latest is not None and not changes(version_entries(session, latest.id), tree_order(codes)):
        raise Conflict("nothing_changed", "Nothing has changed since version {number}.", number=latest.number)
    version = CodebookVersion(
        project_id=access.project.id,
        number=(latest.number if latest else 0) + 1,
        note=canonical(note).strip()[:TEXT_LENGTH],
        published_by=access.actor.id,
        published_at=now(),
    )
    session.add(version)
    session.flush()
    session.execute(
        sa.insert(VersionCode),
        [
            {
                "version_id": version.id,
                "code_id": c.id,
                "parent_id": c.parent_id,
                "name_key": c.name_key,
                **{field: getattr(c, field) for field in DESCRIPTION},
            }
            for c in codes
        ],
    )
    fresh = (Lesson.project_id == access.project.id, Lesson.state == LessonState.ACCEPTED, Lesson.version_id.is_(None))
    session.execute(sa.update(Lesson).where(*fresh).values(version_id=version.id))
    published = events.CodebookPublished(
        version.id, number=version.number, codes=len(codes), sha256=digest_of(tree_order(codes))
    )
    access.log(session, published)
    return version


def digest_of(codes: Iterable[Entry]) -> str:
    """Return SHA-256 (hex) of what is said of the codes of a version, whatever their order.

    What versions have had since migration 0021 counts where something is said there, so that the digests of earlier ones stay.
    """
    said = sorted([str(c.id), str(c.parent_id), *_said(c)] for c in codes)
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def _said(code: Entry) -> Iterator[str]:
    for field in DESCRIPTION:
        value = getattr(code, field)
        if field not in LATER:
            yield str(value)
        elif isinstance(value, Passage):
            yield f"{field}={place_of(value)}"
        elif value:
            yield f"{field}={json.dumps(value, ensure_ascii=False)}"


def versions(session: Session, project_id: UUID) -> list[CodebookVersion]:
    """Return the published versions, latest first."""
    return list(
        session.scalars(
            sa.select(CodebookVersion)
            .where(CodebookVersion.project_id == project_id)
            .order_by(CodebookVersion.number.desc())
        )
    )


def latest_version(session: Session, project_id: UUID) -> CodebookVersion | None:
    """Return the version with the highest number."""
    return session.scalar(
        sa.select(CodebookVersion)
        .where(CodebookVersion.project_id == project_id)
        .order_by(CodebookVersion.number.desc())
        .limit(1)
    )


def get_version(session: Session, project_id: UUID, version_id: UUID) -> CodebookVersion:
    """Return a version of this project's codebook."""
    version = session.get(CodebookVersion, version_id)
    if version is None or version.project_id != project_id:
        raise no_such_thing()
    return version


#: versions whose codes a process keeps, those met last: a version never changes
KEPT = 16
_kept: OrderedDict[UUID, tuple[Entry, ...]] = OrderedDict()
_lock = threading.Lock()


def version_entries(session: Session, version_id: UUID | None) -> Sequence[Entry]:
    """Return the codes of a version in tree order; no statement where they were met lately. Of no version there are none."""
    if version_id is None:
        return ()
    with _lock:
        entries = _kept.get(version_id)
    if entries is None:
        entries = stored_entries(session, version_id)
    with _lock:
        if entries:  # one that is being published has none yet
            _kept[version_id] = entries
            _kept.move_to_end(version_id)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return entries


def stored_entries(session: Session, version_id: UUID) -> tuple[Entry, ...]:
    """Return the codes of a version as they stand in the database now: for whoever asks whether that was changed."""
    return tuple(tree_order(session.execute(_OF_VERSION, {"version": version_id})))


def changes(before: Sequence[Entry], after: Sequence[Entry]) -> list[Change]:
    """Return what happened to each code between two states, in the order of the later one; removed codes last."""
    old, new = {e.id: e for e in before}, {e.id: e for e in after}
    names = {**{e.id: e.name for e in before}, **{e.id: e.name for e in after}}
    changed: list[Change] = []
    for entry in after:
        was = old.get(entry.id)
        if was is None:
            changed.append(Change(entry.id, ChangeKind.ADDED, entry.name, entry.level, {}))
            continue
        fields = {
            field: (str(getattr(was, field)), str(getattr(entry, field)))
            for field in ("name", "other_name", "level", *TEXTS)
            if getattr(was, field) != getattr(entry, field)
        }
        if set(was.aliases) != set(entry.aliases):
            fields["aliases"] = ("; ".join(was.aliases), "; ".join(entry.aliases))
        for field in QUOTING:
            if getattr(was, field) != getattr(entry, field):
                fields[field] = (place_of(getattr(was, field)), place_of(getattr(entry, field)))
        if was.mark.hue != entry.mark.hue and was.colour != entry.colour:
            fields["colour"] = (str(was.mark.hue), str(entry.mark.hue))
        if was.parent_id != entry.parent_id:
            fields["parent"] = tuple(names.get(p, "") if p else "" for p in (was.parent_id, entry.parent_id))  # type: ignore[assignment]
        if fields:
            changed.append(Change(entry.id, ChangeKind.CHANGED, entry.name, entry.level, fields))
    changed += [Change(e.id, ChangeKind.REMOVED, e.name, e.level, {}) for e in before if e.id not in new]
    return changed


def place_of(passage: Passage | None) -> str:
    """Return where a passage stands, for a list of changes; the words are read by whoever shows them."""
    return f"{passage.revision}:{passage.start}-{passage.end}" if passage else ""


def between(session: Session, version: CodebookVersion, other: CodebookVersion) -> list[Change]:
    """Return what happened to each code from the earlier of two versions to the later one."""
    first, second = sorted((version, other), key=lambda row: row.number)
    return changes(version_entries(session, first.id), version_entries(session, second.id))


def changes_of(session: Session, version: CodebookVersion) -> list[Change]:
    """Return what a version changed against the one before it."""
    earlier = session.scalar(
        sa.select(CodebookVersion.id)
        .where(CodebookVersion.project_id == version.project_id, CodebookVersion.number < version.number)
        .order_by(CodebookVersion.number.desc())
        .limit(1)
    )
    before = version_entries(session, earlier) if earlier else []
    return changes(before, version_entries(session, version.id))


def unpublished_changes(
    session: Session, project_id: UUID, published: Sequence[CodebookVersion] | None = None
) -> Sequence[Change]:
    """Return what the draft changes against the latest version; ``published`` are the versions where they were read already."""
    latest = latest_version(session, project_id) if published is None else next(iter(published), None)
    version = latest.id if latest else None

    def compared() -> list[Change]:
        return changes(version_entries(session, version), draft(session, project_id))

    return remembered(session, project_id, ("unpublished", version), compared)
