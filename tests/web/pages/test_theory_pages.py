"""Pages of a theory: the figure in the colours of the project and what moved under it, matrices of what is near, passages by agreement."""

import re
from collections.abc import Callable

import pytest

from intercoder.policy import Permission
from intercoder.services import codebook, moving, versions
from intercoder.services.codebook import CodeChange
from intercoder.services.moving import MoveIn
from intercoder.stats.tones import MIDDLE, TONES
from model_study import ModelStudy
from web.pages.conftest import Visitor

pytestmark = pytest.mark.sqlite


def read(visitor: Visitor, address: str) -> str:
    answer = visitor.get(address.replace("&amp;", "&"))
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


def test_the_figure_says_what_moved_under_it_since_the_latest_version(
    model: ModelStudy, visit: Callable[[str], Visitor]
) -> None:
    olga, address = visit("olga"), f"/projects/{model.cast.project}/theory/structure"
    with model.cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        if versions.unpublished_changes(session, model.cast.project):
            versions.publish(session, access)
    assert "The data moved under the figure" not in read(olga, address)
    with model.cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        moving.move(session, access, MoveIn(codes=(model.codes["旧物改用"],), parent=model.codes["能力重组"]))
        codebook.change_code(session, access, model.codes["价值重述"], None, CodeChange(name="价值再述"))
    page = read(olga, address)
    assert re.search(r"The data moved under the figure since version \d+ of the codebook", page)
    assert "“旧物改用” stands below 能力重组, before below 就手拼凑." in page
    assert "“价值重述” is called “价值再述”." in page


def test_the_figure_is_drawn_in_black_or_in_the_colours_of_the_project_as_its_files_are(
    model: ModelStudy, visit: Callable[[str], Visitor]
) -> None:
    lena, address = visit("lena"), f"/projects/{model.cast.project}/theory/structure"
    black, coloured = read(lena, address), read(lena, f"{address}?coloured=true")
    for page, there in ((black, False), (coloured, True)):
        assert (f'stroke="{TONES[0][MIDDLE]}"' in page) == there
        assert ("exports/figure-structure-coloured?" in page) == there
        (svg,) = re.findall(r'href="(/api/v1/[^"]*format=svg[^"]*)"', page)
        assert (TONES[0][MIDDLE] in read(lena, svg)) == there


def test_a_cell_of_codes_near_one_another_opens_what_it_counts(
    model: ModelStudy, visit: Callable[[str], Visitor]
) -> None:
    lena, address = visit("lena"), f"/projects/{model.cast.project}/theory/matrices?level=theme&across=code&near=200"
    for sequence in ("", "&sequence=before", "&sequence=after"):
        page = read(lena, address + sequence)
        cells = re.findall(r'<td class="heat-\d">\s*<a href="([^"]*beside=[^"]*)">(\d+)</a>', page)
        assert cells
        for cell, number in cells[:5]:
            opened = read(lena, cell)
            assert f"<dd>{number}</dd>" in opened.partition("figures-row")[2].partition("</dl>")[0]


def test_passages_are_asked_for_by_agreement_and_a_view_keeps_all_that_was_asked(
    model: ModelStudy, visit: Callable[[str], Visitor]
) -> None:
    lena = visit("lena")
    asked = f"/projects/{model.cast.project}/theory/passages?agreement=agreed&primary=true&sequence=before&beside={model.codes['土法沉淀']}"
    page = read(lena, asked)
    form = page.partition("Keep what is asked as a view")[2]
    for name, value in (("agreement", "agreed"), ("sequence", "before"), ("beside", str(model.codes["土法沉淀"]))):
        assert re.search(rf'name="{name}"[^>]*value="{value}"', form), name
    assert re.search(r'name="primary"[^>]*value="true"', form)
    assert re.search(r'<option value="agreed" +selected', page) or 'value="agreed" selected' in page
