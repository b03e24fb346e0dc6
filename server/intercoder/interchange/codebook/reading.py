"""One door for a codebook that is pasted or comes in a file: what it is written as is found out here."""

from collections.abc import Sequence

from intercoder.errors import InvalidInput
from intercoder.interchange.codebook.given import CHARACTERS, Form, Given, given
from intercoder.interchange.codebook.indented import read_indented
from intercoder.interchange.codebook.qdc import qdc_lines
from intercoder.interchange.codebook.table import Rows, looks_like_table, read_table, rows_of
from intercoder.text.readers.code_file import CodeFile


def read_pasted(text: str) -> Given:
    """Return the codebook of a pasted text: a table where it looks like one, else a code on each line."""
    if len(text) > CHARACTERS:
        raise InvalidInput("long_codebook", "At most {n} characters can be pasted at once.", n=CHARACTERS)
    return read_table(rows_of(text)) if looks_like_table(text) else read_indented(text)


def read_file(file: CodeFile) -> Given:
    """Return the codebook of a file that was taken apart; of several tables the first that names columns we know."""
    if file.codes:
        return given(Form.QDC, qdc_lines(file.codes))
    if file.tables:
        return _first(file.tables)
    return read_pasted(file.text or "")


def _first(tables: Sequence[Rows]) -> Given:
    refusal: InvalidInput | None = None
    guess: Given | None = None
    for table in tables:
        try:
            read = read_table(table)
        except InvalidInput as error:
            refusal = refusal or error
            continue
        if not read.guessed:
            return read
        guess = guess or read
    if guess is not None:
        return guess
    assert refusal is not None
    raise refusal
