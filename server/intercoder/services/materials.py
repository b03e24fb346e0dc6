"""Cases, documents and their texts: what a study codes."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, undefer

from intercoder import events
from intercoder.clock import now
from intercoder.errors import Conflict, InvalidInput, marked
from intercoder.models import (
    Anchor,
    Assignment,
    Case,
    Document,
    Revision,
    Round,
    RoundState,
    SourceType,
)
from intercoder.services.access import Access, no_such_thing
from intercoder.text.canonical import clean_name, name_key

ATTRIBUTES = 40
PRIMARY = frozenset(
    {SourceType.INTERVIEW, SourceType.OBSERVATION, SourceType.MEETING, SourceType.PHONE, SourceType.SURVEY}
)


# --- cases ---------------------------------------------------------------------------------------


def cases(session: Session, project_id: UUID) -> list[Case]:
    """Return the cases in their order."""
    return list(session.scalars(sa.select(Case).where(Case.project_id == project_id).order_by(Case.position, Case.id)))


def create_case(session: Session, access: Access, name: str, attributes: Mapping[str, Any] | None = None) -> Case:
    """Add a case; ``Conflict`` when the name is taken."""
    name = cleaned_name(name, marked("Give the case a name."))
    if _find_case(session, access.project.id, name) is not None:
        raise Conflict("case_taken", "There is already a case “{name}”.", name=name)
    return _add_case(session, access, name, cleaned_attributes(attributes))


def _add_case(session: Session, access: Access, name: str, attributes: dict[str, Any]) -> Case:
    count = session.scalar(sa.select(sa.func.count()).where(Case.project_id == access.project.id)) or 0
    case = Case(project_id=access.project.id, name=name, name_key=name_key(name), attributes=attributes, position=count)
    session.add(case)
    session.flush()
    access.log(session, events.CaseCreated(case.id, name=name))
    return case


def change_case(
    session: Session, access: Access, case_id: UUID, *, name: str | None, attributes: Mapping[str, Any] | None
) -> Case:
    """Rename a case or set its attributes."""
    case = session.get(Case, case_id)
    if case is None or case.project_id != access.project.id:
        raise no_such_thing()
    if name is not None:
        name = cleaned_name(name, marked("Give the case a name."))
        other = _find_case(session, access.project.id, name)
        if other is not None and other.id != case.id:
            raise Conflict("case_taken", "There is already a case “{name}”.", name=name)
        case.name, case.name_key = name, name_key(name)
    if attributes is not None:
        case.attributes = cleaned_attributes(attributes)
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
    if not name or not clean_name(name):
        return None
    name = cleaned_name(name, "")
    return _find_case(session, access.project.id, name) or _add_case(session, access, name, {})


def cleaned_name(name: str, sentence: str) -> str:
    """Return a name without what cannot be seen; ``InvalidInput`` with the sentence when nothing is left."""
    name = clean_name(name)
    if not name:
        raise InvalidInput.saying("no_name", sentence)
    if len(name) > 200:
        raise InvalidInput("long_name", "A name has at most {n} characters.", n=200)
    return name


def cleaned_attributes(given: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return attributes with their names and values cleaned and cut; ``InvalidInput`` for too many."""
    cleaned = {clean_name(str(k))[:80]: clean_name(str(v))[:500] for k, v in (given or {}).items()}
    cleaned.pop("", None)
    if len(cleaned) > ATTRIBUTES:
        raise InvalidInput("many_attributes", "At most {n} attributes.", n=ATTRIBUTES)
    return cleaned


def known_source_type(value: str) -> SourceType:
    """Return the source type; ``InvalidInput`` for an unknown one."""
    try:
        return SourceType(value)
    except ValueError:
        choices = ", ".join(s.value for s in SourceType)
        raise InvalidInput(
            "bad_choice", "{name} must be one of: {choices}.", name="source_type", choices=choices
        ) from None


# --- documents -----------------------------------------------------------------------------------


def documents(session: Session, project_id: UUID) -> list[Document]:
    """Return the documents in the order of the study."""
    return list(
        session.scalars(
            sa.select(Document)
            .where(Document.project_id == project_id, Document.removed_at.is_(None))
            .order_by(Document.position, Document.id)
        )
    )


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


def lengths(session: Session, project_id: UUID) -> dict[UUID, int]:
    """Return the length of the latest text of each document, in code points."""
    rows = session.execute(
        sa.select(Revision.document_id, Revision.length)
        .join(Document)
        .where(Document.project_id == project_id)
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
    found = session.scalar(
        sa.select(Revision)
        .join(Document)
        .where(Revision.id == revision_id, Document.project_id == project_id)
        .options(undefer(Revision.text), sa.orm.contains_eager(Revision.document))
    )
    if found is None:
        raise no_such_thing()
    return found


def change_document(session: Session, access: Access, document_id: UUID, given: Mapping[str, Any]) -> Document:
    """Change what is said of a document; its text cannot be changed."""
    document = get_document(session, access.project.id, document_id)
    if given.get("title"):
        title = cleaned_name(str(given["title"]), marked("Give the document a title."))
        taken = session.scalar(
            sa.select(Document.id).where(
                Document.project_id == access.project.id,
                Document.title_key == name_key(title),
                Document.id != document.id,
            )
        )
        if taken:
            raise Conflict("title_taken", "There is already a document “{title}”.", title=title)
        document.title, document.title_key = title, name_key(title)
    if "case" in given:
        document.case = case_named(session, access, given["case"])
    if given.get("source_type"):
        document.source_type = known_source_type(str(given["source_type"]))
    if given.get("primary") is not None:
        document.is_primary = bool(given["primary"])
    if given.get("attributes") is not None:
        document.attributes = cleaned_attributes(given["attributes"])
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


def anchors_of(session: Session, revision_id: UUID, kinds: Sequence[str]) -> list[Anchor]:
    """Return the anchors of some kinds in the order of the text."""
    return list(
        session.scalars(
            sa.select(Anchor)
            .where(Anchor.revision_id == revision_id, Anchor.kind.in_(kinds))
            .order_by(Anchor.start, Anchor.end.desc(), Anchor.id)
        )
    )
