"""How a project describes its materials: own types of sources, typed attributes, and how a passage is cited."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, TypeVar
from uuid import UUID

import sqlalchemy as sa
from pydantic import AfterValidator, StringConstraints
from sqlalchemy.orm import Session

from intercoder.errors import Conflict, InvalidInput, marked
from intercoder.models import (
    Attribute,
    AttributeKind,
    Case,
    Described,
    Document,
    FileState,
    OwnSource,
    Project,
    SourceFile,
)
from intercoder.services.command import Command
from intercoder.text.canonical import clean_name, name_key

#: own types of sources, or typed attributes, of a project
MOST = 40
#: choices of one attribute
CHOICES = 60
#: what may stand in a citation beside the names of attributes
PLACES = ("case", "document", "source", "paragraph")
_PLACE = re.compile(r"\{([^{}]*)\}")
_TYPED_DAY = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2}))?)?[年月日]?")
_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_PRIMARY = {"primary": True, "一手": True, "secondary": False, "二手": False}
_KINDS = {
    **{kind.value: kind for kind in AttributeKind},
    "文本": AttributeKind.TEXT,
    "数字": AttributeKind.NUMBER,
    "日期": AttributeKind.DATE,
    "选项": AttributeKind.CHOICE,
}
_SEPARATORS = re.compile("[,，、;；]")


def _sources(given: Mapping[str, str]) -> dict[str, str]:
    own_sources(given)
    return dict(given)


def _columns(given: Mapping[str, str]) -> dict[str, str]:
    columns(given)
    return dict(given)


def _cited(given: str) -> str:
    if given.count("{") != given.count("}") or len(_PLACE.findall(given)) != given.count("{"):
        raise InvalidInput("citation_open", "What is put into a citation stands in braces: one of them is not closed.")
    return given.strip()


T = TypeVar("T")

Line = Annotated[str, StringConstraints(max_length=2000)]


class Describing(Command):
    """How materials are described, as far as it changes; an empty value means none.

    ``source_types``: name -> ``primary`` or ``secondary``. ``case_attributes`` and ``document_attributes``: name -> ``text``,
    ``number``, ``date``, or ``choice: this, that``. ``citation``: words with the places {case}, {document}, {source},
    {paragraph} and {name of an attribute}.
    """

    source_types: Annotated[dict[Line, Line], AfterValidator(_sources)] | None = None
    case_attributes: Annotated[dict[Line, Line], AfterValidator(_columns)] | None = None
    document_attributes: Annotated[dict[Line, Line], AfterValidator(_columns)] | None = None
    citation: Annotated[str, StringConstraints(max_length=200), AfterValidator(_cited)] | None = None


def own_sources(given: Mapping[str, str]) -> tuple[OwnSource, ...]:
    """Return types of sources, each primary or secondary, in their order; ``InvalidInput`` where one is neither."""
    _few(given)
    made = []
    for name, said in given.items():
        primary = _PRIMARY.get(said.strip().casefold())
        if primary is None:
            raise InvalidInput("neither_primary", "“{name}” is either primary or secondary: say which.", name=name)
        made.append(OwnSource(_name(name), primary))
    return tuple(made)


def columns(given: Mapping[str, str]) -> tuple[Attribute, ...]:
    """Return typed attributes in their order; ``InvalidInput`` where one is of no kind that there is."""
    _few(given)
    made = []
    for name, said in given.items():
        kind, _, listed = said.replace("：", ":").partition(":")
        known = _KINDS.get(kind.strip().casefold())
        choices = tuple(dict.fromkeys(c for part in _SEPARATORS.split(listed) if (c := clean_name(part))))
        if known is None:
            raise InvalidInput(
                "no_such_kind", "“{name}” is text, number, date or choice: say which of them.", name=name
            )
        if known is AttributeKind.CHOICE and not 1 <= len(choices) <= CHOICES:
            raise InvalidInput(
                "no_choices",
                "“{name}” is one of a list of at most {n}: name them, such as “choice: small, large”.",
                name=name,
                n=CHOICES,
            )
        made.append(Attribute(_name(name), known, choices if known is AttributeKind.CHOICE else ()))
    return tuple(made)


def _few(given: Mapping[str, str]) -> None:
    if len(given) > MOST:
        raise InvalidInput("many_columns", "At most {n} of them.", n=MOST)
    if len({name_key(name) for name in given}) < len(given):
        raise InvalidInput("named_twice", "A name stands in the list twice.")


def _name(given: str) -> str:
    name = clean_name(given)
    if not name or len(name) > 80:
        raise InvalidInput("no_column_name", "A name has between 1 and {n} characters.", n=80)
    return name


def describe(session: Session, project: Project, change: Describing) -> bool:
    """Describe the materials of a project anew; return whether anything changed.

    Documents of a type that is called primary or secondary now are so too.

    Raises
    ------
    Conflict : a document has a type that would not be there, a case or a document a value that would not fit.
    """
    was = project.described
    sources = was.sources if change.source_types is None else own_sources(change.source_types)
    of_cases = was.of_cases if change.case_attributes is None else columns(change.case_attributes)
    of_documents = was.of_documents if change.document_attributes is None else columns(change.document_attributes)
    citation = was.citation if change.citation is None else change.citation
    made = Described(sources, of_cases, of_documents, citation)
    if made == was:
        return False
    if sources != was.sources:
        _take_over(session, project.id, sources)
    if of_cases != was.of_cases:
        _require_held(of_cases, session.scalars(sa.select(Case).where(Case.project_id == project.id)), _of_case)
    if of_documents != was.of_documents:
        there = sa.select(Document).where(Document.project_id == project.id, Document.removed_at.is_(None))
        _require_held(of_documents, session.scalars(there), _of_document)
    project.described = made
    return True


def _take_over(session: Session, project_id: UUID, sources: Iterable[OwnSource]) -> None:
    known = {source.name: source.primary for source in sources}
    there = sa.select(Document).where(Document.project_id == project_id, Document.source != "")
    for document in session.scalars(there.order_by(Document.position, Document.id)):
        if document.source in known:
            document.is_primary = known[document.source]
        elif document.removed_at is None:
            raise Conflict(
                "source_in_use",
                "“{title}” is of the type “{name}”: give it another one before you take that off the list.",
                title=document.title,
                name=document.source,
            )
    waiting = (SourceFile.project_id == project_id, SourceFile.state != FileState.IMPORTED, SourceFile.source != "")
    for file in session.scalars(sa.select(SourceFile).where(*waiting)):
        file.is_primary = known.get(file.source, file.is_primary)
        file.source = file.source if file.source in known else ""


def _of_case(case: Case) -> tuple[str, Mapping[str, str]]:
    return case.name, case.attributes


def _of_document(document: Document) -> tuple[str, Mapping[str, str]]:
    return document.title, document.attributes


def _require_held(
    wanted: Iterable[Attribute], rows: Iterable[T], of: Callable[[T], tuple[str, Mapping[str, str]]]
) -> None:
    wanted = tuple(wanted)
    for row in rows:
        name, attributes = of(row)
        unfit = _unfit(wanted, attributes)
        if unfit is not None:
            raise Conflict(
                "value_unfit",
                "“{attribute}” of “{name}” is “{value}”: correct it first.",
                attribute=unfit.name,
                name=name,
                value=attributes[unfit.name],
            )


def _unfit(wanted: Iterable[Attribute], attributes: Mapping[str, str]) -> Attribute | None:
    """Return the first attribute whose value is not of its kind; an empty value is none."""
    return next((a for a in wanted if attributes.get(a.name) and not fits(a, attributes[a.name])), None)


def fits(attribute: Attribute, value: str) -> bool:
    """Whether a value is of the kind of an attribute."""
    match attribute.kind:
        case AttributeKind.NUMBER:
            return number_of(value) is not None
        case AttributeKind.DATE:
            return _is_date(value)
        case AttributeKind.CHOICE:
            return value in attribute.choices
        case AttributeKind.TEXT:
            return True


def number_of(value: str) -> float | None:
    """Return a number as people write one, 1,200 or 3.5; None for what is none."""
    plain = value.replace(",", "").replace("，", "").strip()
    return float(plain) if re.fullmatch(r"[+-]?\d+(\.\d+)?", plain) else None


def _is_date(value: str) -> bool:
    found = _DAY.fullmatch(value.strip())
    if found is None:
        return False
    year, month, day = (int(part) if part else 1 for part in found.groups())
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def written(attribute: Attribute, value: str) -> str:
    """Return a value as it is kept: a choice as it stands on the list, a day that spreadsheets write 2021/5/12 or 2021年5月12日 as 2021-05-12.

    What is of another kind comes back as it is; ``require_fitting`` refuses it.
    """
    if attribute.kind is AttributeKind.CHOICE:
        return next((choice for choice in attribute.choices if name_key(choice) == name_key(value)), value)
    day = _TYPED_DAY.fullmatch(value) if attribute.kind is AttributeKind.DATE else None
    if day is None:
        return value
    return "-".join(part.zfill(2) for part in day.groups() if part)


def require_fitting(wanted: Iterable[Attribute], attributes: Mapping[str, str]) -> None:
    """Refuse a value that is not of the kind of its attribute."""
    unfit = _unfit(wanted, attributes)
    if unfit is not None:
        message = {
            AttributeKind.NUMBER: marked("“{value}” is no number: “{name}” is one, such as 140 or 3.5."),
            AttributeKind.DATE: marked("“{value}” is no date: “{name}” is one, such as 2021, 2021-05 or 2021-05-12."),
            AttributeKind.CHOICE: marked("“{value}” is not one of the choices of “{name}”: {choices}."),
        }
        raise InvalidInput.saying(
            "value_unfit",
            message[unfit.kind],
            name=unfit.name,
            value=attributes[unfit.name],
            choices=", ".join(unfit.choices),
        )


def source_named(project: Project, name: str) -> OwnSource | None:
    """Return a type of source of the project's own list; None for no name; refuse one that is not on it."""
    wanted = clean_name(name)
    if not wanted:
        return None
    found = next((s for s in project.described.sources if name_key(s.name) == name_key(wanted)), None)
    if found is None:
        raise InvalidInput(
            "no_such_source",
            "“{name}” is not on the project’s list of source types: {names}.",
            name=wanted,
            names=", ".join(source.name for source in project.described.sources) or "–",
        )
    return found


@dataclass(frozen=True)
class Said:
    """How materials are described, as ``Describing`` takes it."""

    source_types: Mapping[str, str]
    case_attributes: Mapping[str, str]
    document_attributes: Mapping[str, str]
    citation: str


def said(described: Described) -> Said:
    """Return a description as it was given."""
    return Said(
        {source.name: "primary" if source.primary else "secondary" for source in described.sources},
        {column.name: _kind_said(column) for column in described.of_cases},
        {column.name: _kind_said(column) for column in described.of_documents},
        described.citation,
    )


def _kind_said(column: Attribute) -> str:
    return f"{column.kind}: {', '.join(column.choices)}" if column.choices else column.kind.value
