"""Answers are sent as Brotli or gzip to whoever takes that, when there is something to save.

Browsers take Brotli from https and from the machine they run on; over http they take gzip, by the standard library at its
quickest level. What that costs is decision 113, why it gives no secret away decision 29.
"""

import zlib
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import cache

from flask import Flask, Response, request

#: the shortest answer that is worth it
LEAST = 1000
LEVEL = 1
#: what zlib calls gzip's frame, with the largest window
GZIP_FORM = 31
#: Brotli's quality for what is made anew for each answer, and for what is made once and kept
QUALITY, QUALITY_ONCE = 5, 9
#: kinds beside text/* that shrink
_KINDS = frozenset({"application/json", "application/x-ndjson", "application/xml", "image/svg+xml"})


class Packing(StrEnum):
    """How content is compressed, by its name in Content-Encoding (RFC 9110, 8.4.1; RFC 7932)."""

    BROTLI = "br"
    GZIP = "gzip"


def compressible(kind: str) -> bool:
    """Whether content of this media type shrinks: text and JSON do, what is compressed in itself does not."""
    if kind == "text/event-stream":  # each event must leave by itself
        return False
    return kind.startswith("text/") or kind in _KINDS or kind.endswith(("+json", "+xml"))


def taken() -> Packing | None:
    """Return what who asks takes, the smaller where both are as welcome; ``None``: nothing compressed."""
    welcome = {packing: request.accept_encodings.quality(packing) for packing in Packing}
    best = max(welcome, key=lambda packing: welcome[packing])
    return best if welcome[best] > 0 else None


def packed(content: bytes, packing: Packing, *, once: bool = False) -> bytes:
    """Return content compressed; ``once``: smaller and slower, because it is kept."""
    if packing is Packing.GZIP:
        return zlib.compress(content, 9 if once else LEVEL, GZIP_FORM)
    import brotli  # not at the start: a server that has not been visited does without

    return bytes(brotli.compress(content, mode=brotli.MODE_TEXT, quality=QUALITY_ONCE if once else QUALITY))


@cache
def _packed_once(content: bytes, packing: Packing) -> bytes:
    return packed(content, packing, once=True)


def part_of_the_program(content: bytes, kind: str) -> Response:
    """Return the answer with what is the same for everybody; what was packed is kept as long as the program runs."""
    packs = compressible(kind) and len(content) >= LEAST
    packing = taken() if packs else None
    response = Response(_packed_once(content, packing) if packing else content, mimetype=kind)
    if packing:
        response.content_encoding = packing
    if packs:
        response.vary.add("Accept-Encoding")
    return response


def init_app(app: Flask) -> None:
    """Compress what is worth it. Registered before what writes bodies, so that it comes after it."""

    @app.after_request
    def compress(response: Response) -> Response:
        if not _worth_it(response):
            return response
        response.vary.add("Accept-Encoding")
        packing = taken()
        # A page of another site may open ours as often as it likes, and its network may watch the lengths.
        if packing is None or request.headers.get("Sec-Fetch-Site") == "cross-site":
            return response
        if response.is_sequence:
            response.set_data(packed(response.get_data(), packing))
        elif request.accept_encodings.quality(Packing.GZIP) > 0:  # Brotli takes more than twice as long
            packing = Packing.GZIP
            response.call_on_close(getattr(response.response, "close", lambda: None))
            response.response = _packed(response.iter_encoded())
            response.headers.pop("Content-Length", None)
        else:
            return response
        response.content_encoding = packing
        etag, _ = response.get_etag()
        if etag is not None:
            response.set_etag(etag, weak=True)  # the same content, other bytes
        return response


def _worth_it(response: Response) -> bool:
    if response.is_sequence and (response.calculate_content_length() or 0) < LEAST:
        return False
    if response.status_code in {204, 206, 304} or response.content_encoding or response.direct_passthrough:
        return False
    return compressible(response.mimetype or "")


def _packed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the gzip of a stream of which little is held at any time."""
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP_FORM)
    for piece in pieces:
        if ready := packer.compress(piece):
            yield ready
    yield packer.flush()
