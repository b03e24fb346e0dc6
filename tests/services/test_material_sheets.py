"""Attributes as a sheet: what a pasted block would change, what is refused, one act, and nobody's change is lost."""

import csv
import io
from uuid import UUID, uuid4

import openpyxl
import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder.errors import InvalidInput, NotFound, Stale
from intercoder.models import Case, Document, Event, FileState
from intercoder.policy import Permission
from intercoder.reports.exports.kinds import Choices, Form
from intercoder.reports.exports.registry import export_called
from intercoder.reports.exports.taking import taking
from intercoder.services import ingest, material_sheets, materials, projects, storing
from intercoder.services.ingest import FileChange, FileDetails
from intercoder.services.material_sheets import CellsIn, Look, Of, PastedBlock, Result
from intercoder.services.materials import NewCase
from intercoder.services.projects import ProjectChange

KINDS = {"Founded": "date", "Staff": "number", "Industry": "choice: valves, Textiles"}


@pytest.fixture
def described(cast: Cast) -> Cast:
    """Return a study with typed attributes, own types of sources, and a second case."""
    with cast.acting("lena", Permission.PROJECT_EDIT) as (session, access):
        change = ProjectChange.model_validate(
            {
                "case_attributes": KINDS,
                "document_attributes": {"受访者": "text"},
                "source_types": {"座谈": "primary", "招股说明书": "secondary"},
            }
        )
        projects.change_project(session, access, change)
        materials.create_case(session, access, NewCase(name="Firm B"))
    return cast


def look(cast: Cast, text: str, of: Of = Of.CASES, **where: object) -> Look:
    with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
        return material_sheets.look(session, access, PastedBlock.model_validate({"of": of, "text": text, **where}))


def write(cast: Cast, *cells: tuple[UUID, str | None, str, str], of: Of = Of.CASES) -> int:
    with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
        rows = [{"line": line, "attribute": a, "before": before, "after": after} for line, a, before, after in cells]
        return len(material_sheets.write(session, access, CellsIn.model_validate({"of": of, "cells": rows})))


def case_of(cast: Cast, name: str) -> UUID:
    with cast.database.reading() as session:
        return session.scalars(sa.select(Case.id).where(Case.name == name)).one()


def attributes(cast: Cast, name: str) -> dict[str, str]:
    with cast.database.reading() as session:
        return session.scalars(sa.select(Case.attributes).where(Case.name == name)).one()


def acts(cast: Cast) -> list[Event]:
    with cast.database.reading() as session:
        return list(session.scalars(sa.select(Event).where(Event.action.in_(["case.changed", "document.changed"]))))


def became(seen: Look) -> list[tuple[str, str | None, str, Result]]:
    return [(cell.name, cell.attribute, cell.after, cell.result) for cell in seen.cells]


def test_a_table_finds_its_columns_by_headings_and_its_lines_by_names(described: Cast) -> None:
    block = "企业\tIndustry\tFounded\tNotes\nfirm b\ttextiles\t2001/5/12\tx\n案例一\tvalves\t1994年3月\ty\nNobody\tvalves\t\t\n"
    seen = look(described, block)
    assert (seen.headed, seen.named, seen.unknown) == (True, True, ["Notes"])
    assert became(seen) == [
        ("Firm B", "Industry", "Textiles", Result.CHANGED),
        ("Firm B", "Founded", "2001-05-12", Result.CHANGED),
        ("案例一", "Industry", "valves", Result.CHANGED),
        ("案例一", "Founded", "1994-03", Result.CHANGED),
        ("Nobody", "Industry", "valves", Result.REFUSED),
    ]
    assert attributes(described, "Firm B") == {}


def test_a_block_without_headings_begins_at_the_chosen_cell_and_what_does_not_fit_is_refused(described: Cast) -> None:
    seen = look(described, "many\tdyes\n1,200\tvalves\tmore\n7\n", line=case_of(described, "案例一"), attribute="Staff")
    assert became(seen) == [
        ("案例一", "Staff", "many", Result.REFUSED),
        ("案例一", "Industry", "dyes", Result.REFUSED),
        ("Firm B", "Staff", "1,200", Result.CHANGED),
        ("Firm B", "Industry", "valves", Result.CHANGED),
        ("", None, "more", Result.REFUSED),
        ("", "Staff", "7", Result.REFUSED),
    ]
    assert [str(cell.refusal) for cell in seen.cells if cell.refusal] == [
        "“many” is no number: “Staff” is one, such as 140 or 3.5.",
        "“dyes” is not one of the choices of “Industry”: valves, Textiles.",
        "It would stand beside the sheet.",
        "It would stand beside the sheet.",
    ]
    with pytest.raises(InvalidInput, match="20000 cells"):
        look(described, "x\t" * 20_001)


