"""Several files in one: a zip whose members are written as they come. Of the same members the bytes are the same."""

import tempfile
import zipfile
from collections.abc import Iterable, Iterator

_PIECE = 1 << 16


def zip_parts(members: Iterable[tuple[str, Iterable[bytes]]]) -> Iterator[bytes]:
    """Yield a zip of files, each by its name and its bytes; it goes to a file first, so that its length costs no memory."""
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
            for name, parts in members:
                about = zipfile.ZipInfo(name)  # of 1980: a file that is made again is the same
                about.compress_type = zipfile.ZIP_DEFLATED
                about.external_attr = 0o644 << 16
                with package.open(about, "w", force_zip64=True) as member:
                    for part in parts:
                        member.write(part)
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece
