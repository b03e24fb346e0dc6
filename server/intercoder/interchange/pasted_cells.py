"""A block of cells as spreadsheets put it on the clipboard: tabs between cells, a line for each row, quotation marks around what has lines of its own."""

import csv
import io


def cells_of(text: str) -> list[list[str]]:
    r"""Return the rows of a block, without the empty ones at its end.

    Parameters
    ----------
    text : str
        What was pasted.

    Returns
    -------
    list of list of str
        A list for each row; rows may be of different length.

    Examples
    --------
    >>> cells_of('安达\t1994\n"two\nlines"\tx')
    [['安达', '1994'], ['two\nlines', 'x']]
    >>> cells_of('5" pipe\tx\n\n')
    [['5" pipe', 'x']]
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        rows = list(csv.reader(io.StringIO(lines, newline=""), delimiter="\t", strict=True))
    except csv.Error:  # a quotation mark that closes nothing
        rows = [line.split("\t") for line in lines.split("\n")]
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    return rows
