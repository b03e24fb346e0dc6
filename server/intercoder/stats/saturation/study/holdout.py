"""The hold-out test of a study: at every level, and for relations, properties and dimensions."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from intercoder.errors import WrongArgument
from intercoder.stats.results import Json, Plain, plain
from intercoder.stats.saturation.holdout import HoldOut, hold_out
from intercoder.stats.saturation.study.events import KINDS, Study
from intercoder.stats.saturation.study.views import look
from intercoder.stats.tree import Level


@dataclass(frozen=True, slots=True)
class StudyHoldOut(Plain):
    """One hold-out test per level and kind.

    ``passed``: nothing new but labels, which rarely stop coming; ``passed_strict``: nothing new at all.
    ``reserved``: the reserved documents that count in this view; ``left_out``: those that do not.
    """

    view: str
    reserved: tuple[str, ...]
    left_out: tuple[str, ...]
    tests: dict[str, HoldOut]
    passed: bool
    passed_strict: bool

    def to_json(self) -> dict[str, Json]:
        """Return plain dictionaries, the tests under their level or kind."""
        return {
            "view": self.view,
            "reserved": plain(self.reserved),
            "left_out": plain(self.left_out),
            **{name: plain(test) for name, test in self.tests.items()},
            "passed": self.passed,
            "passed_strict": self.passed_strict,
        }


def study_hold_out(
    study: Study, reserved: Sequence[str], *, view: str = "union", levels: Sequence[Level] = tuple(Level), seed: int = 0
) -> StudyHoldOut:
    """Return the hold-out test for the reserved documents.

    Parameters
    ----------
    study
        with the reserved documents coded.
    reserved
        names of documents.
    view
        whose coding counts.
    levels
        from the lowest to the highest; news at the first does not fail the test.
    seed
        of the random splits where there are too many to look at all.

    Raises
    ------
    WrongArgument : a reserved document is none of the study's; no such view.

    Notes
    -----
    O(applications) for each level, O(relations + properties), and ``hold_out`` for each level and kind.
    """
    if not set(reserved) <= set(study.sources):
        raise WrongArgument("bad_reserve", "The reserved documents must be different documents of the study.")
    looks = {level: look(study, view, level) for level in levels}
    docs = next(iter(looks.values())).docs if looks else tuple(study.counted)
    sets_of: dict[str, Sequence[frozenset[Hashable]]] = {level: seen.codes for level, seen in looks.items()}
    sets_of |= {kind: [study.shown_in(doc, kind) for doc in docs] for kind in KINDS}
    held = [i for i, doc in enumerate(docs) if doc in set(reserved)]
    tests = {name: hold_out(sets, held, seed=seed) for name, sets in sets_of.items()}
    lowest = levels[0] if levels else ""
    return StudyHoldOut(
        view=view,
        reserved=tuple(docs[i] for i in held),
        left_out=tuple(doc for doc in reserved if doc not in docs),
        tests=tests,
        passed=all(test.passed for name, test in tests.items() if name != lowest),
        passed_strict=all(test.passed for test in tests.values()),
    )
