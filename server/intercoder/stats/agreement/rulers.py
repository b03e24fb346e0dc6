"""How far two adjudicators who ruled on the same places, blind to one another, let the same stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from intercoder.stats.agreement.alpha import krippendorff_alpha
from intercoder.stats.agreement.binary import BinaryData
from intercoder.stats.agreement.faultless import expected_disagreement, with_width
from intercoder.stats.agreement.results import FEW_POSITIVES
from intercoder.stats.agreement.shares import share_of
from intercoder.stats.intervals import FEWEST_UNITS, SEED
from intercoder.stats.reliability import Ratings
from intercoder.stats.results import Estimate, Plain

#: code, start, end
Stands = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class RuledTwice:
    """A place on which two ruled: what each lets stand, none of it being "no code stands"."""

    place: str
    document: str
    rulings: Mapping[str, frozenset[Stands]]


@dataclass(frozen=True, slots=True)
class CodeRuled(Plain):
    """One code: places at which ``both`` let it stand, only one of them, or neither. ``few_places``: fewer than 5 had it."""

    code: str
    alpha: Estimate
    both: int
    one: int
    neither: int
    few_places: bool


@dataclass(frozen=True, slots=True)
class RulersAgreement(Plain):
    """``same``: share of places with the same codes on the same words; ``codes``: with the same codes, wherever they lie.

    ``alpha``: over the sets of codes, each set a value of its own; ``masi``: sets that share codes agree in part.
    ``few_units`` below 10 places.
    """

    places: int
    same: Estimate
    codes: Estimate
    alpha: Estimate
    masi: Estimate
    by_code: tuple[CodeRuled, ...]
    few_units: bool


def agreement_of_rulers(places: Sequence[RuledTwice], *, resamples: int = 1_000, seed: int = SEED) -> RulersAgreement:
    """Return how far adjudicators agree who ruled on the same places.

    Parameters
    ----------
    places
        each with two rulings; of whom differs from place to place where there are more than two adjudicators.
    resamples, seed
        of the intervals of alpha: whole documents where there are at least 10, places otherwise; 0 for none.

    Returns
    -------
    RulersAgreement; codes in the order of their names.

    Notes
    -----
    The places are those where coders differed, the hardest of a text: what two agree on there says how sure the rulings
    are, not how far two would agree on whole texts. O(places log places + codes x patterns), and the resamples.

    References
    ----------
    Krippendorff 2004, Content Analysis, 2nd ed., ch. 11. Passonneau 2006 (MASI), LREC. Wilson 1927 for the shares.

    Examples
    --------
    >>> trust, risk = frozenset({("trust", 0, 4)}), frozenset({("risk", 0, 4)})
    >>> said = [(trust, trust)] * 6 + [(risk, risk)] * 5 + [(trust, risk)]
    >>> of = [RuledTwice(str(n), "d", {"a": one, "b": other}) for n, (one, other) in enumerate(said)]
    >>> found = agreement_of_rulers(of, resamples=0)
    >>> found.places, round(found.same.value, 3), round(found.alpha.value, 3)
    (12, 0.917, 0.839)
    """
    rulers = sorted({ruler for place in places for ruler in place.rulings})
    coded = [{ruler: frozenset(code for code, _, _ in stands) for ruler, stands in p.rulings.items()} for p in places]
    same = sum(len({*place.rulings.values()}) == 1 for place in places)
    same_codes = sum(len({*sets.values()}) == 1 for sets in coded)
    ratings = Ratings.from_sets(
        [[sets.get(ruler) for sets in coded] for ruler in rulers],
        coders=rulers,
        documents=[place.document for place in places],
    )
    given = [value for sets in coded for value in sets.values()]
    alpha = krippendorff_alpha(ratings, resamples=resamples, seed=seed)
    masi = krippendorff_alpha(ratings, "masi", resamples=resamples, seed=seed)
    return RulersAgreement(
        places=len(places),
        same=share_of("same_ruling", same, len(places), "no_pairable_values"),
        codes=share_of("same_codes", same_codes, len(places), "no_pairable_values"),
        alpha=with_width(alpha, expected_disagreement(given)),
        masi=with_width(masi, expected_disagreement(given, "masi")),
        by_code=_by_code(ratings, coded, resamples, seed),
        few_units=len(places) < FEWEST_UNITS,
    )


def _by_code(
    ratings: Ratings, coded: Sequence[Mapping[str, frozenset[str]]], resamples: int, seed: int
) -> tuple[CodeRuled, ...]:
    names = sorted(frozenset().union(*(value for sets in coded for value in sets.values())))
    if not names:
        return ()
    data = BinaryData.from_ratings(ratings, names)
    alphas = data.estimates(tuple(range(len(ratings.coders))), ("alpha",), resamples, seed)["alpha"]
    scores = []
    for name, alpha in zip(names, alphas, strict=True):
        counts = [sum(name in value for value in sets.values()) for sets in coded]
        both, one = counts.count(2), counts.count(1)
        share = (2 * both + one) / (2 * len(coded))
        wide = with_width(alpha, 2.0 * share * (1.0 - share))
        scores.append(CodeRuled(name, wide, both, one, counts.count(0), both + one < FEW_POSITIVES))
    return tuple(scores)
