"""The pages of a project: what each person finds on them, and what not."""

import html
import json
import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from cast import Cast, store
from intercoder.db import Database
from intercoder.models import (
    AssignmentState,
    CodebookPolicy,
    DisagreementState,
    Drawn,
    Level,
    ReportCoefficient,
    Role,
    RoundState,
    SourceType,
    Unit,
)
from intercoder.paths import PACKAGE
from intercoder.policy import Permission
from intercoder.reports import words as web_words
from intercoder.services import codebook, members, own_codes, projects, versions
from intercoder.text.pinyin import pinyin
from intercoder.text.readers.document import MAX_BYTES
from intercoder.text.units import CODED_BY
from intercoder.web import browser_words
from web.pages.conftest import Visitor

Visit = Callable[[str], Visitor]
on_sqlite = pytest.mark.sqlite
TEMPLATES = PACKAGE / "web" / "templates"


def test_the_overview_shows_the_study_and_what_waits(cast: Cast, visit: Visit) -> None:
    made = cast.coded_round()
    shown = visit("lena").read(f"/projects/{cast.project}")
    assert "2 of 2 submitted" in shown
    assert "documents are submitted: the round can be closed" in shown
    assert "opened round 1" in shown
    cast.close(made)
    compared = visit("ada").read(f"/projects/{cast.project}")
    assert "α" in compared
    assert "disagreements to rule on" in compared


def test_a_lead_who_codes_in_a_round_finds_only_own_tasks_and_the_reason(
    cast: Cast, visit: Visit, database: Database
) -> None:
    with database.transaction() as session:
        members.add_member(session, cast.project, cast.people["lena"].id, [Role.CODER])
    made = cast.round(coders=("lena", "bo"), documents=("访谈一",))
    lena, olga = visit("lena"), visit("olga")
    before = lena.read(f"/rounds/{made}")
    assert "until it closes you see your own documents only" in before
    assert "Bo" not in before.split("Give out documents")[0]
    assert "Bo" in olga.read(f"/rounds/{made}")

    cast.code("bo", made, "访谈一", "l1", "把旧机器都接上了网")
    cast.submit("bo", made, "访谈一")
    assert lena.read(f"/rounds/{made}") == before
    assert "1 of 2 submitted" in olga.read(f"/rounds/{made}")
    assert "hidden: you code in it" in lena.read(f"/projects/{cast.project}/rounds")


def test_the_matrix_counts_codings_once_the_round_is_closed_and_not_before(cast: Cast, visit: Visit) -> None:
    made = cast.coded_round()
    lena = visit("lena")
    assert "codings" not in lena.read(f"/rounds/{made}").replace("Leads", "")
    cast.close(made)
    shown = lena.get(f"/rounds/{made}").text
    assert 'aria-label="3 codings"' in shown
    assert 'aria-label="4 codings"' in shown


def test_a_proposal_waits_on_the_page_of_its_round(cast: Cast, visit: Visit, database: Database) -> None:
    made = cast.round(policy="proposals", documents=("访谈一",))
    with database.transaction() as session:
        own_codes.put_code(
            session,
            cast.access(session, "ai", Permission.CODE, "round", made),
            uuid4(),
            own_codes.NewOwnCode(name="新标签"),
        )
    assert "新标签" in visit("lena").read(f"/rounds/{made}")
    assert "1 proposal" in visit("lena").read(f"/projects/{cast.project}/rounds")
    assert "新标签" not in visit("bo").read(f"/rounds/{made}")
    assert "新标签" not in visit("olga").read(f"/rounds/{made}")


def test_a_version_page_says_field_by_field_what_it_changed(cast: Cast, visit: Visit, database: Database) -> None:
    with database.transaction() as session:
        access = cast.access(session, "lena", Permission.CODEBOOK_EDIT)
        changed = {"definition": "旧设备改作他用。", "parent_id": cast.codes["t2"]}
        codebook.change_code(session, access, cast.codes["c1"], None, codebook.CodeChange.model_validate(changed))
        version = versions.publish(session, access, "第二版").id
    shown = visit("ai").read(f"/versions/{version}")
    assert "把旧设备用于新用途。 → 旧设备改作他用。" in shown
    assert "就地取材 → 关系治理" in shown


