"""Rows of the log as sentences: what somebody did, in the language of the request."""

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from intercoder import events
from intercoder.events import Subject
from intercoder.language import gettext, translate, translate_counted
from intercoder.models import Event, Role, Unit
from intercoder.policy import Permission
from intercoder.reports.words import word
from intercoder.services import accounts, codebook, log, materials, rounds
from intercoder.services.access import Access
from intercoder.services.paging import Asked
from intercoder.web.session import db


class Group(enum.StrEnum):
    """A part of the log that can be read by itself."""

    ALL = "all"
    PEOPLE = "people"
    MATERIALS = "materials"
    CODEBOOK = "codebook"
    ROUNDS = "rounds"
    CODINGS = "codings"
    COMPARISON = "comparison"
    THEORY = "theory"


#: the kinds of things of each group; of all of them there is no choice
GROUPS: Mapping[Group, tuple[Subject, ...]] = {
    Group.PEOPLE: (Subject.PROJECT, Subject.MEMBER, Subject.INVITATION),
    Group.MATERIALS: (Subject.CASE, Subject.FILE, Subject.DOCUMENT),
    Group.CODEBOOK: (Subject.CODE, Subject.VERSION),
    Group.ROUNDS: (Subject.ROUND, Subject.ASSIGNMENT),
    Group.CODINGS: (Subject.CODING,),
    Group.COMPARISON: (Subject.REPORT, Subject.DISAGREEMENT, Subject.NORMING),
    Group.THEORY: (Subject.ELEMENT, Subject.RELATION),
}
#: what is news to colleagues: everything but the single codings
NEWS = tuple(kind for group, kinds in GROUPS.items() if group is not Group.CODINGS for kind in kinds)


@dataclass(frozen=True)
class Names:
    """The names behind the identifiers of some rows; what the reader may not know is not in it."""

    people: Mapping[UUID, str]
    documents: Mapping[UUID, str]
    codes: Mapping[UUID, str]
    rounds: Mapping[UUID, int]


@dataclass(frozen=True)
class Line:
    """One row for reading: who (None for the program), what, when, and in which round."""

    id: UUID
    at: datetime
    who: str | None
    what: str
    action: str
    round: int | None
    #: the code of the codebook that it was done to, where its passages may be seen
    code: UUID | None


def lines(access: Access, rows: Sequence[Event]) -> list[Line]:
    """Return the rows of the log as sentences in the language of the request."""
    acts = [events.read(row) for row in rows]
    sentences = [act.sentence() if act else None for act in acts]
    codes = {act.subject_id for act in acts if act and act.subject_kind is Subject.CODE}
    names = _names(access, rows, [s for s in sentences if s], codes)
    opened = names.codes.keys() & codes if access.may(Permission.CODINGS_VIEW) else set()
    return [
        Line(
            row.id,
            row.at,
            names.people.get(row.actor_id) if row.actor_id else None,
            # An act that a newer version recorded is told by its name alone.
            printed(sentence, names) if sentence else row.action,
            row.action,
            names.rounds.get(row.round_id) if row.round_id else None,
            row.subject_id if row.subject_id in opened else None,
        )
        for row, sentence in zip(rows, sentences, strict=True)
    ]


def recent(access: Access, limit: int) -> list[Line]:
    """Return the latest news of the project that this person may see."""
    return lines(access, log.rows(db(), access, Asked(limit=limit), kinds=NEWS).rows)


def told(access: Access, act: events.Act) -> str:
    """Return what an act says, without the person, in the language of the request."""
    sentence = act.sentence()
    return printed(sentence, _names(access, [], [sentence]))


def _names(
    access: Access, rows: Iterable[Event], sentences: Iterable[events.Sentence], codes: Iterable[UUID] = ()
) -> Names:
    """Ask for the names that the rows need, each kind at once; of ``codes`` too."""
    project = access.project.id
    places = [value for sentence in sentences for value in sentence.values.values()]
    people = {row.actor_id for row in rows if row.actor_id} | {p.id for p in places if isinstance(p, events.Person)}
    titles = {p.document_id for p in places if isinstance(p, events.Title)}
    return Names(
        people=accounts.names_of(db(), people),
        documents=materials.titles_of(db(), project, titles) if access.may(Permission.MATERIALS_VIEW) else {},
        codes=codebook.names_of(db(), project, {*codes, *(p.id for p in places if isinstance(p, events.CodeName))}),
        rounds=rounds.numbers_of(db(), {row.round_id for row in rows if row.round_id}),
    )


def printed(sentence: events.Sentence, names: Names) -> str:
    """Return what was done, without the person: "opened round 2 “Pilot”"."""
    values = {place: _word(value, names) for place, value in sentence.values.items()}
    if sentence.many is not None:
        n = values.pop("n")
        assert isinstance(n, int)
        return translate_counted(sentence.message, sentence.many, n, values)
    return translate(sentence.message, values)


def _word(value: events.Words, names: Names) -> str | int:
    """Return what stands at a place of a sentence."""
    if isinstance(value, tuple):
        return gettext(", ").join(str(_word(part, names)) for part in value)
    if isinstance(value, events.Person):
        return names.people.get(value.id, "…")
    if isinstance(value, events.Title):
        return names.documents.get(value.document_id, "…")
    if isinstance(value, events.CodeName):
        return names.codes.get(value.id, value.otherwise)
    if isinstance(value, events.CodeField):
        return word("code_field", value.name)
    if isinstance(value, Unit):
        return word("unit", value).lower()
    if isinstance(value, Role):
        return word("role", value)
    return value
