"""Coder sheets: own words, read by whom their author chose, printed as a paragraph, never in the log."""

import json

import sqlalchemy as sa

from cast import Cast
from intercoder.language import speaking
from intercoder.models import Event, SheetReaders
from intercoder.policy import Permission
from intercoder.reports.coder_sheets import in_words
from intercoder.services import coder_sheets
from intercoder.services.coder_sheets import SheetIn


def write(cast: Cast, person: str, **said: str) -> None:
    with cast.acting(person, Permission.SHEET_WRITE) as (session, access):
        coder_sheets.write(session, access, SheetIn(**said))


def read(cast: Cast, person: str) -> dict[str, str]:
    with cast.acting(person, Permission.MEMBERS_VIEW) as (session, access), speaking("en"):
        return {s.user.name: in_words(s, s.user.name) for s in coder_sheets.readable(session, access)}


def test_a_sheet_is_read_by_whom_its_author_chose_and_replaced_by_the_next(cast: Cast) -> None:
    write(cast, "ai", training="三周试编码。", languages="中文", readers="leads")
    write(cast, "bo", hours="40", relation="", readers="team")
    assert read(cast, "ai") == {"Ai": "Ai – Training: 三周试编码. Languages: 中文.", "Bo": "Bo – Hours: 40."}
    assert set(read(cast, "bo")) == {"Bo"}
    assert set(read(cast, "lena")) == {"Ai", "Bo"}
    assert set(read(cast, "olga")) == {"Bo"}

    write(cast, "ai", role="第二编码者", readers="team")
    assert read(cast, "olga")["Ai"] == "Ai – Role: 第二编码者."
    write(cast, "ai")
    assert read(cast, "lena")["Ai"] == "", "what is taken back is gone"

    with cast.database.reading() as session:
        rows = session.scalars(sa.select(Event).where(Event.action == "member.sheet")).all()
        assert len(rows) == 4
        assert {row.detail["readers"] for row in rows} == {SheetReaders.LEADS, SheetReaders.TEAM}
        assert "试编码" not in json.dumps([row.detail for row in rows], ensure_ascii=False)
