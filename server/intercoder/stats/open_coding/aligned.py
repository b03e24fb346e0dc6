"""Agreement of open coding before and after private codes were aligned, and on documents the alignment has not seen."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from intercoder.errors import WrongArgument, marked
from intercoder.stats.agreement.alpha import Measurement, krippendorff_alpha
from intercoder.stats.agreement.binary import BinaryData
from intercoder.stats.intervals import SEED
from intercoder.stats.open_coding.alignment import OVERLAP_WEIGHT, THRESHOLD, align, apply
from intercoder.stats.open_coding.code_overlap import Key, Use
from intercoder.stats.reliability import Ratings
from intercoder.stats.results import Estimate, Plain, check
from intercoder.stats.units import sets_by_unit

#: What to print beside any agreement after alignment.
CAUTION = marked(
    "The alignment was made from the same codings, so this agreement is flattered; the value on documents that the alignment has not seen is the one to report."
)


@dataclass(frozen=True, slots=True)
class AlignedAgreement(Plain):
    """Alpha over the sets of codes of each unit, ``before`` (equal names only) and ``after`` the alignment.

    ``by_code``: alpha, yes or no by unit, of every common code that at least two coders have; ``alone``: how many
    common codes only one coder has, whose agreement is none by construction. ``caution``: a sentence to print.
    """

    before: Estimate
    after: Estimate
    by_code: dict[str, Estimate]
    alone: int
    caution: str = CAUTION


@dataclass(frozen=True, slots=True)
class HeldOut(Plain):
    """Alpha on each half of the documents, after an alignment on the other half; ``value`` is the mean of the two.

    ``halves``: the documents of each fold; ``folds``: what was measured on them; both empty when fewer than two
    documents were finished by two coders.
    """

    value: float | None
    reason: str | None
    folds: tuple[Estimate, ...]
    halves: tuple[tuple[str, ...], ...]
    seed: int

    def __post_init__(self) -> None:
        check("held_out_alignment", self.value, self.reason)


def agreement_after_alignment(
    uses: Iterable[Use],
    common: Mapping[Key, str],
    units: Mapping[str, Sequence[tuple[int, int]]],
    *,
    finished: Mapping[str, Collection[str]],
    names: Mapping[Key, str] | None = None,
    level: Measurement = "masi",
    resamples: int = 0,
    seed: int = SEED,
) -> AlignedAgreement:
    """Return how far the coders agree by the names they gave, and by the common codes.

    Parameters
    ----------
    uses, finished, names
        as in ``alignment.align``. Who finished a document without a code there has given the empty set.
    common
        code -> common code, from ``alignment.apply``.
    units
        document -> its units, (start, end) each, none where it is not listed; where units are coded directly,
        (0, 1), (1, 2), ...
    level
        ``masi`` or ``jaccard``, or ``nominal`` for exactly equal sets.
    resamples, seed
        of the intervals; 0 for none.

    Returns
    -------
    AlignedAgreement; reasons as in ``krippendorff_alpha``.

    Raises
    ------
    WrongArgument : a code without a common code, units that overlap.

    Notes
    -----
    O(uses log units + units x coders), and the cost of alpha.
    """
    every = list(uses)
    called = {(use.coder, use.code): (names or {}).get((use.coder, use.code), use.code) for use in every}
    for (coder, code), name in called.items():
        if (coder, code) not in common:
            raise WrongArgument(
                "no_common_code", "The code {name} of {coder} has no common code.", name=name, coder=coder
            )
    after = _ratings(every, common, units, finished)
    owners: dict[str, set[str]] = {}
    for coder, code in called:
        owners.setdefault(common[coder, code], set()).add(coder)
    codes = sorted(code for code, coders in owners.items() if len(coders) > 1)
    everyone = tuple(range(len(after.coders)))
    alphas = BinaryData.from_ratings(after, codes).estimates(everyone, ("alpha",), resamples, seed)["alpha"]
    return AlignedAgreement(
        before=krippendorff_alpha(_ratings(every, called, units, finished), level, resamples=resamples, seed=seed),
        after=krippendorff_alpha(after, level, resamples=resamples, seed=seed),
        by_code=dict(zip(codes, alphas, strict=True)),
        alone=len(owners) - len(codes),
    )


def held_out_agreement(
    uses: Iterable[Use],
    units: Mapping[str, Sequence[tuple[int, int]]],
    *,
    finished: Mapping[str, Collection[str]],
    names: Mapping[Key, str] | None = None,
    weight: float = OVERLAP_WEIGHT,
    threshold: float = THRESHOLD,
    level: Measurement = "masi",
    seed: int = SEED,
) -> HeldOut:
    """Return the agreement on documents that the alignment has not seen.

    The documents that two coders finished are parted at random into halves. The codes are aligned on one half
    with every proposal accepted, and agreement is measured on the other; then the other way round. Codes that
    were not used in the half of the alignment can still be aligned by their names, which no document has to
    show.

    Parameters
    ----------
    uses, units, finished, names, level
        as in ``agreement_after_alignment``.
    weight, threshold
        as in ``alignment.align``.
    seed
        of the halves; numpy's PCG64.

    Returns
    -------
    HeldOut. Reasons: ``needs_2_documents``, or that of the half without a value. With half of the text the
    alignment is poorer than the one that is used later, so this value errs on the low side.

    Raises
    ------
    WrongArgument : as ``alignment.align``; units that overlap.

    Notes
    -----
    Two alignments, see ``alignment.align``, O(uses log units + units x coders), and two alphas.
    """
    every = list(uses)
    documents = [document for document in finished if len(set(finished[document])) > 1]
    if len(documents) < 2:
        return HeldOut(None, "needs_2_documents", (), (), seed)
    order = np.random.Generator(np.random.PCG64(seed)).permutation(len(documents))
    middle = len(documents) // 2
    halves = [[documents[i] for i in sorted(part)] for part in (order[:middle], order[middle:])]
    folds = []
    for measured, seen in (halves, halves[::-1]):
        alignment = align(
            every, finished={d: finished[d] for d in seen}, names=names, weight=weight, threshold=threshold
        )
        ratings = _ratings(every, apply(alignment), units, {d: finished[d] for d in measured})
        folds.append(krippendorff_alpha(ratings, level))
    values = [fold.value for fold in folds if fold.value is not None]
    return HeldOut(
        value=sum(values) / 2 if len(values) == 2 else None,
        reason=next((fold.reason for fold in folds if fold.reason is not None), None),
        folds=tuple(folds),
        halves=tuple(map(tuple, halves)),
        seed=seed,
    )


def _ratings(
    uses: Sequence[Use],
    common: Mapping[Key, str],
    units: Mapping[str, Sequence[tuple[int, int]]],
    finished: Mapping[str, Collection[str]],
) -> Ratings:
    """Return the sets of common codes of all units; missing where the coder did not finish the document."""
    coders = sorted({coder for own in finished.values() for coder in own})
    spans: dict[tuple[str, str], list[tuple[int, int, str]]] = {}
    for use in uses:
        spans.setdefault((use.document, use.coder), []).append((use.start, use.end, common[use.coder, use.code]))
    rows: list[list[frozenset[str] | None]] = [[] for _ in coders]
    documents: list[str] = []
    for document, who in finished.items():
        own = units.get(document, ())
        documents += [document] * len(own)
        for row, coder in zip(rows, coders, strict=True):
            row.extend(sets_by_unit(spans.get((document, coder), ()), own) if coder in who else [None] * len(own))
    return Ratings.from_sets(rows, coders=coders, documents=documents)
