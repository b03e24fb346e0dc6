"""The codebook: a tree of four levels, changed as a draft."""

from uuid import uuid4

import pytest
import sqlalchemy as sa

from cast import CODES, Cast
from intercoder.errors import Conflict, InvalidInput, NotFound, Stale
from intercoder.models import Code, Level
from intercoder.policy import Permission
from intercoder.services import codebook, own_codes
from intercoder.services.codebook import CodeChange, NewCode
from services.lead_codes import create

pytestmark = pytest.mark.sqlite


def change(cast: Cast, code: str, revision: int | None, change: CodeChange) -> Code:
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        return codebook.change_code(session, access, cast.codes[code], revision, change)


def retire(cast: Cast, code: str) -> None:
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        codebook.retire_code(session, access, cast.codes[code])


def names(cast: Cast) -> list[str]:
    with cast.database.reading() as session:
        return [entry.name for entry in codebook.draft(session, cast.project)]


def test_a_tree_may_be_given_in_any_order_and_inherits_the_colour_of_its_top(cast: Cast) -> None:
    made = create(
        cast,
        NewCode(name="先连上再说", level=Level.LABEL, parent_key="c"),
        NewCode(name="试错", level=Level.CONCEPT, key="c", parent_key="t"),
        NewCode(name="边做边改", level=Level.THEME, key="t", parent_id=cast.codes["k2"]),
    )
    assert [code.parent_id for code in made] == [made[1].id, made[2].id, cast.codes["k2"]]
    with cast.database.reading() as session:
        marks = {entry.id: entry.mark for entry in codebook.draft(session, cast.project)}
    assert {marks[code.id].hue for code in made} == {2}
    assert {code.colour for code in made} == {None}


def test_codes_come_all_or_none(cast: Cast) -> None:
    before = names(cast)
    with pytest.raises(InvalidInput, match="does not exist"):
        create(cast, NewCode(name="好的"), NewCode(name="坏的", parent_id=uuid4()))
    assert names(cast) == before


@pytest.mark.parametrize("level", [Level.LABEL, Level.THEME, Level.CONSTRUCT])
def test_what_stands_above_a_code_stands_exactly_one_level_higher(cast: Cast, level: Level) -> None:
    with pytest.raises(InvalidInput, match="one level higher"):
        create(cast, NewCode(name="新", level=level, parent_id=cast.codes["t1" if level is Level.LABEL else "l1"]))


def test_a_name_is_taken_once_a_level_however_it_is_written(cast: Cast) -> None:
    for name in ("旧物改用", " 旧物改用\u200b"):
        with pytest.raises(Conflict, match="already a code"):
            create(cast, NewCode(name=name, level=Level.CONCEPT))
    create(cast, NewCode(name="旧物改用", level=Level.LABEL))
    with pytest.raises(Conflict, match="already a code"):
        create(cast, NewCode(name="Trust"), NewCode(name="TRUST"))


def test_of_two_who_change_a_code_the_second_is_told_to_read_it_again(cast: Cast) -> None:
    first = change(cast, "c1", 1, CodeChange(definition="旧设备，新用途。"))
    assert (first.revision, first.name) == (2, "旧物改用")
    with pytest.raises(Stale, match="Read it again"):
        change(cast, "c1", 1, CodeChange(definition="something else"))


def test_a_code_with_codes_below_it_neither_changes_its_level_nor_goes(cast: Cast) -> None:
    with pytest.raises(Conflict, match="below “旧物改用” elsewhere"):
        change(cast, "c1", None, CodeChange(level=Level.THEME, parent_id=None))
    with pytest.raises(Conflict, match="below “旧物改用” elsewhere"):
        retire(cast, "c1")
    change(cast, "l1", None, CodeChange(parent_id=cast.codes["c2"]))
    retire(cast, "c1")
    assert "旧物改用" not in names(cast)


def test_what_was_taken_out_cannot_be_changed_and_its_name_is_free(cast: Cast) -> None:
    retire(cast, "l1")
    for again in (lambda: retire(cast, "l1"), lambda: change(cast, "l1", None, CodeChange(name="x"))):
        with pytest.raises(Conflict, match="taken out"):
            again()
    (made,) = create(cast, NewCode(name="旧机器接上网"))
    assert made.id != cast.codes["l1"]


def test_coders_labels_are_not_codes_of_the_draft(cast: Cast) -> None:
    for policy in ("open", "proposals"):
        with cast.acting("ai", Permission.CODE, "round", cast.round(policy=policy)) as (session, access):
            label, _ = own_codes.put_code(session, access, uuid4(), own_codes.NewOwnCode(name=f"自己的{policy}"))
        with cast.database.reading() as session, pytest.raises(NotFound):
            codebook.get_code(session, cast.project, label.id)
    assert len(names(cast)) == len(CODES)


def test_codes_are_lifted_to_their_ancestor_of_a_level_and_to_nothing_where_there_is_none(cast: Cast) -> None:
    (loose,) = create(cast, NewCode(name="没有归处"))
    with cast.database.reading() as session:
        lifted = codebook.ancestors_at(codebook.draft(session, cast.project), Level.THEME)
    assert lifted[cast.codes["l1"]] == lifted[cast.codes["c2"]] == lifted[cast.codes["t1"]] == cast.codes["t1"]
    assert lifted[loose.id] is None
    assert lifted[cast.codes["k1"]] is None


def test_one_more_code_or_a_change_does_not_load_all_the_others(cast: Cast) -> None:
    create(cast, *(NewCode(name=f"编码{n}") for n in range(50)))
    loaded: list[str] = []

    def note(code: Code, _context: object) -> None:
        loaded.append(code.name)

    sa.event.listen(Code, "load", note)
    try:
        create(cast, NewCode(name="再一个", parent_id=cast.codes["c1"]))
        change(cast, "l1", None, CodeChange(definition="改过的定义。"))
    finally:
        sa.event.remove(Code, "load", note)
    assert len(loaded) <= 3, "more than the code itself and what stands above"
