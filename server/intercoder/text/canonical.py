"""The one form in which a text is stored, and the keys by which texts and names are compared.

Offsets refer to canonical text for ever, so canonicalising only settles what has no meaning for a
reader (which characters end a line, controls, broken surrogates). It never composes, trims, widens,
narrows or expands anything.
"""

import re
import unicodedata

from intercoder.text.unicode_tables import RADICALS

_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_SURROGATE_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
# C0 without tab and line feed, DEL, C1, the byte order mark, and the 66 noncharacters of Unicode.
_DROPPED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | low) for plane in range(17) for low in (0xFFFE, 0xFFFF))
    + "]"
)
#: what of a text would change: most have nothing of it, and looking once is a quarter of the work
_CHANGED = re.compile(f"[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029\ud800-\udfff{_DROPPED.pattern[1:]}")


def canonical(text: str) -> str:
    """Return the canonical form of ``text``: the form that is stored and that offsets refer to.

    Every line end (CRLF, CR, VT, FF, FS to RS, NEL, LS, PS) becomes one LF. Byte order marks, other
    control characters except the tab, and noncharacters are dropped. Two surrogates that belong
    together become the character they stand for; a lone one becomes U+FFFD.

    Parameters
    ----------
    text : str
        Any text, decoded; it may hold surrogates.

    Returns
    -------
    str
        Never longer than ``text``, encodable as UTF-8, and equal to its own canonical form. Pieces
        of canonical text put together are canonical again.

    Notes
    -----
    There is no Unicode normalisation here: NFC changes lengths and replaces the compatibility
    ideographs (U+F900 becomes U+8C48), which a quotation of a source must not do.
    """
    if _CHANGED.search(text) is None:
        return text
    # Surrogates come first: a joined pair can turn out to be one of the noncharacters.
    text = _SURROGATE_PAIR.sub(_join, text)
    text = _LONE_SURROGATE.sub("\ufffd", text)
    text = _LINE_END.sub("\n", text)
    return _DROPPED.sub("", text)


def search_key(text: str) -> str:
    """Return the copy of ``text`` that searching compares: width, case, ligatures and radicals folded.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        NFKC of the case-folded NFKC of ``text``, whose Kangxi and supplement radicals are the ideographs
        that they look like (EquivalentUnifiedIdeograph). Its length differs from the text's: no offset may be
        taken from it.
    """
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text.translate(RADICALS)).casefold())


def clean_name(text: str) -> str:
    """Return ``text`` as a name is stored: canonical, NFC, trimmed, every run of blanks one space.

    Parameters
    ----------
    text : str
        What a person typed as the name of a code, a case, a document or a member.

    Returns
    -------
    str
        The name on one line; empty when there was nothing to see.
    """
    return " ".join(unicodedata.normalize("NFC", canonical(text)).split())


def name_key(text: str) -> str:
    """Return the key under which a name is unique: two names that read the same have the same key.

    Parameters
    ----------
    text : str
        A name, cleaned or not.

    Returns
    -------
    str
        The search key of the cleaned name without invisible format characters (zero-width space and
        joiner, soft hyphen, direction marks).
    """
    seen = "".join(sign for sign in canonical(text) if unicodedata.category(sign) != "Cf")
    return clean_name(search_key(clean_name(seen)))


def _join(pair: re.Match[str]) -> str:
    signs = pair.group()
    return chr(0x10000 + ((ord(signs[0]) - 0xD800) << 10) + (ord(signs[1]) - 0xDC00))
