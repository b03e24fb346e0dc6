"""The agreement report of a round: overall, by code, by pair, by document, by coder left out."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from intercoder.errors import WrongArgument
from intercoder.stats.agreement.alpha import krippendorff_alpha
from intercoder.stats.agreement.binary import BinaryData
from intercoder.stats.agreement.coefficients import (
    cohen_kappa,
    holsti,
    holsti_reliability,
    mean_pairwise_cohen_kappa,
    percent_agreement,
)
from intercoder.stats.agreement.gwet import gwet_ac
from intercoder.stats.agreement.mv_alpha import mv_alpha
from intercoder.stats.agreement.remarks import paradox
from intercoder.stats.agreement.results import (
    FEW_POSITIVES,
    FEW_UNITS,
    AgreementReport,
    CodeAgreement,
    CodePairAgreement,
    Confusion,
    DocumentAgreement,
    LeftOut,
    PairAgreement,
)
from intercoder.stats.agreement.views import without_each_coder
from intercoder.stats.intervals import SEED, Method
from intercoder.stats.reliability import Ratings
from intercoder.stats.results import Estimate

COEFFICIENTS = ("alpha", "mv_alpha", "masi", "percent", "holsti", "holsti_reliability", "kappa", "ac1")

#: given over everything only: those of whole sets, and Holsti's two
OF_THE_WHOLE = ("mv_alpha", "masi", "holsti", "holsti_reliability")


@dataclass(frozen=True, slots=True)
class DocumentRatings:
    """The independent work on one document.

    ``coders``: who finished it; somebody who is not listed is missing there, whatever ``sets`` holds.
    ``sets[coder][u]``: the codes of unit u; the empty set is "finished and no code", None a unit that
    the coder skipped. A listed coder without an entry has coded nothing.
    """

    document: str
    coders: Sequence[str]
    units: int
    sets: Mapping[str, Sequence[frozenset[str] | None]]


def agreement_report(
    documents: Sequence[DocumentRatings],
    codes: Sequence[str],
    *,
    resamples: int = 1000,
    seed: int = SEED,
    method: Method = "percentile",
    coefficients: Collection[str] = COEFFICIENTS,
    clustered: bool = True,
) -> AgreementReport:
    """Return how far the coders agree, from their independent work only.

    Overall, by pair and by document a unit's value is its exact set of codes; by code it is whether
    the set holds the code. Order of coders and units changes nothing. All intervals come from the same seed: codes
    share their resamples, and adding a code does not move the interval of another. ``ac1`` on sets takes its
    categories from the sets that occur.

    Parameters
    ----------
    documents
        in the order of the study.
    codes
        the codebook at the level of the report.
    resamples
        per interval; 0 for none. Intervals are given for alpha (nominal and MASI) and mv-alpha.
    seed
        of the resamples.
    method
        of the intervals of alpha: ``percentile`` or ``bca``.
    coefficients
        which of ``COEFFICIENTS``: ``alpha`` (nominal), ``mv_alpha`` and ``masi`` (over
        sets, overall only), ``percent`` (variant units), ``holsti`` (K, of each pair over the documents that both
        finished) and ``holsti_reliability`` (R; both overall only), ``kappa`` (Cohen's for two coders, else the mean over pairs,
        named so), ``ac1``.
    clustered
        whether resamples draw whole documents; else single units, as if those of one document had nothing in common.

    Raises
    ------
    WrongArgument : an unknown coefficient, a code that is not in ``codes``, a wrong number of units, or a
        document or code given twice.

    Notes
    -----
    P pairs of coders, C codes, D documents, V different sets, M values in the patterns of units: O(P (values +
    units log units) + P C + D x coders x units) and, for the table of MASI, O(V^2 C + M V).
    B resamples: O(P B (units + C kinds)) or O(P B D C), see ``BinaryData``; MASI O(B (units + M + V^2)).
    Reasons: those of the coefficients; ``not_used`` of a code.
    """
    unknown = set(coefficients) - set(COEFFICIENTS)
    if unknown:
        raise WrongArgument(
            "unknown_coefficient",
            "There is no coefficient {given}; choose among: {choices}.",
            given=", ".join(sorted(unknown)),
            choices=", ".join(COEFFICIENTS),
        )
    coders = coders_of(documents)
    names = [document.document for document in documents]
    if len(set(names)) != len(names) or len(set(codes)) != len(codes):
        raise WrongArgument("given_twice", "A document or a code is given twice.")
    ratings = ratings_of(documents, codes, clustered=clustered)
    wanted = [name for name in COEFFICIENTS if name in coefficients]
    overall = {
        name: _holsti(ratings, documents, name)
        if name.startswith("holsti")
        else _overall(ratings, name, resamples, seed, method)
        for name in wanted
    }
    binary = BinaryData.from_ratings(ratings, codes)
    alpha = overall["alpha"] if "alpha" in overall else krippendorff_alpha(ratings)
    ac1 = overall["ac1"] if "ac1" in overall else gwet_ac(ratings)
    by_code, by_code_and_pair = _by_code(binary, codes, coders, wanted, resamples, seed, method)
    return AgreementReport(
        coders=coders,
        documents=tuple(names),
        codes=tuple(codes),
        compared_documents=sum(len(set(document.coders)) >= 2 for document in documents),
        resamples=resamples,
        seed=seed,
        overall=overall,
        by_code=by_code,
        by_pair=_by_pair(ratings, wanted, resamples, seed, method),
        by_code_and_pair=by_code_and_pair,
        by_document=_by_document(ratings, documents, wanted, resamples, seed, method),
        left_out=_left_out(ratings, alpha),
        confusions=_confusions(ratings),
        paradox=paradox(percent_agreement(ratings).value, alpha.value, ratings.largest_share, ac1.value),
    )


def ratings_of(documents: Sequence[DocumentRatings], codes: Sequence[str], *, clustered: bool = True) -> Ratings:
    """Return coders x units over all documents, the units with their documents where they are ``clustered``."""
    coders = coders_of(documents)
    rows, of_document = _rows(documents, coders, frozenset(codes))
    return Ratings.from_rows(rows, coders=coders, documents=of_document if clustered else None)


def coders_of(documents: Sequence[DocumentRatings]) -> tuple[str, ...]:
    """Return who finished any of the documents, in order."""
    return tuple(sorted({coder for document in documents for coder in document.coders}))


def _rows(
    documents: Sequence[DocumentRatings], coders: Sequence[str], codes: frozenset[str]
) -> tuple[list[list[frozenset[str] | None]], list[str]]:
    """Return coders x units over all documents, and the document of every unit."""
    empty: frozenset[str] = frozenset()
    rows: list[list[frozenset[str] | None]] = [[] for _ in coders]
    of_document: list[str] = []
    for document in documents:
        finished = set(document.coders)
        of_document.extend([document.document] * document.units)
        for row, coder in zip(rows, coders, strict=True):
            if coder not in finished:
                row.extend([None] * document.units)
                continue
            given = document.sets.get(coder, [empty] * document.units)
            if len(given) != document.units:
                raise WrongArgument(
                    "wrong_units",
                    "{coder} needs one entry for each unit of {document}.",
                    coder=coder,
                    document=document.document,
                )
            row.extend(given)
    strange = {code for row in rows for cell in row if cell for code in cell} - codes
    if strange:
        raise WrongArgument(
            "unknown_code", "Codes that are not in the list: {codes}.", codes=", ".join(sorted(strange))
        )
    return rows, of_document


def _overall(ratings: Ratings, name: str, resamples: int, seed: int, method: Method) -> Estimate:
    if name == "alpha":
        return krippendorff_alpha(ratings, resamples=resamples, seed=seed, method=method)
    if name == "mv_alpha":
        return mv_alpha(ratings, resamples=resamples, seed=seed, method=method)
    if name == "masi":
        return krippendorff_alpha(ratings, "masi", resamples=resamples, seed=seed, method=method)
    if name == "percent":
        return percent_agreement(ratings)
    if name == "kappa":
        return cohen_kappa(ratings) if len(ratings.coders) == 2 else mean_pairwise_cohen_kappa(ratings)
    return gwet_ac(ratings)


def _holsti(ratings: Ratings, documents: Sequence[DocumentRatings], name: str) -> Estimate:
    """Return Holsti's K or R. A document that was never given to a coder is no decision that the coder failed to take."""
    finished = np.array([[coder in set(d.coders) for d in documents] for coder in ratings.coders], dtype=np.bool_)
    finished = np.repeat(finished.reshape(len(ratings.coders), len(documents)), [d.units for d in documents], axis=1)
    values = [
        holsti(ratings.select(coders=(i, j), units=finished[i] & finished[j])).value
        for i, j in combinations(range(len(ratings.coders)), 2)
    ]
    known = [value for value in values if value is not None]
    mean = ratings.estimate("holsti", float(np.mean(known)) if known else "no_pairable_values")
    return mean if name == "holsti" else holsti_reliability(ratings, mean)


