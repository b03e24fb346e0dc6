"""Zip packages and the XML in them, opened so that a hostile one costs nothing."""

import stat
import zipfile
import zlib
from io import BytesIO
from typing import Protocol, cast

from lxml import etree

from intercoder.errors import InvalidInput, TooLarge, marked
from intercoder.text.readers.document import broken

MAX_MEMBERS = 5_000
MAX_XML_BYTES = 64 * 1024 * 1024
MAX_TOTAL_BYTES = 512 * 1024 * 1024
MAX_RATIO = 200
#: Small members compress beyond any ratio and harm nobody.
RATIO_FROM_BYTES = 1024 * 1024

_CHUNK = 256 * 1024
_ENTRY_MARK = b"PK\x01\x02"
_DOCTYPE = b"<!DOCTYPE"


class Package:
    """A zip file in memory whose list of members has been found harmless.

    Parameters
    ----------
    data : bytes
        The whole file.

    Raises
    ------
    InvalidInput
        ``zip_bomb`` for too many members, too much content or too high a ratio; ``broken_file`` for
        anything that is not a sound zip, and for names that lead outside, links and passwords.
    """

    def __init__(self, data: bytes) -> None:
        # The list is counted before zipfile builds an object for each of its entries.
        if data.count(_ENTRY_MARK) > MAX_MEMBERS:
            raise _bomb()
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise broken(marked("it is not a complete zip package")) from error
        self._members: dict[str, zipfile.ZipInfo] = {}
        total = 0
        for member in self._zip.infolist():
            _check_name(member)
            total += member.file_size
            if total > MAX_TOTAL_BYTES or _too_dense(member.file_size, member.compress_size):
                raise _bomb()
            self._members[member.filename] = member

    @property
    def names(self) -> set[str]:
        """The names of the members."""
        return set(self._members)

    def read(self, name: str) -> bytes:
        """Return the content of a member, counted while it is inflated.

        However much there is to inflate, no more is taken than the list of members gives as its size,
        and that is known to be harmless; a size that turns out to be a lie makes the file a broken one.

        Raises
        ------
        InvalidInput
            ``broken_file`` when it is missing or damaged or its size is a lie.
        TooLarge
            ``too_large`` when it is larger than an XML part may be.
        """
        member = self._members.get(name)
        if member is None:
            raise broken(marked("its part {part} is missing"), part=name)
        if member.flag_bits & 1:
            raise broken(marked("it is protected by a password"))
        parts = []
        size = 0
        try:
            with self._zip.open(member) as stream:
                while chunk := stream.read(_CHUNK):
                    size += len(chunk)
                    if size > MAX_XML_BYTES:
                        raise TooLarge(
                            "too_large",
                            "One part of this file holds more than {limit} MB. Split the file and import the parts.",
                            limit=MAX_XML_BYTES // 2**20,
                        )
                    parts.append(chunk)
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, NotImplementedError) as error:
            raise broken(marked("its part {part} cannot be unpacked"), part=name) from error
        if size != member.file_size:
            raise broken(marked("its part {part} is not as long as the package says"), part=name)
        return b"".join(parts)

    def xml(self, name: str) -> etree._Element:
        """Return the root of an XML member; see ``parse_xml``."""
        return parse_xml(self.read(name), name)


class _Parsed(Protocol):
    """What lxml knows of a parsed file; its stubs leave the rest out."""

    doctype: str


def parse_xml(data: bytes, name: str) -> etree._Element:
    """Return the root element of an XML file that defines no entities and refers to no other file.

    Raises
    ------
    InvalidInput
        ``xml_doctype`` when it has a document type; ``broken_file`` when it is not well-formed.
    """
    # Zero bytes are taken out for the search so that UTF-16 hides nothing.
    if _DOCTYPE in data or _DOCTYPE in data.replace(b"\0", b""):
        raise _doctype(name)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        if getattr(error, "code", None) == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from error
        raise broken(marked("its part {part} is not well-formed XML"), part=name) from error
    if cast("_Parsed", root.getroottree().docinfo).doctype:
        # In an encoding in which the search above saw nothing.
        raise _doctype(name)
    return root


def _check_name(member: zipfile.ZipInfo) -> None:
    name = member.filename.replace("\\", "/")
    if name.startswith("/") or ".." in name.split("/") or name[1:2] == ":" or "\0" in name:
        raise broken(marked("it holds a file name that leads outside the package"))
    if stat.S_ISLNK(member.external_attr >> 16):
        raise broken(marked("it holds a link to another file"))


def _too_dense(size: int, compressed: int) -> bool:
    return size > RATIO_FROM_BYTES and size > MAX_RATIO * max(compressed, 1)


def _bomb() -> InvalidInput:
    return InvalidInput(
        "zip_bomb",
        "This file unpacks to far more than a document holds, so it was not opened. Open it in the program it "
        "comes from and save it again.",
    )


def _doctype(name: str) -> InvalidInput:
    return InvalidInput(
        "xml_doctype",
        "The part {name} of this file has a document type, which documents of this format never have and which "
        "can be misused. Open the file in the program it comes from and save it again.",
        name=name[:100],
    )