def test_cells_are_written_all_or_none_with_a_row_in_the_log_for_each_line(described: Cast) -> None:
    one, two = case_of(described, "案例一"), case_of(described, "Firm B")
    before = attributes(described, "案例一")
    with pytest.raises(InvalidInput, match="no number"):
        write(described, (one, "Founded", "", "1994"), (two, "Staff", "", "x"))
    assert attributes(described, "案例一") == before
    logged = len(acts(described))
    cells = ((one, "Founded", "", "1994"), (one, "Staff", "", "12"), (two, "Staff", "", "7"))
    assert write(described, *cells) == 3
    assert attributes(described, "案例一") == before | {"Founded": "1994", "Staff": "12"}
    assert [(event.subject_id, event.detail["attributes"]) for event in acts(described)[logged:]] == [
        (one, ["Founded", "Staff"]),
        (two, ["Staff"]),
    ]
    # What takes it back is the same act the other way round; what is there already is no change.
    assert write(described, *((line, name, after, was) for line, name, was, after in cells)) == 3
    assert attributes(described, "案例一") == before
    assert write(described, (two, "Staff", "", "")) == 0
    assert len(acts(described)) == logged + 4


def test_what_somebody_else_changed_meanwhile_is_not_written_over(described: Cast) -> None:
    one = case_of(described, "案例一")
    write(described, (one, "Staff", "", "12"))
    with pytest.raises(Stale, match="“Staff” of “案例一” is “12” now"):
        write(described, (one, "Founded", "", "1994"), (one, "Staff", "", "13"))
    assert "Founded" not in attributes(described, "案例一")
    assert write(described, (one, "Staff", "13", "12")) == 0  # both meant the same
    assert write(described, (one, "Staff", "12", "13")) == 1


def test_the_types_of_the_project_are_a_column_of_documents_and_say_what_is_primary(described: Cast) -> None:
    seen = look(described, "标题\t来源类型\t受访者\n访谈一\t 座谈 \t=HYPERLINK(1)\n年报节选\t电话\t\n", Of.DOCUMENTS)
    assert became(seen) == [
        ("访谈一", None, "座谈", Result.CHANGED),
        ("访谈一", "受访者", "=HYPERLINK(1)", Result.CHANGED),
        ("年报节选", None, "电话", Result.REFUSED),
        ("年报节选", "受访者", "", Result.SAME),
    ]
    document = described.documents["年报节选"]
    assert write(described, (document, None, "", "座谈"), of=Of.DOCUMENTS) == 1
    with described.database.reading() as session:
        row = session.get_one(Document, document)
        assert (row.source, row.is_primary) == ("座谈", True)
    with pytest.raises(Stale, match="is of the type “座谈” now"):
        write(described, (document, None, "", "招股说明书"), of=Of.DOCUMENTS)


def test_nothing_of_another_project_and_no_unknown_column_is_written(described: Cast) -> None:
    with pytest.raises(NotFound):
        write(described, (case_of(described, "案例一"), "Colour", "", "red"))
    with pytest.raises(NotFound):
        write(described, (uuid4(), "Staff", "", "1"))


def test_a_file_says_its_own_type_before_its_import(described: Cast) -> None:
    with described.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
        file = ingest.stage_file(session, access, "a.txt", "公司上市。".encode(), FileDetails(source="招股说明书"))
        assert (file.source, file.is_primary) == ("招股说明书", False)
        ingest.change_file(session, access, file.id, FileChange(source="座谈", primary=False))
        assert (file.source, file.is_primary) == ("座谈", True)
        with pytest.raises(InvalidInput, match="not on the project’s list"):
            ingest.change_file(session, access, file.id, FileChange(source="电话"))
        waits = ingest.stage_file(session, access, "b.txt", "公司退市。".encode(), FileDetails(source="招股说明书"))
        projects.change_project(session, access, ProjectChange.model_validate({"source_types": {"座谈": "secondary"}}))
        assert (waits.source, file.is_primary) == ("", False)
        document = storing.store_document(
            session, access, file, ingest.look(ingest.waiting(session, described.project, file.id))
        )
        assert (document.source, document.is_primary, file.state) == ("座谈", False, FileState.IMPORTED)


def test_a_pasted_formula_is_words_in_every_file(described: Cast) -> None:
    formula = '=HYPERLINK("http://x","y")'
    document = described.documents["访谈一"]
    (cell,) = look(described, f'受访者\n"{formula.replace(chr(34), chr(34) * 2)}"\n', Of.DOCUMENTS).cells
    assert (cell.after, cell.result) == (formula, Result.CHANGED)
    write(described, (document, "受访者", "", formula), of=Of.DOCUMENTS)
    described.compared_round()
    taken = {}
    for form in (Form.CSV, Form.XLSX):
        wanted = export_called("codings")
        with taking(described.database, described.people["lena"], wanted, described.project, Choices(form)) as (
            file,
            _,
        ):
            taken[form] = b"".join(file.parts)
    (first, *_) = csv.DictReader(io.StringIO(taken[Form.CSV].decode("utf-8-sig")))
    assert first["受访者"] == f"'{formula}"
    sheet = openpyxl.load_workbook(io.BytesIO(taken[Form.XLSX])).worksheets[0]
    assert {c.data_type for row in sheet.iter_rows() for c in row if c.value == formula} == {"s"}
