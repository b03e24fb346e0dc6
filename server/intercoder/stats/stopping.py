"""Stopping rules of the qualitative literature. Each says when news became rare, none that there is no more."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

import numpy as np

from intercoder.errors import WrongArgument
from intercoder.stats.accumulation import State, missed_share

#: Up to so many splits are all looked at; beyond, this many are drawn.
MOST_SPLITS = 20_000
DRAWN_SPLITS = 10_000


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive documents first..last, their new codes, and the ratio to the base (None: empty base)."""

    first: int
    last: int
    new: int
    ratio: float | None

    def to_json(self) -> dict[str, Any]:
        """Return a plain dictionary."""
        return {"run": [self.first, self.last], "new_in_run": self.new, "ratio": self.ratio}


@dataclass(frozen=True, slots=True)
class Guest:
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

    def to_json(self) -> dict[str, Any]:
        """Return a plain dictionary."""
        return asdict(self) | {"runs": [run.to_json() for run in self.runs]}


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
    """
    codes = sum(new[:base])
    runs = []
    for start in range(base, len(new) - run + 1):
        found = sum(new[start : start + run])
        runs.append(Run(start + 1, start + run, found, found / codes if codes else None))
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

    The first document e >= initial + stop that ends ``stop`` consecutive documents with nothing new.
    """
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
    """Return the share of the final codes after every batch (Guest, Bunce & Johnson 2006): in retrospect only."""
    ends = [*range(step, len(new), step), len(new)] if new else []
    total = sum(new)
    return tuple(Share(e, sum(new[:e]), sum(new[:e]) / total if total else None) for e in ends)


@dataclass(frozen=True, slots=True)
class Reordered:
    """One other order: the last document with news, and the same number if ``run`` documents follow it."""

    last_new: int
    stop: int | None


def reorder(documents: Sequence[frozenset[str]], order: Sequence[int], run: int = 2) -> Reordered:
    """Return where news would have ended in another order (the idea of Constantinou et al. 2017).

    Parameters
    ----------
    documents
        the set of codes present in each document.
    order
        positions in ``documents``.
    run
        documents without news that must follow for a stop.
    """
    last = State.of(documents[i] for i in order).discovery.last_document_with_new_code
    return Reordered(last, last if len(order) - last >= run else None)


@dataclass(frozen=True, slots=True)
class HoldOut:
    """The hold-out test, and how lucky its split was.

    ``passed``: the reserved documents hold no code that the others do not. Always shown with what a
    random split of the same size would have brought, and with the share of splits that bring nothing
    (of all splits; of ``splits_drawn`` random ones when there are too many).
    """

    codes_in_base: int
    codes_in_reserved: int
    new_in_reserved: int
    passed: bool
    expected_new_if_random_split: float
    share_of_splits_with_nothing_new: float
    splits_drawn: int | None
    seed: int | None


def hold_out(documents: Sequence[frozenset[str]], reserved: Sequence[int], *, seed: int = 0) -> HoldOut:
    """Return the hold-out test for the reserved documents (positions).

    Raises
    ------
    WrongArgument : a position outside the documents, or given twice.
    """
    n, held = len(documents), set(reserved)
    if len(held) != len(reserved) or not held <= set(range(n)):
        raise WrongArgument("bad_reserve", "The reserved documents must be different documents of the study.")
    base = frozenset[str]().union(*(documents[i] for i in range(n) if i not in held))
    rest = frozenset[str]().union(*(documents[i] for i in held))
    q = State.of(documents).frequencies.q
    r = len(held)
    # A split brings something when all documents of some code are reserved: keep the smallest such sets.
    where: dict[str, int] = {}
    for d, codes in enumerate(documents):
        for code in codes:
            where[code] = where.get(code, 0) | 1 << d
    needed = sorted({mask for mask in where.values() if mask.bit_count() <= r}, key=int.bit_count)
    drawn: int | None = None
    if math.comb(n, r) <= MOST_SPLITS:
        masks = [sum(1 << d for d in split) for split in combinations(range(n), r)]
    else:
        drawn = DRAWN_SPLITS
        generator = np.random.Generator(np.random.PCG64(seed))
        masks = [sum(1 << int(d) for d in generator.choice(n, size=r, replace=False)) for _ in range(DRAWN_SPLITS)]
    nothing = sum(not any(mask & one == one for one in needed) for mask in masks)
    return HoldOut(
        codes_in_base=len(base),
        codes_in_reserved=len(rest),
        new_in_reserved=len(rest - base),
        passed=not rest - base,
        # All documents of a code are among the r reserved exactly when the n - r others miss it.
        expected_new_if_random_split=sum(c * missed_share(n, k, n - r) for k, c in q.items()),
        share_of_splits_with_nothing_new=nothing / len(masks),
        splits_drawn=drawn,
        seed=seed if drawn else None,
    )
