"""The desk and the coding page, as the people of the small study get them."""

import json
from typing import Any

import pytest
from flask import Flask
from lxml import html

from cast import TEXTS, Cast
from intercoder.db import Database
from intercoder.models import Role
from intercoder.policy import Permission
from intercoder.services import accounts, members
from intercoder.text.anchors import turn_anchors
from intercoder.text.transcripts import turns as turns_of
from intercoder.web.coder.coding_view import blocks, clock
from web.pages.reading import Reader, code_page, codings_of, select

pytestmark = pytest.mark.sqlite


@pytest.fixture
def reader(app: Flask, database: Database, cast: Cast) -> Reader:
    return Reader(app, database, cast)


def island(page: Any) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(page.get_element_by_id("page-data").text_content())
    return data


# --- the coding page -----------------------------------------------------------------------------


@pytest.mark.parametrize("document", ["访谈一", "年报节选"])
def test_every_paragraph_holds_exactly_its_slice_of_the_canonical_text(
    reader: Reader, cast: Cast, document: str
) -> None:
    page = reader.page("ai", code_page(cast, cast.round(), document))
    text = TEXTS[document]
    paragraphs = select(page, "p.annotated-text")
    assert len(paragraphs) == len([line for line in text.split("\n") if line.strip()])
    for block in paragraphs:
        start, length = int(block.get("data-cp")), int(block.get("data-n"))
        assert block.text_content() == text[start : start + length]


def test_every_paragraph_is_laid_out_from_the_side_that_its_script_begins_at(reader: Reader, cast: Cast) -> None:
    made = cast.coded_round()
    for person, address in (
        ("ai", code_page(cast, made, "访谈一")),
        ("lena", f"/documents/{cast.documents['访谈一']}"),
    ):
        paragraphs = select(reader.page(person, address), ".annotated-text")
        assert paragraphs
        assert {paragraph.get("dir") for paragraph in paragraphs} == {"auto"}


def test_speakers_stand_in_the_margin_once_and_each_paragraph_has_its_number(reader: Reader, cast: Cast) -> None:
    made = cast.round()
    spoken = reader.page("ai", code_page(cast, made, "访谈一"))
    assert [h.text_content().strip() for h in select(spoken, ".speaker")] == ["访谈者", "陈总", "陈总"]
    # What says so in the text is part of it, and is not shown.
    assert [who.text_content() for who in select(spoken, ".annotated-text .who")] == ["访谈者：", "陈总：", "陈总："]
    written = reader.page("ai", code_page(cast, made, "年报节选"))
    assert not select(written, ".who")
    assert [n.get("data-number") for n in select(written, ".paragraph-number")] == ["¶1", "¶2"]


def test_a_speaker_who_goes_on_in_a_new_paragraph_is_named_once() -> None:
    text = "陈总：第一句。\n还在说。\n访谈者：好。\n陈总：再说。\n访谈者：嗯。"
    turns = turn_anchors(turns_of(text))
    assert [b.speaker for b in blocks(text, turns)] == ["陈总", "", "访谈者", "陈总", "访谈者"]


@pytest.mark.parametrize(("milliseconds", "shown"), [(0, "00:00"), (62_500, "01:02"), (3_600_000, "1:00:00")])
def test_the_time_of_a_recording_reads_like_a_clock(milliseconds: int, shown: str) -> None:
    assert clock(milliseconds) == shown


def test_the_page_holds_own_codings_only_before_and_after_the_round_closes(reader: Reader, cast: Cast) -> None:
    made = cast.coded_round()
    for closed in (False, True):
        page = reader.page("ai", code_page(cast, made, "访谈一"))
        codings = codings_of(reader, "ai", code_page(cast, made, "访谈一"))
        quotes = [TEXTS["访谈一"][c["start"] : c["end"]] for c in codings]
        assert quotes == ["把旧机器都接上了网", "没有信任什么都谈不了", "平台把数据开放给我们"]
        assert select(page, '#stats [data-stat="codings"]')[0].text == "3"
        if not closed:
            cast.close(made)


def test_codes_are_found_by_pinyin_and_used_ones_come_first_in_the_recent_list(reader: Reader, cast: Cast) -> None:
    made = cast.round()
    cast.code("ai", made, "访谈一", "l1", "旧机器")
    cast.code("ai", made, "访谈一", "c3", "信任")
    place = code_page(cast, made, "访谈一")
    codes = reader.json("ai", f"{place}/codes")
    by_name = dict(zip(codes["name"], codes["search"], strict=True))
    assert "jwgy" in by_name["旧物改用"]
    assert "jiuwugaiyong" in by_name["旧物改用"]
    assert reader.json("ai", f"{place}/layer")["recent"] == [str(cast.codes["c3"]), str(cast.codes["l1"])]


@pytest.mark.parametrize(("policy", "in_vivo"), [("frozen", "no"), ("proposals", "propose"), ("open", "create")])
def test_the_policy_of_the_round_says_what_coders_may_do_with_new_labels(
    reader: Reader, cast: Cast, policy: str, in_vivo: str
) -> None:
    assert island(reader.page("ai", code_page(cast, cast.round(policy=policy), "访谈一")))["in_vivo"] == in_vivo