def _by_code(
    binary: BinaryData,
    codes: Sequence[str],
    coders: tuple[str, ...],
    wanted: Sequence[str],
    resamples: int,
    seed: int,
    method: Method,
) -> tuple[tuple[CodeAgreement, ...], tuple[CodePairAgreement, ...]]:
    names = [name for name in wanted if name not in OF_THE_WHOLE]
    everyone = tuple(range(len(coders)))
    table = binary.estimates(everyone, names, resamples, seed, method)
    pairs = list(combinations(everyone, 2))
    pair_names = [name for name in names if name != "ac1"]
    by_pair = [binary.estimates(pair, pair_names, resamples, seed, method) for pair in pairs]
    reference = binary.estimates(everyone, ("alpha", "percent", "ac1"), 0, seed)
    fourfold = [binary.fourfold(pair) for pair in pairs]
    positives_by_coder, units_used = binary.positives, binary.units_used
    n_values = binary.ratings.n_values
    rows, cells = [], []
    for c, code in enumerate(codes):
        positives = int(positives_by_coder[:, c].sum())
        prevalence = positives / n_values if n_values else None
        largest = None if prevalence is None else max(prevalence, 1.0 - prevalence)
        rows.append(
            CodeAgreement(
                code=code,
                estimates={name: table[name][c] for name in names},
                prevalence=prevalence,
                positives=positives,
                units_used=int(units_used[c]),
                by_coder={coder: int(positives_by_coder[i, c]) for i, coder in enumerate(coders)},
                few_positives=positives < FEW_POSITIVES,
                paradox=paradox(
                    reference["percent"][c].value, reference["alpha"][c].value, largest, reference["ac1"][c].value
                ),
            )
        )
        for pair, estimates, (both, first, second, n) in zip(pairs, by_pair, fourfold, strict=True):
            cells.append(
                CodePairAgreement(
                    code=code,
                    coders=(coders[pair[0]], coders[pair[1]]),
                    estimates={name: estimates[name][c] for name in pair_names},
                    n=n,
                    both=int(both[c]),
                    first=int(first[c]),
                    second=int(second[c]),
                )
            )
    return tuple(rows), tuple(cells)


