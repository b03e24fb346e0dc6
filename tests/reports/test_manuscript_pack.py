"""The manuscript pack of a study of the model's shape: every table, count and figure is what was put in, in both languages, and as LibreOffice reads it."""

import io
import json
import re
import subprocess
import zipfile
from collections.abc import Sequence
from pathlib import Path

import docx
import pytest
from python_calamine import CalamineWorkbook

from intercoder.language import speaking
from intercoder.models import ElementKind, RelationSort
from intercoder.policy import Permission
from intercoder.reports.exports.kinds import Choices, Form
from intercoder.reports.exports.registry import export_called
from intercoder.reports.exports.taking import taking
from intercoder.services import declared, elements, relating
from intercoder.services.declared import DeclareIn
from intercoder.services.elements import NewElement
from intercoder.services.relating import End, NewRelation
from model_study import BARE, CASES, SOURCES, TREE, ModelStudy

pytestmark = pytest.mark.sqlite

FORCES = ("Squeezed by platforms", "Higher thresholds", "Generations change")
Rows = list[list[str]]


def packed(model: ModelStudy, language: str) -> tuple[bytes, dict[str, bytes]]:
    steps: list[tuple[int, int]] = []
    pack, choices = export_called("pack"), Choices(Form.ZIP)
    lead, project = model.cast.people["lena"], model.cast.project

    def tell(done: int, total: int) -> None:
        steps.append((done, total))

    with speaking(language), taking(model.cast.database, lead, pack, project, choices, tell) as (file, _):
        whole = b"".join(file.parts)
    assert [done for done, _ in steps] == list(range(steps[-1][1]))
    with zipfile.ZipFile(io.BytesIO(whole)) as package:
        return whole, {name: package.read(name) for name in package.namelist()}


def tables(word: bytes) -> list[Rows]:
    return [[[cell.text for cell in row.cells] for row in t.rows] for t in docx.Document(io.BytesIO(word)).tables]


def with_heading(found: Sequence[Rows], *heading: str) -> Rows:
    return next(rows[1:] for rows in found if rows[0][: len(heading)] == [*heading])


def filled(rows: Rows, column: int) -> list[str]:
    """Return a column with the words that stand once for several rows in each of them."""
    last, made = "", []
    for row in rows:
        last = row[column] or last
        made.append(last)
    return made


def test_everything_in_it_is_what_was_put_in(model: ModelStudy, tmp_path: Path) -> None:
    whole, members = packed(model, "zh")
    assert packed(model, "zh")[0] == whole
    contents = json.loads(members["contents.json"])
    assert [one["name"] for one in contents["left_out"]] == ["categories", "relations"]
    found = tables(members["manuscript.docx"])
    text = "\n".join(p.text for p in docx.Document(io.BytesIO(members["manuscript.docx"])).paragraphs)
    assert "开放式编码得到 407 个标签，归为 21 个概念；主轴编码归为 8 个主题；选择性编码归为 4 个构念" in text
    assert f"共 18 份资料，{sum(map(len, model.texts.values())):,} 个字符" in text
    assert text.count("【作者补写：") == 3
    _is_the_open_coding(model, [rows for rows in found if rows[0][0] == "原始语句"])
    axial = with_heading(found, "主范畴", "对应范畴")
    pairs = [(theme, concept) for themes in TREE.values() for theme, concepts in themes.items() for concept in concepts]
    assert [*zip(filled(axial, 0), (row[1] for row in axial), strict=True)] == pairs
    assert [row[2] for row in axial] == [f"“{concept}”的内涵。" for _, concept in pairs]
    _are_the_matrices(model, found)
    _is_the_evidence(model, with_heading(found, "聚合构念", "二阶主题", "一阶概念"))
    _is_the_figure(members)
    _is_saturation(members, text)
    numbered = re.findall(r"^表 (\d+)", text, re.MULTILINE)
    assert numbered == [str(n) for n in range(1, len(found) + 1)]
    sheets = CalamineWorkbook.from_filelike(io.BytesIO(members["tables.xlsx"]))
    assert len(sheets.sheet_names) == len(found)
    assert members["manuscript.pdf"].startswith(b"%PDF")
    assert _as_libreoffice_reads_it(members["manuscript.docx"], tmp_path) == found


def _is_the_open_coding(model: ModelStudy, found: list[Rows]) -> None:
    excerpt, every = found
    assert [row[1] for row in every[1:]] == model.labels
    points, documents = model.count("concept"), model.documents("concept")
    for rows in (excerpt[1:], every[1:]):
        names = filled(rows, 2)
        for row, concept in zip(rows, names, strict=True):
            assert row[3] in {"", str(points[concept,])}
            assert row[4] in {"", str(documents[concept,])}
            words = [p.text for p in model.put if p.label == row[1]]
            assert any(text in row[0] for text in words)
        assert list(dict.fromkeys(names)) == [c for ts in TREE.values() for cs in ts.values() for c in cs]


