"""Labels that coders make: private in open coding, a proposal where the lead decides, none where the codebook is frozen."""

from uuid import UUID, uuid4

import pytest

from cast import Cast
from intercoder.db import within
from intercoder.errors import Conflict, Forbidden, InvalidInput, NotFound
from intercoder.models import Code, CodebookPolicy, CodeState
from intercoder.policy import Permission
from intercoder.services import coding, layers, own_codes
from intercoder.services.coding import CodingWrite
from intercoder.services.own_codes import NewOwnCode
from intercoder.stats.marks import PRIVATE


def put(cast: Cast, person: str, round_id: UUID, code: UUID, start: int, end: int) -> coding.Written:
    with cast.acting(person, Permission.CODE, "round", round_id) as (session, access):
        write = CodingWrite(code=code, start=start, end=end)
        return coding.put_coding(
            within(session), access.asking(Permission.CODE), cast.documents["访谈一"], uuid4(), write
        )


def make(cast: Cast, person: str, round_id: UUID, name: str, key: UUID | None = None, parent: str = "") -> Code:
    with cast.acting(person, Permission.CODE, "round", round_id) as (session, access):
        given = NewOwnCode(name=name, parent=cast.codes[parent] if parent else None)
        return own_codes.put_code(session, access, key or uuid4(), given)[0]


def test_open_coding_gives_each_coder_own_codes_that_nobody_else_can_use_or_see(cast: Cast) -> None:
    round_id, key = cast.round(policy="open"), uuid4()
    with cast.database.transaction() as session:
        ai = cast.access(session, "ai", Permission.CODE, "round", round_id)
        code, new = own_codes.put_code(session, ai, key, own_codes.NewOwnCode(name="机器自己会说话"))
        again, repeated = own_codes.put_code(session, ai, key, own_codes.NewOwnCode(name="机器自己会说话"))
        assert (new, repeated, again.id) == (True, False, code.id)
    # Named by the browser's key as well as by the identifier the server gave it.
    assert put(cast, "ai", round_id, key, 0, 4).coding.code_id == code.id
    assert put(cast, "ai", round_id, code.id, 5, 9).new
    with pytest.raises(InvalidInput, match="not in the codebook"):
        put(cast, "bo", round_id, code.id, 0, 4)
    with cast.database.reading() as session:
        for person, visible in (("ai", True), ("bo", False)):
            access = cast.access(session, person, Permission.CODE, "round", round_id)
            assert any(e.id == code.id for e in layers.round_codes(session, access)) is visible


def test_a_frozen_codebook_takes_no_new_code(cast: Cast) -> None:
    round_id = cast.round(policy="frozen")
    with cast.database.transaction() as session, pytest.raises(Forbidden, match="frozen"):
        own_codes.put_code(
            session,
            cast.access(session, "ai", Permission.CODE, "round", round_id),
            uuid4(),
            own_codes.NewOwnCode(name="新"),
        )


@pytest.mark.sqlite
def test_a_key_is_one_label_and_two_coders_may_use_the_same_key(cast: Cast) -> None:
    round_id, key = cast.round(policy="open"), uuid4()
    mine, theirs = make(cast, "ai", round_id, "先连上再说", key), make(cast, "bo", round_id, "先连上再说", key)
    assert mine.id != theirs.id
    with pytest.raises(Conflict, match="already used"):
        make(cast, "ai", round_id, "另一个名字", key)


@pytest.mark.sqlite
def test_a_label_takes_no_name_that_its_coder_can_see_and_any_that_is_hidden(cast: Cast) -> None:
    round_id = cast.round(policy="open")
    make(cast, "bo", round_id, "老板自己也在学")
    make(cast, "ai", round_id, "老板自己也在学")  # a refusal would tell what Bo has
    for taken in ("老板自己也在学 ", "旧机器接上网"):
        with pytest.raises(Conflict, match="already a code"):
            make(cast, "ai", round_id, taken)


@pytest.mark.sqlite
def test_a_label_stands_below_a_concept_and_has_no_colour_before_it_is_a_code_of_the_project(cast: Cast) -> None:
    round_id = cast.round(policy="open")
    made = make(cast, "ai", round_id, "先签小单", parent="c3")
    with cast.acting("ai", Permission.CODE, "round", round_id) as (session, access):
        seen = next(entry for entry in layers.round_codes(session, access) if entry.id == made.id)
    assert (seen.parent_id, seen.mark) == (cast.codes["c3"], PRIVATE)
    for wrong in ("t1", "l1"):
        with pytest.raises(InvalidInput, match="does not exist in this codebook"):
            make(cast, "ai", round_id, "别的", parent=wrong)


@pytest.mark.sqlite
@pytest.mark.parametrize(("policy", "state"), [("open", CodeState.PRIVATE), ("proposals", CodeState.PROPOSED)])
def test_the_policy_of_the_round_decides_what_a_label_is(cast: Cast, policy: str, state: CodeState) -> None:
    assert make(cast, "ai", cast.round(policy=CodebookPolicy(policy)), "新").state is state


@pytest.mark.sqlite
def test_only_who_codes_in_the_round_makes_a_label_in_it(cast: Cast) -> None:
    round_id = cast.round(policy="open", coders=("ai",))
    with pytest.raises(NotFound):
        make(cast, "bo", round_id, "新")
    with pytest.raises(Forbidden):
        make(cast, "lena", round_id, "新")


@pytest.mark.sqlite
def test_private_labels_are_everybodys_when_the_round_has_closed(cast: Cast) -> None:
    round_id = cast.round(policy="open")
    label = make(cast, "ai", round_id, "先连上再说")

    def sees(person: str) -> bool:
        with cast.database.reading() as session:
            access = cast.access(session, person, Permission.CODINGS_VIEW, "round", round_id)
            return any(entry.id == label.id for entry in layers.round_codes(session, access))

    assert [sees(person) for person in ("ai", "bo", "lena")] == [True, False, False]
    cast.close(round_id, unfinished=True)
    assert [sees(person) for person in ("ai", "bo", "lena")] == [True, True, True]
