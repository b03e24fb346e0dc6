"""Lines of csv: what Python's own reader makes of them again, cell by cell, and that no text is a formula."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from intercoder.interchange.sheets import FORMULA, Value, csv_cells, csv_lines

TEXTS = st.text(alphabet='a信,"\n\r=-+@\t 😀', max_size=4)
CELLS = st.one_of(TEXTS, st.integers(), st.booleans(), st.none(), st.floats(allow_nan=False))
#: columns of one kind are written at once, mixed ones cell by cell
TABLES = st.integers(1, 4).flatmap(
    lambda width: st.tuples(*[st.sampled_from([TEXTS, st.integers(), st.booleans(), CELLS])] * width).flatmap(
        lambda kinds: st.lists(st.tuples(*kinds), max_size=5)
    )
)


def said(value: Value) -> str:
    """What a cell says."""
    if isinstance(value, str):
        return f"'{value}" if value[:1] in FORMULA else value
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


@given(TABLES)
def test_a_table_is_read_again_as_it_was_written(rows: list[tuple[Value, ...]]) -> None:
    text = csv_lines(rows).decode()
    assert list(csv.reader(io.StringIO(text, newline=""))) == [[said(value) for value in row] for row in rows]


@given(TABLES)
def test_cells_that_lines_have_in_common_are_written_as_in_lines(rows: list[tuple[Value, ...]]) -> None:
    for row in rows:
        if len(row) > 1:
            assert csv_lines([row]).decode() == f"{csv_cells(row)}\r\n"
