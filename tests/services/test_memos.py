"""Memos on codes: with their history, and hidden while their author codes blind."""

from uuid import UUID

import pytest

from cast import Cast
from intercoder.errors import InvalidInput, NotFound, Stale
from intercoder.models import MemoKind
from intercoder.policy import Permission
from intercoder.services import memos
from intercoder.services.memos import MemoIn

pytestmark = pytest.mark.sqlite


def write(cast: Cast, person: str, text: str, code: str = "l1") -> UUID:
    with cast.acting(person, Permission.MEMO_WRITE) as (session, access):
        return memos.write(session, access, cast.codes[code], MemoIn(text=text)).id


def seen(cast: Cast, person: str, code: str = "l1") -> list[str]:
    with cast.database.reading() as session:
        access = cast.access(session, person, Permission.CODEBOOK_VIEW)
        return [memo.text for memo in memos.memos(session, access, cast.codes[code])]


def test_a_memo_written_while_coding_is_its_authors_until_the_round_closes(cast: Cast) -> None:
    before = write(cast, "ai", "开题时的想法")
    round_id = cast.coded_round()
    write(cast, "ai", "编码时的想法")
    write(cast, "lena", "负责人的想法")
    assert seen(cast, "ai") == ["开题时的想法", "编码时的想法", "负责人的想法"]
    for person in ("bo", "lena", "ada", "olga"):
        assert seen(cast, person) == ["开题时的想法", "负责人的想法"], person
    with cast.acting("ai", Permission.MEMO_WRITE) as (session, access):
        memos.change(session, access, before, 1, MemoIn(text="开题时的想法，改过"))
    assert seen(cast, "bo") == ["负责人的想法"]
    cast.close(round_id)
    assert seen(cast, "bo") == ["开题时的想法，改过", "编码时的想法", "负责人的想法"]


def test_what_a_memo_said_before_is_kept_and_only_its_author_changes_it(cast: Cast) -> None:
    memo = write(cast, "lena", "一")
    with cast.acting("lena", Permission.MEMO_WRITE) as (session, access):
        memos.change(session, access, memo, 1, MemoIn(text="二", kind=MemoKind.METHODOLOGICAL))
        memos.change(session, access, memo, 2, MemoIn(text="三"))
        with pytest.raises(Stale, match="elsewhere"):
            memos.change(session, access, memo, 1, MemoIn(text="四"))
        (read,) = memos.memos(session, access, cast.codes["l1"])
        assert [(e.text, e.kind.value) for e in read.earlier] == [("二", "methodological"), ("一", "theoretical")]
    with cast.acting("ada", Permission.MEMO_WRITE) as (session, access), pytest.raises(NotFound):
        memos.change(session, access, memo, None, MemoIn(text="别人的"))
    with cast.acting("lena", Permission.MEMO_WRITE) as (session, access):
        memos.remove(session, access, memo)
        with pytest.raises(NotFound):
            memos.remove(session, access, memo)
    assert seen(cast, "lena") == []


@pytest.mark.parametrize("text", ["", "  \n ", "长" * 20_001])
def test_an_empty_memo_and_one_that_is_too_long_are_refused(text: str) -> None:
    with pytest.raises((InvalidInput, ValueError)):
        MemoIn(text=text)
