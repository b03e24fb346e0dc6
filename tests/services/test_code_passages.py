"""The first passages of every code for a file: the same that its list begins with, of what the person may see."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import pytest

from cast import Cast
from intercoder.models import Level
from intercoder.policy import Permission
from intercoder.services import remapping
from intercoder.services.code_passages import first_passages
from intercoder.services.passages import Passage, Wanted, passages
from intercoder.services.remapping import MergeIn, SplitIn
from intercoder.services.targets import Target

Lists = dict[str, Sequence[Passage]]


def both(cast: Cast, person: str, most: int) -> tuple[Lists, Lists, dict[str, int]]:
    """Return what the file has of each label, what the list of each begins with, and how many are said to be there."""
    with cast.database.reading() as session:
        access = cast.access(session, person, Permission.CODINGS_VIEW)
        there = first_passages(session, access, most)
        lists = {
            code.id: passages(session, access, UUID(code.id), Wanted(level=Level.LABEL)).part.rows
            for code in there.mapped.codes.values()
            if code.level is Level.LABEL
        }
        names = {code: there.mapped.codes[code].name for code in lists}
    file = {names[code]: rows for code, rows in there.first.items() if code in names}
    begins: Lists = {names[code]: [without_count(p) for p in rows[:most]] for code, rows in lists.items() if rows}
    told = {names[code]: n for code, n in there.total.items() if n and code in names}
    assert told == {names[code]: len(rows) for code, rows in lists.items() if rows}
    return file, begins, told


def without_count(passage: Passage) -> Passage:
    """Leave out how many passages of its code a layer has, which the list of one code knows."""
    return replace(passage, layer=passage.layer._replace(passages=0))


@pytest.mark.sqlite
def test_of_an_open_round_own_passages_alone_are_in_the_file(cast: Cast) -> None:
    made = cast.coded_round()
    for person, many in (("lena", 0), ("ai", 3), ("bo", 3)):
        file, begins, told = both(cast, person, 9)
        assert file == begins
        assert sum(told.values()) == many, person
    cast.close(made)
    assert sum(both(cast, "lena", 9)[2].values()) == 6


@pytest.mark.sqlite
@pytest.mark.parametrize("most", [1, 2, 9])
def test_they_count_as_what_their_codes_are_today(cast: Cast, compared_round: UUID, most: int) -> None:
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        into = (Target(code=cast.codes["l1"]), Target(code=cast.codes["l2"]))
        remapping.split(session, access, cast.codes["l3"], SplitIn(into=into))
        remapping.merge(session, access, MergeIn(codes=(cast.codes["l2"],), into=cast.codes["l1"]))
    file, begins, told = both(cast, "lena", most)
    assert file == begins
    assert max(map(len, file.values())) == min(most, max(told.values()))
