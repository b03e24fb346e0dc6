"""The codebook as files have it: numbers of the file alone, files read in the limited process."""

import pytest

from cast import Cast
from intercoder.errors import Conflict, InvalidInput, TooLarge
from intercoder.models import Level
from intercoder.policy import Permission
from intercoder.services import code_files, codebook
from intercoder.text.readers.code_file import MAX_BYTES

pytestmark = pytest.mark.sqlite


def test_numbers_counted_anew_are_those_of_the_file_alone(cast: Cast) -> None:
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        codebook.retire_code(session, access, cast.codes["l1"])
    with cast.database.reading() as session:
        entries = codebook.draft(session, cast.project)
        kept, anew = (
            [c.number for c in code_files.written_codes(session, entries, renumbered=way) if c.level is Level.LABEL]
            for way in (False, True)
        )
    assert (kept, anew) == (["a2", "a3"], ["a1", "a2"])


def test_an_empty_codebook_is_no_file(cast: Cast) -> None:
    with cast.database.reading() as session, pytest.raises(Conflict, match="no code to export"):
        code_files.written_codes(session, [])


def test_a_file_is_read_in_a_process_of_its_own_and_refused_with_a_sentence() -> None:
    assert [line.name for line in code_files.read_codes("编码.txt", "资源行动\n  就手拼凑".encode()).lines] == [
        "资源行动",
        "就手拼凑",
    ]
    with pytest.raises(InvalidInput, match="cannot be read from"):
        code_files.read_codes("a.exe", b"MZ")
    with pytest.raises(TooLarge, match="at most 20 MB"):
        code_files.read_codes("a.csv", b"x" * (MAX_BYTES + 1))
