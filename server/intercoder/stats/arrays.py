"""What the arrays of the numbers hold, for the type checker.

numpy's are named by the type of their entries, scipy's sparse ones by what is used of them: scipy ships no types.
"""

from collections.abc import Callable
from typing import Protocol, TypeAlias, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
#: Where memory counts: one for every coder and unit, or for every cell of a grid.
SmallInts: TypeAlias = NDArray[np.int32]
Bools: TypeAlias = NDArray[np.bool_]
Whole = TypeVar("Whole", SmallInts, Ints)
#: What picks rows: their positions, or yes and no for each.
Picked: TypeAlias = Ints | Bools
#: Sums of b resamples (b x P) -> b values, or b x Q for Q statistics at once.
Statistic: TypeAlias = Callable[[Floats], Floats]


class Entries(Protocol):
    """A sparse array as its entries: a row, a column and a number for each (``scipy.sparse.coo_array``)."""

    row: SmallInts
    col: SmallInts
    data: Floats


class Sparse(Protocol):
    """A sparse array of two axes, row after row (``scipy.sparse.csr_array`` of doubles)."""

    shape: tuple[int, int]
    data: Floats
    indices: SmallInts
    indptr: SmallInts

    @property
    def T(self) -> "Sparse":  # noqa: N802 - numpy's name
        """The same with rows and columns exchanged."""
        ...

    @overload
    def __matmul__(self, other: Floats) -> Floats: ...
    @overload
    def __matmul__(self, other: "Sparse") -> "Sparse": ...
    def __rmatmul__(self, other: Floats | Ints) -> Floats: ...
    def __mul__(self, other: "Sparse | float") -> "Sparse": ...
    def __sub__(self, other: "Sparse") -> "Sparse": ...
    def __getitem__(self, where: Picked | slice | tuple[slice, slice]) -> "Sparse": ...

    def multiply(self, other: "Sparse | Floats") -> "Sparse":
        """Return the products entry by entry."""
        ...

    @overload
    def sum(self) -> np.float64: ...
    @overload
    def sum(self, axis: int) -> Floats: ...
    def sum(self, axis: int | None = None) -> Floats | np.float64:
        """Return the sum of all entries, or those of the columns (axis 0) or rows (axis 1)."""
        ...

    def max(self, axis: int) -> "Sparse":
        """Return the largest entries of the columns (axis 0) or rows (axis 1)."""
        ...

    def toarray(self) -> Floats:
        """Return the same with its zeros."""
        ...

    def tocoo(self) -> Entries:
        """Return the entries."""
        ...

    def tocsr(self) -> "Sparse":
        """Return the same row after row."""
        ...


#: One row of sums for each unit, document or kind; sparse where most are 0.
Rows: TypeAlias = Floats | Sparse
