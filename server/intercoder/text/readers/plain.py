"""Plain text and Markdown: kept as written."""

from intercoder.errors import marked
from intercoder.text.canonical import canonical
from intercoder.text.encodings import decode
from intercoder.text.readers.document import Raw

READER = "plain 1"


def read_plain(data: bytes, encoding: str | None) -> Raw:
    """Return the text of a .txt or .md file.

    Raises
    ------
    InvalidInput
        ``unknown_encoding``, ``wrong_encoding``, ``binary_file``.
    """
    decoded = decode(data, encoding)
    warnings = []
    if not decoded.sure:
        warnings.append(
            marked("The encoding of this file was guessed. Look at the text, and choose another if it is wrong.")
        )
    return Raw(canonical(decoded.text), encoding=decoded.encoding, warnings=warnings)
