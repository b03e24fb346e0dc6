"""Cases, documents and their texts: what a study codes."""

from collections.abc import Collection, Iterable, Mapping
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from pydantic import AfterValidator, Field, StringConstraints
from sqlalchemy.orm import Session, undefer

from intercoder import events
from intercoder.clock import now
from intercoder.errors import Conflict, InvalidInput, marked
from intercoder.models import (
    Anchor,
    AnchorKind,
    Assignment,
    Case,
    Document,
    Revision,
    Round,
    RoundState,
    SourceType,
)
from intercoder.services import held_out
from intercoder.services.access import Access, no_such_thing
from intercoder.services.command import NAME_LENGTH, Command, Name, checked, named
from intercoder.services.describing import require_fitting, source_named
from intercoder.text.canonical import clean_name, name_key
from intercoder.text.pinyin import search_text, spelling

ATTRIBUTES = 40
PRIMARY = frozenset(
    {SourceType.INTERVIEW, SourceType.OBSERVATION, SourceType.MEETING, SourceType.PHONE, SourceType.SURVEY}
)


def cleaned_attributes(given: Mapping[str, str]) -> dict[str, str]:
    """Return attributes with their names and values cleaned; ``InvalidInput`` for too many."""
    cleaned = {clean_name(name): clean_name(value) for name, value in given.items()}
    cleaned.pop("", None)
    if len(cleaned) > ATTRIBUTES:
        raise InvalidInput("many_attributes", "At most {n} attributes.", n=ATTRIBUTES)
    return cleaned


AttributeName = Annotated[str, StringConstraints(max_length=80)]
AttributeValue = Annotated[str, StringConstraints(max_length=500)]
Attributes = Annotated[dict[AttributeName, AttributeValue], AfterValidator(cleaned_attributes)]
DocumentTitle = Annotated[Name, named(marked("Give the document a title."))]


# --- cases ---------------------------------------------------------------------------------------


CaseName = Annotated[Name, named(marked("Give the case a name."))]


class NewCase(Command):
    """A new case."""

    name: CaseName
    attributes: Attributes = Field(default={})


class CaseChange(Command):
    """A change of a case."""

    name: CaseName | None = None
    attributes: Attributes | None = None


def cases(session: Session, access: Access) -> list[Case]:
    """Return the cases that the person may know of, in their order."""
    wanted = sa.select(Case).where(Case.project_id == access.project.id, held_out.known_cases(access))
    return list(session.scalars(wanted.order_by(Case.position, Case.id)))


def create_case(session: Session, access: Access, given: NewCase) -> Case:
    """Add a case; ``Conflict`` when the name is taken."""
    if _find_case(session, access.project.id, given.name) is not None:
        raise _case_taken(given.name)
    require_fitting(access.project.described.of_cases, given.attributes)
    return _add_case(session, access, given.name, given.attributes)


def _add_case(session: Session, access: Access, name: str, attributes: dict[str, str]) -> Case:
    count = session.scalar(sa.select(sa.func.count()).where(Case.project_id == access.project.id)) or 0
    case = Case(project_id=access.project.id, attributes=attributes, position=count)
    _call(case, name)
    session.add(case)
    session.flush()
    access.log(session, events.CaseCreated(case.id, name=name))
    return case


def _case_taken(name: str) -> Conflict:
    return Conflict("case_taken", "There is already a case “{name}”.", name=name)


def _call(case: Case, name: str) -> None:
    case.name, case.name_key, case.search = name, name_key(name), search_text(name)


def change_case(session: Session, access: Access, case_id: UUID, change: CaseChange) -> Case:
    """Rename a case or set its attributes."""
    case = session.get(Case, case_id)
    if case is None or case.project_id != access.project.id:
        raise no_such_thing()
    if change.name is not None:
        other = _find_case(session, access.project.id, change.name)
        if other is not None and other.id != case.id:
            raise _case_taken(change.name)
        _call(case, change.name)
    if change.attributes is not None:
        require_fitting(access.project.described.of_cases, change.attributes)
        case.attributes = change.attributes
    access.log(session, events.CaseChanged(case.id, name=case.name))
    return case


def delete_case(session: Session, access: Access, case_id: UUID) -> None:
    """Remove a case that no document belongs to."""
    case = session.get(Case, case_id)
    if case is None or case.project_id != access.project.id:
        raise no_such_thing()
    if session.scalar(sa.select(Document.id).where(Document.case_id == case_id).limit(1)):
        raise Conflict("case_in_use", "Documents belong to this case: move them first.")
    session.delete(case)
    access.log(session, events.CaseDeleted(case.id, name=case.name))


def _find_case(session: Session, project_id: UUID, name: str) -> Case | None:
    return session.scalar(sa.select(Case).where(Case.project_id == project_id, Case.name_key == name_key(name)))


def case_named(session: Session, access: Access, name: str | None) -> Case | None:
    """Return the case of this name, made when it is new; None for no name."""
    if not name:
        return None
    return _find_case(session, access.project.id, name) or _add_case(session, access, name, {})


# --- documents -----------------------------------------------------------------------------------


def documents(session: Session, project_id: UUID) -> list[Document]:
    """Return the documents that can be given out, in the order of the study."""
    return list(
        session.scalars(
            sa.select(Document)
            .where(Document.project_id == project_id, Document.removed_at.is_(None), Document.held_out.is_(False))
            .order_by(Document.position, Document.id)
        )
    )


