"""From bytes to text: the encoding that a file says, keeps to, or most probably has."""

import codecs
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from intercoder.errors import InvalidInput, marked
from intercoder.text.bad_bytes import BadByte, mended

#: The encodings offered to people: the name that ``decode`` takes, and what to call it.
ENCODINGS: dict[str, str] = {
    "utf-8": marked("Unicode (UTF-8)"),
    "gb18030": marked("Simplified Chinese (GB18030, GBK, GB2312)"),
    "big5": marked("Traditional Chinese (Big5)"),
    "utf-16-le": marked("Unicode (UTF-16, little endian)"),
    "utf-16-be": marked("Unicode (UTF-16, big endian)"),
    "shift_jis": marked("Japanese (Shift JIS)"),
    "euc-jp": marked("Japanese (EUC-JP)"),
    "euc-kr": marked("Korean (EUC-KR)"),
    "cp1252": marked("Western European (Windows-1252)"),
}

# Longest first: the mark of UTF-32 begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Files called Big5 or Shift JIS often hold a vendor's additions: the plain codec first, then those.
_CODECS = {
    "big5": ("big5", "cp950", "big5hkscs"),
    "shift_jis": ("shift_jis", "cp932", "shift_jis_2004"),
    "euc-jp": ("euc_jp", "euc_jis_2004"),
    "euc-kr": ("euc_kr", "cp949"),
}
_ALIASES = {
    "ascii": "utf-8",
    "utf-8-sig": "utf-8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "cp950": "big5",
    "big5hkscs": "big5",
    "cp932": "shift_jis",
    "shift_jis_2004": "shift_jis",
    "shift_jisx0213": "shift_jis",
    "euc_jp": "euc-jp",
    "euc_jis_2004": "euc-jp",
    "euc_jisx0213": "euc-jp",
    "euc_kr": "euc-kr",
    "cp949": "euc-kr",
    "iso8859-1": "cp1252",
}
_WEB_NAMES = {"x-sjis": "cp932", "x-gbk": "gbk"}
# Python's codecs of the other scripts of the world; not its escapes, compressions and domain names.
_TEXT_CODEC = re.compile(
    r"utf-8|utf-(?:16|32)(?:-[lb]e)?|gb18030|big5|shift_jis|euc-(?:jp|kr)|johab|hz|iso2022_\w+|"
    r"cp\d{3,4}|iso8859-\d{1,2}|koi8-[rtu]|kz1048|tis-620|mac-\w+"
)
# What texts in UTF-16 are made of; read in the wrong byte order, characters fall everywhere.
_USUAL = re.compile("[\t\n\r\x20-\x7e\xa0-\u024f\u2010-\u205e\u3000-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff00-\uffef]")
_WIDE_ENOUGH = 0.3
_EAST_ASIAN = ("gb18030", "big5", "shift_jis", "euc-jp", "euc-kr")
_SAMPLE = 65_536


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of some bytes and how it was read.

    ``sure`` is false when the encoding was guessed and another is possible; ``candidates`` are the
    encodings in which the bytes can be read at all, the chosen one first; ``bad`` are the places where
    U+FFFD stands for bytes that could not be read.
    """

    text: str
    encoding: str
    sure: bool
    candidates: list[str]
    bad: Sequence[BadByte] = ()


def written(encoding: str) -> str:
    """Return how a sentence writes the name of an encoding: UTF-8, GB18030, CP1252."""
    return encoding.upper()


def encoding_name(encoding: str) -> str:
    """Return the name used here for an encoding that is called something else elsewhere.

    Parameters
    ----------
    encoding : str
        Any name or alias (``GBK``, ``latin-1``, ``x-sjis``, ...).

    Returns
    -------
    str
        A key of ``ENCODINGS``, or the name of another codec of Python's (``cp1251``, ``utf-16``, ...).

    Raises
    ------
    InvalidInput
        ``unknown_encoding`` when there is no such text encoding.
    """
    asked = encoding.strip().lower()
    try:
        known = codecs.lookup(_WEB_NAMES.get(asked, asked)).name
    except (LookupError, ValueError):
        known = ""
    name = _ALIASES.get(known, known)
    if not _TEXT_CODEC.fullmatch(name):
        raise InvalidInput(
            "unknown_encoding",
            "There is no text encoding {encoding}. Choose one of: {known}.",
            encoding=encoding[:40],
            known=", ".join(ENCODINGS),
        )
    return name


def decode(data: bytes, encoding: str | None = None, *, replace: bool = False) -> Decoded:
    """Return the text of ``data`` in the encoding that is given, marked, kept to or most probable.

    Without an encoding given, a byte order mark decides; without one, the text is UTF-8 when all of
    it can be read so, else what the bytes look like.

    Parameters
    ----------
    data : bytes
        A text file.
    encoding : str, optional
        What a person chose. It is kept to, even when another reading looks better.
    replace : bool
        Whether bytes that break the rules of the encoding become U+FFFD.

    Returns
    -------
    Decoded
        The text as written, without a byte order mark at its start.

    Raises
    ------
    InvalidInput
        ``unknown_encoding``; ``bad_bytes`` when all but a few bytes can be read in one encoding;
        ``wrong_encoding`` when the bytes cannot be read in the encoding that was chosen or marked, or in
        any; ``binary_file`` when this is no text.
    """
    name = None if encoding is None else encoding_name(encoding)
    for mark, meant in _MARKS:
        # "utf-16" leaves the byte order to the mark.
        if data.startswith(mark) and (name is None or meant.startswith(name)):
            return _decode_as(data, meant, replace, skip=len(mark))
    if name is not None:
        return _decode_as(data, name, replace)
    if b"\0" not in data:
        try:
            return Decoded(data.decode("utf-8"), "utf-8", True, ["utf-8"])
        except UnicodeDecodeError:
            if _nearly_utf8(data):
                return _decode_but_for_some(data, "utf-8", replace)
    return _decode_by_guess(data, replace)


def preview(data: bytes, encoding: str | None = None, chars: int = 400) -> str:
    """Return the first ``chars`` characters as they would read, for a person to judge the encoding.

    Parameters
    ----------
    data : bytes
        A text file.
    encoding : str, optional
        The encoding to try; without it, the one that ``decode`` takes.
    chars : int
        How many characters at most.

    Returns
    -------
    str
        Bytes that cannot be read in this encoding are shown as U+FFFD.

    Raises
    ------
    InvalidInput
        ``unknown_encoding``; without an encoding, all that ``decode`` raises.
    """
    if encoding is None:
        return decode(data).text[:chars]
    name = encoding_name(encoding)
    decoder = codecs.getincrementaldecoder(_widest(name))(errors="replace")
    # No character here takes more than four bytes.
    return decoder.decode(data[: 4 * chars + 4]).removeprefix("\ufeff")[:chars]


def _decode_as(data: bytes, name: str, replace: bool, skip: int = 0) -> Decoded:
    try:
        text = _strict(data[skip:], name)
    except UnicodeDecodeError as error:
        if replace or (_nearly_utf8(data) if name == "utf-8" else _nearly(data[skip:], name)):
            return _decode_but_for_some(data, name, replace, skip)
        others = ", ".join(written(other) for other in _possible(data) if other != name)
        position = skip + error.start
        byte = f"{data[position]:02X}" if position < len(data) else "--"
        if others:
            raise InvalidInput(
                "wrong_encoding",
                "This file is not {encoding}: its byte {position} (hexadecimal {byte}) cannot be read. "
                "It can be read as: {others}. Choose one of them.",
                encoding=written(name),
                position=position + 1,
                byte=byte,
                others=others,
            ) from error
        raise InvalidInput(
            "wrong_encoding",
            "This file is not {encoding}: its byte {position} (hexadecimal {byte}) cannot be read. "
            "Open it in the program it comes from and save it as UTF-8.",
            encoding=written(name),
            position=position + 1,
            byte=byte,
        ) from error
    if "\0" in text:
        raise _binary()
    return Decoded(text, name, True, [name])


def _decode_by_guess(data: bytes, replace: bool) -> Decoded:
    guesses = list(_guesses(data))
    candidates = list(dict.fromkeys([name for name, _confidence in guesses] + _possible(data)))
    readable: list[str] = []
    text = ""
    for name in candidates:
        try:
            decoded = _strict(data, name)
        except UnicodeDecodeError:
            continue
        if "\0" not in decoded:
            text = text or decoded
            readable.append(name)
    if not readable or readable[0] == "cp1252":
        # Nearly every file can be read as Windows-1252, be it as nonsense.
        for name in _EAST_ASIAN:
            if _nearly(data, name) and _looks_like(data, name):
                return _decode_but_for_some(data, name, replace)
    if not readable or not guesses:
        raise _binary()
    confidences = [confidence for name, confidence in guesses if name in readable]
    best, second = (*confidences, 0.0, 0.0)[:2]
    return Decoded(text, readable[0], best >= 0.5 and best - second >= 0.3, readable)


def _nearly_utf8(data: bytes) -> bool:
    """Return whether these bytes, which are not UTF-8, are but for a few places.

    What continues a character of UTF-8 does so by chance now and then in another encoding, never much more often
    than not.
    """
    text, _bad = mended(data, _widest("utf-8"))
    going_on = len(text.encode()) - len(text) - 2 * text.count("\ufffd")
    return going_on >= 2 * text.count("\ufffd")


def _nearly(data: bytes, name: str) -> bool:
    """Return whether these bytes, which are not in this encoding, are but for a few places and read like a text."""
    # Most of a text in a script of East Asia is beyond ASCII; a Western one has single letters there.
    wide = sum(byte >= 0x80 for byte in data) / len(data) >= _WIDE_ENOUGH
    if name == "cp1252" or not (wide or name.startswith("utf")):
        return False
    text, bad = mended(data, _widest(name))
    if "\0" in text or len(_USUAL.findall(text)) < 0.9 * len(text):
        return False
    return len(bad) * 20 <= sum(not sign.isascii() for sign in text)


def _looks_like(data: bytes, name: str) -> bool:
    """Return whether the bytes look like this encoding once what is not in it is taken out."""
    clean = mended(data, _widest(name))[0].replace("\ufffd", "").encode(_widest(name), "ignore")
    return next((guess for guess, _confidence in _guesses(clean)), None) == name


def _decode_but_for_some(data: bytes, name: str, replace: bool, skip: int = 0) -> Decoded:
    text, bad = mended(data, _widest(name), skip)
    if "\0" in text:
        raise _binary()
    if replace:
        return Decoded(text, name, True, [name], bad)
    raise InvalidInput(
        "bad_bytes",
        "This file is {encoding}, but not everywhere: in line {line}, column {column} stands a byte that is not "
        "(byte {position} of the file, hexadecimal {byte}; such places: {count}). Let such bytes be replaced by �, choose "
        "another encoding, or mend the file.",
        encoding=written(name),
        count=len(bad),
        **bad[0].values(),
    )


def _guesses(data: bytes) -> Iterator[tuple[str, float]]:
    """Yield probable encodings of data that is not UTF-8, best first, each with a confidence."""
    wide = sorted(((_usual_share(data, name), name) for name in ("utf-16-le", "utf-16-be")), reverse=True)
    if b"\0" in data:
        # No other encoding here has zero bytes in a text.
        yield from ((name, share) for share, name in wide if share >= 0.9)
        return
    import chardet  # most texts are UTF-8, and need it not

    answers = chardet.detect_all(data, ignore_threshold=True, include_encodings=list(ENCODINGS), compat_names=False)
    guessed = False
    for answer in answers:
        name = answer["encoding"]
        if name is not None:
            guessed = True
            yield encoding_name(name), float(answer["confidence"])
    if not guessed:
        # Chinese in UTF-16 without one ASCII character has no zero byte and looks binary to chardet.
        yield from ((name, share) for share, name in wide if share >= 0.9)


def _usual_share(data: bytes, name: str) -> float:
    try:
        text = _strict(data, name)[:_SAMPLE]
    except UnicodeDecodeError:
        return 0.0
    return len(_USUAL.findall(text)) / len(text) if text else 0.0


def _possible(data: bytes) -> list[str]:
    """Return the encodings offered to people in which all of ``data`` can be read as text."""
    possible = []
    for name in ENCODINGS:
        if name.startswith("utf-16") and _usual_share(data, name) < 0.9:
            continue
        try:
            if "\0" not in _strict(data, name):
                possible.append(name)
        except UnicodeDecodeError:
            continue
    return possible


def _widest(name: str) -> str:
    """Return the codec of an encoding that knows most of what vendors added."""
    return _CODECS.get(name, (name,))[-1]


def _strict(data: bytes, name: str) -> str:
    furthest: UnicodeDecodeError | None = None
    for codec in _CODECS.get(name, (name,)):
        try:
            return data.decode(codec).removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            if furthest is None or error.start > furthest.start:
                furthest = error
    assert furthest is not None
    raise furthest


def _binary() -> InvalidInput:
    return InvalidInput(
        "binary_file",
        "This file is not text. Save it as .docx, .pdf, .html or as plain text in UTF-8, then import that.",
    )
