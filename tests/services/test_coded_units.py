"""Which units belong to a cell of a report."""

from uuid import UUID

import pytest

from intercoder.services.coded_units import Cell, Fit, Only

A, B, C, CODE, OTHER = (UUID(int=i) for i in range(1, 6))
CODERS = [str(coder) for coder in (A, B, C)]
NOTHING, ONE, TWO, BOTH = range(4)
SETS = [frozenset(), frozenset({str(CODE)}), frozenset({str(OTHER)}), frozenset({str(CODE), str(OTHER)})]
MISSING = -1


@pytest.mark.parametrize(
    ("cell", "row", "fits"),
    [
        (Cell(), (NOTHING, NOTHING, NOTHING), False),
        (Cell(), (ONE, NOTHING, MISSING), True),
        (Cell(only=Only.DIFFER), (ONE, ONE, MISSING), False),
        (Cell(only=Only.AGREE), (ONE, ONE, MISSING), True),
        (Cell(code=CODE, only=Only.DIFFER), (ONE, BOTH, ONE), False),
        (Cell(code=CODE), (TWO, TWO, NOTHING), False),
        (Cell(code=CODE, instead=OTHER), (ONE, TWO, NOTHING), True),
        (Cell(code=CODE, instead=OTHER), (ONE, BOTH, NOTHING), False),
        (Cell(coder=A, other=B, only=Only.DIFFER), (ONE, ONE, TWO), False),
        (Cell(coder=A, other=C, only=Only.DIFFER), (ONE, ONE, TWO), True),
        (Cell(coder=C, only=Only.ALONE), (ONE, ONE, TWO), True),
        (Cell(coder=A, only=Only.ALONE), (ONE, ONE, TWO), False),
        (Cell(only=Only.ALONE), (ONE, NOTHING, TWO), False),
        (Cell(coder=B, only=Only.ALONE), (ONE, TWO, MISSING), False),
        (Cell(coder=C), (ONE, ONE, MISSING), False),
    ],
)
def test_a_unit_belongs_to_a_cell(cell: Cell, row: tuple[int, ...], fits: bool) -> None:
    assert Fit(cell, CODERS, SETS).fits(row) is fits
