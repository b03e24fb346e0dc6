"""What documents brought, in order of arrival and free of it, what the next may bring, and how rules read it."""

from collections.abc import Callable, Sequence
from typing import Any

from intercoder.cli.files import Opened
from intercoder.cli.reports import Counting, Facts, Figure, Grid, Report, software
from intercoder.cli.reports.names import LIFTED, scope_name
from intercoder.cli.reports.outlook import NUMBERS, SHARES, guest_in_words, orders_in_words, reading_in_words
from intercoder.cli.tables import between, number, percent, remark, right
from intercoder.cli.words import gettext, translate, why
from intercoder.errors import InvalidInput
from intercoder.interchange.codes import CodeList
from intercoder.interchange.incidence import IncidenceTable, read_long, read_wide
from intercoder.interchange.kinds import saturation_kind
from intercoder.interchange.tables import shorten
from intercoder.stats.saturation.holdout import HoldOut, hold_out
from intercoder.stats.saturation.reading import CAVEATS, read
from intercoder.stats.saturation.reordering import reordering
from intercoder.stats.saturation.report import Saturation
from intercoder.stats.saturation.report import saturation as measure
from intercoder.stats.saturation.stopping import Rule, francis2010, guest2020
from intercoder.stats.saturation.strata import equal_coverage
from intercoder.stats.tree import CodeTree, Level

Say = Callable[[str], None]
#: Rows of the table by document and of the curve that a screen shows; the csv has all.
MOST_DOCUMENTS = 60
MOST_POINTS = 12


def saturation_report(opened: Opened, kind: str | None, asked: Counting, codes: CodeList | None, say: Say) -> Report:
    """Return everything about a file of incidence, at every level that was asked for.

    Raises
    ------
    InvalidInput : all that the readers raise; ``undeclared_code``, ``no_code_at_level``, ``unknown_document``,
        ``no_stratum_column``.
    """
    table = opened.table
    found = read_wide(table) if (kind or saturation_kind(table)) == "wide" else read_long(table)
    notes: list[tuple[str, str]] = []
    if found.coders > 1:
        text = gettext("Codings of {n} coders are taken together: each new coder raises the curve.", n=found.coders)
        notes.append(("coders_together", text))
    _check(found, asked, codes, table.name)
    figures: list[Figure] = []
    sections: list[Facts | Grid] = []
    full: dict[str, Any] = {}
    scopes: dict[str, _Level] = {}
    for level in asked.levels or ("",):
        say(translate(LIFTED[level]) if level else gettext("Overall"))
        one = _Level(found, asked, codes, level)
        figures += one.figures
        sections += one.sections
        notes += one.notes
        full[level or "as_given"] = one.to_json()
        scopes[level or "as_given"] = one
    rule = Rule("guest2020", {"base": asked.base, "run": asked.run, "threshold": asked.threshold})
    held = {scope: one.held for scope, one in scopes.items() if one.held is not None}
    reading = read({scope: one.result for scope, one in scopes.items()}, rule, held)
    sections.insert(0, reading_in_words(reading))
    notes += [(caveat, translate(CAVEATS[caveat])) for caveat in reading.caveats if caveat in CAVEATS]
    layouts = {
        "long": gettext("codes in documents, one row for each (long)"),
        "wide": gettext("codes in documents, one column for each code (wide)"),
    }
    parameters = {
        name: getattr(asked, name)
        for name in ("base", "run", "threshold", "initial", "stop", "orders", "resamples", "seed", "coverage")
    }
    return Report(
        command="saturation",
        title=f"{table.name}: {layouts[found.layout]}",
        provenance={
            **opened.to_json(),
            "format": found.layout,
            "levels": list(asked.levels),
            "by": list(asked.by),
            "reserved": list(asked.reserved),
            **parameters,
            "software": software(),
        },
        data={
            "documents": list(found.documents),
            "codes": list(found.columns),
            "coders": found.coders or None,
            "cases": None if found.cases is None else list(found.cases),
            "sources": None if found.sources is None else list(found.sources),
        },
        figures=figures,
        notes=notes,
        sections=sections,
        more={"reading": reading.to_json(), "levels": full},
    )


