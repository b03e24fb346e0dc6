"""Stopping rules of the qualitative literature. Each says when news became rare, none that there is no more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

from intercoder.errors import WrongArgument
from intercoder.stats.results import Json, Plain


@dataclass(frozen=True, slots=True)
class Run(Plain):
    """Consecutive documents first..last, their new codes, and the ratio to the base (None: empty base)."""

    first: int
    last: int
    new: int
    ratio: float | None

    def to_json(self) -> dict[str, Json]:
        """Return a plain dictionary."""
        return {"run": [self.first, self.last], "new_in_run": self.new, "ratio": self.ratio}


@dataclass(frozen=True, slots=True)
class Guest(Plain):
    """Guest, Namey & Chen's rule applied: all runs, and the first that stays within the threshold.

    ``saturated_at``: the last document of that run; ``label``: "6+2" is document 6 plus a run of 2.
    ``reason`` says why there is none: ``not_enough_documents``, ``no_base`` or ``not_met``.
    """

    base: int
    run: int
    threshold: float
    base_codes: int
    runs: tuple[Run, ...]
    saturated_at: int | None
    label: str | None
    reason: str | None


def guest2020(new: Sequence[int], base: int = 4, run: int = 2, threshold: float = 0.05) -> Guest:
    """Return the rule of Guest, Namey & Chen (2020, PLoS ONE 15(5): e0232076).

    Parameters
    ----------
    new
        new codes of each document in order of arrival.
    base
        documents whose codes are the denominator of every ratio (never the cumulative number).
    run
        length of the sliding run of later documents.
    threshold
        the ratio at which to stop, inclusive.

    Raises
    ------
    WrongArgument : no base, no run, or a negative threshold.

    Notes
    -----
    O(n). Undefined cases: see ``Guest.reason``.
    """
    if base < 1 or run < 1 or threshold < 0:
        raise WrongArgument("bad_rule", "There is no stopping rule {rule} with these parameters.", rule="guest2020")
    codes = sum(new[:base])
    so_far = [0, *accumulate(new)]
    runs = []
    for start in range(base, len(new) - run + 1):
        news = so_far[start + run] - so_far[start]
        runs.append(Run(start + 1, start + run, news, news / codes if codes else None))
    met = next((r for r in runs if r.ratio is not None and r.ratio <= threshold + 1e-12), None)
    reason = None
    if met is None:
        reason = "not_enough_documents" if not runs else "not_met" if codes else "no_base"
    return Guest(
        base=base,
        run=run,
        threshold=threshold,
        base_codes=codes,
        runs=tuple(runs),
        saturated_at=met.last if met else None,
        label=f"{met.first - 1}+{run}" if met else None,
        reason=reason,
    )


def francis2010(new: Sequence[int], initial: int = 10, stop: int = 3) -> int | None:
    """Return the document at which the rule of Francis et al. (2010) is met, or None.

    The first document e >= initial + stop that ends ``stop`` consecutive documents with nothing new; from 1.
    O(n x stop). Psychol. Health 25: 1229.

    Raises
    ------
    WrongArgument : no run, or a negative initial sample.
    """
    if initial < 0 or stop < 1:
        raise WrongArgument("bad_rule", "There is no stopping rule {rule} with these parameters.", rule="francis2010")
    for end in range(initial + stop, len(new) + 1):
        if not any(new[end - stop : end]):
            return end
    return None


@dataclass(frozen=True, slots=True)
class Share:
    """After so many documents: codes, and their share of the final number (None without codes)."""

    documents: int
    codes: int
    share_of_final: float | None


def cumulative_shares(new: Sequence[int], step: int = 6) -> tuple[Share, ...]:
    """Return the share of the final codes after every batch of ``step`` (at least 1) documents: in retrospect only.

    The last batch may be shorter; empty without documents. O(n^2 / step). Guest, Bunce & Johnson 2006, Field Methods
    18: 59.
    """
    if step < 1:
        raise WrongArgument("bad_number", "At least one is needed, not {n}.", n=step)
    ends = [*range(step, len(new), step), len(new)] if new else []
    total = sum(new)
    return tuple(Share(e, sum(new[:e]), sum(new[:e]) / total if total else None) for e in ends)


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter of the documents, first..last from 1, and the new codes in it."""

    first: int
    last: int
    new: int


