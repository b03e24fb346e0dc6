"""What a file says beyond its curve: rules that look at meaning and at other orders, and a declaration put to the test of what came later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from intercoder.errors import InvalidInput
from intercoder.interchange.codes import CodeList
from intercoder.interchange.incidence import IncidenceTable
from intercoder.interchange.tables import shorten
from intercoder.language import gettext, listed, ngettext
from intercoder.models import SamplingUnit
from intercoder.reports.numbers import number, why
from intercoder.stats.saturation.incidence import Incidence
from intercoder.stats.saturation.meaning import constantinou2017, hennink2017, since_news
from intercoder.stats.saturation.reading import FEWEST_DOCUMENTS
from intercoder.stats.saturation.stopping import weller2018
from intercoder.stats.tree import Level

#: codes that are named in one line
MOST_NAMED = 12


def by_case(given: IncidenceTable, name: str) -> IncidenceTable:
    """Return the table of cases in the order in which their first document came, each with what its documents hold.

    A document without a case stands for itself. ``no_case_column`` where the file has none.
    """
    if given.cases is None:
        raise InvalidInput(
            "no_case_column", "{file} has no column case, so --unit case has nothing to go by.", file=name
        )
    units: dict[str, frozenset[str]] = {}
    for document, case, codes in zip(given.documents, given.cases, given.codes, strict=True):
        unit = case or document
        units[unit] = units.get(unit, frozenset()) | codes
    return replace(given, documents=tuple(units), codes=tuple(units.values()), cases=None, sources=None)


def strata_of(given: IncidenceTable, by: str, unit: SamplingUnit, name: str) -> dict[str, list[frozenset[str]]]:
    """Return the codes of the units of each stratum, in order of arrival; a case is in each stratum with what its documents there hold.

    ``by``: ``case``, ``source``, ``coder``, or the heading of another column. ``no_stratum_column`` where the file has none.
    """
    if by == "coder":
        held = [(who, place, codes) for who, mine in given.own.items() for place, codes in sorted(mine.items())]
    else:
        values = {"case": given.cases, "source": given.sources}.get(by, given.strata.get(by))
        held = [(value, place, given.codes[place]) for place, value in enumerate(values or ())]
    if not held:
        raise InvalidInput(
            "no_stratum_column",
            "{file} has no column {column}, so --by {column} has nothing to go by.",
            file=name,
            column=by,
        )
    strata: dict[str, dict[str, frozenset[str]]] = {}
    for stratum, place, codes in held:
        case = given.cases[place] if unit is SamplingUnit.CASE and given.cases else ""
        units, key = strata.setdefault(stratum, {}), case or given.documents[place]
        units[key] = units.get(key, frozenset()) | codes
    return {stratum: list(units.values()) for stratum, units in strata.items()}


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule put to a file: its stable name, what it is called, whether it is met, and why not, or why nobody can say."""

    key: str
    name: str
    met: bool
    reason: str | None

    def outcome(self, *, cases: bool) -> str:
        """Return whether it is met, in words; by cases or by documents."""
        return gettext("met") if self.met else why(self.reason or "not_met", cases=cases)


def rules(
    units: Sequence[frozenset[str]],
    new: Sequence[int],
    expected: float | None,
    below: Sequence[Mapping[str, frozenset[str]]] | None,
    *,
    stop: int,
    orders: int,
    seed: int,
) -> list[Rule]:
    """Return the rules of Weller et al., Constantinou et al. and Hennink et al., put to the units of a file.

    ``below``: what each unit says of its codes; None for labels and for codes without a tree, of which nothing is said.
    """
    few = None if units and any(units) else "no_codes"
    few = few or (None if len(units) >= FEWEST_DOCUMENTS else "not_enough_documents")
    name = gettext("Weller et al. (2018): less than one new code expected of the next")
    less = few is None and expected is not None and weller2018(expected)
    if expected is not None:
        name += f" ({number(expected, 1)})"
    put = [Rule("weller2018", name, less, few)]
    elsewhere = few is None and constantinou2017(Incidence.of(units), stop, orders=orders, seed=seed)
    name = gettext("Constantinou et al. (2017): in other orders too the last {n} bring nothing", n=stop)
    put.append(Rule("constantinou2017", name, elsewhere, few))
    name = gettext("Hennink et al. (2017): for {n}, neither a new code nor something new below one", n=stop)
    if below is None:
        return [*put, Rule("hennink2017", name, met=False, reason=few if few == "no_codes" else "no_level_below")]
    quiet = few != "no_codes" and hennink2017(new, since_news(units, below).values(), stop)
    return [*put, Rule("hennink2017", name, quiet, few if few == "no_codes" else None)]


def said_below(
    given: IncidenceTable, codes: CodeList | None, level: Level | None
) -> list[dict[str, frozenset[str]]] | None:
    """Return for each unit the codes that it holds below each code of a level; None where nothing lies below."""
    if codes is None or level is None or not level.height:
        return None
    above = codes.places(level)
    lower = [codes.places(one) for one in list(Level)[: level.height]]
    found = []
    for held in given.codes:
        said: dict[str, set[str]] = {}
        for code in held:
            up = above[code]
            if up is not None:
                said.setdefault(up, set()).update(low for place in lower if (low := place[code]) is not None)
        found.append({code: frozenset(things) for code, things in said.items()})
    return found


@dataclass(frozen=True, slots=True)
class Declared:
    """What came after a declaration: how many units, and the first with codes that were not there, with these; none where it holds."""

    at: int
    added: int
    first: str | None
    codes: tuple[str, ...]

    def in_words(self, name: str, unit: SamplingUnit) -> tuple[str, str]:
        """Return what was declared, and whether it still holds."""
        case = unit is SamplingUnit.CASE
        said = (
            gettext("Declared after case {n} ({name})", n=self.at, name=name)
            if case
            else gettext("Declared after document {n} ({name})", n=self.at, name=name)
        )
        if self.first is None:
            held = ngettext(
                "It holds: {n} came since, without a new code.",
                "It holds: {n} came since, without a new code.",
                self.added,
            )
            return said, held
        return said, gettext(
            "It does not hold: “{title}” brought what was not there: {names}.",
            title=self.first,
            names=listed([shorten([code]) for code in self.codes[:MOST_NAMED]])
            + (f" … (+{len(self.codes) - MOST_NAMED})" if len(self.codes) > MOST_NAMED else ""),
        )


def declared(names: Sequence[str], units: Sequence[frozenset[str]], after: str) -> Declared:
    """Return what became of what was declared after one of the units."""
    at = names.index(after) + 1
    known = frozenset[str]().union(*units[:at])
    for name, codes in zip(names[at:], units[at:], strict=True):
        if codes - known:
            return Declared(at, len(names) - at, name, tuple(sorted(codes - known)))
    return Declared(at, len(names) - at, None, ())
