"""Moving many codes below another one: one act, all or none, and back in one."""

from uuid import UUID, uuid4

import pytest

from cast import Cast
from intercoder.errors import Conflict, InvalidInput, NotFound
from intercoder.models import Code
from intercoder.policy import Permission
from intercoder.services import codebook, moving, own_codes, taking_back
from intercoder.services.codebook import NewCode
from intercoder.services.mapping import mapping
from intercoder.services.moving import MoveIn

pytestmark = pytest.mark.sqlite


def move(cast: Cast, parent: UUID | None, *codes: UUID) -> UUID:
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        return moving.move(session, access, MoveIn(codes=codes, parent=parent)).id


def parents(cast: Cast) -> dict[str, UUID | None]:
    with cast.database.reading() as session:
        return {code.name: code.parent_id for code in session.query(Code).filter_by(project_id=cast.project)}


def test_many_codes_move_as_one_act_that_is_taken_back_as_one(cast: Cast) -> None:
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        made = codebook.create_codes(session, access, [NewCode(name=f"标签 {n}") for n in range(70)])
        labels = [code.id for code in made]
    before = parents(cast)
    act = move(cast, cast.codes["c2"], *labels, labels[0])
    assert {parents(cast)[f"标签 {n}"] for n in range(70)} == {cast.codes["c2"]}
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        assert mapping(session, cast.project).number == 1
        taking_back.undo(session, access, act)
    assert parents(cast) == before
    move(cast, None, cast.codes["l1"], cast.codes["c3"])
    assert (parents(cast)["旧机器接上网"], parents(cast)["信任先行"]) == (None, None)


def test_a_move_that_makes_no_tree_changes_nothing(cast: Cast) -> None:
    before = parents(cast)
    for parent, codes, kind, said in (
        ("t1", ("c3", "l1"), InvalidInput, "one level higher"),
        ("l2", ("l1",), InvalidInput, "one level higher"),
        ("c1", ("l1",), Conflict, "stand there already"),
    ):
        with pytest.raises(kind, match=said):
            move(cast, cast.codes[parent], *(cast.codes[code] for code in codes))
    with pytest.raises(NotFound):
        move(cast, cast.codes["c1"], cast.codes["l2"], uuid4())
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        codebook.retire_code(session, access, cast.codes["l3"])
    with pytest.raises(Conflict, match="not in the codebook any more"):
        move(cast, cast.codes["c1"], cast.codes["l2"], cast.codes["l3"])
    assert parents(cast) == before


def test_a_private_label_of_somebody_is_not_there_to_be_moved(cast: Cast) -> None:
    made = cast.round(documents=("访谈一",), policy="open")
    with cast.acting("ai", Permission.CODE, "round", made) as (session, access):
        label = own_codes.put_code(session, access, uuid4(), own_codes.NewOwnCode(name="自己的话"))[0].id
    with pytest.raises(NotFound):
        move(cast, cast.codes["c1"], label)


def test_the_log_says_what_moved_where(cast: Cast) -> None:
    told = []
    for parent, codes in (("c2", ["l1"]), ("c1", ["l1", "l2"]), (None, ["l1"])):
        with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
            given = MoveIn(codes=tuple(cast.codes[c] for c in codes), parent=cast.codes[parent] if parent else None)
            planned = moving.plan_move(session, access, given)
            sentence = planned.event.sentence()
            message = sentence.many if sentence.many and len(codes) > 1 else sentence.message
            told.append(message.format(**sentence.values))
            moving.move(session, access, given)
    assert told == [
        "moved “旧机器接上网” below “校企合作”",
        "moved 2 codes below “旧物改用”",
        "took 1 code out from below another",
    ]
