"""What became of places where coders differed: how each was resolved, and towards whom each adjudicator leans."""

import enum
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from intercoder.stats.agreement.shares import share_of
from intercoder.stats.results import Estimate, Plain

#: code, start, end
Coded = tuple[str, int, int]
#: what somebody has at a place, as it is held against others
Reading = frozenset[str] | frozenset[Coded]
#: below it a share is a count with a wide interval
FEW_RULINGS = 10
#: in place of a code: nothing stands, or was coded, there
NOTHING = ""


class Resolution(enum.StrEnum):
    """How a place where coders differed was resolved."""

    MAJORITY = "majority"  #: what stands is the reading of more than half of those who judged it
    MINORITY = "minority"  #: the reading of some of them, not more than half
    NOBODY = "nobody"  #: a reading that none of them had as it stands
    BOTH_STAND = "both_stand"  #: two meanings, and both stand, as whoever ruled says
    UNDECIDED = "undecided"  #: no ruling holds there


@dataclass(frozen=True, slots=True)
class Outcome:
    """The ruling that holds at a place: by whom, what stands, whether two meanings do; ``own``: that person coded there."""

    ruler: str
    stands: frozenset[Coded]
    both_stand: bool
    own: bool


@dataclass(frozen=True, slots=True)
class Differed:
    """A place: what each coder who judged it has there, nothing being a reading too.

    ``boundaries``: coders agree on the codes, so that readings are told apart by their words.
    """

    boundaries: bool
    readings: Mapping[str, frozenset[Coded]]
    outcome: Outcome | None

    def reading(self, codings: frozenset[Coded]) -> Reading:
        """Return what codings say at this place."""
        return codings if self.boundaries else frozenset(code for code, _, _ in codings)


def resolution(place: Differed) -> Resolution:
    """Return how a place was resolved."""
    if place.outcome is None:
        return Resolution.UNDECIDED
    if place.outcome.both_stand:
        return Resolution.BOTH_STAND
    stands = place.reading(place.outcome.stands)
    behind = sum(place.reading(codings) == stands for codings in place.readings.values())
    if not behind:
        return Resolution.NOBODY
    return Resolution.MAJORITY if 2 * behind > len(place.readings) else Resolution.MINORITY


@dataclass(frozen=True, slots=True)
class Leaning(Plain):
    """How often the rulings of an adjudicator took a coder's reading; ``ruler`` None: of all adjudicators.

    ``share`` of ``rulings``, those at places that the coder judged and where some coder's reading was taken, with Wilson's
    interval. ``by_chance``: the share if each ruling had taken the reading of a coder drawn at random. ``own``: of these
    rulings, those on documents that the adjudicator had coded. ``few``: fewer than 10.
    """

    ruler: str | None
    coder: str
    rulings: int
    taken: int
    share: Estimate
    by_chance: float | None
    own: int

    @property
    def few(self) -> bool:
        """Whether there are too few rulings to say anything."""
        return self.rulings < FEW_RULINGS

    @property
    def leans(self) -> int:
        """1 towards the coder, -1 away, 0 where chance lies within the interval or there are too few."""
        if self.few or self.share.interval is None or self.by_chance is None:
            return 0
        return (self.share.interval.low > self.by_chance) - (self.share.interval.high < self.by_chance)


def leanings(places: Sequence[Differed]) -> tuple[Leaning, ...]:
    """Return what each adjudicator took from each coder, those of all adjudicators together first where there are several.

    Rulings that nobody's reading was taken by say nothing of a leaning and are left out, as are those by which two meanings
    stand. O(places x coders).

    Examples
    --------
    >>> one, other = frozenset({("trust", 0, 4)}), frozenset({("risk", 0, 4)})
    >>> said = [Differed(False, {"a": one, "b": other}, Outcome("x", one, False, False))] * 12
    >>> [(of.ruler, of.coder, of.taken, of.rulings, of.by_chance, of.leans) for of in leanings(said)]
    [('x', 'a', 12, 12, 0.5, 1), ('x', 'b', 0, 12, 0.5, -1)]
    """
    rulings, taken, own = (
        Counter[tuple[str | None, str]](),
        Counter[tuple[str | None, str]](),
        Counter[tuple[str | None, str]](),
    )
    chance = dict[tuple[str | None, str], float]()
    for place in places:
        made = place.outcome
        if made is None or resolution(place) not in {Resolution.MAJORITY, Resolution.MINORITY}:
            continue
        stands = place.reading(made.stands)
        read = {coder: place.reading(codings) for coder, codings in place.readings.items()}
        behind = Counter(read.values())
        for coder, reading in read.items():
            for key in ((None, coder), (made.ruler, coder)):
                rulings[key] += 1
                taken[key] += reading == stands
                own[key] += made.own
                chance[key] = chance.get(key, 0.0) + behind[reading] / len(read)
    several = len({ruler for ruler, _ in rulings}) > 2
    ordered = sorted(
        (key for key in rulings if several or key[0] is not None),
        key=lambda key: (key[0] is not None, key[0] or "", key[1]),
    )
    return tuple(
        Leaning(
            *key,
            rulings[key],
            taken[key],
            share_of("taken", taken[key], rulings[key], "no_pairable_values"),
            chance[key] / rulings[key],
            own[key],
        )
        for key in ordered
    )
