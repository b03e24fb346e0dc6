"""The certificate of independence as a page and as a PDF, in both languages."""

import re
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pypdfium2
import pytest
from flask import Flask

from cast import Cast, Client
from intercoder.policy import Permission
from intercoder.services import materials
from services.comparing import hand_back, reopen
from web.pages.conftest import Visitor, words

Visit = Callable[[str], Visitor]

pytestmark = pytest.mark.sqlite
#: a title that the typesetter would take for instructions if it ever read it as its source
HOSTILE = '#panic("x") *粗* $x$ #image("/etc/passwd") 𠮷野家'


def text_of(pdf: bytes) -> str:
    """Return the words of a PDF, without what the end of a line did to them."""
    document = pypdfium2.PdfDocument(pdf)
    pages = [page.get_textpage().get_text_range() for page in document]
    return "".join("".join(pages).split())


def changed(cast: Cast, round_id: UUID) -> None:
    """Let Bo change his layer after the round was closed and compared."""
    reopen(cast, round_id)
    hand_back(cast, round_id, "bo")
    cast.code("bo", round_id, "访谈一", "l2", "后来𠮷野家")
    cast.submit("bo", round_id, "访谈一")
    cast.close(round_id)


def test_the_page_and_both_pdfs_say_the_same(visit: Visit, cast: Cast, compared_round: UUID) -> None:
    changed(cast, compared_round)
    with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
        title = materials.DocumentChange(title=HOSTILE)
        materials.change_document(session, access, cast.documents["访谈一"], title)
    olga = visit("olga")
    page = olga.read(f"/rounds/{compared_round}/certificate")
    head = re.search(r"chain of the project’s log ended with event (\d+) of .*? UTC: ([0-9a-f]{64})", page)
    assert head is not None
    assert "1 of 2 layers are independent." in page
    assert f"Bo, “{HOSTILE}”: before this layer was as it is" in page
    said = {"en": ("1of2layersareindependent.", "Nomachinecoder"), "zh": ("2个编码层中有1个独立。", "未启用机器编码")}
    for language, sentences in said.items():
        answer = olga.get(f"/rounds/{compared_round}/certificate.pdf?language={language}")
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
        assert f"certificate-round-1-{language}.pdf" in answer.headers["Content-Disposition"]
        text = text_of(answer.data)
        assert all(sentence in text for sentence in (*sentences, head[2], "".join(HOSTILE.split())))


def test_the_figures_of_a_report_say_over_which_layers_they_are(
    visit: Visit, app: Flask, cast: Cast, compared_round: UUID
) -> None:
    client = Client(app, cast.database, cast.people["olga"])

    def newest() -> str:
        report = client.get(f"/api/v1/rounds/{compared_round}/agreement")[0]["id"]
        return visit("olga").read(f"/reports/{report}")

    assert newest().count("over 2 independent layers") == 5  # the figure with its caption, pairs, documents, boundaries
    changed(cast, compared_round)
    assert newest().count("over all 2 layers, of which 1 are independent") == 5


def test_a_server_without_the_extra_says_so_and_the_page_is_there_all_the_same(
    visit: Visit, compared_round: UUID, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "typst.py").write_text("raise ImportError\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    olga = visit("olga")
    answer = olga.get(f"/rounds/{compared_round}/certificate.pdf")
    assert answer.status_code == 503
    assert "installed without the extra “pdf”" in words(answer)
    assert olga.get(f"/rounds/{compared_round}/certificate").status_code == 200


def test_there_is_none_while_the_round_runs(visit: Visit, cast: Cast) -> None:
    running = cast.coded_round()
    for person in ("lena", "ai", "olga"):
        for ending in ("", ".pdf"):
            assert visit(person).get(f"/rounds/{running}/certificate{ending}").status_code == 409
    assert visit("otto").get(f"/rounds/{running}/certificate").status_code == 404
