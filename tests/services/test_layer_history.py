"""What a coder can take back on another day: the acts that still stand, each with what was there before it."""

from uuid import UUID, uuid4

import pytest

from cast import TEXTS, Cast
from intercoder.db import within
from intercoder.models import EmptyKind
from intercoder.policy import Permission
from intercoder.services import coding, empty_units, layer_history
from intercoder.services.coding import CodingPatch
from intercoder.services.empty_units import EmptyUnitWrite
from intercoder.services.layers import own_assignment

TITLE = "访谈一"


def change(cast: Cast, round_id: UUID, key: UUID, version: int, **fields: object) -> None:
    with cast.acting("ai", Permission.CODE, "round", round_id) as (session, access):
        patch = CodingPatch.model_validate(fields)
        asking = access.asking(Permission.CODE)
        coding.change_coding(within(session), asking, cast.documents[TITLE], key, version, patch)


def test_changes_of_one_act_say_so_in_each_version(cast: Cast) -> None:
    made, key, parts, cut, joined = cast.round(), uuid4(), [uuid4(), uuid4()], uuid4(), uuid4()
    cast.code("ai", made, TITLE, "l1", "旧机器", key=key)
    text = TEXTS[TITLE]
    with cast.acting("ai", Permission.CODE, "round", made) as (session, access):
        asking, document = access.asking(Permission.CODE), cast.documents[TITLE]
        for n, part in enumerate(parts):
            write = coding.CodingWrite(code=cast.codes["l2"], start=n, end=text.index("。") + n)
            coding.put_coding(within(session), asking, document, part, write, coding.OneActQuery(together=cut))
    change(cast, made, parts[0], 1, memo="allein")
    with cast.acting("ai", Permission.CODE, "round", made) as (session, access):
        asking, document = access.asking(Permission.CODE), cast.documents[TITLE]
        for patched, version, fields in ((parts[0], 2, {"typical": True}), (key, 1, {"deleted": True})):
            act = coding.OneActQuery(together=joined)
            patch = CodingPatch.model_validate(fields)
            coding.change_coding(within(session), asking, document, patched, version, patch, act)
    with cast.acting("ai", Permission.CODE, "round", made) as (session, access):
        own = own_assignment(session, access, cast.documents[TITLE])
        found = [(getattr(one, "key", None), one.act.together) for one in layer_history.history(session, own.id).acts]
    # A deletion that was part of joining takes no coding back.
    assert found == [(key, None), *((part, cut) for part in parts), (parts[0], None), (parts[0], joined), (key, joined)]
    change(cast, made, key, 2, deleted=False)
    change(cast, made, parts[0], 3, typical=False)
    with cast.acting("ai", Permission.CODE, "round", made) as (session, access):
        own = own_assignment(session, access, cast.documents[TITLE])
        found = [(getattr(one, "key", None), one.act.together) for one in layer_history.history(session, own.id).acts]
    assert found == [(key, None), *((part, cut) for part in parts), (parts[0], None)]


def say(cast: Cast, round_id: UUID, kind: EmptyKind | None) -> None:
    with cast.acting("ai", Permission.CODE, "round", round_id) as (session, access):
        write = EmptyUnitWrite(start=0, kind=kind)
        empty_units.say_of_unit(within(session), access.asking(Permission.CODE), cast.documents[TITLE], write)


def acts(cast: Cast, round_id: UUID, person: str = "ai") -> list[tuple[object, object]]:
    """Return what stands, oldest first: memos of codings (None where there was none), or what was said of the unit."""

    def told(state: object) -> object:
        return getattr(state, "memo", state)

    with cast.acting(person, Permission.CODE, "round", round_id) as (session, access):
        own = own_assignment(session, access, cast.documents[TITLE])
        history = layer_history.history(session, own.id)
        return [(told(one.act.before), told(one.act.after)) for one in history.acts]


def test_what_was_coded_changed_and_deleted_stands_until_it_is_taken_back(cast: Cast) -> None:
    made, key, other = cast.round(), uuid4(), uuid4()
    cast.code("ai", made, TITLE, "l1", "旧机器", key=key)
    cast.code("ai", made, TITLE, "l2", "订单", key=other)
    change(cast, made, key, 1, memo="想一想")
    change(cast, made, other, 1, deleted=True)
    assert acts(cast, made) == [(None, ""), ("", "想一想")], "made and deleted: nothing of it stands"
    change(cast, made, key, 2, deleted=True)
    assert acts(cast, made) == [(None, ""), ("", "想一想"), ("想一想", None)]
    change(cast, made, key, 3, deleted=False)
    assert acts(cast, made) == [(None, ""), ("", "想一想")], "the deletion was taken back"
    change(cast, made, key, 4, memo="")
    assert acts(cast, made) == [(None, "")]
    assert acts(cast, made, "bo") == []


def test_a_deleted_coding_comes_with_what_brings_it_back(cast: Cast) -> None:
    made, key = cast.round(), uuid4()
    cast.code("ai", made, TITLE, "l1", "旧机器", key=key)
    change(cast, made, key, 1, memo="想一想")
    change(cast, made, key, 2, code=str(cast.codes["l2"]))
    change(cast, made, key, 3, deleted=True)
    with cast.acting("ai", Permission.CODE, "round", made) as (session, access):
        (gone,) = layer_history.history(session, own_assignment(session, access, cast.documents[TITLE]).id).deleted
    assert (gone.key, gone.version, gone.memo, gone.start) == (key, 4, "想一想", TEXTS[TITLE].index("旧机器"))


def test_what_was_said_of_units_stands_in_its_place(cast: Cast) -> None:
    made = cast.round(unit="sentence")
    say(cast, made, EmptyKind.NO_CODE)
    say(cast, made, EmptyKind.SKIPPED)
    assert acts(cast, made) == [(None, EmptyKind.NO_CODE), (EmptyKind.NO_CODE, EmptyKind.SKIPPED)]
    say(cast, made, EmptyKind.NO_CODE)
    assert acts(cast, made) == [(None, EmptyKind.NO_CODE)]
    say(cast, made, None)
    assert acts(cast, made) == []


def test_of_a_long_layer_only_the_latest_acts_are_looked_at(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layer_history, "LOOKED_AT", 2)
    made, key = cast.round(), uuid4()
    cast.code("ai", made, TITLE, "l1", "旧机器", key=key)
    for quote in ("订单", "信任"):
        cast.code("ai", made, TITLE, "l2", quote)
    change(cast, made, key, 1, memo="想一想")
    assert acts(cast, made) == [(None, ""), ("", "想一想")], "the coding made first is older than what is looked at"
