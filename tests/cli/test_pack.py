"""`intercoder export PROJECT --pack` writes the manuscript pack, and says why a chapter is missing."""

import json
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cast import Cast
from intercoder.cli import main
from intercoder.models import Project
from intercoder.policy import Permission
from intercoder.services import passage_views
from intercoder.services.passage_views import NewView

pytestmark = pytest.mark.sqlite


def export(cast: Cast, *arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["export", *map(str, arguments)], env={"DATABASE_URL": cast.database.url})


def test_the_pack_of_a_project_is_written_and_says_why_chapters_are_missing(cast: Cast, tmp_path: Path) -> None:
    cast.compared_round()
    with cast.database.reading() as session:
        project = session.get(Project, cast.project)
        assert project is not None
        name = project.name
    to = tmp_path / "pack.zip"
    made = export(cast, name, "--pack", "--language", "zh", "--output", to)
    assert (made.exit_code, made.stdout.strip()) == (0, str(to)), made.output
    with zipfile.ZipFile(to) as package:
        contents = json.loads(package.read("contents.json"))
        assert {"manuscript.docx", "manuscript.pdf", "tables.xlsx"} <= {*package.namelist()}
    reasons = {one["name"]: one["reason"] for one in contents["left_out"]}
    assert reasons["relations"] == "项目中没有模型要素之间的关系。"
    assert {one["name"] for one in contents["chapters"]}.isdisjoint(reasons)
    assert not [*tmp_path.glob("*.part")]


def test_who_asks_for_a_project_that_is_not_there_is_told_and_nothing_is_written(cast: Cast, tmp_path: Path) -> None:
    refused = export(cast, "没有这个项目", "--pack", "--output", tmp_path / "pack.zip")
    assert refused.exit_code == 1
    assert "There is no project “没有这个项目”." in refused.stderr
    assert not (tmp_path / "pack.zip").exists()


def test_codings_of_a_saved_view_are_taken_by_its_name(cast: Cast) -> None:
    cast.compared_round()
    with cast.acting("lena", Permission.THEORY_EDIT) as (session, access):
        passage_views.keep(session, access, NewView(name="无人说过", words="从来没有人说过"))
    asked = ("--project", str(cast.project), "--as", "lena@study.example", "--format", "csv", "--output", "-")
    assert len(export(cast, "codings", *asked).stdout.splitlines()) > 1
    assert len(export(cast, "codings", *asked, "--view", "无人说过").stdout.splitlines()) == 1
    refused = export(cast, "codings", *asked, "--view", "没有的")
    assert (refused.exit_code, "There is no view “没有的”." in refused.stderr) == (1, True)