def test_the_selected_code_can_be_asked_for_alone(cast: Cast, visit: Visit) -> None:
    address = f"/projects/{cast.project}/codebook?part=detail&code={cast.codes['c3']}"
    part = visit("ai").get(address).get_data(as_text=True)
    assert "先有信任，再有合同。" in part
    assert "<html" not in part


def test_a_document_shows_its_paragraphs_with_numbers(cast: Cast, visit: Visit) -> None:
    page = visit("olga").get(f"/documents/{cast.documents['访谈一']}").get_data(as_text=True)
    assert re.findall(r'id="p(\d+)"', page) == ["1", "2", "3"]
    assert "𠮷野家" in page


@on_sqlite
def test_a_name_cannot_become_markup(cast: Cast, visit: Visit, database: Database) -> None:
    bad = "</script><img src=x onerror=alert(1)>'\""
    with database.transaction() as session:
        access = cast.access(session, "lena", Permission.PROJECT_EDIT)
        projects.change_project(session, access, projects.ProjectChange(name=bad, description=bad))
        changed = {"name": bad, "definition": bad, "near_miss": bad}
        codebook.change_code(session, access, cast.codes["c1"], None, codebook.CodeChange.model_validate(changed))
    lena = visit("lena")
    for path in ("", "/materials", "/codebook", f"/codebook?code={cast.codes['c1']}", "/rounds", "/team", "/log"):
        page = lena.get(f"/projects/{cast.project}{path}").get_data(as_text=True)
        assert "<img" not in page
        assert "&lt;img" in page


def test_the_log_is_read_in_pages_and_by_kind(cast: Cast, visit: Visit, database: Database) -> None:
    with database.transaction() as session:
        access = cast.access(session, "lena", Permission.CODEBOOK_EDIT)
        for i in range(60):
            codebook.create_codes(session, access, [codebook.NewCode(name=f"code number {i:02}")])
    lena = visit("lena")
    page = lena.get(f"/projects/{cast.project}/log?group=codebook").get_data(as_text=True)
    assert re.search(r'href="/codes/[0-9a-f-]{36}/passages">[^<]*code number 59', page)
    assert "code number 05" not in page
    older = re.search(r'rel="next"\s+href="([^"]+)"', page)
    assert older is not None
    second = lena.get(older[1].replace("&amp;", "&")).get_data(as_text=True)
    assert "code number 05" in second
    assert "code number 59" not in second
    newer = re.search(r'rel="prev"\s+href="([^"]+)"', second)
    assert newer is not None
    assert "code number 59" in lena.get(newer[1].replace("&amp;", "&")).get_data(as_text=True)
    assert "code number" not in lena.read(f"/projects/{cast.project}/log?group=people")


# --- words ---------------------------------------------------------------------------------------


def test_every_value_of_every_state_has_a_word() -> None:
    enums = {
        "role": Role,
        "role_hint": Role,
        "level": Level,
        "source_type": SourceType,
        "unit": Unit,
        "coded_by": CODED_BY,
        "unit_hint": CODED_BY,
        "report_coefficient": ReportCoefficient,
        "drawn": Drawn,
        "policy": CodebookPolicy,
        "policy_hint": CodebookPolicy,
        "round_state": RoundState,
        "assignment_state": AssignmentState,
        "disagreement_state": DisagreementState,
    }
    for kind, values in enums.items():
        assert set(web_words.WORDS[kind]) == {v.value for v in values}, kind


def test_a_page_in_chinese_brings_the_words_of_its_modules_to_be_kept_for_ever(cast: Cast, visit: Visit) -> None:
    assert "/words/" not in visit("lena").get(f"/projects/{cast.project}").text
    assert visit("lena").get("/words/zh/none.js").status_code == 404
    chinese = visit("lena")
    chinese.send("/language", {"language": "zh"}, page=f"/projects/{cast.project}")
    address = re.search(r'src="(/words/zh/parts\.js\?v=\w+)"', chinese.get(f"/projects/{cast.project}").text)
    assert address
    said: dict[str, Any] = {}
    for part, sentences in browser_words.sentences().items():
        words = chinese.get(address[1].replace("parts", part))
        assert "immutable" in words.headers["Cache-Control"]
        here = json.loads(words.text.partition("speak(")[2].rpartition(", (n)")[0])
        assert set(here) == sentences, part
        said |= here
    assert said["Memo saved"] == "备忘录已保存"
    assert said["{n} needs attention"] == ["{n} 处需要处理"]
    assert "immutable" not in chinese.get("/words/zh/parts.js?v=older").headers["Cache-Control"]


