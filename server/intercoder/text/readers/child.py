"""What reads a file of a stranger, or several small texts, in a process of its own: limits itself, reads, answers with JSON.

``warm.py`` forks it; where nothing can be forked, ``limited.py`` runs it as ``python -m intercoder.text.readers.child
SECONDS BYTES``, with the request on stdin and the answer on stdout. The first line of a request is JSON (of each file its
name, choices and size), the rest are the files one after the other.
"""

import json
import sys
from dataclasses import asdict
from typing import Any, BinaryIO

from intercoder.errors import IntercoderError
from intercoder.text.readers import Choices, ReadDocument, read
from intercoder.text.readers.code_file import read_code_file

#: what such a process may not do, as the interpreter calls it: speak to others, start something, end others
_FORBIDDEN = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system", "os.kill")
#: bytes that it may write to a file: what it says on stderr
_WRITTEN = 2**16


def answer(source: BinaryIO) -> bytes:
    """Return the document of each file of a request, or its refusal, as JSON."""
    try:
        said = [_read(file, source) for file in json.loads(source.readline())["files"]]
        # A refusal may quote half a surrogate pair of a file's name.
        return json.dumps({"files": said}, ensure_ascii=False).encode("utf-8", "surrogatepass")
    except MemoryError:
        # Whatever filled the memory is released by now, a constant still fits.
        return b'{"memory": true}'


def _read(file: dict[str, Any], source: BinaryIO) -> dict[str, object]:
    try:
        if file.get("codes"):
            return {"codes": read_code_file(file["name"], source.read(file["size"])).plain()}
        document = read(file["name"], source.read(file["size"]), Choices.of(file["choices"]))
        return {"document": _plain(document)}
    except IntercoderError as error:
        said = {"type": type(error).__name__, "code": error.code, "message": error.message}
        return {**said, "values": dict(error.values)}


def _plain(document: ReadDocument) -> dict[str, object]:
    """Return a document as ``limited.py`` takes it back."""
    return {
        "text": document.text,
        "anchors": document.anchors,
        "format": document.format,
        "reader": document.reader,
        "encoding": document.encoding,
        "warnings": [asdict(remark) for remark in document.warnings],
        "choices": document.choices.plain(),
        "found": asdict(document.found),
    }


def limit(*, seconds: int, memory: int) -> None:
    """Let this process have so much time of the processor and so much memory, and neither network nor other programs."""
    sys.addaudithook(_refuse)
    try:
        import resource
    except ImportError:  # Windows: the parent's wall clock is the only limit there.
        return
    for kind, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, _WRITTEN),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        soft = value if hard == resource.RLIM_INFINITY else min(value, hard)
        try:
            resource.setrlimit(kind, (soft, hard))
        except (ValueError, OSError):  # macOS refuses some; the wall clock still holds.
            continue


def _refuse(event: str, _arguments: object) -> None:
    if event.startswith(_FORBIDDEN):
        raise PermissionError(f"a reader may not: {event}")


def main() -> None:
    """Read the file on stdin and print either the document or the refusal."""
    limit(seconds=int(sys.argv[1]), memory=int(sys.argv[2]))
    sys.stdout.buffer.write(answer(sys.stdin.buffer))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
