"""What a lead takes away, in the browser: the choices, the files, and what a coder is offered."""

import io
import zipfile
from pathlib import Path

import docx
from playwright.sync_api import Browser, expect

from browser.serving import Server
from browser.story.people import PASSWORD, Person, person
from services_up import LOOPBACK
from templates import Templates
from web.exported import report_of_three


def signed_in(browser: Browser, server: Server, name: str, language: str) -> Person:
    somebody = person(browser, f"http://{LOOPBACK}:{server.port}", language, name, dark=language == "en")
    somebody.goto("/sign-in")
    somebody.page.fill("#f-email", f"{name}@study.example")
    somebody.page.fill("#f-password", PASSWORD)
    somebody.page.click("main .btn.primary")
    expect(somebody.page.locator("main")).to_be_visible()
    return somebody


def taken(reader: Person, export: str, form: str) -> bytes:
    """Press the button of a form, and wait for a worker where one makes it; return the file, kept under the name that it was sent with."""
    offer = reader.page.locator(f"#export-{export}")
    file = offer.locator("a", has_text=form)
    if offer.locator(f"#make-{export}-{form}").count():
        offer.locator(f"#make-{export}-{form}").click()
        file = offer.locator("a[href$='/file']", has_text=f".{form}")
        expect(file).to_be_visible()
    with reader.page.expect_download() as download:
        file.first.click()
    assert download.value.suggested_filename.endswith(f".{form}")
    return Path(download.value.path()).read_bytes()


def test_a_report_a_methods_section_and_the_data_are_taken_away(
    browser: Browser, tmp_path: Path, sqlite_templates: Templates
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    cast = sqlite_templates.cast(data / "intercoder.sqlite3")
    database = cast.database
    report = report_of_three(cast)
    with Server(data) as server:
        server.start()
        lead = signed_in(browser, server, "lena", "zh")
        lead.goto(f"/{report}")
        lead.page.locator(".page-head").get_by_role("link", name=lead.t("Export")).click()
        lead.check_accessible("exports")
        lead.page.locator("#e-names").select_option("letters")
        lead.button("Apply").click()
        document = docx.Document(io.BytesIO(taken(lead, "report", "docx")))
        said = "\n".join(p.text for p in document.paragraphs)
        cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
        assert lead.t("Methods section, ready to paste") in said
        assert any(cell.startswith(("甲 – 乙", "乙 – 甲")) for cell in cells)
        assert not {"Ai", "Bo", "Olga"} & cells
        package = zipfile.ZipFile(io.BytesIO(taken(lead, "r", "zip")))
        assert {"alpha.R", "units.csv", "README.txt"} <= {*package.namelist()}
        assert taken(lead, "codings", "csv").startswith(b"\xef\xbb\xbf")
        # An archive takes long: a worker makes it, and it waits where it was asked for.
        lead.page.click("#make-archive-zip")
        made = lead.page.locator("#export-archive a[download]")
        expect(made).to_be_visible()
        lead.check_accessible("a file that was made")
        with lead.page.expect_download() as download:
            made.click()
        assert zipfile.ZipFile(Path(download.value.path())).testzip() is None
        lead.page.locator("#export-archive").get_by_role("button", name=lead.t("Throw away")).click()
        expect(made).to_have_count(0)
        lead.look_again_in_the_other_language()
        assert lead.complaints == []
        coder = signed_in(browser, server, "bo", "en")
        coder.goto(f"/projects/{cast.project}/exports")
        expect(coder.page.locator("#export-report")).to_be_visible()
        expect(coder.page.locator("#export-archive")).to_have_count(0)
    database.dispose()