def quarters(new: Sequence[int]) -> tuple[Quarter, ...]:
    """Return the new codes of each quarter of the documents; empty with fewer than four.

    ``new``: new codes of each document in order of arrival. Where four do not divide their number, the cuts are rounded.
    O(n). As dossiers in health research print them: Turner-Bowker et al. 2018, Value Health 21: 839.
    """
    if len(new) < 4:
        return ()
    cuts = [round(len(new) * part / 4) for part in range(5)]
    return tuple(Quarter(a + 1, b, sum(new[a:b])) for a, b in pairwise(cuts))


def near_saturation(new: Sequence[int], share: float = 0.9) -> int | None:
    """Return the document by which a share of the codes found in the end was known; None without codes. In retrospect only.

    ``share``: above 0, at most 1. O(n). "Near saturation": Squire et al. 2024.

    Raises
    ------
    WrongArgument : any other share.
    """
    if not 0 < share <= 1:
        raise WrongArgument("bad_share", "A share lies between 0 and 1.")
    total, known = sum(new), 0
    for place, count in enumerate(new, 1):
        known += count
        if total and known >= share * total - 1e-9:
            return place
    return None


@dataclass(frozen=True, slots=True)
class Met:
    """Whether a rule holds for the documents so far, since which document (from 1), or the reason why it does not."""

    met: bool
    since: int | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Rule(Plain):
    """A stopping rule that a team chose in advance.

    ``name``: ``guest2020`` with ``base``, ``run``, ``threshold``, or ``francis2010`` with ``initial``,
    ``stop``. The published rules stop at the first run that qualifies; a study that goes on must look at
    its latest run too, so ``now`` asks whether the rule holds at the end, and since when without a break.

    Raises
    ------
    WrongArgument : a rule or a parameter that is not there, or out of range.
    """

    name: str = "guest2020"
    parameters: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        known = {"guest2020": _GUEST, "francis2010": _FRANCIS}.get(self.name)
        if known is None or not set(self.parameters) <= set(known):
            raise WrongArgument("bad_rule", "There is no stopping rule {rule} with these parameters.", rule=self.name)
        for name, value in self.parameters.items():
            least = 0 if name in {"threshold", "initial"} else 1
            if value < least or (name != "threshold" and value != int(value)):
                raise WrongArgument(
                    "bad_rule", "There is no stopping rule {rule} with these parameters.", rule=self.name
                )

    @property
    def complete(self) -> dict[str, float]:
        """All parameters, those not given at their published values."""
        return {**(_GUEST if self.name == "guest2020" else _FRANCIS), **self.parameters}

    def now(self, new: Sequence[int]) -> Met:
        """Return whether the rule holds at the last document. O(n x run) or O(n).

        ``new``: new codes of each document in order of arrival. Reasons: ``not_enough_documents``, ``no_base``,
        ``not_met``.
        """
        given = self.complete
        if self.name == "francis2010":
            stop = int(given["stop"])
            if len(new) < int(given["initial"]) + stop:
                return Met(met=False, since=None, reason="not_enough_documents")
            last = max((i for i, count in enumerate(new, 1) if count), default=0)
            quiet = len(new) - last >= stop
            return Met(quiet, last + 1 if quiet else None, None if quiet else "not_met")
        base, run = int(given["base"]), int(given["run"])
        codes, since = sum(new[:base]), None
        if len(new) < base + run or not codes:
            return Met(met=False, since=None, reason="no_base" if len(new) >= base + run else "not_enough_documents")
        for start in range(len(new) - run, base - 1, -1):
            if sum(new[start : start + run]) / codes > given["threshold"] + 1e-12:
                break
            since = start + 1
        return Met(since is not None, since, None if since is not None else "not_met")

    def to_json(self) -> dict[str, Json]:
        """Return a plain dictionary."""
        return {"name": self.name, **self.complete}


_GUEST: Mapping[str, float] = {"base": 4, "run": 2, "threshold": 0.05}
_FRANCIS: Mapping[str, float] = {"initial": 10, "stop": 3}


def weller2018(expected_new_next: float) -> bool:
    """Return whether less than one new code is expected of the next document (Weller et al. 2018).

    PLoS ONE 13: e0198606. O(1).
    """
    return expected_new_next < 1.0
