"""How far two values are apart: the metrics of Krippendorff's alpha, for values, sets of codes and the code tree."""

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np

from intercoder.errors import WrongArgument
from intercoder.stats.arrays import Floats, Ints
from intercoder.stats.tree import CodeTree

Measurement: TypeAlias = Literal["nominal", "ordinal", "interval", "ratio", "jaccard", "masi", "tree"]
#: The levels of measurement, and what stands in their place for sets of codes and for codes in a tree.
MEASUREMENTS: tuple[str, ...] = get_args(Measurement)

#: A metric that is a table of values x values ends here (72 MB); beyond, ``too_many_values``.
MOST_VALUES = 3_000


@dataclass(frozen=True)
class Metric:
    """The distances of V values: a position on a line (squared differences), a V x V table, or neither (nominal).

    Positions do not depend on how often a value occurs, except for ``ordinal``, whose metric is made
    anew from every set of totals: see ``ranks``.
    """

    level: Measurement
    position: Floats | None = None
    table: Floats | None = None

    def between(self, first: Ints, second: Ints, totals: Floats) -> Floats:
        """Return the distances of pairs of values, given how often every value occurs in pairable units (V).

        ``one`` and ``other``: positions of values, of one length. O(pairs), ``ordinal`` O(V) more.
        """
        if self.table is not None:
            return np.asarray(self.table[first, second])
        position = ranks(totals) if self.level == "ordinal" else self.position
        if position is None:
            return np.asarray(first != second, dtype=np.float64)
        return np.square(position[first] - position[second], dtype=np.float64)


def ranks(totals: Floats) -> Floats:
    """Return the middle ranks of values (last axis) that occur so often, counted from their mean.

    Their squared differences are Krippendorff's ordinal metric, (n_c/2 + ... + n_k/2)^2. O(entries).
    """
    middle = np.cumsum(totals, axis=-1) - totals / 2.0
    return np.asarray(middle - totals.sum(axis=-1, keepdims=True) / 2.0)


def metric(values: Sequence[Hashable], level: Measurement, tree: CodeTree[str] | None = None) -> Metric | str:
    """Return the metric of these values, or the reason why the level does not fit them.

    Reasons: ``not_numeric``, ``mixed_signs``, ``too_many_values``.

    Raises
    ------
    WrongArgument : an unknown level, or ``tree`` without a tree.

    Notes
    -----
    O(V); for levels that have a table the cost of ``distance_table``.
    """
    if level not in MEASUREMENTS:
        raise WrongArgument(
            "unknown_level",
            "There is no level {given}; choose among: {choices}.",
            given=level,
            choices=", ".join(MEASUREMENTS),
        )
    if level == "tree" and tree is None:
        raise WrongArgument("tree_needed", "The level tree needs the code tree.")
    if level in ("interval", "ratio"):
        numbers = numbers_of(values)
        if numbers is None:
            return "not_numeric"
        if level == "ratio" and len(numbers) and numbers.min() < 0 < numbers.max():
            return "mixed_signs"
    if level in ("nominal", "ordinal"):
        return Metric(level)
    if level == "interval":
        assert numbers is not None
        return Metric(level, position=numbers - numbers.mean() if len(numbers) else numbers)
    if len(values) > MOST_VALUES:
        return "too_many_values"
    return Metric(level, table=distance_table(values, level, tree))


def numbers_of(values: Sequence[Hashable]) -> Floats | None:
    """Return the values as numbers over the largest of them, or None when they are not all finite numbers.

    No coefficient depends on the unit of its numbers; in this one neither squares nor sums run over. O(V).
    """
    if not all(isinstance(value, (int, float)) and math.isfinite(value) for value in values):
        return None
    numbers = np.array(values, dtype=np.float64)
    largest = np.abs(numbers).max(initial=0.0)
    return numbers / largest if largest else numbers


def distance_table(values: Sequence[Hashable], level: Measurement, tree: CodeTree[str] | None = None) -> Floats:
    """Return the V x V table of distances of the given values; not for ``ordinal``, which has none of its own.

    ``nominal`` 0 or 1; ``interval`` (c-k)^2; ``ratio`` ((c-k)/(c+k))^2, 0 for two zeros; ``jaccard``
    1 - |A n B| / |A u B|; ``masi`` 1 - J M with M = 1 (equal), 2/3 (one within the other), 1/3
    (overlap), 0 (Passonneau 2006); ``tree``: ``CodeTree.distance``, for sets the mean over both sets
    of the distance to the nearest code of the other set. Two empty sets: 0; one empty, one not: 1.
    O(V^2), for sets O(V^2 x codes), for ``tree`` O(codes^2 x codes of the tree) more.
    """
    if level in ("jaccard", "masi"):
        return _set_distances(values, level)
    if level == "tree":
        assert tree is not None
        return _tree_distances(values, tree)
    if level == "nominal":
        return np.asarray(1.0 - np.eye(len(values)))
    number = np.array(values, dtype=np.float64)
    if level == "ratio":
        number = number / (np.abs(number).max(initial=0.0) or 1.0)
    table = np.subtract.outer(number, number)
    if level == "ratio":
        for row, own in zip(table, number, strict=True):
            total = own + number
            np.divide(row, total, out=row, where=total != 0)
    return np.asarray(np.square(table, out=table))


def _membership(values: Sequence[Hashable]) -> tuple[list[Hashable], Floats]:
    """Return the codes in all sets, and which set has which (sets x codes); a single value is a set of one."""
    sets = [value if isinstance(value, frozenset) else frozenset((value,)) for value in values]
    codes = sorted(frozenset[Hashable]().union(*sets), key=repr)
    place = {code: i for i, code in enumerate(codes)}
    member = np.zeros((len(sets), len(codes)))
    for i, codes_of_set in enumerate(sets):
        member[i, [place[code] for code in codes_of_set]] = 1.0
    return codes, member


def _set_distances(values: Sequence[Hashable], level: str) -> Floats:
    _, member = _membership(values)
    shared = member @ member.T
    size = member.sum(axis=1)
    union = size[:, None] + size[None, :] - shared
    similarity = np.divide(shared, union, out=np.ones_like(union), where=union > 0)  # two empty sets: 1
    if level == "masi":
        subset = shared == np.minimum(size[:, None], size[None, :])
        factor = np.where(subset, 2 / 3, np.where(shared > 0, 1 / 3, 0.0))
        similarity *= np.where(similarity == 1.0, 1.0, factor)
    return np.asarray(1.0 - similarity)


def _tree_distances(values: Sequence[Hashable], tree: CodeTree[str]) -> Floats:
    codes, member = _membership(values)
    paths = [frozenset(tree.path(str(code))) for code in codes]
    _, on_path = _membership(paths)
    length = np.array([len(path) for path in paths], dtype=np.float64)
    apart = 1.0 - (on_path @ on_path.T) / np.maximum(length[:, None], length[None, :])
    size = member.sum(axis=1)
    nearest = np.ones_like(member)  # set x code: how far the code is from the nearest code of the set
    for row, has in zip(nearest, member, strict=True):
        if has.any():
            row[:] = apart[has > 0].min(axis=0)
    one_way = nearest @ member.T
    total = size[:, None] + size[None, :]
    return np.asarray(np.divide(one_way + one_way.T, total, out=np.zeros_like(total), where=total > 0))