def _check(found: IncidenceTable, asked: Counting, codes: CodeList | None, name: str) -> None:
    unknown = [one for one in asked.reserved if one not in found.documents]
    if unknown:
        raise InvalidInput(
            "unknown_document",
            "{file} has no document {unknown}; its documents are: {known}. Write the names of --reserved as the file does.",
            file=name,
            unknown=shorten(unknown),
            known=shorten(found.documents),
        )
    for stratum, values in (("case", found.cases), ("source", found.sources)):
        if stratum in asked.by and values is None:
            raise InvalidInput(
                "no_stratum_column",
                "{file} has no column {column}, so --by {column} has nothing to go by.",
                file=name,
                column=stratum,
            )
    strange = sorted(frozenset[str]().union(*found.codes) - set(codes.codes)) if codes else []
    if strange:
        raise InvalidInput(
            "undeclared_codes",
            "{file} uses codes that the file of --codes does not have: {codes}. Correct them, or add them there.",
            file=name,
            codes=shorten(strange),
        )


class _Level:
    """The figures, tables and notes at one level of the code tree; level "" is the codes as they are."""

    def __init__(self, found: IncidenceTable, asked: Counting, codes: CodeList | None, level: str) -> None:
        self.found, self.asked, self.level = found, asked, level
        self.figures: list[Figure] = []
        self.sections: list[Facts | Grid] = []
        self.notes: list[tuple[str, str]] = []
        self.documents = list(found.codes)
        if level:
            assert codes is not None
            self.documents = self._lifted(codes)
        self.result = measure(self.documents, resamples=asked.resamples, seed=asked.seed)
        new = self.result.discovery.new
        self.guest = guest2020(new, asked.base, asked.run, asked.threshold)
        self.francis = francis2010(new, asked.initial, asked.stop)
        self.orders = reordering(self.documents, cases=found.cases, orders=asked.orders, run=asked.run, seed=asked.seed)
        self.held: HoldOut | None = None
        if asked.reserved:
            places = [found.documents.index(name) for name in asked.reserved]
            self.held = hold_out(self.documents, places, seed=asked.seed)
        self.strata: dict[str, Any] = {}
        self.sections.append(self._facts())
        self.sections.append(self._numbers())
        self.sections.append(self._rules())
        self.sections.append(self._discovery())
        self.sections.append(self._curve())
        for stratum in asked.by:
            self._stratum(stratum)
        if self.result.reason is not None:
            self.notes.append((self.result.reason, self._of_level(why(self.result.reason))))

    def to_json(self) -> dict[str, Any]:
        """Return the whole result with curve, rules, orders, hold-out and strata."""
        whole = self.result.to_json()
        return {
            **whole,
            "guest2020": self.guest.to_json(),
            "francis2010": {"stopped_at": self.francis, "initial": self.asked.initial, "stop": self.asked.stop},
            "reordering": self.orders.to_json(),
            "hold_out": None if self.held is None else self.held.to_json(),
            "strata": self.strata,
        }

    def _lifted(self, codes: CodeList) -> list[frozenset[str]]:
        place = CodeTree.of(codes.parents, codes.levels).lift(codes.codes, Level(self.level))
        if not any(place.values()):
            raise InvalidInput(
                "no_code_at_level",
                "The file of --codes gives no code a place at the level {level}. It needs the columns code, level and "
                "parent, with a row for each {level}.",
                level=self.level,
            )
        lost = {code for present in self.found.codes for code in present if place[code] is None}
        if lost:
            text = gettext(
                "{n} codes in use have no code above them at this level and are not counted here.", n=len(lost)
            )
            self.notes.append(("codes_without_ancestor", self._of_level(text)))
        return [frozenset(up for code in present if (up := place[code]) is not None) for present in self.found.codes]

    def _of_level(self, text: str) -> str:
        return f"{translate(LIFTED[self.level])}: {text}" if self.level else text

    def _add(
        self, scope: str, name: str, key: str, value: float | None, reason: str | None = None, **more: Any
    ) -> Figure:
        found = {"value": value, "reason": reason, "level": self.level or None, **more}
        figure = Figure(scope, name, key, found)
        self.figures.append(figure)
        return figure

    # --- tables --------------------------------------------------------------------------------------

    def _facts(self) -> Facts:
        result = self.result
        f = result.frequencies
        n, last = f.documents, result.discovery.last_document_with_new_code
        self._add("overall", "", "documents", n)
        self._add("overall", "", "observed", f.observed)
        self._add("overall", "", "last_document_with_new_code", last)
        empty = sum(not codes for codes in self.documents)
        last_name = f"{last} ({self.found.documents[last - 1]})" if last else "–"
        pairs = [
            (gettext("Documents"), str(n) + (gettext(" ({n} without a code)", n=empty) if empty else "")),
            (gettext("Codes known"), str(f.observed)),
            (gettext("in one document only"), str(f.of(1))),
            (gettext("in two documents"), str(f.of(2))),
            (gettext("Last document with something new"), gettext("{last} of {n}", last=last_name, n=n)),
        ]
        heading = gettext("What was found")
        return Facts(self._of_level(heading), pairs)

    def _numbers(self) -> Grid:
        result = self.result
        rows, remarks = [], []
        for key, name in NUMBERS.items():
            figure = self._number(key, result)
            if figure is None:
                continue
            if key in SHARES:
                shown = percent(figure.value)
                ends = figure.interval
                interval = "" if ends is None else f"[{percent(ends['low'])}, {percent(ends['high'])}]"
            else:
                shown, interval = number(figure.value, 1), between(figure, 1)
            rows.append((translate(name), shown, interval))
            remarks.append(remark(figure))
        columns = [gettext("Number"), right(gettext("value")), gettext("95 % interval")]
        return Grid(self._of_level(gettext("What may come, and what it is worth")), columns, rows, remarks)

    def _number(self, key: str, result: Saturation) -> Figure | None:
        if key.startswith("further_documents_"):
            share = key.removeprefix("further_documents_")
            if share not in result.further_documents:
                return None
            value = result.further_documents[share]
            if value > result.frequencies.documents:
                return self._add("overall", "", key, None, "not_predictable")
            return self._add("overall", "", key, value)
        if key in ("chao2", "chao2_bc"):
            total = result.chao2 if key == "chao2" else result.chao2_bc
            if total is None:
                return self._add("overall", "", key, None, result.reason)
            interval = {"low": total.ci95[0], "high": total.ci95[1], "method": "log-normal"}
            return self._add("overall", "", key, total.estimate, interval=interval, se=total.se)
        quantity = result.estimates.get(key)
        if quantity is None:
            return None
        more: dict[str, Any] = {}
        if key == "coverage" and result.coverage_ci95 is not None:
            low, high = result.coverage_ci95
            more["interval"] = {
                "low": low,
                "high": high,
                "method": "bootstrap",
                "resamples": result.resamples,
                "seed": result.seed,
            }
        if key == "jack1" and result.estimates["jack1_se"].value is not None:
            more["se"] = result.estimates["jack1_se"].value
        return self._add("overall", "", key, quantity.value, quantity.reason, **more)

    def _rules(self) -> Facts:
        pairs = [guest_in_words(self.guest), self._francis_in_words(), *orders_in_words(self.orders)]
        self._add("rule", "guest2020", "stopped_at", _float(self.guest.saturated_at), self.guest.reason)
        reason = None if self.francis is not None else self._francis_reason()
        self._add("rule", "francis2010", "stopped_at", _float(self.francis), reason)
        for key in ("arrival", "reversed", "by_case"):
            value = getattr(self.orders, key)
            if value is not None:
                self._add("order", key, "last_document_with_new_code", value)
        for key in ("percentile5", "median", "percentile95"):
            quantile = getattr(self.orders, key)
            if quantile is not None:
                ends = {"low": quantile.low, "high": quantile.high, "method": "order statistics"}
                self._add("order", key, "last_document_with_new_code", quantile.value, interval=ends)
        if self.held is not None:
            held = self.held
            self._add("hold-out", "", "new_in_reserved", held.new_in_reserved)
            self._add("hold-out", "", "expected_new_if_random_split", held.expected_new_if_random_split)
            self._add("hold-out", "", "share_of_splits_with_nothing_new", held.share_of_splits_with_nothing_new)
            text = gettext(
                "{new} new in the {n} reserved documents. A random split would have brought {expected} on average, and "
                "nothing in {share} of the splits.",
                new=held.new_in_reserved,
                n=len(self.asked.reserved),
                expected=number(held.expected_new_if_random_split, 2),
                share=percent(held.share_of_splits_with_nothing_new),
            )
            pairs.append((gettext("Hold-out test"), text))
        return Facts(self._of_level(gettext("How rules read it")), pairs)

    def _francis_reason(self) -> str:
        enough = self.result.frequencies.documents >= self.asked.initial + self.asked.stop
        return "not_met" if enough else "not_enough_documents"

    def _francis_in_words(self) -> tuple[str, str]:
        name = gettext("Francis et al. (2010), {initial}+{stop}", initial=self.asked.initial, stop=self.asked.stop)
        if self.francis is None:
            return name, why(self._francis_reason())
        return name, gettext("met at document {n}", n=self.francis)

    def _discovery(self) -> Grid:
        discovery = self.result.discovery
        ratios = {run.last: run.ratio for run in self.guest.runs}
        rows = []
        for i, name in enumerate(self.found.documents):
            new, total, inside = discovery.new[i], discovery.cumulative[i], discovery.codes_in_document[i]
            ratio = ratios.get(i + 1)
            self._add("document", name, "new_codes", new, cumulative=total, codes_in_document=inside, place=i + 1)
            rows.append((str(i + 1), name, str(inside), str(new), str(total), "" if ratio is None else percent(ratio)))
        if len(rows) > MOST_DOCUMENTS:
            left = gettext("… {n} more", n=len(rows) - MOST_DOCUMENTS)
            rows = [*rows[: MOST_DOCUMENTS // 3], ("", left, "", "", "", ""), *rows[-2 * MOST_DOCUMENTS // 3 :]]
        columns = [
            "",
            scope_name("document"),
            right(gettext("codes")),
            right(gettext("new")),
            right(gettext("so far")),
            right(gettext("run / base")),
        ]
        return Grid(self._of_level(gettext("In order of arrival")), columns, rows)

    def _curve(self) -> Grid:
        result = self.result
        curve = result.accumulation
        coverage = {point.documents: point.coverage for point in (*result.interpolation, *result.extrapolation)}
        spread = curve.sd_permutation or (None,) * len(curve.h)
        lines = []
        for h, mean, sd in zip(curve.h, curve.mean, spread, strict=True):
            self._add("curve", str(h), "mean_codes", mean, sd_permutation=sd, coverage=coverage.get(h))
            sides = "" if sd is None else f"± {number(2 * sd, 1)}"
            lines.append((str(h), number(mean, 1), sides, percent(coverage.get(h)), ""))
        n = result.frequencies.documents
        ahead = []
        for point in result.extrapolation:
            if point.documents > n:
                ends = (
                    None
                    if point.codes_ci95 is None
                    else {
                        "low": point.codes_ci95[0],
                        "high": point.codes_ci95[1],
                        "method": "bootstrap",
                        "resamples": result.resamples,
                        "seed": result.seed,
                    }
                )
                name = str(point.documents)
                figure = self._add("ahead", name, "expected_codes", point.codes, interval=ends, coverage=point.coverage)
                ahead.append(
                    (name, number(point.codes, 1), between(figure, 1), percent(point.coverage), gettext("extrapolated"))
                )
        columns = [
            right(gettext("documents")),
            right(gettext("codes")),
            gettext("± 2 s.d. or interval"),
            right(gettext("coverage")),
            "",
        ]
        rows = [*_some(lines, MOST_POINTS), *_some(ahead, MOST_POINTS // 3)]
        return Grid(self._of_level(gettext("Free of order: the mean of all orders")), columns, rows)

    def _stratum(self, stratum: str) -> None:
        values = self.found.cases if stratum == "case" else self.found.sources
        assert values is not None
        groups: dict[str, list[frozenset[str]]] = {}
        for value, codes in zip(values, self.documents, strict=True):
            groups.setdefault(value, []).append(codes)
        compared = equal_coverage(groups, self.asked.coverage, resamples=self.asked.resamples, seed=self.asked.seed)
        self.strata[stratum] = compared.to_json()
        rows, remarks = [], []
        for name, one in compared.strata.items():
            ends = (
                None
                if one.interval is None
                else {"low": one.interval[0], "high": one.interval[1], "method": "bootstrap"}
            )
            figure = self._add(
                stratum,
                name,
                "codes_at_equal_coverage",
                one.codes,
                one.reason,
                interval=ends,
                documents=one.documents,
                observed=one.observed,
                coverage=one.coverage,
                needed=one.needed,
                at_coverage=compared.coverage,
            )
            row = (
                name or "–",
                str(one.documents),
                str(one.observed),
                percent(one.coverage),
                number(one.codes, 1),
                between(figure, 1),
            )
            rows.append(row)
            remarks.append(remark(figure))
        columns = [
            scope_name(stratum),
            right(gettext("documents")),
            right(gettext("codes")),
            right(gettext("coverage")),
            right(gettext("codes at equal coverage")),
            gettext("95 % interval"),
        ]
        heading = gettext(
            "{what}, compared at coverage {coverage}",
            what=scope_name(stratum),
            coverage=percent(compared.coverage),
        )
        self.sections.append(Grid(self._of_level(heading), columns, rows, remarks))


def _some(lines: Sequence[Any], most: int) -> list[Any]:
    """Return lines spread over all, both ends included."""
    if len(lines) <= most:
        return list(lines)
    return [lines[round(i * (len(lines) - 1) / (most - 1))] for i in range(most)]


def _float(value: int | None) -> float | None:
    return None if value is None else float(value)
