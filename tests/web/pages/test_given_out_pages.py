"""What the lead says of a coder's documents, as the coder reads it."""

from datetime import date

import pytest
from flask import Flask

from cast import Cast
from intercoder.db import Database
from intercoder.policy import Permission
from intercoder.services import assigning
from services.comparing import assignments_of, hand_back
from web.pages.reading import Reader, code_page

pytestmark = pytest.mark.sqlite


@pytest.fixture
def reader(app: Flask, database: Database, cast: Cast) -> Reader:
    return Reader(app, database, cast)


def test_a_coder_reads_by_when_a_document_is_due_and_why_it_came_back_until_it_is_submitted(
    reader: Reader, cast: Cast
) -> None:
    made = cast.round(documents=("访谈一",))
    cast.submit("ai", made, "访谈一")
    cast.submit("bo", made, "访谈一")
    hand_back(cast, made, "ai")
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", made) as (session, access):
        [mine] = [a for a in assignments_of(session, made) if a.coder_id == cast.people["ai"].id]
        assigning.set_due(session, access, [mine.id], date(2026, 12, 24))
    for address in ("/", code_page(cast, made, "访谈一")):
        words = reader.page("ai", address).text_content()
        assert "Handed back: Look again." in words
        assert "due on 2026-12-24" in words
        assert "Look again." not in reader.page("bo", address).text_content()
    cast.submit("ai", made, "访谈一")
    assert "Look again." not in reader.page("ai", "/").text_content()