def test_templates_hold_no_script_and_no_style_that_the_policy_would_block() -> None:
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text()
        handlers = r"\son(click|load|error|change|input|submit|focus|blur|key\w+|mouse\w+|pointer\w+)\s*="
        assert not re.search(rf"\sstyle\s*=|{handlers}|<style|javascript:", text), path
        for opening in re.findall(r"<script\b[^>]*>", text):
            assert "src=" in opening or "application/json" in opening or "importmap" in opening, (path, opening)


def test_the_upload_limit_on_the_page_is_the_one_that_is_kept() -> None:
    assert f"up to {MAX_BYTES // 2**20} MB" in (TEMPLATES / "project" / "materials.html").read_text()


@pytest.mark.parametrize(
    ("name", "expected"), [("旧物改用", "jwgy jiuwugaiyong"), ("Trust first", ""), ("IT 部门", "bm bumen"), ("𠮷", " ")]
)
def test_names_are_found_by_their_pinyin(name: str, expected: str) -> None:
    assert pinyin(name) == expected


@on_sqlite
def test_many_rounds_come_a_page_at_a_time(cast: Cast, visit: Visit) -> None:
    for _ in range(53):
        cast.round(opened=False)
    lena, path = visit("lena"), f"/projects/{cast.project}/rounds"
    first = lena.get(path).get_data(as_text=True)
    assert len(re.findall(r'<tr>\s*<th scope="row">', first)) == 50
    assert "Previous page" not in first
    following = html.unescape(re.findall(r'rel="next"\s+href="([^"]+)"', first)[0])
    last = lena.get(following).get_data(as_text=True)
    assert re.findall(r">(\d+) · Round of span<", last) == ["3", "2", "1"]
    back = html.unescape(re.findall(r'rel="prev"\s+href="([^"]+)"', last)[0])
    assert len(re.findall(r'<tr>\s*<th scope="row">', lena.get(back).get_data(as_text=True))) == 50
    refused = lena.get(f"{path}?cursor=nonsense")
    assert refused.status_code == 422
    assert "begin again at its first page" in refused.get_data(as_text=True)


@on_sqlite
def test_many_documents_come_a_page_at_a_time_and_are_found_on_every_page(cast: Cast, visit: Visit) -> None:
    few = visit("lena").get(f"/projects/{cast.project}/materials").get_data(as_text=True)
    assert 'data-controller="filter"' in few
    assert 'rel="next"' not in few
    with cast.database.transaction() as session:
        access = cast.access(session, "lena", Permission.MATERIALS_MANAGE)
        for number in range(120):
            store(session, access, f"第{number:03}号访谈", f"第{number}份资料。", f"案例{number % 7}")
    lena, path = visit("lena"), f"/projects/{cast.project}/materials"
    first = lena.get(f"{path}?order=newest").get_data(as_text=True)
    titles = re.compile(r'<th scope="row">\s*<a href="/documents/[^>]+>([^<]+)</a>')
    assert titles.findall(first) == [f"第{number:03}号访谈" for number in range(119, 19, -1)]
    assert '<span class="muted" id="document-count">123</span>' in first
    following = html.unescape(re.findall(r'rel="next"\s+href="([^"]+)"', first)[0])
    second = titles.findall(lena.get(following).get_data(as_text=True))
    assert len(second) == 23
    assert second[-1] == "访谈一"
    assert titles.findall(lena.get(f"{path}?words=hao+007").get_data(as_text=True)) == ["第007号访谈"]
    assert "No document like this" in lena.read(f"{path}?words=nowhere")
    listed = lena.get(f"{path}?words=interview&order=title").get_data(as_text=True)
    assert "123" in listed.split('id="document-count">')[1][:8], "all are interviews"
