"""Files made to do harm: each is refused with its code, and costs nothing."""

import io
import stat
import zipfile

import pytest

from intercoder.errors import IntercoderError, InvalidInput, TooLarge
from intercoder.text.readers import Choices, read
from intercoder.text.readers import document as limits
from intercoder.text.readers.package import MAX_MEMBERS, MAX_XML_BYTES, Package, parse_xml
from text.text_files import docx, p, part, with_lying_size, zipped

SOUND: dict[str, str | bytes] = {
    "[Content_Types].xml": "<Types/>",
    "word/document.xml": part("document", f"<w:body>{p('好')}</w:body>"),
}


def code_of(name: str, data: bytes, encoding: str | None = None) -> str:
    with pytest.raises(IntercoderError) as refused:
        read(name, data, Choices(encoding=encoding))
    sentence = str(refused.value)
    assert sentence.endswith(".")
    assert "{" not in sentence
    return refused.value.code


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "word/../../x", "..\\..\\x", "C:\\x", "word\\..\\..\\x"]
)
def test_a_member_whose_name_leads_outside_is_refused(name: str) -> None:
    assert code_of("a.docx", zipped(SOUND | {name: "x"})) == "broken_file"


def test_a_link_in_a_package_is_refused() -> None:
    stream = io.BytesIO(zipped(SOUND))
    with zipfile.ZipFile(stream, "a") as package:
        link = zipfile.ZipInfo("word/media/link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        package.writestr(link, "/etc/passwd")
    assert code_of("a.docx", stream.getvalue()) == "broken_file"


def test_a_bomb_is_refused_by_what_it_says_of_itself() -> None:
    assert code_of("a.docx", zipped(SOUND | {"word/media/x": b"\0" * 40_000_000})) == "zip_bomb"


def test_a_bomb_that_lies_about_its_size_is_refused_too() -> None:
    bomb = zipped(SOUND | {"word/document.xml": b"<w>" + b" " * 40_000_000})
    assert code_of("a.docx", with_lying_size(bomb, "word/document.xml", 1_000)) == "broken_file"
    assert code_of("a.docx", with_lying_size(bomb, "word/document.xml", 0)) == "broken_file"


def test_a_member_shorter_than_it_says_is_refused() -> None:
    data = zipped(SOUND)
    lying = with_lying_size(data, "word/document.xml", len(Package(data).read("word/document.xml")) + 5)
    assert code_of("a.docx", lying) == "broken_file"


def test_small_members_may_be_as_dense_as_they_like() -> None:
    assert read("a.docx", zipped(SOUND | {"word/media/x": b"\0" * 1_000_000})).text == "好"


def test_many_members_that_are_small_one_by_one_are_refused_together() -> None:
    big = {f"word/media/{number}": b"\0" * 1_048_576 for number in range(513)}
    assert code_of("a.docx", zipped(SOUND | big)) == "zip_bomb"


def test_one_member_more_than_allowed_is_refused() -> None:
    extra = {f"word/media/{number}": b"" for number in range(MAX_MEMBERS - len(SOUND))}
    assert read("a.docx", zipped(SOUND | extra)).text == "好"
    assert code_of("a.docx", zipped(SOUND | extra | {"word/media/last": b""})) == "zip_bomb"


def test_an_xml_part_beyond_the_limit_is_refused() -> None:
    # Stored, not deflated: it is refused for its size and not for its ratio.
    data = zipped(SOUND | {"big.xml": b" " * (MAX_XML_BYTES + 1)}, zipfile.ZIP_STORED)
    with pytest.raises(TooLarge) as refused:
        Package(data).read("big.xml")
    assert refused.value.code == "too_large"


def test_a_member_behind_a_password_is_refused() -> None:
    data = bytearray(zipped(SOUND))
    for mark, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = -1
        while (at := data.find(mark, at + 1)) >= 0:
            data[at + place] |= 1
    assert code_of("a.docx", bytes(data)) == "broken_file"


@pytest.mark.parametrize("cut", [4, 30, 200, -1, -30])
def test_a_package_cut_short_is_refused(cut: int) -> None:
    assert code_of("a.docx", zipped(SOUND)[:cut]) == "broken_file"


LAUGHS = (
    '<!DOCTYPE w [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
)


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE w SYSTEM "http://127.0.0.1:9/evil.dtd">',
        '<!DOCTYPE w [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;]>',
        LAUGHS,
        "<!DOCTYPE w>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("where", ["word/document.xml", "word/styles.xml", "_rels/.rels"])
def test_any_document_type_is_refused_in_any_part(doctype: str, encoding: str, where: str) -> None:
    xml = f'<?xml version="1.0" encoding="{encoding}"?>{doctype}<w>&x;</w>'
    assert code_of("a.docx", zipped(SOUND | {where: xml.encode(encoding)})) == "xml_doctype"


def test_a_document_type_is_found_in_an_encoding_that_hides_it_from_a_search() -> None:
    xml = b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE w +AFs-+ADwAIQ-ENTITY x "y"+AD4AXQ-+AD4-<w>x</w>'
    with pytest.raises(InvalidInput) as refused:
        parse_xml(xml, "x.xml")
    assert refused.value.code == "xml_doctype"


def test_xml_nested_beyond_reason_is_refused() -> None:
    assert code_of("a.docx", docx("<w:sdt>" * 5_000 + "</w:sdt>" * 5_000)) == "broken_file"
    nested = "<w:tbl><w:tr><w:tc>" * 80 + p("深") + "</w:tc></w:tr></w:tbl>" * 80
    assert read("a.docx", docx(nested)).text == "深"


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.txt", b"", "empty_file"),
        ("a.txt", b" \r\n\t\xef\xbb\xbf", "empty_text"),
        ("a.txt", b"\x00\x01\x02binary", "binary_file"),
        ("a.md", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "binary_file"),
        ("a.docx", b"plain text", "broken_file"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "unknown_format"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "unknown_format"),
        ("a.doc", b"{\\rtf1 x}", "unknown_format"),
        ("a.rtf", b"{\\rtf1 x}", "unknown_format"),
        ("a.odt", zipped({"mimetype": "application/vnd.oasis", "content.xml": "<a/>"}), "unknown_format"),
        ("a.odt", b"something else", "unknown_format"),
        ("a.xlsx", zipped({"xl/workbook.xml": "<a/>"}), "unknown_format"),
        ("a.docx", zipped({"x.txt": "a"}), "unknown_format"),
        ("a.docx", zipped({}), "unknown_format"),
        ("a.png", b"\x89PNG\r\n\x1a\n", "unknown_format"),
        ("noextension", b"text", "unknown_format"),
        ("a.{0}", b"text", "unknown_format"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_code(name: str, data: bytes, code: str) -> None:
    with pytest.raises(IntercoderError) as refused:
        read(name, data)
    assert refused.value.code == code


@pytest.mark.parametrize("name", ["a.doc", "a.rtf", "a.odt"])
def test_old_formats_come_with_the_advice_to_save_as_docx(name: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read(name, b"something")
    assert ".docx" in str(refused.value)


def test_the_wrong_encoding_and_an_unknown_one_are_refused() -> None:
    data = "数字化转型".encode("gbk")
    assert code_of("a.txt", data, "utf-8") == "wrong_encoding"
    assert code_of("a.txt", data, "klingon") == "unknown_encoding"


def test_a_file_larger_than_the_limit_is_refused() -> None:
    assert code_of("a.txt", b"a" * (limits.MAX_BYTES + 1)) == "too_large"


@pytest.mark.parametrize("suffix", ["txt", "html", "docx"])
def test_a_text_longer_than_the_limit_is_refused(suffix: str) -> None:
    text = "字" * (limits.MAX_CHARACTERS + 1)
    if suffix == "docx":
        # Parts small enough that neither the parser's nor the package's limits come first.
        members = SOUND | {
            "word/document.xml": part(
                "document", "<w:body>" + "".join(p(text[:50_000]) for _ in range(101)) + "</w:body>"
            )
        }
        data = zipped(members, zipfile.ZIP_STORED)
    else:
        data = text.encode()
    assert code_of(f"a.{suffix}", data) == "too_many_characters"


def test_anything_damaged_at_random_is_read_or_refused_but_never_breaks() -> None:
    import random

    chance = random.Random(7)
    sound = docx(p("访谈者：你好") + p("受访者：好"), styles='<w:style w:styleId="1"/>')
    codes = set()
    for _attempt in range(300):
        damaged = bytearray(sound)
        for _place in range(chance.randint(1, 6)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            read("a.docx", bytes(damaged))
        except IntercoderError as refused:
            codes.add(refused.code)
    assert "broken_file" in codes
