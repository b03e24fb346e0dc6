"""Everything a set of spans says on agreement: overall, by code, by pair, by document, by coder left out."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from intercoder.stats.agreement.remarks import low_despite_agreement
from intercoder.stats.intervals import FEWEST_DOCUMENTS, SEED, Method
from intercoder.stats.results import Plain
from intercoder.stats.spans.binary import BinarySums, binary_u_alpha, mean_binary_u_alpha
from intercoder.stats.spans.by_document import estimates_by_document
from intercoder.stats.spans.characters import (
    CharacterKappa,
    CharacterMeans,
    character_alpha,
    character_alpha_overall,
    character_kappa,
    character_means,
)
from intercoder.stats.spans.coincidences import Continuum
from intercoder.stats.spans.continuum import Spans
from intercoder.stats.spans.results import SpanEstimate
from intercoder.stats.spans.segments import THRESHOLD, Paired, SegmentAgreement, SpanF1, segment_agreement, span_f1
from intercoder.stats.spans.unitizing import bar_u_alpha, cu_alpha, ku_alpha, u_alpha

#: With fewer spans the alpha of a code is unstable.
FEW_SPANS = 5


@dataclass(frozen=True, slots=True)
class CodeSpans(Plain):
    """One code: ``binary_u_alpha``, ``character_alpha``, ``ku_alpha``; how often, by whom, how far to trust it.

    ``spans``: touching ones of one coder made one; ``characters``: their length; ``coders``: how many
    used it; ``by_coder``: characters of each; ``prevalence``: share of characters times coders (None
    without text); ``percent``: of pairs of values by character that are equal (0..1); ``paradox``: they
    are, in 85 % and more, and alpha is below .6 all the same.
    """

    code: str
    estimates: dict[str, SpanEstimate]
    spans: int
    characters: int
    coders: int
    by_coder: dict[str, int]
    prevalence: float | None
    percent: float | None
    few_spans: bool
    paradox: bool


@dataclass(frozen=True, slots=True)
class PairSpans(Plain):
    """Two coders: the overall coefficients, their segments, F1, and means over codes by character."""

    coders: tuple[str, str]
    estimates: dict[str, SpanEstimate]
    segments: SegmentAgreement
    f1: SpanF1
    characters: CharacterMeans


@dataclass(frozen=True, slots=True)
class CodePairSpans(Plain):
    """One code and two coders."""

    code: str
    coders: tuple[str, str]
    binary_u_alpha: SpanEstimate
    segments: SegmentAgreement
    f1: SpanF1
    characters: CharacterKappa


@dataclass(frozen=True, slots=True)
class DocumentSpansAgreement(Plain):
    """One document of ``length`` characters and those who finished it."""

    document: str
    length: int
    coders: tuple[str, ...]
    estimates: dict[str, SpanEstimate]


@dataclass(frozen=True, slots=True)
class CoderLeftOut(Plain):
    """The headline without one coder, and how much it rises (positive) or falls by that."""

    coder: str
    estimate: SpanEstimate
    delta: float | None


@dataclass(frozen=True, slots=True)
class SpanReport(Plain):
    """Everything, in the order of the coders, documents and codes of the spans.

    ``headline``: the key of ``overall`` to show first: ``u_alpha``, or ``mean_binary_u_alpha`` when
    ``overlapping`` names coders who put two codes on the same text. ``any_code_u_alpha``: whether they
    mark the same text at all, whatever the codes. ``marked``: share of characters times coders with
    any code. ``remarks``: keys of ``REMARKS``.
    """

    coders: tuple[str, ...]
    documents: tuple[str, ...]
    codes: tuple[str, ...]
    compared_documents: int
    length: int
    resamples: int
    seed: int
    threshold: float
    headline: str
    overlapping: tuple[str, ...]
    marked: float | None
    overall: dict[str, SpanEstimate]
    by_code: tuple[CodeSpans, ...]
    by_pair: tuple[PairSpans, ...]
    by_code_and_pair: tuple[CodePairSpans, ...]
    by_document: tuple[DocumentSpansAgreement, ...]
    left_out: tuple[CoderLeftOut, ...]
    remarks: tuple[str, ...]


def span_report(
    spans: Spans,
    *,
    resamples: int = 1000,
    seed: int = SEED,
    method: Method = "percentile",
    threshold: float = THRESHOLD,
) -> SpanReport:
    """Return how far the coders agree on free spans, from their independent work only.

    Parameters
    ----------
    spans
        for a level of the code tree: ``spans.lift(tree.lift(spans.codes, level))``; for some coders,
        documents or codes: ``spans.select(...)``.
    resamples
        of documents, for the coefficients overall, by code and by pair; 0 for no intervals.
    seed
        of the resamples.
    method
        of the intervals: ``percentile`` or ``bca``.
    threshold
        of ``segment_agreement``.

    Raises
    ------
    WrongArgument : a threshold out of range.

    Notes
    -----
    O(pairs x (S log S + S x coders + documents x codes) + documents x (S + codes)) plus one matrix product of
    resamples per coefficient. Reasons: those of the coefficients; documents one by one and coders left out have
    no interval.
    """
    data = BinarySums.of(spans)
    compared = spans.compared
    overlapping = compared.overlapping
    headline = headline_of(spans)
    overall = span_overall(spans, resamples=resamples, seed=seed, method=method)
    by_pair, by_code_and_pair = _by_pair(spans, threshold, resamples, seed, method)
    total, joined = float(data.total.sum()), BinarySums.of(_any_code(compared))
    marked = float(joined.marked.sum()) / total if total else None
    return SpanReport(
        coders=spans.coders,
        documents=spans.documents,
        codes=spans.codes,
        compared_documents=len(compared.documents),
        length=compared.length,
        resamples=resamples,
        seed=seed,
        threshold=threshold,
        headline=headline,
        overlapping=overlapping,
        marked=marked,
        overall=overall,
        by_code=_by_code(spans, data, resamples, seed, method),
        by_pair=by_pair,
        by_code_and_pair=by_code_and_pair,
        by_document=_by_document(spans),
        left_out=_left_out(spans, headline, overall[headline]),
        remarks=_remarks(data, bool(overlapping), marked, overall["cu_alpha"].coverage),
    )


def headline_of(spans: Spans) -> str:
    """Return the coefficient to show first: ``u_alpha``, or the mean of codes where somebody put two codes on the same text."""
    return "mean_binary_u_alpha" if spans.compared.overlapping else "u_alpha"


def span_overall(
    spans: Spans, *, resamples: int = 1000, seed: int = SEED, method: Method = "percentile"
) -> dict[str, SpanEstimate]:
    """Return the coefficients over everything, as ``span_report`` has them in ``overall``."""
    data = BinarySums.of(spans)
    overall = _overall(spans, data, resamples, seed, method)
    overall["mean_binary_u_alpha"] = mean_binary_u_alpha(data, resamples=resamples, seed=seed, method=method)
    if len(spans.coders) > 2:
        overall["cu_alpha_union"] = cu_alpha(spans, variant="union", resamples=resamples, seed=seed, method=method)
    overall["character_alpha"] = character_alpha_overall(spans)
    return overall


def _any_code(spans: Spans) -> Spans:
    return spans.lift(dict.fromkeys(spans.codes, "*"))


def _overall(spans: Spans, data: BinarySums, resamples: int, seed: int, method: Method) -> dict[str, SpanEstimate]:
    """Return the coefficients of the whole: for units that do not overlap, and for codes that do."""
    units = Continuum.of(spans)
    joined = _any_code(spans)
    marked = binary_u_alpha(joined, resamples=resamples, seed=seed, method=method)
    return {
        "u_alpha": u_alpha(units, resamples=resamples, seed=seed, method=method),
        "bar_u_alpha": bar_u_alpha(units, resamples=resamples, seed=seed, method=method),
        "cu_alpha": cu_alpha(units, resamples=resamples, seed=seed, method=method),
        "any_code_u_alpha": marked["*"] if marked else SpanEstimate.on(data.spans, "binary_u_alpha", "not_used"),
        "mean_binary_u_alpha": mean_binary_u_alpha(data),
    }


def _by_code(spans: Spans, data: BinarySums, resamples: int, seed: int, method: Method) -> tuple[CodeSpans, ...]:
    tables = {
        "binary_u_alpha": binary_u_alpha(data, resamples=resamples, seed=seed, method=method),
        "character_alpha": character_alpha(data),
        "ku_alpha": ku_alpha(spans, resamples=resamples, seed=seed, method=method),
    }
    size, total = len(data.spans.codes), float(data.total.sum())
    characters, apart = data.sums[0, 1 : size + 1], data.sums[0, 2 * size + 1 :]
    by_coder = data.by_coder
    rows = []
    for c, code in enumerate(data.spans.codes):
        estimates = {name: table[code] for name, table in tables.items()}
        alpha = estimates["binary_u_alpha"]
        percent = 1.0 - 2.0 * float(apart[c]) / total if total else None
        rows.append(
            CodeSpans(
                code=code,
                estimates=estimates,
                spans=alpha.spans,
                characters=round(float(characters[c])),
                coders=int((by_coder[:, c] > 0).sum()),
                by_coder={coder: int(by_coder[i, c]) for i, coder in enumerate(data.spans.coders)},
                prevalence=float(characters[c]) / total if total else None,
                percent=percent,
                few_spans=alpha.spans < FEW_SPANS,
                paradox=low_despite_agreement(percent, alpha.value),
            )
        )
    return tuple(rows)


def _by_pair(
    spans: Spans, threshold: float, resamples: int, seed: int, method: Method
) -> tuple[tuple[PairSpans, ...], tuple[CodePairSpans, ...]]:
    rows: list[PairSpans] = []
    cells: list[CodePairSpans] = []
    for pair in combinations(spans.coders, 2):
        part = spans.select(coders=pair)
        data = BinarySums.of(part)
        paired = Paired.of(part, pair)
        segments, segments_by_code = segment_agreement(paired, pair, threshold)
        f1, f1_by_code = span_f1(paired, pair)
        kappas = character_kappa(data, pair)
        rows.append(
            PairSpans(
                coders=pair,
                estimates=_overall(part, data, resamples, seed, method),
                segments=segments,
                f1=f1,
                characters=character_means(kappas.values()),
            )
        )
        alphas = binary_u_alpha(data)
        cells.extend(
            CodePairSpans(code, pair, alphas[code], segments_by_code[code], f1_by_code[code], kappas[code])
            for code in spans.codes
        )
    return tuple(rows), tuple(cells)


def _by_document(spans: Spans) -> tuple[DocumentSpansAgreement, ...]:
    says = (spans.per_document >= 2) & (spans.lengths > 0) & bool(spans.codes)
    names = [name for d, name in enumerate(spans.documents) if says[d]]
    told: dict[str, dict[str, SpanEstimate]] = {}
    if names:
        those = spans.select(documents=names)
        of_each = estimates_by_document(those, BinarySums.of(those), BinarySums.of(_any_code(those)))
        told = dict(zip(names, of_each, strict=True))
    rows = []
    for d, name in enumerate(spans.documents):
        finished = [coder for m, coder in enumerate(spans.coders) if spans.finished[d, m]]
        estimates = told.get(name)
        if estimates is None:
            part = spans.select(documents=[name], coders=finished)
            estimates = _overall(part, BinarySums.of(part), 0, 0, "percentile")
        rows.append(DocumentSpansAgreement(name, int(spans.lengths[d]), tuple(finished), estimates))
    return tuple(rows)


def _left_out(spans: Spans, headline: str, everybody: SpanEstimate) -> tuple[CoderLeftOut, ...]:
    """With two coders nobody can be left out."""
    if len(spans.coders) < 3:
        return ()
    coefficient = u_alpha if headline == "u_alpha" else mean_binary_u_alpha
    rows = []
    for left in spans.coders:
        without = coefficient(spans.select(coders=[coder for coder in spans.coders if coder != left]))
        delta = None
        if without.value is not None and everybody.value is not None:
            delta = without.value - everybody.value
        rows.append(CoderLeftOut(left, without, delta))
    return tuple(rows)


def _remarks(data: BinarySums, overlapping: bool, marked: float | None, coverage: float | None) -> tuple[str, ...]:
    size = len(data.spans.codes)
    characters = data.sums[0, 1 : size + 1]
    every = float(characters.sum())
    said = {
        "overlapping_units": overlapping,
        "mostly_gap": marked is not None and marked <= 0.1,
        "low_coverage": coverage is not None and bool(marked) and coverage < 0.5 * (marked or 0.0),
        "code_dominates": size > 1 and every > 0 and float(np.max(characters)) >= 0.9 * every,
        "few_documents": len(data.spans.documents) < FEWEST_DOCUMENTS,
    }
    return tuple(name for name, holds in said.items() if holds)
