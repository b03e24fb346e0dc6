"""Memos on anything: who reads them, what they are tied to, how they are found."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from cast import Cast, store
from intercoder.errors import Conflict, InvalidInput
from intercoder.models import Case, MemoAbout, MemoReaders, SamplingUnit
from intercoder.policy import Permission
from intercoder.services import log, reserving, study_memos
from intercoder.services.paging import Asked
from intercoder.services.reserving import ReserveIn
from intercoder.services.study_memos import NewMemo, OtherMemo, StudyMemo, Wanted
from services.comparing import reopen
from services.theory import coding

pytestmark = pytest.mark.sqlite


def write(cast: Cast, person: str, text: str, **more: object) -> UUID:
    with cast.acting(person, Permission.MEMO_WRITE) as (session, access):
        return study_memos.write(session, access, NewMemo.model_validate({"text": text} | more)).id


def read(cast: Cast, person: str, wanted: Wanted | None = None) -> list[StudyMemo]:
    with cast.database.reading() as session:
        access = cast.access(session, person, Permission.CODEBOOK_VIEW)
        return study_memos.study_memos(session, access, wanted)


def texts(cast: Cast, person: str, wanted: Wanted | None = None) -> set[str]:
    return {one.row.text for one in read(cast, person, wanted)}


def test_each_is_read_by_those_whom_it_is_for(cast: Cast) -> None:
    for readers in MemoReaders:
        write(cast, "ada", readers.value, readers=readers)
    assert texts(cast, "ada") == {"own", "leads", "all"}
    assert texts(cast, "lena") == {"leads", "all"}
    assert texts(cast, "olga") == {"all"}


def test_whoever_codes_in_an_open_round_neither_shows_nor_reads_what_is_written_meanwhile(cast: Cast) -> None:
    write(cast, "lena", "开题时的想法")
    round_id = cast.coded_round()
    write(cast, "lena", "负责人的想法")
    write(cast, "ai", "编码时的想法", about="document", of=cast.documents["访谈一"])
    assert texts(cast, "bo") == {"开题时的想法"}
    assert texts(cast, "ai") == {"开题时的想法", "编码时的想法"}
    assert texts(cast, "lena") == {"开题时的想法", "负责人的想法"}
    cast.close(round_id)
    everything = {"开题时的想法", "负责人的想法", "编码时的想法"}
    assert [texts(cast, person) for person in ("ai", "bo", "lena")] == [everything] * 3


def test_a_memo_on_a_passage_goes_out_of_sight_with_its_round(cast: Cast, compared_round: UUID) -> None:
    write(cast, "lena", "说得好", about="passage", passage=coding(cast, "ai", "l1"))
    (one,) = read(cast, "olga")
    assert [(p.cited.title, p.row.document_id) for p in one.passages] == [("访谈一", cast.documents["访谈一"])]
    reopen(cast, compared_round)
    assert texts(cast, "olga") == set()
    (own,) = read(cast, "lena")
    assert own.passages == ()


def test_they_are_found_by_words_by_what_they_are_on_and_by_kind(cast: Cast) -> None:
    write(cast, "lena", "订单少了才想别的办法", about="code", of=cast.codes["c1"], title="倒逼")
    write(cast, "lena", "访谈时太吵", about="document", of=cast.documents["访谈一"], kind="methodological")
    assert texts(cast, "lena", Wanted(words="倒逼 订单")) == {"订单少了才想别的办法"}
    assert texts(cast, "lena", Wanted(about=MemoAbout.DOCUMENT)) == {"访谈时太吵"}
    assert texts(cast, "lena", Wanted(of=cast.codes["c1"])) == {"订单少了才想别的办法"}
    assert texts(cast, "lena", Wanted(author=cast.people["ada"].id)) == set()


def test_memos_are_tied_once_and_to_what_their_author_may_read(cast: Cast) -> None:
    one, other = write(cast, "lena", "一"), write(cast, "lena", "二")
    secret = write(cast, "ada", "三", readers="own")
    with cast.acting("lena", Permission.MEMO_WRITE) as (session, access):
        study_memos.tie(session, access, one, OtherMemo(memo=other))
        for first, second in ((one, other), (other, one)):
            with pytest.raises(Conflict, match="tied to one another already"):
                study_memos.tie(session, access, first, OtherMemo(memo=second))
        for wrong in (one, secret):
            with pytest.raises(InvalidInput, match="that you may read"):
                study_memos.tie(session, access, one, OtherMemo(memo=wrong))
    assert {memo.row.text: [name for _, name in memo.others] for memo in read(cast, "lena")} == {
        "一": ["二"],
        "二": ["一"],
    }


def test_a_memo_is_tied_to_none_on_what_is_held_out_and_the_log_says_what_it_is_on(cast: Cast) -> None:
    with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
        aside = store(session, access, "访谈甲", "甲所见。", case="企业甲").id
    own = write(cast, "ada", "一")
    told = write(cast, "lena", "留给检验", about="document", of=aside)
    with cast.acting("lena", Permission.SATURATION_JUDGE) as (session, access):
        given = ReserveIn(unit=SamplingUnit.DOCUMENT, chosen=(aside,), reason="另一地区")
        reserving.reserve(session, access, given)
    with cast.acting("ada", Permission.MEMO_WRITE) as (session, access):
        with pytest.raises(InvalidInput, match="that you may read"):
            study_memos.tie(session, access, own, OtherMemo(memo=told))
        case = session.scalars(sa.select(Case).where(Case.name == "案例一")).one()
    write(cast, "lena", "二", about="case", of=case.id)
    with cast.database.reading() as session:
        rows = log.rows(session, cast.access(session, "lena", Permission.LOG_VIEW), Asked(None, 50)).rows
    assert next(row.detail["name"] for row in rows if row.action == "memo.thing") == "案例一"


def test_what_is_named_otherwise_than_it_says_is_refused(cast: Cast) -> None:
    for wrong in ({"about": "case"}, {"of": cast.codes["c1"]}, {"about": "passage"}):
        with pytest.raises(InvalidInput, match="named in one way"):
            write(cast, "lena", "哪一个？", **wrong)
    with pytest.raises(InvalidInput, match="no such thing"):
        write(cast, "lena", "哪一个？", about="case", of=cast.codes["c1"])


def test_a_memo_and_the_passages_that_it_is_tied_to_are_one_act(cast: Cast) -> None:
    cast.compared_round()
    one, other = coding(cast, "ai", "l1"), coding(cast, "ai", "l2")
    with pytest.raises(InvalidInput, match="no such passage"):
        write(cast, "lena", "都是口传", about="code", of=cast.codes["c1"], tied=[one, {**other, "key": UUID(int=1)}])
    assert read(cast, "lena") == []
    # What Bo marked at the same words is the same passage, and so is the one that the memo is on.
    again = coding(cast, "bo", "l1")
    write(cast, "lena", "都是口传", about="passage", passage=one, tied=[again, other, other])
    (memo,) = read(cast, "lena")
    assert sorted(p.cited.words for p in memo.passages) == ["把旧机器都接上了网", "没有信任什么都谈不了"]
