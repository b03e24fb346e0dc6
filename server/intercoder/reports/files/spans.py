"""How far coders agree on free spans, and on which codes a document holds at all."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

from pydantic import JsonValue

from intercoder.errors import InvalidInput
from intercoder.interchange.codes import CodeList
from intercoder.interchange.ratings import RatingTable
from intercoder.interchange.shapes import Shaped
from intercoder.interchange.spans import SpanTable, read_spans
from intercoder.interchange.tables import shorten
from intercoder.language import gettext, inline, translate
from intercoder.reports import (
    Asked,
    Cell,
    Column,
    Facts,
    Figure,
    Grid,
    Note,
    Plain,
    Report,
    grid,
    right,
    software,
)
from intercoder.reports.agreement import interval_column, remarks
from intercoder.reports.benchmark import benchmark_json, benchmark_notes
from intercoder.reports.files import Source
from intercoder.reports.files.ratings import independence, ratings_report
from intercoder.reports.files.reading import reading_notes
from intercoder.reports.names import codes_of, coefficient, scope_name
from intercoder.reports.numbers import ends, number, percent, remark, signed
from intercoder.reports.saturation import without_ancestor
from intercoder.stats.results import Estimate, worst_first
from intercoder.stats.spans.continuum import DocumentSpans, Span, Spans
from intercoder.stats.spans.digest import REMARKS
from intercoder.stats.spans.report import CodeSpans, PairSpans, SpanReport, span_report
from intercoder.stats.spans.results import SpanEstimate
from intercoder.text.units import Unit

Say = Callable[[str], None]
#: what a row is sorted by, its cells, and what is said to it
Line: TypeAlias = tuple[float | None, Sequence[str | Cell], str]


def spans_report(
    source: Source, shaped: Shaped, asked: Asked, codes: CodeList | None, more: Sequence[Source | None], say: Say
) -> Report:
    """Return everything about a file of spans; ``more`` are the files of lengths and of coders.

    Raises
    ------
    InvalidInput : all that ``read_spans`` raises, ``not_declared`` for a code that is not in the codes file.
    """
    lengths, coders = (None if beside is None else beside.table for beside in more)
    given = read_spans(shaped.table, lengths, coders, shaped.reading, declared=codes.codes if codes else ())
    told = reading_notes(given.reading, source)
    _check_codes(given, codes, source.table.name)
    notes = _notes(given)
    if asked.unit == Unit.DOCUMENT:
        report = ratings_report(_presence(given), source, replace(asked, multi=True), codes, say)
        name = gettext("which codes each document holds, from spans")
        made = {"format": "spans", "unit": "document"}
        rest = report.title.partition(";")[2]
        return replace(
            report,
            title=f"{source.table.name}: {name};{rest}",
            provenance={**report.provenance, **made},
            notes=[*notes, *report.notes],
            reading=told,
        )
    say(gettext("Overall"))
    spans = _spans(given, codes)
    lost = 0
    if asked.lift is not None:
        assert codes is not None
        place = codes.tree.lift(spans.codes, asked.lift)
        lost = sum(place[code] is None for code in given.codes)
        spans = spans.lift(place)
    if lost:
        notes.append(without_ancestor(lost))
    result = span_report(
        spans, resamples=asked.resamples, seed=asked.seed, method=asked.method, threshold=asked.threshold
    )
    view = _View(result, asked)
    notes += [Note(key, translate(REMARKS[key])) for key in result.remarks]
    headline = result.overall[result.headline]
    notes += benchmark_notes(coefficient(headline.method, headline.parameters), headline)
    notes.append(independence())
    units = {"span": gettext("spans as they are"), "character": gettext("spans, character by character")}
    level = f"; {codes_of(asked.lift)}" if asked.lift else ""
    provenance: dict[str, JsonValue] = {
        **source.to_json(),
        "format": "spans",
        "unit": asked.unit,
        "at": asked.lift,
        "threshold": asked.threshold,
        "resamples": asked.resamples,
        "seed": asked.seed,
        "interval": asked.method,
        "software": software(),
    }
    for key, beside in zip(("lengths", "coders"), more, strict=True):
        if beside is not None:
            provenance[key] = beside.to_json()
    return Report(
        command="reliability",
        title=f"{source.table.name}: {units[asked.unit]}{level}",
        provenance=provenance,
        data={
            "coders": list(result.coders),
            "documents": list(result.documents),
            "codes": list(result.codes),
            "compared_documents": result.compared_documents,
            "length": result.length,
            "spans": len(given.spans),
            "lengths_assumed": list(given.assumed),
            "overlapping": list(result.overlapping),
            "marked": result.marked,
        },
        figures=view.figures,
        notes=notes,
        sections=view.sections,
        more={"spans": result.to_json()},
        reading=told,
    )


def _check_codes(given: SpanTable, codes: CodeList | None, name: str) -> None:
    if codes is None:
        return
    known = set(codes.codes)
    for span in given.spans:
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


def _notes(given: SpanTable) -> list[Note]:
    notes: list[Note] = []
    if given.assumed:
        text = gettext(
            "No length is given for: {names}. The last end stands for it, so text after it that nobody coded does not "
            "count. Give --lengths, or a column length.",
            names=shorten(given.assumed, 4),
        )
        notes.append(Note("lengths_assumed", text))
    single = sum(len(who) < 2 for who in given.coders.values())
    return [*notes, *remarks(single=single)]


def _spans(given: SpanTable, codes: CodeList | None) -> Spans:
    by_document: dict[str, list[Span]] = {name: [] for name in given.documents}
    for span in given.spans:
        by_document[span.document].append(Span(span.coder, span.code, span.start, span.end))
    documents = [
        DocumentSpans(name, given.lengths[name], given.coders[name], by_document[name]) for name in given.documents
    ]
    declared = None
    if codes is not None:
        levels = {codes.levels[code] for code in given.codes if code in codes.levels}
        used = set(given.codes)
        declared = [c for c in codes.codes if c in used or not levels or codes.levels.get(c) in levels]
    return Spans.of(documents, declared)


def _presence(given: SpanTable) -> RatingTable:
    """Return each document as a unit whose value is the set of codes that the coder used in it."""
    coders = tuple(dict.fromkeys(coder for who in given.coders.values() for coder in who))
    used: dict[tuple[str, str], set[str]] = {}
    for span in given.spans:
        used.setdefault((span.document, span.coder), set()).add(span.code)
    cells = tuple(
        tuple(
            frozenset(used.get((name, coder), ())) if coder in given.coders[name] else None for name in given.documents
        )
        for coder in coders
    )
    return RatingTable(coders, given.documents, cells, None, "long")


class _View:
    """The figures and tables of a span report, in the unit that was asked for."""

    def __init__(self, result: SpanReport, asked: Asked) -> None:
        self.result, self.asked = result, asked
        self.figures: list[Figure] = []
        self.sections: list[Facts | Grid] = [self._enough()]
        self.characters = asked.unit == "character"
        self.sections.append(self._overall())
        tables = {
            "code": self._by_code,
            "pair": self._by_pair,
            "document": self._by_document,
            "coder": self._by_coder,
        }
        for scope in asked.by:
            tables[scope]()

    def _add(
        self, scope: str, name: str, key: str, estimate: SpanEstimate | Estimate, **more: JsonValue
    ) -> SpanEstimate | Estimate:
        ranges = benchmark_json(estimate) if scope == "overall" else {}
        beside: dict[str, JsonValue] = {"benchmark": ranges} if ranges else {}
        self.figures.append(Figure(scope, name, key, estimate, {**estimate.to_json(), **more, **beside}))
        return estimate

    def _add_plain(
        self, scope: str, name: str, key: str, value: float | None, reason: str | None, **more: JsonValue
    ) -> None:
        entry = {"value": value, "reason": reason, "method": key, **more}
        self.figures.append(Figure(scope, name, key, Plain(value, reason), entry))

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
        rows, said = [], []
        for key in (first, *(key for key in overall if key != first)):
            estimate = self._add("overall", "", key, overall[key])
            coverage = estimate.coverage if isinstance(estimate, SpanEstimate) else None
            rows.append(
                (
                    coefficient(estimate.method, estimate.parameters, key),
                    Cell(number(estimate.value), estimate),
                    ends(estimate.interval),
                    "" if coverage is None else percent(coverage),
                )
            )
            said.append(remark(estimate))
        columns: list[str | Column] = [
            gettext("Coefficient"),
            right(gettext("value")),
            interval_column(),
            right(gettext("of the text")),
        ]
        return grid(gettext("Coefficients"), columns, rows, said)

    def _by_code(self) -> None:
        main = "character_alpha" if self.characters else "binary_u_alpha"
        lines: list[Line] = []
        for row in self.result.by_code:
            for key, estimate in row.estimates.items():
                self._add("code", row.code, key, estimate, **_counts(row))
            alpha = row.estimates[main]
            said = remark(alpha)
            if not said and row.few_spans:
                said = gettext("fewer than 5 spans")
            cells: list[str | Cell] = [
                row.code,
                Cell(number(alpha.value), alpha),
                ends(alpha.interval),
                percent(row.percent),
                str(row.spans),
                str(row.characters),
                percent(row.prevalence),
                str(row.coders),
            ]
            lines.append((alpha.value, cells, said))
        columns: list[str | Column] = [
            scope_name("code"),
            right(gettext("alpha")),
            interval_column(),
            right(gettext("percent")),
            right(gettext("spans")),
            right(inline(gettext("Characters"))),
            right(gettext("share")),
            right(inline(gettext("Coders"))),
        ]
        self._grid(gettext("By code, lowest alpha first (each code against everything else)"), columns, lines)

    def _by_pair(self) -> None:
        lines: list[Line] = []
        for row in self.result.by_pair:
            name = " – ".join(row.coders)
            for key, estimate in row.estimates.items():
                self._add("pair", name, key, estimate)
            alpha = row.estimates[self.result.headline]
            cells: list[str | Cell] = [
                name,
                Cell(number(alpha.value), alpha),
                ends(alpha.interval),
                *self._pair_figures(name, row),
            ]
            lines.append((alpha.value, cells, remark(alpha)))
        for cell in self.result.by_code_and_pair:
            name = f"{cell.code}: {' – '.join(cell.coders)}"
            kappa = cell.characters
            rest = {k: getattr(kappa, k) for k in ("length", "both", "only_first", "only_second", "neither", "percent")}
            self._add_plain("code and pair", name, "char_kappa", kappa.kappa, kappa.reason, **rest)
            self._add("code and pair", name, "binary_u_alpha", cell.binary_u_alpha)
        columns: list[str | Column] = [
            scope_name("pair"),
            right(gettext("alpha")),
            interval_column(),
            right(gettext("segments")),
            right(gettext("F1 exact")),
            right(gettext("F1 overlap")),
            right(gettext("F1 characters")),
            right(gettext("kappa")),
        ]
        self._grid(gettext("By pair of coders, lowest alpha first"), columns, lines)

    def _pair_figures(self, name: str, pair: PairSpans) -> list[str]:
        """Add what only pairs have, and return it as cells."""
        segments, f1, means = pair.segments, pair.f1, pair.characters
        self._add_plain(
            "pair",
            name,
            "segment_agreement",
            segments.percent,
            segments.reason,
            agreements=segments.agreements,
            total=segments.total,
            parameters={"threshold": segments.threshold},
        )
        scores = {"exact": f1.exact, "overlap": f1.overlap, "characters": f1.characters}
        for kind, score in scores.items():
            self._add_plain("pair", name, f"f1_{kind}", score, f1.reason, first=f1.first, second=f1.second)
        reason = None if means.kappa is not None else "no_defined_code"
        counted = {"codes": means.codes, "undefined_codes": means.undefined_codes}
        self._add_plain("pair", name, "mean_char_kappa", means.kappa, reason, **counted)
        return [percent(segments.percent), *(number(score) for score in scores.values()), number(means.kappa)]

    def _by_document(self) -> None:
        lines: list[Line] = []
        for row in self.result.by_document:
            for key, estimate in row.estimates.items():
                self._add("document", row.document, key, estimate)
            alpha = row.estimates[self.result.headline]
            cells: list[str | Cell] = [
                row.document,
                Cell(number(alpha.value), alpha),
                str(row.length),
                ", ".join(row.coders),
            ]
            lines.append((alpha.value, cells, remark(alpha)))
        columns: list[str | Column] = [
            scope_name("document"),
            right(gettext("alpha")),
            right(inline(gettext("Characters"))),
            gettext("Coders"),
        ]
        self._grid(gettext("By document, lowest alpha first"), columns, lines)

    def _by_coder(self) -> None:
        lines: list[Line] = []
        for row in self.result.left_out:
            estimate = self._add("coder", row.coder, self.result.headline, row.estimate, delta=row.delta)
            cells: list[str | Cell] = [row.coder, Cell(number(estimate.value), estimate), signed(row.delta)]
            lines.append((None if row.delta is None else -row.delta, cells, remark(estimate)))
        columns: list[str | Column] = [scope_name("coder"), right(gettext("alpha")), right(gettext("change"))]
        self._grid(gettext("Alpha without one coder, the greatest rise first"), columns, lines)

    def _grid(self, heading: str, columns: Sequence[str | Column], lines: Sequence[Line]) -> None:
        if lines:
            ordered = sorted(lines, key=lambda line: worst_first(line[0]))
            self.sections.append(
                grid(heading, columns, [cells for _, cells, _ in ordered], [said for _, _, said in ordered])
            )


def _counts(row: CodeSpans) -> dict[str, JsonValue]:
    """Return what is said of a code beside its estimates; ``spans`` is in the estimate."""
    return {
        "characters": row.characters,
        "prevalence": row.prevalence,
        "percent": row.percent,
        "coders_using": row.coders,
    }
