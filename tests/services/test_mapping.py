"""The mapping of a project: its number, what counts where, and what it was."""

import pytest

from cast import Cast
from intercoder.errors import Conflict
from intercoder.models import CodeState, Level
from intercoder.policy import Permission
from intercoder.services import codebook
from intercoder.services.codebook import CodeChange
from intercoder.services.mapping import Mapped, mapping, require_sound


def change(cast: Cast, code: str, change: CodeChange) -> None:
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        codebook.change_code(session, access, cast.codes[code], None, change)


def at(cast: Cast, number: int | None = None) -> Mapped:
    with cast.database.reading() as session:
        return mapping(session, cast.project, number)


def test_what_changes_what_a_code_is_raises_the_number_and_what_is_said_of_it_does_not(cast: Cast) -> None:
    assert at(cast).number == 0
    change(cast, "c1", CodeChange(definition="旧设备，新用途。"))
    assert at(cast).number == 0
    change(cast, "c1", CodeChange(name="旧物新用"))
    change(cast, "c2", CodeChange(parent_id=cast.codes["t2"]))
    assert at(cast).number == 2


def test_an_earlier_mapping_has_the_names_and_the_tree_of_then(cast: Cast) -> None:
    change(cast, "c1", CodeChange(name="旧物新用"))
    change(cast, "c1", CodeChange(parent_id=cast.codes["t2"]))
    code = str(cast.codes["c1"])
    assert [(at(cast, n).codes[code].name, at(cast, n).codes[code].parent) for n in (0, 1, 2)] == [
        ("旧物改用", str(cast.codes["t1"])),
        ("旧物新用", str(cast.codes["t1"])),
        ("旧物新用", str(cast.codes["t2"])),
    ]


def test_a_retired_code_counts_nowhere_and_without_one_above_at_no_higher_level(cast: Cast) -> None:
    label = str(cast.codes["l1"])
    assert at(cast).places(Level.THEME)[label] == str(cast.codes["t1"])
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        codebook.retire_code(session, access, cast.codes["l1"])
    assert label not in at(cast).places(None)
    change(cast, "l2", CodeChange(parent_id=None))
    assert str(cast.codes["l2"]) in at(cast).places(Level.LABEL)
    assert str(cast.codes["l2"]) not in at(cast).places(Level.CONCEPT)


def test_codes_that_lead_to_one_another_are_refused_by_name(cast: Cast) -> None:
    mapped = at(cast)
    codes = dict(mapped.codes)
    for code, into in (("c1", "c2"), ("c2", "c1")):
        key = str(cast.codes[code])
        codes[key] = codes[key]._replace(state=CodeState.MERGED, into=str(cast.codes[into]))
    with pytest.raises(Conflict, match="旧物改用"):
        require_sound(Mapped(1, codes))
