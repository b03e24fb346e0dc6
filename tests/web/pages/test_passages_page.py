"""The page of a code's passages: what is on it, where it leads, and that a split code's passages can be put from it."""

from uuid import UUID

import pytest
from flask import Flask

from cast import Cast, store
from intercoder.db import Database
from intercoder.policy import Permission
from intercoder.services import remapping
from intercoder.services.remapping import MergeIn, SplitIn
from intercoder.services.targets import Target
from web.pages.reading import Reader, select, words

pytestmark = pytest.mark.sqlite


@pytest.fixture
def reader(app: Flask, database: Database, cast: Cast) -> Reader:
    return Reader(app, database, cast)


def address(cast: Cast, code: str, query: str = "") -> str:
    return f"/codes/{cast.codes[code]}/passages{query}"


def test_the_words_stand_in_their_context_with_who_and_what_became_of_them(
    reader: Reader, cast: Cast, compared_round: UUID
) -> None:
    page = reader.page("olga", address(cast, "c3"))
    assert [mark.text for mark in select(page, ".passage mark")] == ["没有信任什么都谈不了"]
    shown = words(page)
    for said in ("陈总：", "Ai", "原话", "In doubt", "waits for a ruling", "访谈一", "信任先行"):
        assert said in shown
    assert [link.get("href") for link in select(page, ".passage-side .chip")] == [address(cast, "l2")]
    assert select(page, ".stands a")


def test_cases_without_a_passage_are_shown_and_a_filter_is_a_link(
    reader: Reader, cast: Cast, compared_round: UUID
) -> None:
    with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
        store(session, access, "Elsewhere", "Nothing was coded here.", "顺驿物流")
    page = reader.page("lena", address(cast, "k1"))
    absent = [row.text_content().split() for row in select(page, ".facet li.absent")]
    assert absent == [["顺驿物流", "0"]]
    bo = next(a for a in select(page, ".facet a") if a.text == "Bo")
    of_bo = reader.page("lena", bo.get("href"))
    assert {side.text for side in select(of_bo, ".passage-side > span") if side.text in {"Ai", "Bo"}} == {"Bo"}
    assert "订单一下子掉了六成" in words(reader.page("lena", address(cast, "k1", "?level=concept&group=coder")))


def test_a_merged_code_leads_to_what_it_counts_as_and_a_split_one_says_what_waits(
    reader: Reader, cast: Cast, compared_round: UUID
) -> None:
    new = tuple(Target(name=name, parent=cast.codes["c4"]) for name in ("开放接口", "共享数据"))
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        remapping.merge(session, access, MergeIn(codes=(cast.codes["l2"],), into=cast.codes["l1"]))
        remapping.split(session, access, cast.codes["l3"], SplitIn(into=new))
    assert reader.leads_to("lena", address(cast, "l2")) == address(cast, "l1")
    split = reader.page("lena", address(cast, "l3"))
    assert "3 passages wait" in words(split)
    assert [button.text_content().split()[-1] for button in select(split, "button[data-part]")] == [
        "开放接口",
        "共享数据",
    ]
    assert len(select(split, ".passage[data-split]")) == 3
    assert not select(reader.page("olga", address(cast, "l3")), "button[data-part]")
    assert "3 passages of “平台把数据开放” wait for their place." in words(reader.page("lena", address(cast, "c4")))