def titled(title: str) -> dict[str, str]:
    """Return the columns of a document that hold its title and what follows from it."""
    return {"title": title, "title_key": name_key(title), "spelling": spelling(title), "search": search_text(title)}


def entitle(document: Document, title: str) -> None:
    """Give a document its title, and what follows from it."""
    for column, value in titled(title).items():
        setattr(document, column, value)


def titles(session: Session, project_id: UUID) -> list[tuple[UUID, str]]:
    """Return identifiers and titles of the documents that can be given out, in the order of the study."""
    rows = session.execute(
        sa.select(Document.id, Document.title)
        .where(Document.project_id == project_id, Document.removed_at.is_(None), Document.held_out.is_(False))
        .order_by(Document.position, Document.id)
    )
    return [(id_, title) for id_, title in rows]


def titles_of(session: Session, project_id: UUID, document_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the titles of some documents of the project, without those that were removed."""
    if not document_ids:
        return {}
    rows = session.execute(
        sa.select(Document.id, Document.title).where(
            Document.project_id == project_id, Document.removed_at.is_(None), Document.id.in_(document_ids)
        )
    )
    return dict(rows.all())


def get_document(session: Session, project_id: UUID, document_id: UUID) -> Document:
    """Return a document of this project."""
    document = session.get(Document, document_id)
    if document is None or document.project_id != project_id or document.removed_at:
        raise no_such_thing()
    return document


def lengths(session: Session, document_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return the length of the latest text of each of these documents, in code points."""
    rows = session.execute(
        sa.select(Revision.document_id, Revision.length)
        .where(Revision.document_id.in_(document_ids))
        .order_by(Revision.number)
    )
    return {document: length for document, length in rows}


def revisions(session: Session, document_id: UUID) -> list[Revision]:
    """Return the texts of a document, latest first, without the words."""
    return list(
        session.scalars(sa.select(Revision).where(Revision.document_id == document_id).order_by(Revision.number.desc()))
    )


def get_revision(session: Session, project_id: UUID, revision_id: UUID) -> Revision:
    """Return a text with its words."""
    revision = session.scalar(
        sa.select(Revision)
        .join(Document)
        .where(Revision.id == revision_id, Document.project_id == project_id)
        .options(undefer(Revision.text), sa.orm.contains_eager(Revision.document))
    )
    if revision is None:
        raise no_such_thing()
    return revision


def _case_of_document(text: str) -> str:
    name = clean_name(text)
    if len(name) > NAME_LENGTH:
        raise InvalidInput("long_name", "A name has at most {n} characters.", n=NAME_LENGTH)
    return name


class DocumentChange(Command):
    """A change of what is said of a document."""

    title: DocumentTitle | None = None
    #: empty or none: the document belongs to no case
    case: Annotated[str, checked(_case_of_document)] | None = None
    source_type: SourceType | None = None
    #: its type on the project's own list, which says whether it is primary; empty: none of them
    source: Annotated[str, StringConstraints(max_length=200)] | None = None
    primary: bool | None = None
    attributes: Attributes | None = None


def change_document(session: Session, access: Access, document_id: UUID, change: DocumentChange) -> Document:
    """Change what is said of a document; its text cannot be changed."""
    document = get_document(session, access.project.id, document_id)
    if change.title is not None:
        taken = session.scalar(
            sa.select(Document.id).where(
                Document.project_id == access.project.id,
                Document.title_key == name_key(change.title),
                Document.id != document.id,
            )
        )
        if taken:
            raise Conflict("title_taken", "There is already a document “{title}”.", title=change.title)
        entitle(document, change.title)
    if change.says("case"):
        document.case = case_named(session, access, change.case)
        held_out.joins(session, document, document.case)
    document.source_type = change.source_type or document.source_type
    document.is_primary = document.is_primary if change.primary is None else change.primary
    own = source_named(access.project, document.source if change.source is None else change.source)
    document.source = own.name if own else ""
    document.is_primary = own.primary if own else document.is_primary
    if change.attributes is not None:
        require_fitting(access.project.described.of_documents, change.attributes)
        document.attributes = change.attributes
    access.log(session, events.DocumentChanged(document.id, title=document.title))
    return document


def remove_document(session: Session, access: Access, document_id: UUID) -> None:
    """Take a document out of the study; impossible while a round uses it."""
    document = get_document(session, access.project.id, document_id)
    used = session.scalar(
        sa.select(Round.number)
        .join(Assignment, Assignment.round_id == Round.id)
        .where(Assignment.document_id == document_id, Round.state != RoundState.DRAFT)
        .limit(1)
    )
    if used:
        raise Conflict("document_in_use", "Round {number} uses this document: it cannot be removed.", number=used)
    session.execute(sa.delete(Assignment).where(Assignment.document_id == document_id))
    document.removed_at = now()
    document.title_key = f"{document.title_key}\n{document.id}"
    access.log(session, events.DocumentRemoved(document.id, title=document.title))


def anchors_of(session: Session, revision_id: UUID, kinds: Iterable[AnchorKind]) -> list[Anchor]:
    """Return the anchors of some kinds in the order of the text."""
    return list(
        session.scalars(
            sa.select(Anchor)
            .where(Anchor.revision_id == revision_id, Anchor.kind.in_(kinds))
            .order_by(Anchor.start, Anchor.end.desc(), Anchor.id)
        )
    )
