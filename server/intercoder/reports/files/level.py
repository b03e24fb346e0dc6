"""The saturation of a file at one level of the code tree: its figures, tables and notes."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from pydantic import JsonValue

from intercoder.errors import marked
from intercoder.interchange.codes import CodeList
from intercoder.interchange.incidence import IncidenceTable
from intercoder.language import gettext, grouped, inline, listed, translate
from intercoder.models import SamplingUnit
from intercoder.reports import Cell, Column, Facts, Figure, Grid, Limits, Note, Plain, Row, grid, right
from intercoder.reports import Counting as Asked
from intercoder.reports.agreement import interval_column
from intercoder.reports.files.read_on import declared, rules, said_below
from intercoder.reports.names import SCOPES, codes_of, scope_name
from intercoder.reports.numbers import DASH, ends, number, percent, remark, why
from intercoder.reports.of_cases import said_of
from intercoder.reports.saturation import (
    NUMBERS,
    SHARES,
    discovery_table,
    guest_in_words,
    near_in_words,
    orders_in_words,
    units_in_words,
    without_ancestor,
)
from intercoder.stats.saturation.holdout import HoldOut, hold_out
from intercoder.stats.saturation.reordering import reordering
from intercoder.stats.saturation.report import saturation
from intercoder.stats.saturation.stopping import francis2010, guest2020, near_saturation, quarters
from intercoder.stats.saturation.strata import equal_coverage
from intercoder.stats.tree import Level

#: Rows of the table by document and of the curve that a screen shows; the csv has all.
MOST_DOCUMENTS = 60
MOST_POINTS = 12
T = TypeVar("T")


class LevelReport:
    """What is said of one level; no level is the codes as they are."""

    def __init__(
        self,
        given: IncidenceTable,
        asked: Asked,
        codes: CodeList | None,
        level: Level | None,
        strata: Mapping[str, Mapping[str, Sequence[frozenset[str]]]],
    ) -> None:
        self.given, self.asked, self.level, self._codes = given, asked, level, codes
        self.figures: list[Figure] = []
        self.sections: list[Facts | Grid] = []
        self.notes: list[Note] = []
        self.documents = list(given.codes)
        if level:
            assert codes is not None
            self.documents = self._lifted(codes, level)
        self.result = saturation(self.documents, resamples=asked.resamples, seed=asked.seed)
        new = self.result.discovery.new
        self.guest = guest2020(new, asked.base, asked.run, asked.threshold)
        self.francis = francis2010(new, asked.initial, asked.stop)
        self.orders = reordering(self.documents, cases=given.cases, orders=asked.orders, run=asked.run, seed=asked.seed)
        self.held: HoldOut | None = None
        if asked.reserved:
            places = [given.documents.index(name) for name in asked.reserved]
            self.held = hold_out(self.documents, places, seed=asked.seed)
        self.strata: dict[str, JsonValue] = {}
        self.sections += [self._facts(), self._numbers(), self._rules(), self._discovery(), self._curve()]
        for stratum, groups in strata.items():
            self._stratum(stratum, {name: self._up(units) for name, units in groups.items()})
        if self.result.reason is not None:
            self.notes.append(Note(self.result.reason, self._of_level(why(self.result.reason, cases=self._cases))))

    def to_json(self) -> dict[str, JsonValue]:
        """Return the whole result with curve, rules, orders, hold-out and strata."""
        return {
            **self.result.to_json(),
            "guest2020": self.guest.to_json(),
            "francis2010": {"stopped_at": self.francis, "initial": self.asked.initial, "stop": self.asked.stop},
            "reordering": self.orders.to_json(),
            "hold_out": None if self.held is None else self.held.to_json(),
            "strata": self.strata,
        }

    def _lifted(self, codes: CodeList, level: Level) -> list[frozenset[str]]:
        place = codes.places(level)
        lost = {code for present in self.given.codes for code in present if place[code] is None}
        if lost:
            note = without_ancestor(len(lost))
            self.notes.append(Note(note.code, self._of_level(note.sentence)))
        return self._up(self.given.codes)

    def _up(self, units: Sequence[frozenset[str]]) -> list[frozenset[str]]:
        """Return units with the codes of the level in place of their own."""
        if self.level is None or self._codes is None:
            return list(units)
        place = self._codes.places(self.level)
        return [frozenset(up for code in present if (up := place[code]) is not None) for present in units]

    def _of_level(self, text: str) -> str:
        return f"{codes_of(self.level)}: {text}" if self.level else text

    def _add(self, scope: str, name: str, key: str, figure: Plain, **more: JsonValue) -> Plain:
        entry: dict[str, JsonValue] = {"value": figure.value, "reason": figure.reason, "level": self.level}
        if figure.interval is not None:
            entry["interval"] = dict(figure.interval.to_json())
        if figure.se is not None:
            entry["se"] = figure.se
        self.figures.append(Figure(scope, name, key, figure, {**entry, **more}))
        return figure

    @property
    def _cases(self) -> bool:
        return self.asked.unit is SamplingUnit.CASE

    # --- tables --------------------------------------------------------------------------------------

    def _facts(self) -> Facts:
        f = self.result.frequencies
        n, last = f.documents, self.result.discovery.last_document_with_new_code
        self._add("overall", "", "documents", Plain(n))
        self._add("overall", "", "observed", Plain(f.observed))
        self._add("overall", "", "last_document_with_new_code", Plain(last))
        empty = sum(not codes for codes in self.documents)
        last_name = f"{last} ({self.given.documents[last - 1]})" if last else DASH
        pairs = [
            (units_in_words(self.asked.unit), str(n) + (gettext(" ({n} without a code)", n=empty) if empty else "")),
            (gettext("Codes known"), str(f.observed)),
            (inline(gettext("In one case only")) if self._cases else gettext("in one document only"), str(f.of(1))),
            (gettext("in two cases") if self._cases else gettext("in two documents"), str(f.of(2))),
            (
                gettext("Last case with something new") if self._cases else gettext("Last document with something new"),
                gettext("{last} of {n}", last=last_name, n=n),
            ),
        ]
        return Facts(self._of_level(gettext("What was found")), pairs)

    def _numbers(self) -> Grid:
        rows, remarks = [], []
        for key, name in NUMBERS.items():
            figure = self._number(key)
            if figure is None:
                continue
            shown = percent(figure.value) if key in SHARES else number(figure.value, 1)
            interval = ends(figure.interval, 1)
            if key in SHARES and figure.interval is not None:
                interval = f"[{percent(figure.interval.low)}, {percent(figure.interval.high)}]"
            rows.append((translate(said_of(self.asked.unit, name)), shown, interval))
            remarks.append(remark(figure, cases=self._cases))
        columns: list[str | Column] = [gettext("Number"), right(gettext("value")), interval_column()]
        return grid(self._of_level(gettext("What may come, and what it is worth")), columns, rows, remarks)

    def _number(self, key: str) -> Plain | None:
        figure = self._measured(key)
        return None if figure is None else self._add("overall", "", key, figure)

    def _measured(self, key: str) -> Plain | None:
        result = self.result
        if key.startswith("further_documents_"):
            further = result.further_documents.get(key.removeprefix("further_documents_"))
            if further is None:
                return None
            return Plain(further) if further <= result.frequencies.documents else Plain(None, "not_predictable")
        if key in {"chao2", "chao2_bc"}:
            total = result.chao2 if key == "chao2" else result.chao2_bc
            if total is None:
                return Plain(None, result.reason)
            limits = None if total.interval is None else Limits(*total.interval, "log-normal")
            reason = None if limits else "centred_elsewhere"
            return Plain(total.estimate, interval=limits, interval_reason=reason, se=total.se)
        quantity = result.estimates.get(key)
        if quantity is None:
            return None
        interval = None
        if key == "coverage" and result.coverage_ci95 is not None:
            interval = Limits(*result.coverage_ci95, "bootstrap", result.resamples, result.seed)
        se = result.estimates["jack1_se"].value if key == "jack1" else None
        return Plain(quantity.value, quantity.reason, interval, se=se)

    def _rules(self) -> Facts:
        pairs = [
            guest_in_words(self.guest, self.asked.unit),
            self._francis_in_words(),
            *orders_in_words(self.orders, self.asked.unit),
        ]
        pairs += [*self._further(), *self._in_retrospect()]
        self._add("rule", "guest2020", "stopped_at", Plain(_float(self.guest.saturated_at), self.guest.reason))
        reason = None if self.francis is not None else self._francis_reason()
        self._add("rule", "francis2010", "stopped_at", Plain(_float(self.francis), reason))
        orders = {"arrival": self.orders.arrival, "reversed": self.orders.reversed, "by_case": self.orders.by_case}
        for key, place in orders.items():
            if place is not None:
                self._add("order", key, "last_document_with_new_code", Plain(place))
        quantiles = {
            "percentile5": self.orders.percentile5,
            "median": self.orders.median,
            "percentile95": self.orders.percentile95,
        }
        for key, quantile in quantiles.items():
            if quantile is not None:
                limits = Limits(quantile.low, quantile.high, "order statistics")
                self._add("order", key, "last_document_with_new_code", Plain(quantile.value, interval=limits))
        if self.held is not None:
            pairs.append(self._hold_out_in_words(self.held))
        return Facts(self._of_level(gettext("How rules read it")), pairs)

    def _further(self) -> list[tuple[str, str]]:
        """Return the rules that look at more than the curve, and what became of what was declared."""
        expected = self.result.estimates["expected_new_next"].value
        below = said_below(self.given, self._codes, self.level)
        asked = self.asked
        put = rules(
            self.documents,
            self.result.discovery.new,
            expected,
            below,
            stop=asked.stop,
            orders=asked.orders,
            seed=asked.seed,
        )
        for rule in put:
            self._add("rule", rule.key, "met", Plain(float(rule.met)))
        pairs = [(rule.name, rule.outcome(cases=self._cases)) for rule in put]
        if asked.declared:
            found = declared(self.given.documents, self.documents, asked.declared)
            self._add("declaration", asked.declared, "added_since", Plain(found.added))
            self._add("declaration", asked.declared, "new_codes_of_the_first_that_contradicts", Plain(len(found.codes)))
            pairs.append(found.in_words(asked.declared, asked.unit))
        return pairs

    def _in_retrospect(self) -> list[tuple[str, str]]:
        """Return what is told of the codes found in the end: by which document most were known, and how many each quarter brought."""
        new = self.result.discovery.new
        near = near_saturation(new)
        if near is None:
            return []
        self._add("retrospect", "near_saturation", "document", Plain(near))
        said = near_in_words(near, len(new), self.asked.unit)
        parts = quarters(new)
        for place, part in enumerate(parts, 1):
            self._add("retrospect", f"quarter {place}", "new_codes", Plain(part.new))
        told = [
            f"{gettext('{first} to {last}', first=part.first, last=part.last)}: {grouped(part.new)}" for part in parts
        ]
        told_of = [(gettext("Quarter by quarter"), listed(told))] if told else []
        return [(gettext("In retrospect"), said), *told_of]

    def _hold_out_in_words(self, held: HoldOut) -> tuple[str, str]:
        self._add("hold-out", "", "new_in_reserved", Plain(held.new_in_reserved))
        self._add("hold-out", "", "expected_new_if_random_split", Plain(held.expected_new_if_random_split))
        self._add("hold-out", "", "share_of_splits_with_nothing_new", Plain(held.share_of_splits_with_nothing_new))
        message = marked(
            "{new} new in the {n} reserved documents. A random split would have brought {expected} on average, and "
            "nothing in {share} of the splits."
        )
        values = {
            "new": held.new_in_reserved,
            "n": len(self.asked.reserved),
            "expected": number(held.expected_new_if_random_split, 2),
            "share": percent(held.share_of_splits_with_nothing_new),
        }
        text = translate(said_of(self.asked.unit, message), values)
        return gettext("Hold-out test"), text

    def _francis_reason(self) -> str:
        enough = self.result.frequencies.documents >= self.asked.initial + self.asked.stop
        return "not_met" if enough else "not_enough_documents"

    def _francis_in_words(self) -> tuple[str, str]:
        name = gettext("Francis et al. (2010), {initial}+{stop}", initial=self.asked.initial, stop=self.asked.stop)
        if self.francis is None:
            return name, why(self._francis_reason(), cases=self._cases)
        return name, (
            gettext("met at case {n}", n=self.francis)
            if self._cases
            else gettext("met at document {n}", n=self.francis)
        )

    def _discovery(self) -> Grid:
        discovery = self.result.discovery
        for i, name in enumerate(self.given.documents):
            inside, total = discovery.codes_in_document[i], discovery.cumulative[i]
            more: dict[str, JsonValue] = {"cumulative": total, "codes_in_document": inside, "place": i + 1}
            self._add("document", name, "new_codes", Plain(discovery.new[i]), **more)
        table = discovery_table(
            self.result,
            self.guest,
            self.given.documents,
            heading=self._of_level(gettext("In order of arrival")),
            unit=self.asked.unit,
        )
        rows = list(table.rows)
        if len(rows) > MOST_DOCUMENTS:
            left = gettext("… {n} more", n=len(rows) - MOST_DOCUMENTS)
            gap = Row([Cell(""), Cell(left), *[Cell("")] * (len(table.columns) - 2)])
            rows = [*rows[: MOST_DOCUMENTS // 3], gap, *rows[-2 * MOST_DOCUMENTS // 3 :]]
        return Grid(table.title, table.columns, rows)

    def _curve(self) -> Grid:
        result = self.result
        curve = result.accumulation
        coverage = {point.documents: point.coverage for point in (*result.interpolation, *result.extrapolation)}
        spread = curve.sd_permutation or (None,) * len(curve.h)
        lines = []
        for h, mean, sd in zip(curve.h, curve.mean, spread, strict=True):
            self._add("curve", str(h), "mean_codes", Plain(mean), sd_permutation=sd, coverage=coverage.get(h))
            sides = "" if sd is None else f"± {number(2 * sd, 1)}"
            lines.append((str(h), number(mean, 1), sides, percent(coverage.get(h)), ""))
        n = result.frequencies.documents
        ahead = []
        for point in result.extrapolation:
            if point.documents > n:
                limits = (
                    None
                    if point.codes_ci95 is None
                    else Limits(*point.codes_ci95, "bootstrap", result.resamples, result.seed)
                )
                figure = Plain(point.codes, interval=limits)
                self._add("ahead", str(point.documents), "expected_codes", figure, coverage=point.coverage)
                shown = (str(point.documents), number(point.codes, 1), ends(limits, 1), percent(point.coverage))
                ahead.append((*shown, gettext("extrapolated")))
        columns: list[str | Column] = [
            right(inline(units_in_words(self.asked.unit))),
            right(inline(gettext("Codes"))),
            gettext("± 2 s.d. or interval"),
            right(inline(gettext("Coverage"))),
            "",
        ]
        rows = [*_spread(lines, MOST_POINTS), *_spread(ahead, MOST_POINTS // 3)]
        return grid(self._of_level(gettext("Free of order: the mean of all orders")), columns, rows)

    def _stratum(self, stratum: str, groups: Mapping[str, Sequence[frozenset[str]]]) -> None:
        compared = equal_coverage(groups, self.asked.coverage, resamples=self.asked.resamples, seed=self.asked.seed)
        self.strata[stratum] = compared.to_json()
        called = gettext("Coder") if stratum == "coder" else scope_name(stratum) if stratum in SCOPES else stratum
        rows, remarks = [], []
        for name, group in compared.strata.items():
            limits = None if group.interval is None else Limits(*group.interval, "bootstrap")
            figure = Plain(group.codes, group.reason, limits)
            self._add(
                stratum,
                name,
                "codes_at_equal_coverage",
                figure,
                documents=group.documents,
                observed=group.observed,
                coverage=group.coverage,
                needed=group.needed,
                at_coverage=compared.coverage,
            )
            counts = (str(group.documents), str(group.observed), percent(group.coverage))
            rows.append((name or DASH, *counts, number(group.codes, 1), ends(limits, 1)))
            remarks.append(remark(figure, cases=self._cases))
        columns: list[str | Column] = [
            called,
            right(inline(units_in_words(self.asked.unit))),
            right(inline(gettext("Codes"))),
            right(inline(gettext("Coverage"))),
            right(gettext("codes at equal coverage")),
            interval_column(),
        ]
        heading = gettext(
            "{what}, compared at coverage {coverage}",
            what=called,
            coverage=percent(compared.coverage),
        )
        self.sections.append(grid(self._of_level(heading), columns, rows, remarks))


def _spread(lines: Sequence[T], most: int) -> list[T]:
    """Return lines spread over all, both ends included."""
    if len(lines) <= most:
        return list(lines)
    return [lines[round(i * (len(lines) - 1) / (most - 1))] for i in range(most)]


def _float(value: int | None) -> float | None:
    return None if value is None else float(value)
