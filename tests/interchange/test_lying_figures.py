"""A figure that an upright page would make small stands on a page of its own that lies, in Word and in PDF."""

import io

import docx
import pypdfium2
import pytest
from docx.enum.section import WD_ORIENT

from intercoder.interchange.papers import Figure, Paper, Sentences
from intercoder.interchange.papers.word import write_word
from intercoder.reports.papers import pdf_of

DOTS = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cf500f0003860180dfa23e8b0000000049454e44ae426082"
)


def paper(width: float, height: float, *, captions: bool = True) -> Paper:
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"><rect width="9" height="9"/></svg>'
    )
    figure = Figure("Figure 1\nA model", svg, "A model", width, height, DOTS)
    return Paper("P", "", "en", [Sentences("Before", ["x"]), figure, Sentences("After", ["y"])], captions=captions)


def orientations(made: Paper) -> list[tuple[object, bool]]:
    document = docx.Document(io.BytesIO(write_word(made)))
    return [(s.orientation, (s.page_width or 0) > (s.page_height or 0)) for s in document.sections]


UP, LIES = (WD_ORIENT.PORTRAIT, False), (WD_ORIENT.LANDSCAPE, True)


def test_a_wide_figure_has_a_page_that_lies_between_upright_ones() -> None:
    wide = paper(900, 420)
    assert orientations(wide) == [UP, LIES, UP]
    document = docx.Document(io.BytesIO(write_word(wide)))
    assert document.inline_shapes[0].width.pt == pytest.approx(715, abs=1)
    assert write_word(wide) == write_word(wide)
    pages = pypdfium2.PdfDocument(pdf_of(wide))
    sizes = [page.get_size() for page in pages]
    assert [across > down for across, down in sizes] == [False, True, False]


@pytest.mark.parametrize(("width", "height", "captions"), [(500, 300, True), (900, 1200, True), (900, 420, False)])
def test_others_stay_on_upright_pages(width: float, height: float, captions: bool) -> None:
    assert orientations(paper(width, height, captions=captions)) == [UP]
