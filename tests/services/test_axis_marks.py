"""What happened while documents arrived, for the axis of the curve."""

from datetime import UTC, datetime

import pytest

from cast import Cast
from intercoder.policy import Permission
from intercoder.services import axis_marks, declared, judgements, remapping, saturation, versions
from intercoder.services.arriving import Asked, Order
from intercoder.services.axis_marks import AxisMark, MarkKind
from intercoder.services.declared import NoteIn
from intercoder.services.remapping import MergeIn
from services.test_hold_out import arrives, study  # noqa: F401 - a fixture


def marks(cast: Cast, person: str = "olga", order: str = "finished") -> list[AxisMark]:
    with cast.database.reading() as session:
        access = cast.access(session, person, Permission.SATURATION_VIEW)
        rounds = saturation.visible_rounds(session, access)
        seen = saturation.picture(session, access, Asked(order=Order.of(order)), rounds)
        said = judgements.declarations(session, access), judgements.notes(session, access)
        return axis_marks.axis_marks(session, access.project.id, rounds, seen, *said)


def test_what_happens_between_documents_is_marked_between_them(cast: Cast) -> None:
    first = cast.round(documents=("访谈一",), coders=("ai",))
    cast.code("ai", first, "访谈一", "l1", "把旧机器都接上了网")
    cast.submit("ai", first, "访谈一")
    cast.close(first)
    assert marks(cast) == [], "the version that was there first moves nothing, and the first coder joins nobody"
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        remapping.merge(session, access, MergeIn(codes=(cast.codes["l3"],), into=cast.codes["l2"]))
        versions.publish(session, access, "合并之后")
    with cast.acting("lena", Permission.SATURATION_JUDGE) as (session, access):
        declared.note(session, access, NoteIn(on=datetime.now(UTC).date().replace(year=2099), text="第二版提纲"))
    second = cast.round(documents=("年报节选",), coders=("bo",))
    cast.code("bo", second, "年报节选", "c2", "与两所高校签订合作协议")
    cast.submit("bo", second, "年报节选")
    told = [(mark.kind, mark.after) for mark in marks(cast)]
    assert told == [(MarkKind.MERGED, 1), (MarkKind.VERSION, 1), (MarkKind.NOTE, 2)], "of an open round nobody is named"
    cast.close(second)
    named = [(mark.kind, mark.after, mark.text) for mark in marks(cast)]
    assert named[2:] == [(MarkKind.JOINED, 1, "Bo"), (MarkKind.NOTE, 2, "第二版提纲")]
    assert marks(cast, order="materials") == [], "in another order time does not run along the axis"


def test_a_new_case_is_marked_where_its_first_document_comes_in_any_order(
    study: Cast,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for title in ("甲", "乙"):
        arrives(study, {f"访谈{title}": ("l1",)})
    for order in ("finished", "materials"):
        told = [(mark.after, mark.text) for mark in marks(study, "lena", order) if mark.kind is MarkKind.CASE]
        assert told == [(1, "企业乙")], "the first case is new to nobody"
    monkeypatch.setattr(axis_marks, "MOST_CASES", 1)
    assert not [mark for mark in marks(study, "lena") if mark.kind is MarkKind.CASE]
