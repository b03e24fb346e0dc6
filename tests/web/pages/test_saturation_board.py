"""The page of saturation: what is no code has a row of its own, and its numbers lead to passages."""

import pytest
from flask import Flask

from cast import Cast
from intercoder.db import Database
from intercoder.policy import Permission
from intercoder.services import information_power, projects
from intercoder.services.information_power import InformationPowerIn
from intercoder.services.projects import ProjectChange
from intercoder.services.relating import End
from services.theory import coding, evidence, relate
from web.pages.reading import Reader, select, words

pytestmark = pytest.mark.sqlite


@pytest.fixture
def reader(app: Flask, database: Database, cast: Cast) -> Reader:
    return Reader(app, database, cast)


def test_relations_are_a_level_of_the_board_and_lead_to_what_speaks_for_them(reader: Reader, cast: Cast) -> None:
    cast.two_documents()
    path = f"/projects/{cast.project}/saturation"
    board = reader.page("lena", path)
    assert "Nothing of it is recorded yet" in words(board)
    made = relate(cast, End(code=cast.codes["c3"]), End(code=cast.codes["c4"]))
    evidence(cast, made, coding(cast, "ai", "c2"))
    page = reader.page("olga", f"{path}?level=relations")
    assert [link.text for link in select(page, f"[href=/relations/{made}]")] == ["信任先行 → 数据互信"]
    assert "Relations known: 1, of documents: 2." in words(page)
    shown = f"{path}/evidence?level=relations&document={cast.documents['年报节选']}"
    behind = reader.page("olga", shown)
    assert [quote.text for quote in select(behind, ".passages .quote")] == ["与两所高校签订合作协议"]
    assert select(reader.page("lena", path), "[name=covers]")


def test_the_matrix_opens_the_passages_of_a_cell_and_files_are_of_what_is_shown(reader: Reader, cast: Cast) -> None:
    cast.two_documents()
    path = f"/projects/{cast.project}/saturation"
    page = reader.page("olga", f"{path}/matrix?level=label")
    cells = select(page, ".stairs td a")
    assert [(cell.text.strip(), "stair-first" in cell.get("class")) for cell in cells] == [
        ("1", True),
        ("2", True),
        ("1", True),
        ("2", False),
    ]
    behind = reader.page("olga", cells[3].get("href"))
    assert [quote.text for quote in select(behind, ".passages .quote")] == ["平台接入商户增至三百家"] * 2
    board = reader.page("olga", f"{path}?level=label&unit=case")
    files = [link.get("href") for link in select(board, "a[download]")]
    assert [file.split("?")[0].rsplit("/", 1)[1] for file in files] == ["figure-saturation", "saturation", "saturation"]
    assert all("level=label" in file and "unit=case" in file for file in files)


def test_a_study_that_rejects_saturation_names_it_nowhere(reader: Reader, cast: Cast) -> None:
    cast.two_documents()
    with cast.acting("lena", Permission.PROJECT_EDIT) as (session, access):
        projects.change_project(session, access, ProjectChange(information_power=True))
        said = {name: {"power": "high"} for name in ("aim", "specificity", "theory", "dialogue", "analysis")}
        given = InformationPowerIn.model_validate(said | {"suffices": True, "reason": "样本专门"})
        information_power.judge_power(session, access, given)
    base = f"/projects/{cast.project}"
    for path in ("", "/exports", "/theory/pack", "/materials", "/rounds", "/rounds/new", "/team"):
        page = reader.page("olga" if path != "/rounds/new" else "lena", f"{base}{path}")
        for shown in select(page, "dialog"):
            shown.getparent().remove(shown)
        for told in ("This study does not look at saturation", "not to look at saturation"):
            for shown in page.xpath(f"//*[text()[contains(., '{told}')]]"):
                shown.text = ""
        said_there = " ".join(page.text_content().split())
        assert "aturation" not in said_there, path
        assert select(page, f"[href={base}/information-power]"), path
    shown = words(reader.page("olga", f"{base}/information-power"))
    assert "narrow (more power)" in shown
    assert "Lena judged on" in shown
