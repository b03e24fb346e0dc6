"""How far coders agree on free spans, and on which codes a document holds at all."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from intercoder.cli.files import Opened
from intercoder.cli.reports import Asked, Facts, Figure, Grid, Report, software
from intercoder.cli.reports.names import LIFTED, scope_name, title
from intercoder.cli.reports.ratings import ratings_report
from intercoder.cli.tables import between, number, percent, remark, right, worst_first
from intercoder.cli.words import gettext, translate
from intercoder.errors import InvalidInput
from intercoder.interchange.codes import CodeList
from intercoder.interchange.ratings import RatingTable
from intercoder.interchange.spans import SpanTable, read_spans
from intercoder.interchange.tables import shorten
from intercoder.stats.results import Estimate
from intercoder.stats.spans.continuum import DocumentSpans, Span, Spans
from intercoder.stats.spans.report import CodeSpans, PairSpans, SpanReport, span_report
from intercoder.stats.spans.results import REMARKS, SpanEstimate
from intercoder.stats.tree import CodeTree

Say = Callable[[str], None]


def spans_report(
    opened: Opened, asked: Asked, codes: CodeList | None, more: Sequence[Opened | None], say: Say
) -> Report:
    """Return everything about a file of spans; ``more`` are the files of lengths and of coders.

    Raises
    ------
    InvalidInput : all that ``read_spans`` raises, ``not_declared`` for a code that is not in the codes file.
    """
    lengths, coders = (None if one is None else one.table for one in more)
    found = read_spans(opened.table, lengths, coders)
    _check_codes(found, codes, opened.table.name)
    notes = _notes(found)
    if asked.unit == "document":
        report = ratings_report(_presence(found), opened, replace(asked, multi=True), codes, say)
        name = gettext("which codes each document holds, from spans")
        made = {"format": "spans", "unit": "document"}
        rest = report.title.partition(";")[2]
        return replace(
            report,
            title=f"{opened.table.name}: {name};{rest}",
            provenance={**report.provenance, **made},
            notes=[*notes, *report.notes],
        )
    say(gettext("Overall"))
    spans = _spans(found, codes)
    lost = 0
    if asked.lift is not None:
        assert codes is not None
        tree = CodeTree.of(codes.parents, codes.levels)
        place = tree.lift(spans.codes, asked.lift)
        lost = sum(place[code] is None for code in found.codes)
        spans = spans.lift(place)
    if lost:
        text = gettext("{n} codes in use have no code above them at this level and are not counted here.", n=lost)
        notes.append(("codes_without_ancestor", text))
    result = span_report(
        spans, resamples=asked.resamples, seed=asked.seed, method=asked.method, threshold=asked.threshold
    )
    view = _View(result, asked)
    notes += [(key, translate(REMARKS[key])) for key in result.remarks]
    text = gettext("Agreement is not validity, and it means something only for work done before any discussion.")
    notes.append(("independence", text))
    units = {"span": gettext("spans as they are"), "character": gettext("spans, character by character")}
    level = f"; {translate(LIFTED[asked.lift])}" if asked.lift else ""
    provenance = {
        **opened.to_json(),
        "format": "spans",
        "unit": asked.unit,
        "at": asked.lift,
        "threshold": asked.threshold,
        "resamples": asked.resamples,
        "seed": asked.seed,
        "interval": asked.method,
        "software": software(),
    }
    for key, one in zip(("lengths", "coders"), more, strict=True):
        if one is not None:
            provenance[key] = one.to_json()
    return Report(
        command="reliability",
        title=f"{opened.table.name}: {units[asked.unit]}{level}",
        provenance=provenance,
        data={
            "coders": list(result.coders),
            "documents": list(result.documents),
            "codes": list(result.codes),
            "compared_documents": result.compared_documents,
            "length": result.length,
            "spans": len(found.spans),
            "lengths_assumed": list(found.assumed),
            "overlapping": list(result.overlapping),
            "marked": result.marked,
        },
        figures=view.figures,
        notes=notes,
        sections=view.sections,
        more={"spans": result.to_json()},
    )


def _check_codes(found: SpanTable, codes: CodeList | None, name: str) -> None:
    if codes is None:
        return
    known = set(codes.codes)
    for span in found.spans:
        if span.code not in known:
            raise InvalidInput(
                "not_declared",
                "{file}, line {line}, column {column}: “{value}” is not among the declared codes ({declared}). Correct "
                "it, or add it to the file of --codes.",
                file=name,
                line=span.line,
                column="code",
                value=span.code[:60],
                declared=shorten(sorted(known)),
            )


def _notes(found: SpanTable) -> list[tuple[str, str]]:
    notes = []
    if found.assumed:
        text = gettext(
            "No length is given for: {names}. The last end stands for it, so text after it that nobody coded does not "
            "count. Give --lengths, or a column length.",
            names=shorten(found.assumed, 4),
        )
        notes.append(("lengths_assumed", text))
    single = sum(len(who) < 2 for who in found.coders.values())
    if single:
        text = gettext("{n} documents were finished by one coder only and compare with nothing.", n=single)
        notes.append(("single_coder_documents", text))
    return notes


def _spans(found: SpanTable, codes: CodeList | None) -> Spans:
    by_document: dict[str, list[Span]] = {name: [] for name in found.documents}
    for one in found.spans:
        by_document[one.document].append(Span(one.coder, one.code, one.start, one.end))
    documents = [
        DocumentSpans(name, found.lengths[name], found.coders[name], by_document[name]) for name in found.documents
    ]
    declared = None
    if codes is not None:
        levels = {codes.levels[code] for code in found.codes if code in codes.levels}
        used = set(found.codes)
        declared = [c for c in codes.codes if c in used or not levels or codes.levels.get(c) in levels]
    return Spans.of(documents, declared)


def _presence(found: SpanTable) -> RatingTable:
    """Return each document as a unit whose value is the set of codes that the coder used in it."""
    coders = tuple(dict.fromkeys(coder for who in found.coders.values() for coder in who))
    used: dict[tuple[str, str], set[str]] = {}
    for one in found.spans:
        used.setdefault((one.document, one.coder), set()).add(one.code)
    cells = tuple(
        tuple(
            frozenset(used.get((name, coder), ())) if coder in found.coders[name] else None for name in found.documents
        )
        for coder in coders
    )
    return RatingTable(coders, found.documents, cells, None, "long")


class _View:
    """The figures and tables of a span report, in the unit that was asked for."""

    def __init__(self, result: SpanReport, asked: Asked) -> None:
        self.result, self.asked = result, asked
        self.figures: list[Figure] = []
        self.sections: list[Facts | Grid] = [self._enough()]
        self.characters = asked.unit == "character"
        self.sections.append(self._overall())
        for scope in asked.by:
            {"code": self._by_code, "pair": self._by_pair, "document": self._by_document, "coder": self._by_coder}[
                scope
            ]()

    def _add(
        self, scope: str, name: str, key: str, estimate: SpanEstimate | Estimate | Mapping[str, Any], **more: Any
    ) -> Figure:
        found = estimate if isinstance(estimate, Mapping) else estimate.to_json()
        figure = Figure(scope, name, key, {**found, **more})
        self.figures.append(figure)
        return figure

    def _enough(self) -> Facts:
        result = self.result
        pairs = [
            (gettext("Documents"), str(len(result.documents))),
            (gettext("finished by two coders or more"), str(result.compared_documents)),
            (gettext("Coders"), f"{len(result.coders)}: {', '.join(result.coders)}"),
            (gettext("Characters compared"), str(result.length)),
            (gettext("coded (of characters × coders)"), percent(result.marked)),
            (gettext("Codes"), str(len(result.codes))),
        ]
        if result.overlapping:
            pairs.append((gettext("Coders whose codes overlap"), ", ".join(result.overlapping)))
        return Facts(gettext("Is there enough?"), pairs)

    def _overall(self) -> Grid:
        overall = self.result.overall
        first = "character_alpha" if self.characters else self.result.headline
        keys = [first, *(key for key in overall if key != first)]
        found = [self._add("overall", "", key, overall[key]) for key in keys]
        rows = [
            (
                title(one),
                number(one.value),
                between(one),
                percent(coverage) if (coverage := one.found.get("coverage")) is not None else "",
            )
            for one in found
        ]
        columns = [
            gettext("Coefficient"),
            right(gettext("value")),
            gettext("95 % interval"),
            right(gettext("of the text")),
        ]
        return Grid(gettext("Coefficients"), columns, rows, [remark(one) for one in found])

    def _by_code(self) -> None:
        main = "character_alpha" if self.characters else "binary_u_alpha"
        lines = []
        for one in self.result.by_code:
            figures = {key: self._add("code", one.code, key, e, **_counts(one)) for key, e in one.estimates.items()}
            shown = figures[main]
            said = remark(shown)
            if not said and one.few_spans:
                said = gettext("fewer than 5 spans")
            row = (
                one.code,
                number(shown.value),
                between(shown),
                percent(one.percent),
                str(one.spans),
                str(one.characters),
                percent(one.prevalence),
                str(one.coders),
            )
            lines.append((shown.value, row, said))
        columns = [
            scope_name("code"),
            right(gettext("alpha")),
            gettext("95 % interval"),
            right(gettext("percent")),
            right(gettext("spans")),
            right(gettext("characters")),
            right(gettext("share")),
            right(gettext("coders")),
        ]
        heading = gettext("By code, lowest alpha first (each code against everything else)")
        self._grid(heading, columns, lines)

    def _by_pair(self) -> None:
        lines = []
        for one in self.result.by_pair:
            name = " – ".join(one.coders)
            estimates = [self._add("pair", name, key, e) for key, e in one.estimates.items()]
            shown = next(e for e in estimates if e.coefficient == self.result.headline)
            extra = self._pair_figures(name, one)
            row = (name, number(shown.value), between(shown), *extra)
            lines.append((shown.value, row, remark(shown)))
        for cell in self.result.by_code_and_pair:
            name = f"{cell.code}: {' – '.join(cell.coders)}"
            kappa = cell.characters.to_json()
            rest = {key: kappa[key] for key in ("length", "both", "only_first", "only_second", "neither", "percent")}
            found = {"value": kappa["kappa"], "reason": kappa["reason"], "method": "char_kappa"}
            self._add("code and pair", name, "char_kappa", found | rest)
            self._add("code and pair", name, "binary_u_alpha", cell.binary_u_alpha)
        columns = [
            scope_name("pair"),
            right(gettext("alpha")),
            gettext("95 % interval"),
            right(gettext("segments")),
            right(gettext("F1 exact")),
            right(gettext("F1 overlap")),
            right(gettext("F1 characters")),
            right(gettext("kappa")),
        ]
        self._grid(gettext("By pair of coders, lowest alpha first"), columns, lines)

    def _pair_figures(self, name: str, one: PairSpans) -> list[str]:
        """Add what only pairs have, and return it as cells."""
        segments, f1, means = one.segments.to_json(), one.f1.to_json(), one.characters
        counts = {"agreements": segments["agreements"], "total": segments["total"]}
        found = {"value": segments["percent"], "reason": segments["reason"], "method": "segment_agreement"}
        self._add(
            "pair", name, "segment_agreement", found | counts | {"parameters": {"threshold": segments["threshold"]}}
        )
        for kind in ("exact", "overlap", "characters"):
            of_f1 = {"value": f1[kind], "reason": f1["reason"], "method": f"f1_{kind}"}
            self._add("pair", name, f"f1_{kind}", of_f1 | {"first": f1["first"], "second": f1["second"]})
        mean = {"value": means.kappa, "reason": None if means.kappa is not None else "no_defined_code"}
        counted = {"codes": means.codes, "undefined_codes": means.undefined_codes}
        self._add("pair", name, "mean_char_kappa", mean | {"method": "mean_char_kappa"} | counted)
        return [
            percent(segments["percent"]),
            number(f1["exact"]),
            number(f1["overlap"]),
            number(f1["characters"]),
            number(means.kappa),
        ]

    def _by_document(self) -> None:
        lines = []
        for one in self.result.by_document:
            estimates = [self._add("document", one.document, key, e) for key, e in one.estimates.items()]
            shown = next(e for e in estimates if e.coefficient == self.result.headline)
            row = (one.document, number(shown.value), str(one.length), ", ".join(one.coders))
            lines.append((shown.value, row, remark(shown)))
        columns = [
            scope_name("document"),
            right(gettext("alpha")),
            right(gettext("characters")),
            gettext("Coders"),
        ]
        self._grid(gettext("By document, lowest alpha first"), columns, lines)

    def _by_coder(self) -> None:
        lines = []
        for one in self.result.left_out:
            figure = self._add("coder", one.coder, self.result.headline, one.estimate, delta=one.delta)
            sign = "" if one.delta is None else f"{round(one.delta, 3) + 0.0:+.3f}"
            row = (one.coder, number(figure.value), sign)
            lines.append((None if one.delta is None else -one.delta, row, remark(figure)))
        columns = [scope_name("coder"), right(gettext("alpha")), right(gettext("change"))]
        self._grid(gettext("Alpha without one coder, the greatest rise first"), columns, lines)

    def _grid(self, heading: str, columns: list[str], lines: Sequence[tuple[float | None, Sequence[str], str]]) -> None:
        if lines:
            ordered = sorted(lines, key=lambda line: worst_first(line[0]))
            self.sections.append(
                Grid(heading, columns, [row for _, row, _ in ordered], [said for _, _, said in ordered])
            )


def _counts(one: CodeSpans) -> dict[str, Any]:
    """Return what is said of a code beside its estimates; ``spans`` is in the estimate."""
    return {
        "characters": one.characters,
        "prevalence": one.prevalence,
        "percent": one.percent,
        "coders_using": one.coders,
    }
