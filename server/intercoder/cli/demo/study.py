"""The demo study as plain values: what is in ``data/``, read, typed and checked.

Nothing here opens a database: whoever fills a project from it calls :func:`load_study` and the services.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import resources
from typing import TypeVar

from pydantic import TypeAdapter

from intercoder.models import AssignmentState, CodebookPolicy, Level, Role, RoundState, SourceType, Unit

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Project:
    """The names and descriptions of the study in both languages."""

    name_zh: str
    name_en: str
    description_zh: str
    description_en: str


@dataclass(frozen=True, slots=True)
class Case:
    """One of the firms studied."""

    key: str
    name: str
    attributes: Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Document:
    """One source with its whole canonical text."""

    key: str
    file: str
    title: str
    case: str
    source_type: SourceType
    primary: bool
    language: str
    attributes: Mapping[str, str | int]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """One code. ``since`` is the key of the first round in which it, or a code below it, was applied."""

    key: str
    name: str
    name_en: str
    level: Level
    parent: str | None
    definition: str
    include: str
    exclude: str
    example: str
    near_miss: str
    since: str


@dataclass(frozen=True, slots=True)
class Person:
    """A member of the team and the role in the project."""

    key: str
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Assignment:
    """How far one coder has come with one document of a round."""

    document: str
    coder: str
    state: AssignmentState


@dataclass(frozen=True, slots=True)
class Round:
    """Who codes what, in which unit, under which codebook policy, and how far it is."""

    key: str
    name: str
    name_en: str
    unit: Unit
    policy: CodebookPolicy
    state: RoundState
    documents: tuple[str, ...]
    coders: tuple[str, ...]
    assignments: tuple[Assignment, ...]


@dataclass(frozen=True, slots=True)
class Coding:
    """One code on the half-open code point span [start, end), whose words are ``quote``."""

    round: str
    document: str
    coder: str
    code: str
    start: int
    end: int
    quote: str
    memo: str = ""
    doubt: bool = False


@dataclass(frozen=True, slots=True)
class RuledCoding:
    """A coding that follows from a ruling."""

    code: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the adjudicator decided for the place [start, end); no codings: nothing is coded there."""

    round: str
    document: str
    start: int
    end: int
    codings: tuple[RuledCoding, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Study:
    """Everything the demo project is made of."""

    project: Project
    cases: tuple[Case, ...]
    documents: tuple[Document, ...]
    codes: tuple[Code, ...]
    people: tuple[Person, ...]
    rounds: tuple[Round, ...]
    codings: tuple[Coding, ...]
    rulings: tuple[Ruling, ...]


@dataclass(frozen=True)
class _Described:
    """What the first file holds; the texts of its documents lie beside it."""

    project: Project
    cases: tuple[Case, ...]
    documents: tuple[Document, ...]


def load_study() -> Study:
    """Return the study that lies beside this module."""
    data = resources.files(__package__) / "data"

    def read(kind: type[T], name: str) -> T:
        return TypeAdapter(kind).validate_json((data / name).read_bytes())

    study = read(_Described, "study.json")
    return Study(
        project=study.project,
        cases=study.cases,
        documents=tuple(
            replace(document, text=(data / "documents" / document.file).read_bytes().decode("utf-8"))
            for document in study.documents
        ),
        codes=read(tuple[Code, ...], "codebook.json"),
        people=read(tuple[Person, ...], "coders.json"),
        rounds=read(tuple[Round, ...], "rounds.json"),
        codings=read(tuple[Coding, ...], "codings.json"),
        rulings=read(tuple[Ruling, ...], "rulings.json"),
    )
