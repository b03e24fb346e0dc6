"""Further looks at saturation, by compared rounds alone: in retrospect, in other orders, by category."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from intercoder.models import Level, Round, SamplingUnit
from intercoder.policy import Permission
from intercoder.services.access import Access
from intercoder.services.arriving import Asked, Counted
from intercoder.services.categories import negative_cases
from intercoder.services.code_states import remembered
from intercoder.services.strata import count_compared
from intercoder.stats.saturation.stopping import (
    Quarter,
    Share,
    cumulative_shares,
    francis2010,
    near_saturation,
    quarters,
)
from intercoder.stats.saturation.study.events import Kind

if TYPE_CHECKING:  # their numbers need numpy
    from intercoder.stats.saturation.reordering import Reordering
    from intercoder.stats.saturation.study.support import Developed, Support


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
    """What is looked at beside the curve."""

    units: int
    quarters: tuple[Quarter, ...]
    shares: tuple[Share, ...]
    near: int | None
    orders: "Reordering"
    categories: tuple[Category, ...]
    #: document -> its title, of those that the categories name
    titles: Mapping[str, str]
    attributes: tuple[str, ...]
    #: category -> the cases for which somebody noted that it does not hold, of those that the person may know
    negative: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def checks(session: Session, access: Access, asked: Asked, seen: Sequence[Round] | None = None) -> Checks:
    """Return further looks at the figures that are asked for, in one view.

    ``seen``: the rounds that the person may see, where they are known. Where nothing changed since, the looks are kept: 1,000 orders take a
    moment.
    """
    count, rounds = count_compared(session, access, asked, seen)
    units = count.units(asked)
    about = ("checks", asked.level, str(asked.view), asked.unit, str(asked.order), tuple(r.id for r in rounds))
    then = count.found.state, count.found.related.state, units, count.about
    found = remembered(session, access.project.id, about, lambda: _checks(count, asked), then)
    return replace(found, negative=_negative(session, access)) if found.categories else found


def _negative(session: Session, access: Access) -> Mapping[str, tuple[str, ...]]:
    """Return the negative cases of each category, for whoever may read what was written of it."""
    if not access.may(Permission.THEORY_VIEW):
        return {}
    found: dict[str, list[str]] = {}
    for one in negative_cases(session, access, bare=True):
        found.setdefault(one.code.id, []).append(one.case)
    return {code: tuple(cases) for code, cases in found.items()}


def _checks(count: Counted, asked: Asked) -> Checks:
    from intercoder.stats.saturation.reordering import reordering

    units, arrived = count.units(asked), count.arrived(asked)
    cases = [unit.case or unit.documents[0] for unit in units] if asked.unit is SamplingUnit.DOCUMENT else None
    return Checks(
        units=len(units),
        quarters=quarters(arrived.new),
        shares=cumulative_shares(arrived.new),
        near=near_saturation(arrived.new),
        orders=reordering(arrived.codes, cases=cases),
        categories=tuple(_categories(count, asked)),
        titles={document: said.title for document, said in count.about.items()},
        attributes=count.attributes,
    )


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
