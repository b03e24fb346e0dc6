"""Plain text and Markdown: kept as written."""

from intercoder.text.canonical import canonical
from intercoder.text.encodings import decode
from intercoder.text.readers.choices import Choices
from intercoder.text.readers.document import Raw, remarks_on

READER = "plain 2"


def read_plain(data: bytes, choices: Choices) -> Raw:
    """Return the text of a .txt or .md file.

    Raises
    ------
    InvalidInput
        ``unknown_encoding``, ``wrong_encoding``, ``bad_bytes``, ``binary_file``.
    """
    decoded = decode(data, choices.encoding, replace=choices.replace_bad_bytes)
    return Raw(
        canonical(decoded.text),
        encoding=decoded.encoding,
        warnings=remarks_on(decoded),
        bad_bytes=len(decoded.bad),
    )
