import codecs

import pytest

from intercoder.errors import InvalidInput
from intercoder.text.encodings import ENCODINGS, decode, encoding_name, preview

SIMPLIFIED = (
    "我们从二〇一五年开始做数字化转型，先从仓储系统入手，后来逐步延伸到供应链协同。受访者认为这是被迫的选择。\n"
    "公司又做了调整，花了两年时间才稳定下来。"
)
TRADITIONAL = (
    "我們從去年開始做數位轉型，先從倉儲系統入手，後來逐步延伸到供應鏈協同。受訪者認為這是被迫的選擇。\n第二段。"
)
JAPANESE = "これは日本語のテキストです。会社の経営についていろいろ話しました。\n二つ目の段落です。"
KOREAN = "이것은 한국어 텍스트입니다. 회사의 경영에 대해 이야기했습니다.\n두 번째 문단입니다."
FRENCH = (
    "Après la réunion, l’équipe a décidé d’améliorer le système ; c’était très compliqué à gérer.\nVoilà, à bientôt."
)


@pytest.mark.parametrize(
    ("text", "codec", "expected"),
    [
        (SIMPLIFIED, "utf-8", "utf-8"),
        (SIMPLIFIED, "gb18030", "gb18030"),
        (SIMPLIFIED + "𠮷野家", "gb18030", "gb18030"),
        (SIMPLIFIED.replace("〇", "零"), "gb2312", "gb18030"),
        (SIMPLIFIED, "gbk", "gb18030"),
        (TRADITIONAL, "big5", "big5"),
        (TRADITIONAL + "碁銹", "cp950", "big5"),
        (JAPANESE, "shift_jis", "shift_jis"),
        (JAPANESE + "①髙", "cp932", "shift_jis"),
        (JAPANESE, "euc_jp", "euc-jp"),
        (KOREAN, "euc_kr", "euc-kr"),
        (FRENCH, "cp1252", "cp1252"),
        (SIMPLIFIED, "utf-16-le", "utf-16-le"),
        (SIMPLIFIED, "utf-16-be", "utf-16-be"),
        (SIMPLIFIED.replace("\n", ""), "utf-16-le", "utf-16-le"),
        (SIMPLIFIED.replace("\n", ""), "utf-16-be", "utf-16-be"),
        ("Plain English, nothing else.\n", "utf-16-le", "utf-16-le"),
        ("Plain English, nothing else.\n", "utf-16-be", "utf-16-be"),
        ("Plain English, nothing else.\n", "ascii", "utf-8"),
    ],
)
def test_the_encoding_of_a_text_is_found(text: str, codec: str, expected: str) -> None:
    decoded = decode(text.encode(codec))
    assert (decoded.text, decoded.encoding) == (text, expected)
    assert decoded.candidates[0] == expected


@pytest.mark.parametrize(
    ("mark", "codec"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
        ("\ufeff".encode("gb18030"), "gb18030"),
    ],
)
def test_a_byte_order_mark_decides_and_is_no_part_of_the_text(mark: bytes, codec: str) -> None:
    decoded = decode(mark + SIMPLIFIED.encode(codec))
    assert (decoded.text, decoded.encoding, decoded.sure) == (SIMPLIFIED, codec, True)


def test_only_a_guess_is_unsure() -> None:
    assert decode(SIMPLIFIED.encode()).sure
    assert decode(SIMPLIFIED.encode("gb18030"), "gb18030").sure
    assert not decode("客户".encode("gb18030")).sure
    assert "gb18030" in decode("客户".encode("gb18030")).candidates


@pytest.mark.parametrize("name", ["gb18030", "GBK", "gb2312", "cp936", "x-gbk"])
def test_every_chinese_standard_is_read_as_the_one_that_contains_the_others(name: str) -> None:
    decoded = decode("𠮷野家，镕基".encode("gb18030"), name)
    assert (decoded.text, decoded.encoding) == ("𠮷野家，镕基", "gb18030")


@pytest.mark.parametrize("name", list(ENCODINGS))
def test_every_encoding_offered_to_people_reads_what_was_written_in_it(name: str) -> None:
    assert encoding_name(name) == name
    assert decode("abc 123\n".encode(name), name).text == "abc 123\n"


def test_utf16_without_a_byte_order_is_read_in_the_order_of_its_mark() -> None:
    assert decode(codecs.BOM_UTF16_BE + "家".encode("utf-16-be"), "utf-16").text == "家"
    assert decode("家".encode("utf-16-le"), "UTF-16").text == "家"


def test_the_encodings_of_other_scripts_can_be_chosen() -> None:
    assert decode("Привет".encode("cp1251"), "windows-1251").text == "Привет"


def test_a_wrong_choice_says_which_byte_failed_and_what_else_to_try() -> None:
    data = b"abc" + SIMPLIFIED.encode("gb18030")
    with pytest.raises(InvalidInput) as refused:
        decode(data, "utf-8")
    assert refused.value.code == "wrong_encoding"
    assert refused.value.values["position"] == 4
    assert refused.value.values["byte"] == f"{data[3]:02X}"
    assert "GB18030" in str(refused.value)


def test_a_text_cut_in_the_middle_of_a_marked_encoding_is_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        decode(codecs.BOM_UTF16_LE + "家".encode("utf-16-le") + b"\x00")
    assert refused.value.code == "wrong_encoding"


@pytest.mark.parametrize(
    "name",
    ["", "klingon", "hex", "rot13", "zip", "a\0b", "utf-8; drop", "idna", "unicode_escape", "undefined"],
)
def test_an_encoding_that_does_not_exist_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        decode(b"abc", name)
    assert refused.value.code == "unknown_encoding"


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00",
        b"text with a zero \x00 byte",
        bytes(range(256)) * 4,
        b"\x00" * 100,
    ],
)
def test_what_is_no_text_is_called_so(data: bytes) -> None:
    with pytest.raises(InvalidInput) as refused:
        decode(data)
    assert refused.value.code == "binary_file"


def test_a_preview_shows_the_start_and_marks_what_cannot_be_read() -> None:
    data = SIMPLIFIED.encode("gb18030")
    assert preview(data, chars=10) == SIMPLIFIED[:10]
    assert preview(data, "gbk", chars=10) == SIMPLIFIED[:10]
    assert "\ufffd" in preview(data, "utf-8")
    assert preview(codecs.BOM_UTF8 + b"abc", "utf-8") == "abc"
    assert len(preview(data * 100, "gb18030")) == 400