def _by_pair(
    ratings: Ratings, wanted: Sequence[str], resamples: int, seed: int, method: Method
) -> tuple[PairAgreement, ...]:
    rows = []
    for i, j in combinations(range(len(ratings.coders)), 2):
        pair = ratings.select(coders=(i, j))
        estimates = {name: _overall(pair, name, resamples, seed, method) for name in wanted if name not in OF_THE_WHOLE}
        rows.append(PairAgreement((ratings.coders[i], ratings.coders[j]), estimates))
    return tuple(rows)


def _by_document(
    ratings: Ratings,
    documents: Sequence[DocumentRatings],
    wanted: Sequence[str],
    resamples: int,
    seed: int,
    method: Method,
) -> tuple[DocumentAgreement, ...]:
    rows, start = [], 0
    for document in documents:
        units = np.arange(start, start + document.units)
        start += document.units
        own = [i for i, coder in enumerate(ratings.coders) if coder in set(document.coders)]
        part = ratings.select(coders=own, units=units)
        names = [name for name in wanted if name in ("alpha", "percent", "kappa")]
        rows.append(
            DocumentAgreement(
                document=document.document,
                coders=part.coders,
                estimates={name: _overall(part, name, resamples, seed, method) for name in names},
                few_units=part.n_pairable < FEW_UNITS,
            )
        )
    return tuple(rows)


def _left_out(ratings: Ratings, alpha: Estimate) -> tuple[LeftOut, ...]:
    rows = []
    for coder, without in without_each_coder(ratings, krippendorff_alpha).items():
        both = without.value is not None and alpha.value is not None
        rows.append(LeftOut(coder, without, without.value - alpha.value if both else None))  # type: ignore[operator]
    return tuple(rows)


def _confusions(ratings: Ratings) -> tuple[Confusion, ...]:
    """Return which codes stand in one another's place, most frequent first."""
    cells: Counter[tuple[int, int]] = Counter()
    for i, j in combinations(range(len(ratings.coders)), 2):
        both = (ratings.index[i] >= 0) & (ratings.index[j] >= 0) & (ratings.index[i] != ratings.index[j])
        cells.update(zip(ratings.index[i, both].tolist(), ratings.index[j, both].tolist(), strict=True))
    counts: Counter[tuple[str, str]] = Counter()
    for (first, second), times in cells.items():
        a, b = ratings.values[first], ratings.values[second]
        assert isinstance(a, frozenset)
        assert isinstance(b, frozenset)
        for mine in a - b:
            for theirs in b - a:
                counts[min(mine, theirs), max(mine, theirs)] += times
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Confusion(code, other, count) for (code, other), count in ordered)
