"""A report on free spans as it is kept and read: each row with what is shown of it, and what pairs say, over all pairs.

Nothing here needs numpy but ``digest``, which is given what numpy has computed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from intercoder.errors import marked
from intercoder.stats.results import Interval, Json, Parameter, Plain, plain

if TYPE_CHECKING:
    from intercoder.stats.spans.report import CodePairSpans, SpanReport
    from intercoder.stats.spans.results import SpanEstimate

#: What to say beside the numbers of a report.
REMARKS: Mapping[str, str] = MappingProxyType(
    {
        "overlapping_units": marked(
            "Some coders put two codes on the same text, so the coefficients for units that do not overlap are undefined: read the table by code."
        ),
        "mostly_gap": marked(
            "At least nine tenths of the text carry no code: agreement on what was left out dominates the percentages; read the table by code."
        ),
        "low_coverage": marked(
            "Less than half of what was coded was coded by two coders: agreement on the codes says little about the rest."
        ),
        "few_documents": marked(
            "There are fewer than 10 documents that two coders finished, so there are no intervals."
        ),
        "code_dominates": marked(
            "One code makes up at least nine tenths of what was coded, so there is little variation to agree on."
        ),
    }
)


@dataclass(frozen=True, slots=True)
class SpanFigure(Plain):
    """A coefficient, or the reason why there is none; ``coverage``: the share of the text that cu-alpha and (k)u-alpha are about."""

    value: float | None
    reason: str | None
    method: str
    coverage: float | None = None
    parameters: dict[str, Parameter] = field(default_factory=dict)
    interval: Interval | None = None
    interval_reason: str | None = None

    @classmethod
    def of(cls, estimate: "SpanEstimate") -> "SpanFigure":
        """Return what is shown of an estimate."""
        return cls(
            estimate.value,
            estimate.reason,
            estimate.method,
            estimate.coverage,
            dict(estimate.parameters),
            estimate.interval,
            estimate.interval_reason,
        )


class Value(NamedTuple):
    """A number, or the reason why there is none."""

    value: float | None
    reason: str | None


class Ends(NamedTuple):
    """Where an interval begins and ends."""

    low: float
    high: float


class Mean(NamedTuple):
    """The plain mean of the ``n`` values there are; ``undefined``: how many there are not."""

    value: float | None
    n: int
    undefined: int

    @classmethod
    def of(cls, values: Iterable[float | None]) -> "Mean":
        """Return the mean of these."""
        every = list(values)
        known = [value for value in every if value is not None]
        return cls(sum(known) / len(known) if known else None, len(known), len(every) - len(known))


class Segments(NamedTuple):
    """Of ``total`` spans of two coders, or of the coders of several pairs, ``agreements`` have a counterpart."""

    agreements: int
    total: int

    @property
    def share(self) -> float | None:
        """Their share; None without spans."""
        return self.agreements / self.total if self.total else None


class Matched(NamedTuple):
    """Of ``total`` spans of two coders, so many pairs coincide exactly, and so many overlap, one to one."""

    total: int
    exact_pairs: int
    overlap_pairs: int

    @property
    def exact(self) -> float | None:
        """F1 of spans with the same ends; None without spans."""
        return 2 * self.exact_pairs / self.total if self.total else None

    @property
    def overlap(self) -> float | None:
        """F1 of spans that overlap; None without spans."""
        return 2 * self.overlap_pairs / self.total if self.total else None


class CodeRow(NamedTuple):
    """One code: |u-alpha, (k)u-alpha, alpha over characters; over the pairs of coders the mean kappa, segments and F1.

    The rest as in ``stats.spans.report.CodeSpans``.
    """

    code: str
    alpha: Value
    interval: Ends | None
    interval_reason: str | None
    ku_alpha: Value
    ku_coverage: float | None
    character_alpha: Value
    kappa: Mean
    segments: Segments
    f1: Matched
    spans: int
    characters: int
    coders: int
    prevalence: float | None
    percent: float | None
    few_spans: bool
    paradox: bool


class CellRow(NamedTuple):
    """One code and two coders; ``code``, ``first`` and ``second`` are places in the lists of ``SpanCells``."""

    code: int
    first: int
    second: int
    alpha: Value
    kappa: Value
    length: int
    both: int
    only_first: int
    only_second: int
    segments: Segments
    f1: Matched


@dataclass(frozen=True, slots=True)
class PairRow(Plain):
    """Two coders: the coefficients over everything, segments, F1 (``f1_characters`` too), and the mean kappa over codes."""

    coders: tuple[str, str]
    estimates: dict[str, SpanFigure]
    segments: Segments
    f1: Matched
    f1_characters: float | None
    kappa: Mean
    percent: float | None


@dataclass(frozen=True, slots=True)
class DocumentRow(Plain):
    """One document of ``length`` characters, who finished it, and the coefficients without intervals."""

    document: str
    length: int
    coders: tuple[str, ...]
    values: dict[str, Value]


@dataclass(frozen=True, slots=True)
class LeftOutRow(Plain):
    """The headline without one coder, and how much it rises (positive) or falls by that."""

    coder: str
    value: Value
    delta: float | None


@dataclass(frozen=True, slots=True)
class SpanDigest(Plain):
    """What a report on free spans says of everything; fields as in ``stats.spans.report.SpanReport`` but for what follows.

    ``kappa``: Cohen's over characters, mean of every code and pair that has one; ``segments`` and ``f1``: the spans of all
    pairs together; ``independent``: ``overall`` over the independent layers alone, None where all are, or fewer than two of
    any document.
    """

    coders: tuple[str, ...]
    documents: tuple[str, ...]
    compared_documents: int
    length: int
    resamples: int
    seed: int
    threshold: float
    headline: str
    overlapping: tuple[str, ...]
    marked: float | None
    spans: int
    overall: dict[str, SpanFigure]
    kappa: Mean
    segments: Segments
    f1: Matched
    remarks: tuple[str, ...]
    independent: dict[str, SpanFigure] | None = None

    @property
    def first(self) -> SpanFigure:
        """The headline."""
        return self.overall[self.headline]


@dataclass(frozen=True, slots=True)
class SpanTables(Plain):
    """What it says by code, by pair, by document, and without each coder."""

    by_code: tuple[CodeRow, ...]
    by_pair: tuple[PairRow, ...]
    by_document: tuple[DocumentRow, ...]
    left_out: tuple[LeftOutRow, ...]


@dataclass(frozen=True, slots=True)
class SpanCells(Plain):
    """Every code with every two coders one of whom has used it."""

    codes: tuple[str, ...]
    coders: tuple[str, ...]
    rows: tuple[CellRow, ...]


def named(thing: object) -> Json:
    """Return what is kept of a report as plain dictionaries and lists, each field of a row under its name."""
    if is_dataclass(thing) and not isinstance(thing, type):
        return {part.name: named(getattr(thing, part.name)) for part in fields(thing)}
    if isinstance(thing, (Value, Ends, Mean, Segments, Matched, CodeRow, CellRow)):
        return {name: named(value) for name, value in zip(thing._fields, thing, strict=True)}
    if isinstance(thing, Mapping):
        return {str(key): named(value) for key, value in thing.items()}
    if isinstance(thing, (tuple, list)):
        return [named(value) for value in thing]
    return plain(thing)


def digest(
    report: "SpanReport", independent: "Mapping[str, SpanEstimate] | None" = None
) -> tuple[SpanDigest, SpanTables, SpanCells]:
    """Return what is kept of a report: of the whole, its tables, and each code with each pair. O(codes x pairs)."""
    of_code: dict[str, list[CodePairSpans]] = {code: [] for code in report.codes}
    for cell in report.by_code_and_pair:
        of_code[cell.code].append(cell)
    whole = SpanDigest(
        coders=report.coders,
        documents=report.documents,
        compared_documents=report.compared_documents,
        length=report.length,
        resamples=report.resamples,
        seed=report.seed,
        threshold=report.threshold,
        headline=report.headline,
        overlapping=report.overlapping,
        marked=report.marked,
        spans=report.overall["mean_binary_u_alpha"].spans,
        overall=_figures(report.overall),
        kappa=Mean.of(cell.characters.kappa for cell in report.by_code_and_pair),
        segments=_segments(report.by_code_and_pair),
        f1=_matched(report.by_code_and_pair),
        remarks=report.remarks,
        independent=None if independent is None else _figures(independent),
    )
    tables = SpanTables(
        by_code=_codes(report, of_code),
        by_pair=_pairs(report),
        by_document=tuple(
            DocumentRow(
                row.document,
                row.length,
                row.coders,
                {name: Value(e.value, e.reason) for name, e in row.estimates.items()},
            )
            for row in report.by_document
        ),
        left_out=tuple(
            LeftOutRow(row.coder, Value(row.estimate.value, row.estimate.reason), row.delta) for row in report.left_out
        ),
    )
    return whole, tables, _cells(report)


def _figures(estimates: "Mapping[str, SpanEstimate]") -> dict[str, SpanFigure]:
    return {name: SpanFigure.of(estimate) for name, estimate in estimates.items()}


def _segments(cells: "Sequence[CodePairSpans]") -> Segments:
    return Segments(sum(c.segments.agreements for c in cells), sum(c.segments.total for c in cells))


def _matched(cells: "Sequence[CodePairSpans]") -> Matched:
    return Matched(
        sum(c.f1.first + c.f1.second for c in cells),
        sum(c.f1.exact_pairs for c in cells),
        sum(c.f1.overlap_pairs for c in cells),
    )


def _codes(report: "SpanReport", of_code: "Mapping[str, Sequence[CodePairSpans]]") -> tuple[CodeRow, ...]:
    rows = []
    for row in report.by_code:
        cells = of_code[row.code]
        alpha, ku, characters = (row.estimates[n] for n in ("binary_u_alpha", "ku_alpha", "character_alpha"))
        rows.append(
            CodeRow(
                code=row.code,
                alpha=Value(alpha.value, alpha.reason),
                interval=Ends(alpha.interval.low, alpha.interval.high) if alpha.interval else None,
                interval_reason=alpha.interval_reason,
                ku_alpha=Value(ku.value, ku.reason),
                ku_coverage=ku.coverage,
                character_alpha=Value(characters.value, characters.reason),
                kappa=Mean.of(cell.characters.kappa for cell in cells),
                segments=_segments(cells),
                f1=_matched(cells),
                spans=row.spans,
                characters=row.characters,
                coders=row.coders,
                prevalence=row.prevalence,
                percent=row.percent,
                few_spans=row.few_spans,
                paradox=row.paradox,
            )
        )
    return tuple(rows)


def _pairs(report: "SpanReport") -> tuple[PairRow, ...]:
    return tuple(
        PairRow(
            coders=row.coders,
            estimates=_figures(row.estimates),
            segments=Segments(row.segments.agreements, row.segments.total),
            f1=Matched(row.f1.first + row.f1.second, row.f1.exact_pairs, row.f1.overlap_pairs),
            f1_characters=row.f1.characters,
            kappa=Mean(row.characters.kappa, row.characters.codes, row.characters.undefined_codes),
            percent=row.characters.percent,
        )
        for row in report.by_pair
    )


def _cells(report: "SpanReport") -> SpanCells:
    code, coder = ({name: i for i, name in enumerate(names)} for names in (report.codes, report.coders))
    rows = (
        CellRow(
            code[cell.code],
            coder[cell.coders[0]],
            coder[cell.coders[1]],
            Value(cell.binary_u_alpha.value, cell.binary_u_alpha.reason),
            Value(cell.characters.kappa, cell.characters.reason),
            cell.characters.length,
            cell.characters.both,
            cell.characters.only_first,
            cell.characters.only_second,
            Segments(cell.segments.agreements, cell.segments.total),
            _matched([cell]),
        )
        for cell in report.by_code_and_pair
        if cell.segments.total
    )
    return SpanCells(report.codes, report.coders, tuple(rows))
