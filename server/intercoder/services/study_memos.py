"""Memos of a study: on the project, a case, a document, a passage, a code, a relation; tied to one another and to passages; searched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.clock import now
from intercoder.errors import Conflict, InvalidInput
from intercoder.models import (
    Case,
    Code,
    Document,
    Memo,
    MemoAbout,
    MemoKind,
    MemoLink,
    MemoPassage,
    Relation,
    User,
)
from intercoder.policy import Permission
from intercoder.services import held_out, memos
from intercoder.services.access import Access, no_such_thing
from intercoder.services.command import Command
from intercoder.services.mapping import Mapped, mapping
from intercoder.services.memos import Earlier, MemoIn
from intercoder.services.quoted import Became, Chosen, Cited, Found, became, passage, quoted, today, visible
from intercoder.services.relations import relations
from intercoder.text.canonical import search_key

#: memos and passages that a memo is tied to
MOST = 50


class NewMemo(MemoIn):
    """A memo and what it is on: ``of`` names a code, a case, a document or a relation, ``passage`` a passage, neither the project.

    ``tied``: passages that it is tied to besides, all or none.
    """

    about: MemoAbout = MemoAbout.PROJECT
    of: UUID | None = None
    passage: Chosen | None = None
    tied: Annotated[tuple[Chosen, ...], Field(max_length=MOST - 1)] = ()


class OtherMemo(Command):
    """Another memo."""

    memo: UUID


@dataclass(frozen=True)
class Wanted:
    """Which memos are looked for; what is None or empty is not asked."""

    kind: MemoKind | None = None
    about: MemoAbout | None = None
    of: UUID | None = None
    author: UUID | None = None
    words: Annotated[str, Field(max_length=200)] = ""


@dataclass(frozen=True)
class TiedPassage:
    """A passage that a memo is tied to, with its words and what became of it."""

    row: MemoPassage
    cited: Cited
    became: Became


@dataclass(frozen=True)
class StudyMemo:
    """A memo as it is read. ``of``: what that is called which it is on; ``others``: memos it is tied to, by either side."""

    row: Memo
    author: str
    own: bool
    hidden: bool
    of: str
    code: str | None
    earlier: Sequence[Earlier]
    others: Sequence[tuple[UUID, str]]
    passages: Sequence[TiedPassage]

    @property
    def values(self) -> Mapping[str, str]:
        """What the form is filled with that changes it."""
        row = self.row
        return {"title": row.title, "text": row.text, "kind": row.kind, "readers": row.readers}


def memo_name(row: Memo) -> str:
    """Return what a memo is called: its title, or its first words."""
    first = row.text.split("\n", 1)[0]
    return row.title or (first if len(first) <= 40 else f"{first[:40]}…")


def study_memos(session: Session, access: Access, wanted: Wanted | None = None) -> list[StudyMemo]:
    """Return the memos of a project that a person may read, the newest first; twelve statements."""
    wanted = wanted or Wanted()
    mapped = mapping(session, access.project.id)
    found = session.execute(
        sa.select(Memo, User.name, memos.hidden(), Case.name, Document.title)
        .join(User, User.id == Memo.author_id)
        .outerjoin(Case, Case.id == Memo.case_id)
        .outerjoin(Document, Document.id == Memo.document_id)
        .where(Memo.project_id == access.project.id, memos.readable(access), _known(access))
        .order_by(Memo.changed_at.desc(), Memo.id)
    ).all()
    names = {row.id: memo_name(row) for row, *_ in found}
    rows = [each for each in found if _fits(mapped, each[0], wanted)]
    tied = _passages(session, access, mapped, [row.id for row, *_ in rows])
    before = memos.earlier(session, [row.id for row, *_ in rows])
    links = _links(session, names)
    related = _related(session, access, [row for row, *_ in rows])
    read = []
    for row, author, hidden, case, title in rows:
        code = mapped.codes[today(mapped, str(row.code_id))] if row.code_id else None
        of = case or title or related.get(row.relation_id or row.id, "") or (code.name if code else "")
        others = [(other, names[other]) for other in links.get(row.id, ())]
        own = row.author_id == access.actor.id
        passages = tied.get(row.id, ())
        read.append(
            StudyMemo(
                row, author, own, bool(hidden), of, code.id if code else None, before.get(row.id, ()), others, passages
            )
        )
    return read


def _known(access: Access) -> sa.ColumnElement[bool]:
    """Return the condition of memos of whose thing a person may know: what is held out, and passages of rounds that are hidden, are not there."""
    seen = sa.exists().where(MemoPassage.memo_id == Memo.id, visible(access, MemoPassage.round_id)).correlate(Memo)
    return sa.and_(
        sa.or_(Memo.document_id.is_(None), held_out.known(access)),
        sa.or_(Memo.case_id.is_(None), held_out.known_cases(access)),
        sa.or_(Memo.about != MemoAbout.PASSAGE, Memo.author_id == access.actor.id, seen),
    )


def _fits(mapped: Mapped, row: Memo, wanted: Wanted) -> bool:
    things = {row.case_id, row.document_id, row.relation_id}
    if row.code_id is not None:
        things |= {row.code_id, UUID(today(mapped, str(row.code_id)))}
    key = search_key(f"{row.title}\n{row.text}")
    return (
        wanted.kind in {None, row.kind}
        and wanted.about in {None, row.about}
        and wanted.author in {None, row.author_id}
        and (wanted.of is None or wanted.of in things)
        and all(search_key(word) in key for word in wanted.words.split())
    )


def _links(session: Session, names: Mapping[UUID, str]) -> Mapping[UUID, list[UUID]]:
    """Return which memos are tied to which, of those that are read, from either side."""
    found: dict[UUID, list[UUID]] = {}
    if not names:
        return found
    rows = session.execute(sa.select(MemoLink.memo_id, MemoLink.other_id).where(MemoLink.memo_id.in_(names)))
    for memo, other in rows:
        if other in names:
            found.setdefault(memo, []).append(other)
            found.setdefault(other, []).append(memo)
    return found


def _related(session: Session, access: Access, rows: Sequence[Memo]) -> Mapping[UUID, str]:
    if not any(row.relation_id for row in rows):
        return {}
    return {one.row.id: f"{one.first.name} → {one.second.name}" for one in relations(session, access, bare=True)}


def _passages(
    session: Session, access: Access, mapped: Mapped, ids: Sequence[UUID]
) -> Mapping[UUID, list[TiedPassage]]:
    if not ids:
        return {}
    rows = quoted(session, access, MemoPassage, MemoPassage.memo_id.in_(ids))
    told = became(session, mapped, rows)
    found: dict[UUID, list[TiedPassage]] = {}
    for row, cited in rows:
        found.setdefault(row.memo_id, []).append(TiedPassage(row, cited, told[row.id]))
    return found


def cases(session: Session, access: Access) -> list[tuple[UUID, str]]:
    """Return the cases that a memo can be on."""
    rows = session.execute(
        sa.select(Case.id, Case.name)
        .where(Case.project_id == access.project.id, held_out.known_cases(access))
        .order_by(Case.position, Case.id)
    )
    return [(case, name) for case, name in rows]


def documents(session: Session, access: Access) -> list[tuple[UUID, str]]:
    """Return the documents that a memo can be on, of those that a person may know; nothing for whoever sees no materials."""
    if not access.may(Permission.MATERIALS_VIEW):
        return []
    rows = session.execute(
        sa.select(Document.id, Document.title)
        .where(Document.project_id == access.project.id, Document.removed_at.is_(None), held_out.known(access))
        .order_by(Document.position, Document.id)
    )
    return [(document, title) for document, title in rows]


# --- writing -------------------------------------------------------------------------------------


def write(session: Session, access: Access, given: NewMemo) -> Memo:
    """Write a memo on what is named, and tie it to passages.

    Raises
    ------
    InvalidInput : there is no such thing in the project, or it is named in another way than ``about`` says.
    """
    if (given.about is MemoAbout.PASSAGE) != (given.passage is not None):
        raise InvalidInput("which_thing", "Say on what the memo is: it is named in one way, as “about” says.")
    if (given.about in {MemoAbout.PROJECT, MemoAbout.PASSAGE}) != (given.of is None):
        raise InvalidInput("which_thing", "Say on what the memo is: it is named in one way, as “about” says.")
    at = now()
    memo = Memo(
        project_id=access.project.id,
        about=given.about,
        author_id=access.actor.id,
        kind=given.kind,
        title=given.title,
        text=given.text,
        readers=given.readers,
        written_at=at,
        changed_at=at,
    )
    if given.of is not None:
        _set_thing(session, access, memo, given.of)
    found = passage(session, access, given.passage) if given.passage else None
    tied = {_place(one): one for one in (passage(session, access, chosen) for chosen in given.tied)}
    session.add(memo)
    session.flush()
    if found is not None:
        session.add(MemoPassage(memo_id=memo.id, **vars(found)))
        session.flush()
        tied.pop(_place(found), None)  # two codings of the same words are one passage
    memos.log(session, access, memo)
    for one in tied.values():
        row = MemoPassage(memo_id=memo.id, **vars(one))
        session.add(row)
        session.flush()
        _log_tie(session, access, memo, passage=row.id)
    return memo


def _place(found: Found) -> tuple[UUID, int, int]:
    return found.revision_id, found.start, found.end


def _set_thing(session: Session, access: Access, memo: Memo, of: UUID) -> None:
    row: Case | Code | Document | Relation | None
    match memo.about:
        case MemoAbout.CASE:
            row, memo.case_id = session.get(Case, of), of
        case MemoAbout.CODE:
            row, memo.code_id = session.get(Code, of), of
        case MemoAbout.DOCUMENT:
            row, memo.document_id = session.get(Document, of), of
        case _:
            row, memo.relation_id = session.get(Relation, of), of
    if row is None or row.project_id != access.project.id:
        raise InvalidInput("no_such_thing_here", "There is no such thing in the project.")
    if isinstance(row, Case) and of not in {case for case, _ in cases(session, access)}:
        raise no_such_thing()
    if isinstance(row, Document):
        held_out.require_known(access, row)
    if isinstance(row, Code):
        require_shown(session, access, row)


def require_shown(session: Session, access: Access, code: Code) -> None:
    """Refuse a code that is not in the codebook that all see."""
    if str(code.id) not in mapping(session, access.project.id).tree.parents:
        raise InvalidInput("no_such_thing_here", "There is no such thing in the project.")


def tie(session: Session, access: Access, memo_id: UUID, given: OtherMemo) -> None:
    """Tie an own memo to another one that the person may read."""
    memo = memos.own(session, access, memo_id)
    there = (
        sa.select(Memo.id)
        .outerjoin(Case, Case.id == Memo.case_id)
        .outerjoin(Document, Document.id == Memo.document_id)
        .where(Memo.id == given.memo, Memo.project_id == access.project.id, memos.readable(access), _known(access))
    )
    if given.memo == memo.id or session.scalar(there) is None:
        raise InvalidInput("no_such_memo", "There is no other memo like this that you may read.")
    pairs = sa.or_(
        sa.and_(MemoLink.memo_id == memo.id, MemoLink.other_id == given.memo),
        sa.and_(MemoLink.memo_id == given.memo, MemoLink.other_id == memo.id),
    )
    if session.scalar(sa.select(MemoLink.memo_id).where(pairs)) is not None:
        raise Conflict("tied", "These memos are tied to one another already.")
    _require_room(session, MemoLink.memo_id, memo)
    session.add(MemoLink(memo_id=memo.id, other_id=given.memo))
    session.flush()
    _log_tie(session, access, memo, other=given.memo)


def untie(session: Session, access: Access, memo_id: UUID, other_id: UUID) -> None:
    """Take the tie between an own memo and another one away."""
    memo = memos.own(session, access, memo_id)
    for pair in ((memo.id, other_id), (other_id, memo.id)):
        row = session.get(MemoLink, pair)
        if row is not None:
            session.delete(row)
            session.flush()
            return _log_tie(session, access, memo, other=other_id, gone=True)
    raise no_such_thing()


def tie_passage(session: Session, access: Access, memo_id: UUID, given: Chosen) -> MemoPassage:
    """Tie an own memo to a passage."""
    memo = memos.own(session, access, memo_id)
    found = passage(session, access, given)
    here = (
        MemoPassage.memo_id == memo.id,
        MemoPassage.revision_id == found.revision_id,
        MemoPassage.start == found.start,
        MemoPassage.end == found.end,
    )
    if session.scalar(sa.select(MemoPassage.id).where(*here)) is not None:
        raise Conflict("tied", "The memo is tied to this passage already.")
    _require_room(session, MemoPassage.memo_id, memo)
    row = MemoPassage(memo_id=memo.id, **vars(found))
    session.add(row)
    session.flush()
    _log_tie(session, access, memo, passage=row.id)
    return row


def untie_passage(session: Session, access: Access, memo_id: UUID, passage_id: UUID) -> None:
    """Take a passage from an own memo; a memo on a passage keeps one."""
    memo = memos.own(session, access, memo_id)
    row = session.scalar(
        sa.select(MemoPassage).where(
            MemoPassage.id == passage_id, MemoPassage.memo_id == memo.id, visible(access, MemoPassage.round_id)
        )
    )
    if row is None:
        raise no_such_thing()
    many = session.scalar(sa.select(sa.func.count()).where(MemoPassage.memo_id == memo.id))
    if memo.about is MemoAbout.PASSAGE and many == 1:
        raise Conflict("last_passage", "A memo on a passage keeps one: tie it to another first, or take the memo away.")
    session.delete(row)
    session.flush()
    _log_tie(session, access, memo, passage=passage_id, gone=True)


def _require_room(session: Session, column: sa.orm.InstrumentedAttribute[UUID], memo: Memo) -> None:
    if (session.scalar(sa.select(sa.func.count()).where(column == memo.id)) or 0) >= MOST:
        raise Conflict("many_ties", "A memo is tied to at most {n} others.", n=MOST)


def _log_tie(
    session: Session,
    access: Access,
    memo: Memo,
    *,
    other: UUID | None = None,
    passage: UUID | None = None,
    gone: bool | None = None,
) -> None:
    place = memos.private_place(session, access)
    told = (memo.id, other, passage, gone)
    there = access.project.id
    access.log(
        session, events.OwnMemoTied(there, place[0], place[1], *told) if place else events.MemoTied(there, *told)
    )