def _are_the_matrices(model: ModelStudy, found: list[Rows]) -> None:
    for heading, level in (("聚合构念", "construct"), ("二阶主题", "theme")):
        counts = model.count(level, "case")
        for row in with_heading(found, heading, CASES[0]):
            held = [str(counts[row[0], case]) for case in CASES]
            empty = "已主张，此处无证据" if level == "construct" else "–"
            assert row[1:10] == [n if n != "0" else empty for n in held]
            if row[0] == BARE[0]:
                assert row[1 + CASES.index(BARE[1])] == "已主张，此处无证据"
    sources = model.count("concept", "source")
    for row in with_heading(found, "一阶概念", SOURCES[0][0]):
        assert row[1:3] == [str(sources[row[0], source]) for source, _ in SOURCES]
        assert row[-1] == " / ".join(row[1:3])


def _is_the_evidence(model: ModelStudy, rows: Rows) -> None:
    for concept, quotation in zip(filled(rows, 2), (row[3] for row in rows), strict=True):
        assert any(p.text == quotation for p in model.put if p.concept == concept) or quotation == ""
    starred = {p.text for n, p in enumerate(model.put) if n % 7 == 0}
    assert {row[3] for row in rows} - {""} <= starred


def _is_saturation(members: dict[str, bytes], text: str) -> None:
    """The curve of 21 concepts over 18 documents, and what the paragraph says of a study that declared nothing."""
    assert "18 份资料" in text[text.index("理论饱和\n") :]
    assert "未声明饱和" in text or "没有声明" in text
    drawn = members["figures/figure-2-saturation.svg"].decode()
    assert "21" in "".join(re.findall(r"<text[^>]*>([^<]*)</text>", drawn))
    assert "figures/figure-2-saturation-600dpi.png" in members


def _is_the_figure(members: dict[str, bytes]) -> None:
    svg = members["figures/figure-1-data-structure.svg"].decode()
    said = re.sub(r"\s", "", "".join(re.findall(r"<text[^>]*>([^<]*)</text>", svg)))
    names = [n for c, ts in TREE.items() for n in (c, *(m for t, cs in ts.items() for m in (t, *cs)))]
    assert len(names) == 33
    assert all(re.sub(r"\s", "", name) in said for name in names)
    small, large = (members[f"figures/figure-1-data-structure-{dots}dpi.png"] for dots in (300, 600))
    widths = [int.from_bytes(png[16:20]) for png in (small, large)]
    assert widths == [1891, 3781]  # 605 units of 1/96 inch


def _as_libreoffice_reads_it(word: bytes, folder: Path) -> list[Rows]:
    (folder / "manuscript.docx").write_bytes(word)
    home = f"-env:UserInstallation={(folder / 'home').as_uri()}"
    command = ["soffice", home, "--headless", "--convert-to", "docx", "--outdir", "out", "manuscript.docx"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return tables((folder / "out" / "manuscript.docx").read_bytes())


def test_in_english_captions_are_those_of_apa_and_the_numbers_the_same(model: ModelStudy) -> None:
    with model.cast.acting("lena", Permission.THEORY_EDIT) as (session, access):
        mode = elements.add_element(session, access, NewElement(kind=ElementKind.MODE, code=model.codes[BARE[0]])).id
        for force in FORCES:
            one = elements.add_element(session, access, NewElement(kind=ElementKind.FORCE, name=force)).id
            relating.relate(
                session, access, NewRelation(first=End(element=one), second=End(element=mode), sort=RelationSort.CAUSES)
            )
    with model.cast.acting("lena", Permission.SATURATION_JUDGE) as (session, access):
        given = {"kind": "codes", "level": "theme", "unit": "case", "reason": "The ninth case spoke of nothing else."}
        declared.declare(session, access, DeclareIn.model_validate(given))
    _, members = packed(model, "en")
    assert [one["name"] for one in json.loads(members["contents.json"])["left_out"]] == ["categories"]
    curve = members["figures/figure-3-saturation.svg"].decode()
    assert re.search("<title>New [^<]*themes over cases</title>", curve), "as it was declared"
    drawn = members["figures/figure-2-path-model.svg"].decode()
    assert all(name in drawn for name in (*FORCES, BARE[0]))
    assert {
        f"figures/figure-2-path-model{end}" for end in (".docx", ".pdf", "-300dpi.png", "-600dpi.png")
    } <= members.keys()
    document = docx.Document(io.BytesIO(members["manuscript.docx"]))
    said = [p for p in document.paragraphs if p.text.strip()]
    model_at = next(n for n, p in enumerate(said) if p.text == "Figure 2")
    assert said[model_at + 1].text == "Path model"
    assert len(document.inline_shapes) == 3, "the figures stand in the text"
    assert any("The reason given: The ninth case spoke of nothing else." in p.text for p in said)
    first = next(n for n, p in enumerate(said) if p.text == "Table 1")
    assert (said[first].runs[0].bold, said[first + 1].text) == (True, "Cases and materials")
    assert said[first + 1].runs[0].italic
    text = "\n".join(p.text for p in said)
    assert "Open coding gave 407 labels, which came to 21 concepts, axial coding 8 themes, selective coding 4" in text
    matrix = with_heading(tables(members["manuscript.docx"]), "Aggregate construct", CASES[0])
    row = next(row for row in matrix if row[0] == BARE[0])
    assert row[1 + CASES.index(BARE[1])] == "claimed, no evidence here"
    assert sum(int(n) for n in row[1:10] if n.isdigit()) == model.count("construct")[BARE[0],]
