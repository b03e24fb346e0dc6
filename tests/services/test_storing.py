"""From a file that was read to a document: no text comes in twice, every title is one, and texts stay beside their corrections."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from cast import TEXTS, Cast
from intercoder.errors import Conflict, IntercoderError
from intercoder.models import Document, FileState, Revision, SourceFile
from intercoder.policy import Permission
from intercoder.services import ingest, materials, storing, units
from intercoder.text.readers import ReadDocument, read

pytestmark = pytest.mark.sqlite


def stage(cast: Cast, name: str, data: bytes) -> SourceFile:
    with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
        return ingest.stage_file(session, access, name, data)


def store(cast: Cast, file: SourceFile) -> UUID:
    with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
        kept = ingest.get_file(session, cast.project, file.id)
        return storing.store_document(session, access, kept, read(kept.name, kept.data, kept.choices)).id


def arrived(file: SourceFile) -> storing.Arrived:
    """Return a staged file as the process that reads it hands it over."""
    result: ReadDocument | IntercoderError
    try:
        result = read(file.name, file.data)
    except IntercoderError as error:
        return storing.Arrived(file.id, error, {})
    return storing.Arrived(file.id, result, units.cut(result))


@pytest.mark.parametrize(("title", "numbered"), [("访谈一", "访谈一 (2)"), ("Visit", "Visit"), ("مقابلة", "مقابلة")])
def test_of_files_that_come_together_each_gets_a_title_of_its_own_and_a_text_comes_once(
    cast: Cast, title: str, numbered: str
) -> None:
    first, second = "甲：先有信任。", "She said: trust."
    contents = [first.encode(), second.encode(), first.encode("utf-16"), b" \n", TEXTS["年报节选"].encode()]
    files = [stage(cast, f"{title}.txt", content) for content in contents]
    with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
        storing.store_documents(session, access, [arrived(file) for file in files])
    with cast.database.reading() as session:
        rows = [session.get_one(SourceFile, file.id) for file in files]
        new = session.scalars(sa.select(Document).order_by(Document.position.desc()).limit(2)).all()
    assert [row.state for row in rows] == [FileState.IMPORTED] * 2 + [FileState.FAILED] * 3
    errors = [row.error for row in rows if row.error is not None]
    assert [error.code for error in errors] == ["same_text", "empty_text", "same_text"]
    assert [errors[0].values["title"], errors[2].values["title"]] == [numbered, "年报节选"]
    assert [document.title for document in reversed(new)] == [numbered, f"{title} ({3 if numbered != title else 2})"]


def test_the_same_text_does_not_come_in_twice_whatever_its_name_and_bytes(cast: Cast) -> None:
    file = stage(cast, "something else.txt", TEXTS["访谈一"].replace("\n", "\r\n").encode("utf-16"))
    with pytest.raises(Conflict, match="already here as “访谈一”"):
        store(cast, file)
    with cast.database.reading() as session:
        assert session.get_one(SourceFile, file.id).state is FileState.STAGED


def test_another_text_with_a_title_that_is_taken_gets_a_number(cast: Cast) -> None:
    for number in (2, 3):
        store(cast, stage(cast, "访谈一.txt", f"另一次谈话，第{number}次。".encode()))
    with cast.database.reading() as session:
        titles = [d.title for d in materials.documents(session, cast.project)]
    assert titles[-2:] == ["访谈一 (2)", "访谈一 (3)"]


def test_a_correction_is_another_text_beside_the_first(cast: Cast) -> None:
    document = cast.documents["年报节选"]
    with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
        corrected = read("年报节选.txt", TEXTS["年报节选"].replace("百分之二十", "20%").encode())
        stored = materials.get_document(session, access.project.id, document)
        assert storing.add_revision(session, stored, corrected, None).number == 2
    with cast.database.reading() as session:
        texts = session.scalars(
            sa.select(Revision.text).where(Revision.document_id == document).order_by(Revision.number)
        ).all()
    assert texts[0] == TEXTS["年报节选"]
    assert "20%" in texts[1]
