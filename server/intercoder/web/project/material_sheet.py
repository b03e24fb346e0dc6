"""The sheet of attributes of cases or documents: looked at, edited, and pasted into."""

from uuid import UUID

from flask import render_template
from pydantic import Field

from intercoder.policy import Permission
from intercoder.services import material_sheets
from intercoder.services.access import Access
from intercoder.services.material_sheets import Of
from intercoder.web.pages import page
from intercoder.web.project.blueprint import blueprint
from intercoder.web.queries import Query
from intercoder.web.session import db

#: lines on a page
PAGE = 200


class AskedSheet(Query):
    """Of what, and from which line on."""

    of: Of = Of.CASES
    at: int = Field(default=0, ge=0, le=1_000_000)


@page(blueprint, "/projects/<uuid:project>/materials/sheet", Permission.MATERIALS_MANAGE, tab="materials")
def material_sheet(access: Access, project: UUID, query: AskedSheet) -> str:
    """Show a part of the sheet."""
    sheet = material_sheets.sheet(db(), access, query.of)
    end = query.at + PAGE
    return render_template(
        "project/material_sheet.html",
        sheet=sheet,
        lines=sheet.lines[query.at : end],
        total=len(sheet.lines),
        of=query.of,
        previous=max(query.at - PAGE, 0) if query.at else None,
        following=end if end < len(sheet.lines) else None,
    )
