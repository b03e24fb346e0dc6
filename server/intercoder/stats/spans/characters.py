"""Every character a unit, as NVivo's coding comparison has it; easy to read, and generous with its data.

Neighbouring characters are coded together, so they are not independent: there are no intervals here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from intercoder.errors import WrongArgument
from intercoder.stats.agreement import fourfold
from intercoder.stats.arrays import Bools, Floats, Ints
from intercoder.stats.results import Plain, check
from intercoder.stats.spans.binary import BinarySums
from intercoder.stats.spans.coincidences import Continuum
from intercoder.stats.spans.continuum import Spans
from intercoder.stats.spans.results import SpanEstimate


@dataclass(frozen=True, slots=True)
class CharacterKappa(Plain):
    """Two coders and one code, character by character.

    ``length`` characters of text that both finished: ``both`` marked, ``only_first``, ``only_second``,
    ``neither``; ``percent`` (0..1) marked by both or neither, None without text; ``kappa`` Cohen's, or
    None with a ``reason``. By document: ``mean_kappa`` and ``weighted_kappa`` (by length) over the
    ``kappa_documents`` in which kappa is defined, ``mean_percent`` over all ``documents`` with text; the
    length-weighted mean of percent is ``percent``.
    """

    coders: tuple[str, str]
    code: str
    documents: int
    length: int
    both: int
    only_first: int
    only_second: int
    neither: int
    percent: float | None
    kappa: float | None
    reason: str | None
    kappa_documents: int
    mean_kappa: float | None
    weighted_kappa: float | None
    mean_percent: float | None

    def __post_init__(self) -> None:
        check("character_kappa", self.kappa, self.reason)


@dataclass(frozen=True, slots=True)
class CharacterMeans(Plain):
    """Plain means over the ``codes`` that have a kappa, and of percent over all; never without their table."""

    codes: int
    undefined_codes: int
    kappa: float | None
    percent: float | None


def character_kappa(spans: Spans | BinarySums, coders: tuple[str, str]) -> dict[str, CharacterKappa]:
    """Return, for two coders and every code, on how many characters they agree, and Cohen's kappa.

    Parameters
    ----------
    spans
        of any documents; those that both coders finished are taken as one text, and also one by one.
        For a single document: ``spans.select(documents=[name])``. Or the ``BinarySums`` of these two coders alone.
    coders
        the two.

    Returns
    -------
    dict : code -> CharacterKappa, for all codes of the spans. Reasons: ``no_pairable_values`` (no text
        that both finished), ``not_used`` by either (NVivo shows 1 there), ``no_gap`` (both marked
        everything).

    Raises
    ------
    WrongArgument : a coder compared with themselves, or an unknown one.

    Notes
    -----
    O(S log S + codes). Cohen 1960, doi 10.1177/001316446002000104.
    """
    if len(set(coders)) != 2:
        raise WrongArgument("needs_a_pair", "Two different coders are compared.")
    data = spans if isinstance(spans, BinarySums) else BinarySums.of(spans.select(coders=coders))
    text, size = data.spans, len(data.spans.codes)
    place = {coder: i for i, coder in enumerate(text.coders)}
    cells, inverse = np.unique(text.document * max(size, 1) + text.code, return_inverse=True)
    span = text.end - text.start
    marked = [_totals(inverse, span * (text.coder == place[coder]), len(cells)) for coder in coders]
    apart = data.half.tocoo()
    cell = np.searchsorted(cells, apart.row.astype(np.int64) * max(size, 1) + apart.col)
    half = _totals(cell, apart.data, len(cells))
    both = (marked[0] + marked[1] - half) / 2.0
    lengths = text.lengths[cells // max(size, 1)].astype(np.float64)
    kappas = fourfold.kappa(lengths, both, marked[0] - both, marked[1] - both)
    of_code = cells % max(size, 1)
    defined = ~np.isnan(kappas)

    def summed(values: Floats, among: Bools | slice = slice(None)) -> Floats:
        return _totals(of_code[among], values[among], size)

    sums = [summed(covered) for covered in (both, marked[0], marked[1])]
    documents, weight = summed(np.ones(len(cells)), defined), summed(lengths, defined)
    kappa_sum, weighted = summed(kappas, defined), summed(kappas * lengths, defined)
    missed = summed(half / lengths)
    length, with_text = text.length, int((text.lengths > 0).sum())
    pooled = fourfold.kappa(float(length), sums[0], sums[1] - sums[0], sums[2] - sums[0])
    rows = {}
    for c, code in enumerate(text.codes):
        shared, mine, theirs = (round(float(part[c])) for part in sums)
        reason = None
        if np.isnan(pooled[c]):
            reason = "no_pairable_values" if not length else "no_gap" if mine else "not_used"
        rows[code] = CharacterKappa(
            coders=coders,
            code=code,
            documents=len(text.documents),
            length=length,
            both=shared,
            only_first=mine - shared,
            only_second=theirs - shared,
            neither=length - mine - theirs + shared,
            percent=(length - mine - theirs + 2 * shared) / length if length else None,
            kappa=float(pooled[c]) if reason is None else None,
            reason=reason,
            kappa_documents=round(float(documents[c])),
            mean_kappa=float(kappa_sum[c] / documents[c]) if documents[c] else None,
            weighted_kappa=float(weighted[c] / weight[c]) if documents[c] else None,
            mean_percent=1.0 - float(missed[c]) / with_text if with_text else None,
        )
    return rows


def character_means(rows: Iterable[CharacterKappa]) -> CharacterMeans:
    """Return the plain means over codes of kappa and percent; a code without kappa has no part in its mean.

    O(codes).
    """
    table = list(rows)
    kappas = [row.kappa for row in table if row.kappa is not None]
    percents = [row.percent for row in table if row.percent is not None]
    return CharacterMeans(
        codes=len(kappas),
        undefined_codes=len(table) - len(kappas),
        kappa=sum(kappas) / len(kappas) if kappas else None,
        percent=sum(percents) / len(percents) if percents else None,
    )


def character_alpha(spans: Spans | BinarySums) -> dict[str, SpanEstimate]:
    """Return, for every code, nominal alpha with each character a unit: marked or not, any number of coders.

    Returns
    -------
    dict : code -> SpanEstimate, for all codes of the spans; reasons as ``binary_u_alpha``, from which it
        differs little unless spans are long against the text. O(S log S), of ``BinarySums`` O(codes).
    """
    data = spans if isinstance(spans, BinarySums) else BinarySums.of(spans)
    times = np.bincount(data.spans.code, minlength=len(data.spans.codes))
    return {
        code: SpanEstimate.on(data.spans, "character_alpha", result, spans=int(times[c]))
        for c, (code, result) in enumerate(zip(data.spans.codes, data.values(characters=True), strict=True))
    }


def character_alpha_overall(spans: Spans) -> SpanEstimate:
    """Return nominal alpha with each character a unit and its exact set of codes as the value.

    Codes may overlap: then two sets that differ in one code differ.

    Returns
    -------
    SpanEstimate : reasons ``no_pairable_values``, ``no_variation``.

    Notes
    -----
    O(S log S + S x codes that lie on the same text).
    """
    data = spans.compared
    given = Continuum.of(_by_sets(data.merged)).sums
    if given is None:
        return SpanEstimate.on(data, "character_alpha", "no_pairable_values")
    total, length = float(given.total.sum()), np.asarray(given.length.sum(axis=0)).reshape(-1)
    gap = total - float(length.sum())
    differing = float(np.sum(length * (total - length))) + gap * (total - gap)
    if not differing:
        return SpanEstimate.on(data, "character_alpha", "no_variation")
    return SpanEstimate.on(data, "character_alpha", 1.0 - float(given.disagreement.sum()) * (total - 1.0) / differing)


def _by_sets(data: Spans) -> Spans:
    """Return the text of every coder cut where its set of codes changes; the sets are the codes now."""
    number: dict[frozenset[int], int] = {}
    rows = []
    edges = np.flatnonzero(np.diff(data.document * max(len(data.coders), 1) + data.coder)) + 1
    for place in np.split(np.arange(len(data.start)), edges):
        active: set[int] = set()
        previous = 0
        starts = zip(data.start[place].tolist(), data.code[place].tolist(), strict=True)
        ends = zip(data.end[place].tolist(), data.code[place].tolist(), strict=True)
        events = sorted([(at, True, code) for at, code in starts] + [(at, False, code) for at, code in ends])
        for at, opens, code in events:
            if active and at > previous:
                rows.append((place[0], number.setdefault(frozenset(active), len(number)), previous, at))
            previous = at
            (active.add if opens else active.discard)(code)
    columns = np.array(rows, dtype=np.int64).reshape(len(rows), 4)
    return replace(
        data,
        codes=tuple(str(i) for i in range(len(number))),
        document=data.document[columns[:, 0]],
        coder=data.coder[columns[:, 0]],
        code=columns[:, 1],
        start=columns[:, 2],
        end=columns[:, 3],
    )


def _totals(place: Ints, values: Floats | Ints, size: int) -> Floats:
    return np.bincount(place, weights=values, minlength=size).astype(np.float64)
