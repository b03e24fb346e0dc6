"""Strata of a study at equal coverage: cases, kinds of source, primary and secondary materials, coders, any attribute; by compared rounds alone."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy.orm import Session

from intercoder.errors import InvalidInput
from intercoder.models import Round, SamplingUnit
from intercoder.services.access import Access
from intercoder.services.arriving import Asked, Counted, count_of
from intercoder.services.code_states import remembered
from intercoder.services.saturation import coders, visible_rounds
from intercoder.stats.saturation.study.whose import View, ViewKind

if TYPE_CHECKING:  # their numbers need numpy
    from intercoder.stats.saturation.strata import Comparison, Reach


class GroupKind(enum.StrEnum):
    """By what documents are put into strata."""

    CASE = "case"
    SOURCE = "source"  #: the kind of source
    PRIMARY = "primary"  #: collected for the study, or found
    CODER = "coder"  #: what each coder sees
    ATTRIBUTE = "attribute"


@dataclass(frozen=True)
class Group:
    """By what documents are put into strata; ``attribute`` names the one of the last kind."""

    kind: GroupKind = GroupKind.CASE
    attribute: str = ""

    def __str__(self) -> str:
        """The name that ``of`` reads."""
        return f"{self.kind}:{self.attribute}" if self.attribute else self.kind

    @classmethod
    def of(cls, name: str) -> "Group":
        """Return the group of that name: ``case``, ``source``, ``primary``, ``coder`` or ``attribute:NAME``. Raises ``InvalidInput``."""
        kind, _, attribute = name.partition(":")
        if kind in set(GroupKind) and bool(attribute) == (kind == GroupKind.ATTRIBUTE):
            return cls(GroupKind(kind), attribute)
        raise InvalidInput(
            "bad_group",
            "Documents are grouped by case, source, primary, coder or attribute:NAME, not by {group}.",
            group=name,
        )


@dataclass(frozen=True)
class Strata:
    """What arrived, in strata, where these are equally complete."""

    group: Group
    #: what is counted in each of them
    unit: SamplingUnit
    found: "Comparison"
    #: the curves of the strata over coverage
    reaches: "Mapping[str, Reach]"
    #: names of coders, where they are the strata
    names: Mapping[str, str]


def unit_in(asked: SamplingUnit, group: Group) -> SamplingUnit:
    """Return what is counted in strata: where cases arrive each of them is one unit, so that cases are compared by their documents."""
    return SamplingUnit.DOCUMENT if group.kind is GroupKind.CASE else asked


def count_compared(
    session: Session, access: Access, asked: Asked, seen: Sequence[Round] | None = None
) -> tuple[Counted, list[Round]]:
    """Return what is counted for a view by compared rounds alone, and these; ``seen``: the rounds that the person may see, where they are known."""
    rounds = visible_rounds(session, access) if seen is None else seen
    rounds = [r for r in rounds if r.state.compared and r.compared_at is not None]
    count = count_of(session, access.project.id, rounds, ruled=asked.view.kind is ViewKind.CONSENSUS)
    return count, rounds


def strata(session: Session, access: Access, asked: Asked, group: Group, seen: Sequence[Round] | None = None) -> Strata:
    """Return the strata of what is asked for at equal coverage; where nothing changed since, they are kept: their intervals take a moment.

    ``seen``: the rounds that the person may see, where they are known.
    """
    count, rounds = count_compared(session, access, asked, seen)
    (found,) = _apart(session, access.project.id, count, rounds, asked, (group,))
    return found


def every(session: Session, access: Access, asked: Asked) -> Sequence[Strata]:
    """Return the strata of everything by which a study can be put into some."""
    count, rounds = count_compared(session, access, asked)
    kinds = [Group(kind) for kind in GroupKind if kind is not GroupKind.ATTRIBUTE]
    groups = (*kinds, *(Group(GroupKind.ATTRIBUTE, name) for name in count.attributes))
    return _apart(session, access.project.id, count, rounds, asked, groups)


def _apart(
    session: Session, project: UUID, count: Counted, rounds: Sequence[Round], asked: Asked, groups: Sequence[Group]
) -> Sequence[Strata]:
    people = coders(session, rounds) if any(group.kind is GroupKind.CODER for group in groups) else {}
    about = ("strata", asked.level, str(asked.view), asked.unit, tuple(map(str, groups)), tuple(r.id for r in rounds))
    # moved to another case, a document is in another stratum
    places = {
        document: (said.case, [_stratum(count, group, document) for group in groups])
        for document, said in count.about.items()
    }
    then = count.found.state, count.found.related.state, places, tuple(people.items())

    def compare() -> Sequence[Strata]:
        from intercoder.stats.saturation.strata import equal_coverage, reaches

        found = []
        for group in groups:
            units = _units(count, asked, group, people)
            names = people if group.kind is GroupKind.CODER else {}
            found.append(Strata(group, unit_in(asked.unit, group), equal_coverage(units), reaches(units), names))
        return found

    return remembered(session, project, about, compare, then)


def _units(
    count: Counted, asked: Asked, group: Group, people: Mapping[str, str]
) -> Mapping[str, Sequence[frozenset[str]]]:
    """Return the codes of each unit by stratum; a case is in each stratum with what its documents there hold.

    Documents without a value of an attribute, or without a case, are in no stratum.
    """
    unit = unit_in(asked.unit, group)
    if group.kind is GroupKind.CODER:
        own = [(who, Asked(asked.level, View(ViewKind.CODER, coder=who), unit)) for who in people]
        return {who: count.codes_asked(of) for who, of in own}
    documents = count.units(Asked(asked.level, asked.view, SamplingUnit.DOCUMENT, asked.order))
    found: dict[str, dict[str, frozenset[str]]] = {}
    for one, codes in zip(documents, count.codes(documents, asked.view, asked.level), strict=True):
        stratum, (document, *_) = _stratum(count, group, one.documents[0]), one.documents
        if stratum:
            key = one.case or document if unit is SamplingUnit.CASE else document
            units = found.setdefault(stratum, {})
            units[key] = units.get(key, frozenset()) | codes
    return {stratum: list(units.values()) for stratum, units in found.items()}


def _stratum(count: Counted, group: Group, document: str) -> str | None:
    """Return in which stratum a document is; None in none, and where coders are the strata."""
    said = count.about[document]
    if group.kind is GroupKind.CASE:
        return said.case
    if group.kind is GroupKind.SOURCE:
        return said.source
    if group.kind is GroupKind.PRIMARY:
        return "primary" if said.primary else "secondary"
    return said.attributes.get(group.attribute)
