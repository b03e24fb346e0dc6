"""Further looks at saturation, by compared rounds alone: in retrospect, in other orders, in strata at equal coverage, by category."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from intercoder.errors import InvalidInput
from intercoder.models import Level, Round, SamplingUnit
from intercoder.policy import Permission
from intercoder.services.access import Access
from intercoder.services.arriving import Asked, Counted, count_of
from intercoder.services.categories import negative_cases
from intercoder.services.code_states import remembered
from intercoder.services.saturation import coders, visible_rounds
from intercoder.stats.saturation.stopping import (
    Quarter,
    Share,
    cumulative_shares,
    francis2010,
    near_saturation,
    quarters,
)
from intercoder.stats.saturation.study.events import Kind
from intercoder.stats.saturation.study.whose import View, ViewKind

if TYPE_CHECKING:  # their numbers need numpy
    from intercoder.stats.saturation.reordering import Reordering
    from intercoder.stats.saturation.strata import Comparison, Reach
    from intercoder.stats.saturation.study.support import Developed, Support


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
class Category:
    """A code of the level asked for, and what it rests on; ``francis``: where 10 + 3 was first met for the codes below it."""

    id: str
    name: str
    found: "Developed"
    francis: int | None
    #: where properties of categories are recorded: how many it has, how they developed, and relations with evidence
    noted: "Support | None" = None


@dataclass(frozen=True)
class Checks:
    """What is looked at beside the curve: of units, and in strata of documents."""

    units: int
    quarters: tuple[Quarter, ...]
    shares: tuple[Share, ...]
    near: int | None
    orders: "Reordering"
    strata: "Comparison"
    #: the curves of the strata over coverage
    reaches: "Mapping[str, Reach]"
    #: names of coders, where they are the strata
    names: Mapping[str, str]
    categories: tuple[Category, ...]
    #: document -> its title, of those that the categories name
    titles: Mapping[str, str]
    attributes: tuple[str, ...]
    #: category -> the cases for which somebody noted that it does not hold, of those that the person may know
    negative: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def checks(session: Session, access: Access, asked: Asked, group: Group, seen: Sequence[Round] | None = None) -> Checks:
    """Return further looks at the figures that are asked for, in one view.

    ``seen``: the rounds that the person may see, where they are known. Where nothing changed since, the looks are kept: 1,000 orders and
    the intervals of the strata take a moment.
    """
    rounds = visible_rounds(session, access) if seen is None else seen
    rounds = [r for r in rounds if r.state.compared and r.compared_at is not None]
    ruled = asked.view.kind is ViewKind.CONSENSUS
    count = count_of(session, access.project.id, rounds, ruled=ruled)
    people = coders(session, rounds) if group.kind is GroupKind.CODER else {}
    units = tuple(unit.documents for unit in count.units(asked))
    about = (
        "checks",
        asked.level,
        str(asked.view),
        asked.unit,
        str(asked.order),
        str(group),
        tuple(r.id for r in rounds),
    )
    # moved to another case, a document is in another stratum
    said = count.about
    places = tuple((said[document].title, _stratum(count, group, document)) for of in units for document in of)
    then = count.found.state, count.found.related.state, units, places, tuple(people.items())
    found = remembered(session, access.project.id, about, lambda: _checks(count, asked, group, people), then)
    return replace(found, negative=_negative(session, access)) if found.categories else found


def _negative(session: Session, access: Access) -> Mapping[str, tuple[str, ...]]:
    """Return the negative cases of each category, for whoever may read what was written of it."""
    if not access.may(Permission.THEORY_VIEW):
        return {}
    found: dict[str, list[str]] = {}
    for one in negative_cases(session, access, bare=True):
        found.setdefault(one.code.id, []).append(one.case)
    return {code: tuple(cases) for code, cases in found.items()}


def _checks(count: Counted, asked: Asked, group: Group, people: Mapping[str, str]) -> Checks:
    from intercoder.stats.saturation.reordering import reordering
    from intercoder.stats.saturation.strata import equal_coverage, reaches

    units, strata = count.units(asked), _strata(count, asked, group, people)
    codes = count.codes(units, asked.view, asked.level)
    new, seen = [], set[str]()
    for of_unit in codes:
        new.append(len(of_unit - seen))
        seen |= of_unit
    cases = [unit.case or unit.documents[0] for unit in units] if asked.unit is SamplingUnit.DOCUMENT else None
    return Checks(
        units=len(units),
        quarters=quarters(new),
        shares=cumulative_shares(new),
        near=near_saturation(new),
        orders=reordering(codes, cases=cases),
        strata=equal_coverage(strata),
        reaches=reaches(strata),
        names=people,
        categories=tuple(_categories(count, asked)),
        titles={document: said.title for document, said in count.about.items()},
        attributes=count.attributes,
    )


def _strata(
    count: Counted, asked: Asked, group: Group, people: Mapping[str, str]
) -> Mapping[str, Sequence[frozenset[str]]]:
    """Return the codes of each document by stratum; documents without a value of an attribute, or a case, are in none."""
    if group.kind is GroupKind.CODER:
        own = [(who, Asked(asked.level, View(ViewKind.CODER, coder=who))) for who in people]
        return {who: count.codes_asked(of) for who, of in own}
    documents = count.units(Asked(asked.level, asked.view, SamplingUnit.DOCUMENT, asked.order))
    strata: dict[str, list[frozenset[str]]] = {}
    for unit, codes in zip(documents, count.codes(documents, asked.view, asked.level), strict=True):
        name = _stratum(count, group, unit.documents[0])
        if name:
            strata.setdefault(name, []).append(codes)
    return strata


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


def _categories(count: Counted, asked: Asked) -> Sequence[Category]:
    """Return the codes of a level in use, with what they rest on; none of labels, under which nothing lies."""
    from intercoder.stats.saturation.study.support import Touch, category_support, developed

    level, levels = asked.level, list(Level)
    lower = [] if isinstance(level, Kind) else levels[: levels.index(level)]
    if isinstance(level, Kind) or not lower:
        return ()
    study = count.found.study
    documents = count.units(Asked(asked.level, asked.view, SamplingUnit.DOCUMENT, asked.order))
    here = count.codes(documents, asked.view, asked.level)
    under = [count.codes(documents, asked.view, level) for level in lower]
    touches: dict[str, list[Touch]] = {}
    news: dict[str, list[int]] = {}
    known: dict[str, set[str]] = {}
    for place, unit in enumerate(documents):
        said = count.about[unit.documents[0]]
        below: dict[str, set[str]] = {}
        for codes in under:
            for code in codes[place]:
                above = study.lift(code, level)
                if above is not None:
                    below.setdefault(above, set()).add(code)
        for code in here[place]:
            held = frozenset(below.get(code, ()))
            touches.setdefault(code, []).append(Touch(unit.documents[0], said.case, said.source, held))
            seen = known.setdefault(code, set())
            news.setdefault(code, [0] * len(documents))[place] = len(held - seen)
            seen |= held
    names = count.mapped.codes
    arrived = [unit.documents[0] for unit in documents]
    noted = category_support(study, level, view=str(asked.view), order=arrived) if study.properties else {}
    found = [
        Category(code, names[code].name, developed(of), francis2010(news[code]), noted.get(code))
        for code, of in touches.items()
    ]
    order = {code: place for place, code in enumerate(names)}
    return sorted(found, key=lambda one: order[one.id])
