"""The API of coder sheets: what coders say of themselves for the methods section."""

from datetime import datetime
from uuid import UUID

from intercoder.models import CoderSheet, SheetReaders
from intercoder.policy import Permission
from intercoder.reports.coder_sheets import in_words
from intercoder.services import coder_sheets
from intercoder.services.access import Access
from intercoder.services.coder_sheets import SheetIn
from intercoder.web.api.endpoint import endpoint
from intercoder.web.api.shapes import Out
from intercoder.web.session import db


class SheetOut(Out):
    """What a coder says of themselves, and the same as a paragraph for the methods section."""

    user_id: UUID
    name: str
    role: str
    training: str
    languages: str
    relation: str
    hours: str
    readers: SheetReaders
    changed_at: datetime
    paragraph: str


def _out(sheet: CoderSheet) -> SheetOut:
    return SheetOut.of(sheet, name=sheet.user.name, paragraph=in_words(sheet, sheet.user.name))


@endpoint("GET", "/projects/<uuid:project>/coder-sheets", Permission.MEMBERS_VIEW, tag="members")
def list_coder_sheets(access: Access) -> list[SheetOut]:
    """The coder sheets that the person who asks may read: the own one, those for the team, and for a lead all."""
    return [_out(sheet) for sheet in coder_sheets.readable(db(), access)]


@endpoint("PUT", "/projects/<uuid:project>/coder-sheet", Permission.SHEET_WRITE, tag="members")
def put_coder_sheet(access: Access, body: SheetIn) -> SheetOut:
    """Say something of oneself for the methods section, in place of what was said before."""
    sheet = coder_sheets.write(db(), access, body)
    return _out(sheet)