def test_the_units_of_the_round_are_in_the_page(reader: Reader, cast: Cast) -> None:
    data = island(reader.page("ai", code_page(cast, cast.round(unit="sentence"), "年报节选")))
    assert data["unit"] == "sentence"
    start, end = data["units"][0]
    assert TEXTS["年报节选"][start:end] == "本年度公司与两所高校签订合作协议。"


def test_nobody_opens_a_document_that_is_not_assigned_to_them(reader: Reader, cast: Cast) -> None:
    made = cast.round(documents=("访谈一",), coders=("ai",))
    reader.page("bo", code_page(cast, made, "访谈一"), 404)
    reader.page("lena", code_page(cast, made, "访谈一"), 404)
    reader.page("ai", code_page(cast, made, "年报节选"), 404)
    for resource in ("layer", "codes"):
        reader.page("bo", f"{code_page(cast, made, '访谈一')}/{resource}", 404)


def test_submitting_locks_the_page_and_leads_to_the_next_document_then_to_the_desk(reader: Reader, cast: Cast) -> None:
    made = cast.round()
    first = code_page(cast, made, "访谈一")
    assert select(reader.page("ai", first), "form#submit-form")
    assert reader.leads_to("ai", first.removesuffix("code") + "submit", "POST") == code_page(cast, made, "年报节选")
    locked = reader.page("ai", first)
    assert not select(locked, "form#submit-form")
    assert island(locked)["readonly"] is True
    assert "Submitted on" in select(locked, "[role=status]")[0].text_content()
    assert reader.leads_to("ai", code_page(cast, made, "年报节选").removesuffix("code") + "submit", "POST") == "/"


def test_a_closed_round_can_only_be_read_and_says_that_unsubmitted_work_is_left_out(reader: Reader, cast: Cast) -> None:
    made = cast.round()
    cast.close(made, unfinished=True)
    page = reader.page("ai", code_page(cast, made, "访谈一"))
    assert island(page)["readonly"] is True
    assert "left out of every comparison" in page.text_content()


def test_nothing_on_the_coding_page_needs_an_inline_style_or_script(reader: Reader, cast: Cast) -> None:
    page = reader.page("ai", code_page(cast, cast.round(), "访谈一"))
    assert not page.xpath("//*[@style]")
    inline = [
        s for s in select(page, "script") if not s.get("src") and s.get("type") not in {"importmap", "application/json"}
    ]
    assert inline == []


# --- the desk ------------------------------------------------------------------------------------


def test_a_newcomer_is_told_how_to_begin(reader: Reader, cast: Cast, database: Database) -> None:
    with database.transaction() as session:
        user = accounts.create_user(session, "new@study.example", "New", "x")
        cast.people["new"] = accounts.actor_of(user)
    page = reader.page("new", "/")
    assert "You are in no project yet" in page.text_content()
    assert select(page, 'form[action="/api/v1/projects"] input[name=name]')


def test_the_desk_continues_where_work_was_begun(reader: Reader, cast: Cast) -> None:
    made = cast.round()
    cast.code("ai", made, "年报节选", "c2", "高校")
    page = reader.page("ai", "/")
    assert select(page, "a.btn.primary")[0].get("href") == code_page(cast, made, "年报节选")
    counts = {
        select(row, "th")[0].text_content().strip(): select(row, ".number")[0].text for row in select(page, "tbody tr")
    }
    assert counts == {"访谈一": "0", "年报节选": "1"}


def test_the_desk_of_one_coder_does_not_change_with_what_another_does(reader: Reader, cast: Cast) -> None:
    made = cast.round()
    before = html.tostring(select(reader.page("ai", "/"), "main")[0])
    cast.code("bo", made, "访谈一", "l1", "旧机器")
    cast.submit("bo", made, "访谈一")
    assert html.tostring(select(reader.page("ai", "/"), "main")[0]) == before


def test_only_people_who_do_not_code_in_a_round_see_its_progress(
    reader: Reader, cast: Cast, database: Database
) -> None:
    made = cast.round()
    cast.submit("bo", made, "访谈一")
    assert "1 of 4" in reader.page("lena", "/").text_content()
    assert "1 of 4" in reader.page("olga", "/").text_content()
    with database.transaction() as session:
        members.add_member(session, cast.project, cast.people["ai"].id, [Role.LEAD])
    assert "1 of 4" not in reader.page("ai", "/").text_content()


def test_adjudicators_find_what_waits_for_them_once_the_round_is_closed(reader: Reader, cast: Cast) -> None:
    made = cast.coded_round()
    assert "open disagreement" not in reader.page("ada", "/").text_content()
    cast.close(made)
    link = select(reader.page("ada", "/"), ".todo a")[0]
    assert link.get("href") == f"/rounds/{made}/adjudication?state=open"
    assert "3" in link.text_content()
    assert "open disagreement" not in reader.page("bo", "/").text_content()


def test_documents_of_a_project_that_one_has_left_are_gone_from_the_desk(
    reader: Reader, cast: Cast, database: Database
) -> None:
    cast.round()
    with database.transaction() as session:
        access = cast.access(session, "lena", Permission.MEMBERS_MANAGE)
        member = next(m for m in members.members(session, cast.project) if m.user_id == cast.people["ai"].id)
        members.remove_member(session, access, member.id)
    assert "访谈一" not in reader.page("ai", "/").text_content()
