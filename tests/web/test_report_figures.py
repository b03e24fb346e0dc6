"""Figures of a report as files, opened again: what is drawn is what the report says, and Chinese is in each of them."""

import ctypes
import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import docx
import pypdfium2
import pytest
from flask import Flask
from lxml import etree

from cast import Cast, Client
from intercoder.jobs.runner import run_next
from intercoder.language import grouped
from intercoder.models import MakeReport, ReportSection, Role, Unit
from intercoder.policy import Permission
from intercoder.reports import typeset
from intercoder.reports.exports.kinds import Form, Scope
from intercoder.reports.exports.registry import EXPORTS
from intercoder.reports.numbers import number
from intercoder.services import agreement, codebook, results, versions
from intercoder.services.span_sections import tables_of
from services.comparing import give
from web.exported import report_of_three
from web.leaving import fetched

pytestmark = pytest.mark.sqlite
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
NS = "{http://www.w3.org/2000/svg}"
FIGURES = [export.name for export in EXPORTS if export.name.startswith("figure-") and export.scope is Scope.REPORT]
Ask = Callable[..., bytes]


@pytest.fixture
def ask(app: Flask, cast: Cast) -> Ask:
    def asked(of: str, name: str, form: str, language: str = "zh", names: str = "real") -> bytes:
        client = Client(app, cast.database, cast.people["ada"])
        address = f"{of}/exports/{name}?format={form}&language={language}&names={names}"
        answer = fetched(client, cast.database, address)
        assert answer.status_code == 200, answer.data[:500]
        return bytes(answer.data)

    return asked


def words(svg: bytes) -> list[str]:
    """Return every text that is drawn."""
    return ["".join(map(str, element.itertext())) for element in etree.fromstring(svg).iter(f"{NS}text")]


def size(svg: bytes) -> tuple[float, float]:
    root = etree.fromstring(svg)
    return float(root.get("width") or 0), float(root.get("height") or 0)


