"""The passages of a code: of compared rounds and own work, as what they count today, in the order and the parts asked for."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from cast import TEXTS, Cast, store
from intercoder.db import within
from intercoder.models import CodeState, Level
from intercoder.policy import Permission
from intercoder.services import code_passages, coding, passages, remapping, taking_back
from intercoder.services.paging import BEGINNING, Asked
from intercoder.services.passages import Group, Passages, Stands, Wanted
from intercoder.services.remapping import MergeIn, PassageIn, PassagesIn, SplitIn
from intercoder.services.targets import Target


def of(cast: Cast, person: str, code: str | UUID, asked: Asked = BEGINNING, **wanted: Any) -> Passages:
    with cast.database.reading() as session:
        access = cast.access(session, person, Permission.CODINGS_VIEW)
        code_id = cast.codes[code] if isinstance(code, str) else code
        return passages.passages(session, access, code_id, Wanted(**wanted), asked)


def told(there: Passages) -> list[tuple[str, str, str]]:
    return [(p.text, p.layer.coder, p.code.name) for p in there.part.rows]


def test_of_an_open_round_a_coder_sees_own_passages_and_nobody_else_any(cast: Cast) -> None:
    made = cast.coded_round()
    assert [of(cast, person, "k2").total for person in ("lena", "olga", "ada", "ai", "bo")] == [0, 0, 0, 2, 2]
    assert {coder for _, coder, _ in told(of(cast, "ai", "k2"))} == {"Ai"}
    cast.close(made)
    assert [of(cast, person, "k2").total for person in ("lena", "olga", "ada", "ai", "bo")] == [4] * 5
    assert told(of(cast, "olga", "l2")) == [("没有信任什么都谈不了", "Ai", "没有信任什么都谈不了")]
    first = of(cast, "olga", "l2").part.rows[0]
    assert (first.before, first.after[:9], first.memo, first.doubt) == ("陈总：", "。平台把数据开放给", "原话", True)
    assert (first.cut_before, first.cut_after) == (False, False)


def test_a_starred_passage_comes_first_in_its_document_and_degrees_of_doubt_are_told(cast: Cast) -> None:
    made = cast.round(documents=("访谈一",))
    for quote, more in (("旧机器", {}), ("没有信任", {"typical": True, "doubt": 2}), ("平台把数据", {"doubt": True})):
        cast.code("ai", made, "访谈一", "l1", quote, **more)
    cast.code("bo", made, "访谈一", "l1", "订单", typical=True)
    rows = of(cast, "ai", "l1").part.rows
    assert [(p.text, p.typical, p.doubt) for p in rows] == [
        ("没有信任", True, 2),
        ("旧机器", False, 0),
        ("平台把数据", False, 1),
    ]
    with cast.database.reading() as session:
        access = cast.access(session, "ai", Permission.CODINGS_VIEW)
        first = code_passages.first_passages(session, access, 2).first[str(cast.codes["l1"])]
    assert [p.text for p in first] == ["没有信任", "旧机器"]


@pytest.mark.sqlite
def test_codes_below_count_and_a_merged_code_counts_where_it_went(cast: Cast, compared_round: UUID) -> None:
    before = told(of(cast, "lena", "c3"))
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        act = remapping.merge(session, access, MergeIn(codes=(cast.codes["l3"],), into=cast.codes["l2"])).id
    assert len(told(of(cast, "lena", "c3"))) == len(before) + 3
    assert told(of(cast, "lena", "c4")) == told(of(cast, "lena", "l3")) == []
    merged = of(cast, "lena", "l2").part.rows
    assert {(p.applied.name, p.code.name) for p in merged} == {
        ("没有信任什么都谈不了", "没有信任什么都谈不了"),
        ("平台把数据开放", "没有信任什么都谈不了"),
    }
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        taking_back.undo(session, access, act)
    assert told(of(cast, "lena", "c3")) == before


@pytest.mark.sqlite
def test_what_became_of_a_passage_is_said_with_it(cast: Cast, compared_round: UUID) -> None:
    stands = {(p.text, p.layer.coder): p.stands for p in of(cast, "lena", "k1").part.rows}
    assert stands["把旧机器都接上了网", "Ai"] is stands["把旧机器都接上了网", "Bo"] is Stands.AGREED
    waits = of(cast, "lena", "l2").part.rows[0]
    assert waits.stands is Stands.WAITS
    assert waits.disagreement is not None
    open_round = cast.round(documents=("年报节选",))
    cast.code("ai", open_round, "年报节选", "l1", "高校")
    own = [p for p in of(cast, "ai", "l1").part.rows if p.layer.round_id == open_round]
    assert [(p.text, p.stands) for p in own] == [("高校", None)]


@pytest.mark.sqlite
def test_passages_of_a_split_code_wait_there_and_move_to_the_part_where_they_are_put(
    cast: Cast, compared_round: UUID
) -> None:
    new = [Target(name=name, parent=cast.codes["c4"]) for name in ("开放接口", "共享数据")]
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        remapping.split(session, access, cast.codes["l3"], SplitIn(into=tuple(new)))
    there = of(cast, "lena", "l3")
    waiting = there.part.rows
    parts = passages.parts(there.mapped, there.code)
    assert (there.code.state, there.waiting, [p.waits for p in waiting]) == (
        CodeState.SPLIT,
        {str(cast.codes["l3"]): 3},
        [True] * 3,
    )
    assert of(cast, "lena", "c4").waiting == there.waiting
    part = UUID(next(p.id for p in parts if p.name == "开放接口"))
    put = PassageIn(coder=waiting[0].layer.coder_id, key=waiting[0].key, at=part)
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        act = remapping.put_passages(session, access, cast.codes["l3"], PassagesIn(passages=(put,))).id
    assert (of(cast, "lena", "l3").total, of(cast, "lena", part).total, of(cast, "lena", "c4").total) == (2, 1, 3)
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        taking_back.undo(session, access, act)
    assert (of(cast, "lena", "l3").total, of(cast, "lena", part).total) == (3, 0)


@pytest.mark.sqlite
def test_filters_narrow_the_list_and_the_counts_stay(cast: Cast, compared_round: UUID) -> None:
    bo, ai = (cast.people[person].id for person in ("bo", "ai"))
    assert {coder for _, coder, _ in told(of(cast, "lena", "k1", coder=bo))} == {"Bo"}
    assert told(of(cast, "lena", "k1", document=cast.documents["年报节选"])) == []
    assert told(of(cast, "lena", "k1", round=uuid4())) == told(of(cast, "lena", "k1", case=uuid4())) == []
    at_concept = of(cast, "lena", "k1", level=Level.CONCEPT)
    assert told(at_concept) == [("订单一下子掉了六成", "Bo", "旧物改用")]
    both = of(cast, "lena", "k1", coder=bo)
    assert both.counts(lambda layer: layer.coder_id) == {bo: 2, ai: 1}
    assert both.total == 3


@pytest.mark.sqlite
def test_the_parts_lead_to_the_end_and_back_again_by_whatever_they_are_put_together(cast: Cast) -> None:
    text = TEXTS["Partner interview"]
    with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
        copies = [store(session, access, f"Copy {n}", f"{text} {n}", f"case {n % 2}").id for n in range(4)]
    cast.documents.update({f"Copy {n}": document for n, document in enumerate(copies)})
    made = cast.round(documents=list(cast.documents), coders=("ai", "bo"))
    for person, few in (("ai", 3), ("bo", 2)):
        with cast.acting(person, Permission.CODE, "round", made) as (session, access):
            for n, document in enumerate(copies):
                for start in range(n % few + 1):
                    write = coding.CodingWrite(code=cast.codes["l1"], start=13 * start, end=13 * start + 12)
                    coding.put_coding(within(session), access.asking(Permission.CODE), document, uuid4(), write)
        cast.submit(person, made, *cast.documents)
    cast.close(made)
    for group, limit in ((Group.DOCUMENT, 1), (Group.DOCUMENT, 5), (Group.CASE, 2), (Group.CODER, 3)):
        whole = of(cast, "olga", "k1", group=group).part.rows
        parts = [of(cast, "olga", "k1", Asked(None, limit), group=group).part]
        while (cursor := parts[-1].next) is not None:
            parts.append(of(cast, "olga", "k1", Asked(cursor, limit), group=group).part)
        back = [parts[-1]]
        while (cursor := back[-1].previous) is not None:
            back.append(of(cast, "olga", "k1", Asked(cursor, limit), group=group).part)
        assert len(whole) == 13
        assert [p.key for part in parts for p in part.rows] == [p.key for p in whole]
        assert [p.key for part in reversed(back) for p in part.rows] == [p.key for p in whole]
