"""From a file to a text: bytes are kept as they came, nothing is read by guess, no text comes in twice."""

import hashlib
from typing import Any
from uuid import UUID, uuid4

import pytest

from cast import TEXTS, Cast
from intercoder.errors import Conflict, IntercoderError, InvalidInput, NotFound, TooLarge
from intercoder.models import FileState, SourceFile, SourceType
from intercoder.policy import Permission
from intercoder.services import ingest, storing
from intercoder.services.ingest import FileChange, FileDetails
from intercoder.text.readers import read
from text.text_files import zipped

pytestmark = pytest.mark.sqlite

WORD = zipped({"word/document.xml": "<damaged>"})


def stage(cast: Cast, name: str, data: bytes, **details: Any) -> SourceFile:
    with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
        return ingest.stage_file(session, access, name, data, FileDetails(**details))


def change(cast: Cast, file: SourceFile, **changes: Any) -> SourceFile:
    with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
        return ingest.change_file(session, access, file.id, FileChange(**changes))


def store(cast: Cast, file: SourceFile) -> UUID:
    with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
        kept = ingest.get_file(session, cast.project, file.id)
        return storing.store_document(session, access, kept, read(kept.name, kept.data, kept.choices)).id


def test_a_file_is_kept_byte_for_byte_under_a_name_without_its_folders(cast: Cast) -> None:
    data = "\ufeff访谈\r\n".encode("utf-16-le")
    file = stage(cast, "C:\\研究\\2024/访谈 二.txt", data)
    with cast.database.reading() as session:
        kept = ingest.get_file(session, cast.project, file.id)
        assert (kept.name, kept.title, kept.data, kept.size) == ("访谈 二.txt", "访谈 二", data, len(data))
        assert kept.sha256 == hashlib.sha256(data).hexdigest()
        with pytest.raises(NotFound):
            ingest.get_file(session, cast.other_project, file.id)


def test_an_empty_and_a_too_large_file_are_refused_by_name(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InvalidInput, match=r"“leer.txt” is empty"):
        stage(cast, "leer.txt", b"")
    monkeypatch.setattr(ingest, "MAX_BYTES", 8)
    with pytest.raises(TooLarge, match=r"“a.txt” is larger"):
        stage(cast, "a.txt", b"123456789")


@pytest.mark.parametrize(
    ("source_type", "primary"), [(SourceType.INTERVIEW, True), (SourceType.REPORT, False), (SourceType.MEETING, True)]
)
def test_whether_a_source_is_primary_follows_from_its_type_unless_it_is_said(
    cast: Cast, source_type: SourceType, primary: bool
) -> None:
    assert stage(cast, "a.txt", b"a", source_type=source_type).is_primary is primary
    assert stage(cast, "b.txt", b"b", source_type=source_type, primary=not primary).is_primary is not primary


def test_an_encoding_that_does_not_fit_is_refused_and_what_was_seen_before_stays(cast: Cast) -> None:
    file = stage(cast, "年报.txt", TEXTS["年报节选"].encode("gb18030"))
    assert set(ingest.encodings_offered(file)) >= {"gb18030", "big5", "utf-8"}
    with pytest.raises(IntercoderError):
        change(cast, file, encoding="utf-8")
    right = change(cast, file, encoding="GBK", title="年报")
    assert (right.encoding, right.encoding_sure, right.title) == ("gb18030", True, "年报")
    assert right.preview == TEXTS["年报节选"][: ingest.PREVIEW]


def test_formats_that_say_their_encoding_themselves_offer_none(cast: Cast) -> None:
    file = stage(cast, "参观.docx", WORD)
    assert (file.preview, ingest.encodings_offered(file)) == (None, ())


def test_what_was_imported_can_be_neither_changed_discarded_nor_imported_again(cast: Cast) -> None:
    file = stage(cast, "新.txt", "新的资料。".encode())
    store(cast, file)
    for again in (lambda: change(cast, file, title="anders"), lambda: store(cast, file)):
        with pytest.raises(Conflict, match="change the document instead"):
            again()
    with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
        with pytest.raises(Conflict, match="change the document instead"):
            ingest.discard_file(session, access, file.id)
        assert ingest.staged_files(session, cast.project) == []


def test_a_change_gives_a_file_that_failed_another_chance(cast: Cast) -> None:
    file = stage(cast, "坏.docx", WORD)
    with cast.database.transaction() as session:
        session.get_one(SourceFile, file.id).state = FileState.FAILED
    assert change(cast, file, title="再试一次").state is FileState.STAGED


def test_an_import_takes_all_files_or_exactly_those_that_are_named(cast: Cast) -> None:
    first, second = stage(cast, "a.txt", b"a"), stage(cast, "b.txt", b"b")
    with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
        assert ingest.start_import(session, access, [second.id]).total == 1
        assert ingest.start_import(session, access).total == 2
        for wanted in ([first.id, uuid4()], []):
            with pytest.raises(InvalidInput, match="no file to import"):
                ingest.start_import(session, access, wanted)