def dots(png: bytes) -> tuple[int, int, int]:
    """Return how wide and high a picture is, and how many different bytes its rows hold."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    at, data, wide, high = 8, b"", 0, 0
    while at < len(png):
        (length,), kind = struct.unpack(">I", png[at : at + 4]), png[at + 4 : at + 8]
        part = png[at + 8 : at + 8 + length]
        assert zlib.crc32(kind + part) == struct.unpack(">I", png[at + 8 + length : at + 12 + length])[0]
        if kind == b"IHDR":
            wide, high = struct.unpack(">II", part[:8])
        data += part if kind == b"IDAT" else b""
        at += 12 + length
    return wide, high, len({*zlib.decompress(data)})


def read(pdf: bytes) -> tuple[str, tuple[float, float], set[str]]:
    """Return the words of a file of one page, its size in points, and the fonts that its words are set in, all of them in the file."""
    raw = pypdfium2.raw
    (page,) = list(pypdfium2.PdfDocument(pdf))
    fonts = set()
    for text in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=9):
        font = raw.FPDFTextObj_GetFont(text.raw)
        assert raw.FPDFFont_GetIsEmbedded(font) == 1
        name = ctypes.create_string_buffer(raw.FPDFFont_GetBaseFontName(font, None, 0))
        raw.FPDFFont_GetBaseFontName(font, name, len(name))
        fonts.add(name.value.decode().partition("+")[2].partition("-")[0].casefold())
    return page.get_textpage().get_text_range(), page.get_size(), fonts


def of_spans(cast: Cast) -> str:
    """The address of a report by free span of three coders, where boundaries differ."""
    give(cast, "olga", Role.CODER)
    made = cast.round(documents=("访谈一",), coders=("ai", "bo", "olga"))
    for coder, quote in (("ai", "没有信任什么都谈不了"), ("bo", "没有信任"), ("olga", "信任什么都谈不了")):
        cast.code(coder, made, "访谈一", "l2", quote)
        cast.code(coder, made, "访谈一", "l1", "把旧机器都接上了网")
        cast.submit(coder, made, "访谈一")
    cast.close(made)
    with cast.acting("lena", Permission.AGREEMENT_RUN, "round", made) as (session, access):
        agreement.start_report(session, access, MakeReport(Unit.SPAN, resamples=0))
    assert run_next(cast.database)
    with cast.database.reading() as session:
        return f"reports/{agreement.reports(session, made)[0].id}"


@pytest.mark.parametrize("name", FIGURES)
def test_each_figure_is_the_same_thing_in_each_form(cast: Cast, ask: Ask, name: str) -> None:
    of = report_of_three(cast)
    for language in ("zh", "en"):
        svg = ask(of, name, "svg", language)
        assert svg == ask(of, name, "svg", language), "the same report gives the same bytes"
        wide, high = size(svg)
        assert etree.fromstring(svg)[0].text
        across, down, shades = dots(ask(of, name, "png", language))
        assert (across / wide, down / high) == pytest.approx((300 / 96, 300 / 96), abs=0.02)
        assert shades > 20, "something is drawn"
        pdf = ask(of, name, "pdf", language)
        assert pdf == ask(of, name, "pdf", language)
        text, points, fonts = read(pdf)
        assert points == pytest.approx((wide * 0.75, high * 0.75), abs=0.5)
        drawn = "".join("".join(words(svg)).split())
        assert sorted("".join(text.split())) == sorted(drawn)
        if language == "zh":
            assert any(ord(sign) > 0x2E7F for sign in text)
            chinese = {family.replace(" ", "").casefold() for family in (*typeset.CHINESE_SANS, *typeset.CHINESE)}
            assert fonts <= chinese


def test_a_figure_for_print_has_600_dots_to_an_inch(cast: Cast, ask: Ask) -> None:
    of = report_of_three(cast)
    wide, high = size(ask(of, "figure-headline", "svg", "en"))
    across, down, _ = dots(ask(of, "figure-headline", "600dpi.png", "en"))
    assert (across / wide, down / high) == pytest.approx((600 / 96, 600 / 96), abs=0.02)


def test_codes_stand_with_their_numbers_lowest_first_below_the_headline(cast: Cast, ask: Ask) -> None:
    of = report_of_three(cast)
    with cast.database.reading() as session:
        row = agreement.get_report(session, cast.project, agreement.reports(session, last(cast))[0].id)
        report = results.open_report(session, row)
    drawn = words(ask(of, "figure-codes", "svg", "en"))
    names = {code.id: code.name for code in report.provenance.codes}
    used = [code for code in report.codes if code.units_used]
    assert used
    for code in used:
        alpha = code.estimates["alpha"].value
        assert any(number(alpha, 2) in said for said in drawn)
        assert names[code.code] in drawn
    order = sorted(used, key=lambda code: code.estimates["alpha"].value or 0.0)
    places = [drawn.index(names[code.code]) for code in order if code.estimates["alpha"].value is not None]
    assert places == sorted(places)
    assert number(report.summary.known_by.value, 2) in drawn[drawn.index(next(w for w in drawn if "alpha" in w)) + 1]


def last(cast: Cast) -> Any:
    with cast.database.reading() as session:
        access = cast.access(session, "lena", Permission.PROJECT_VIEW)
        return agreement.rounds_to_take(session, access)[0].id


def test_with_letters_nobody_is_named_in_a_figure(cast: Cast, ask: Ask) -> None:
    of = report_of_three(cast)
    named, masked = (words(ask(of, "figure-coders", "svg", "en", names)) for names in ("real", "letters"))
    assert {"A Ai", "B Bo", "C Olga"} <= {*named}
    assert not any(name in said for said in masked for name in ("Ai", "Bo", "Olga"))
    assert {"A", "B", "C"} <= {*masked}


def test_confusions_are_those_of_the_report(cast: Cast, ask: Ask) -> None:
    of = report_of_three(cast)
    with cast.database.reading() as session:
        row = agreement.reports(session, last(cast))[0]
        contents = results.open_report(session, row, ReportSection.SUMMARY, ReportSection.CONFUSIONS, confusions=200)
    drawn = words(ask(of, "figure-confusions", "svg", "en"))
    assert contents.confusions
    for confusion in contents.confusions:
        assert grouped(confusion.count) in drawn


def test_a_report_by_free_span_has_its_own_figures_and_says_what_it_has_not(cast: Cast, ask: Ask) -> None:
    of = of_spans(cast)
    with cast.database.reading() as session:
        row = agreement.get_report(session, cast.project, agreement.reports(session, last(cast))[0].id)
        tables = tables_of(results.open_report(session, row).sections)
    codes = words(ask(of, "figure-codes", "svg", "en"))
    assert all(number(code.alpha.value, 2) in codes for code in tables.by_code if code.spans)
    coders = words(ask(of, "figure-coders", "svg", "en"))
    assert all(number(pair.estimates["u_alpha"].value, 2) in coders for pair in tables.by_pair)
    (said,) = [w for w in words(ask(of, "figure-confusions", "svg", "en")) if "no units" in w]
    assert said.startswith("A report by free span")
    assert any("no earlier report" in w for w in words(ask(of, "figure-rounds", "svg", "en")))


def test_over_rounds_each_code_stands_beside_what_it_was(cast: Cast, ask: Ask) -> None:
    cast.compared_round()
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        codebook.change_code(
            session, access, cast.codes["l1"], None, codebook.CodeChange(definition="接上网的旧设备。")
        )
        cast.version = versions.publish(session, access, "second").id
    cast.compared_round()
    with cast.database.reading() as session:
        of = f"reports/{agreement.reports(session, last(cast))[0].id}"
    drawn = words(ask(of, "figure-rounds", "svg", "zh"))
    assert "旧机器接上网 *" in drawn, "its entry was changed"
    assert "平台把数据开放" in drawn
    assert sum(" → " in said for said in drawn) >= 2


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_report_on_paper_holds_its_figures_with_words_for_who_cannot_see_them(
    cast: Cast, ask: Ask, language: str
) -> None:
    of = report_of_three(cast)
    svgs = [ask(of, name, "svg", language) for name in ("figure-codes", "figure-confusions")]
    drawn = [etree.fromstring(svg) for svg in svgs]
    word = docx.Document(io.BytesIO(ask(of, "report", "docx", language)))
    places = [*word.element.body.iter(f"{WP}docPr")]
    assert [place.get("descr") for place in places] == [f"{root[0].text}: {root[1].text}" for root in drawn]
    section = word.sections[0]
    assert section.page_width
    assert section.left_margin
    room = section.page_width - 2 * section.left_margin
    for shape, svg in zip(word.inline_shapes, svgs, strict=True):
        wide, high = size(svg)
        assert shape.width <= room
        assert shape.height / shape.width == pytest.approx(high / wide, abs=0.01)
    pictures = [part.blob for part in word.part.package.iter_parts() if part.partname.endswith(".png")]
    assert len(pictures) == 2
    assert all(dots(picture)[2] > 20 for picture in pictures), "something is drawn"
    numbered = "图 1" if language == "zh" else "Figure 1"
    assert numbered in [paragraph.text for paragraph in word.paragraphs]
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(ask(of, "report", "pdf", language))]
    whole = "".join("".join(pages).split())
    assert "".join(numbered.split()) in whole
    for root in drawn:
        assert "".join((root[0].text or "").split()) in whole, "its words are words in the PDF too"


def test_a_report_without_anything_to_draw_has_no_empty_figure(cast: Cast, ask: Ask) -> None:
    made = cast.round(documents=("访谈一",))
    for coder in ("ai", "bo"):
        cast.submit(coder, made, "访谈一")
    cast.close(made)
    with cast.database.reading() as session:
        of = f"reports/{agreement.reports(session, made)[0].id}"
    assert not docx.Document(io.BytesIO(ask(of, "report", "docx", "en"))).inline_shapes


def test_a_figure_has_four_forms_and_three_are_made_by_a_worker() -> None:
    made = [export for export in EXPORTS if export.name in FIGURES]
    assert len(made) == 5
    assert {(export.quick, export.slow) for export in made} == {((Form.SVG,), (Form.PNG, Form.PNG_600, Form.PDF))}
