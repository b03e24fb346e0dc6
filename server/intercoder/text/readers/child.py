"""The process that reads one file: limits itself, reads from stdin, answers with JSON on stdout.

Run by ``limited.read_limited`` as ``python -m intercoder.text.readers.child SECONDS BYTES``. The first
line of stdin is JSON (name, choices), the rest is the file.
"""

import json
import sys
from dataclasses import asdict

from intercoder.errors import IntercoderError
from intercoder.text.readers import Choices, read


def main() -> None:
    """Read the file on stdin and print either the document or the refusal."""
    _limit(seconds=int(sys.argv[1]), memory=int(sys.argv[2]))
    answer: dict[str, object]
    try:
        request = json.loads(sys.stdin.buffer.readline())
        document = read(request["name"], sys.stdin.buffer.read(), Choices.of(request["choices"]))
        answer = {"document": asdict(document)}
        encoded = json.dumps(answer, ensure_ascii=False).encode()
    except IntercoderError as error:
        answer = {"type": type(error).__name__, "code": error.code, "message": error.message}
        answer["values"] = dict(error.values)
        encoded = json.dumps(answer).encode()
    except MemoryError:
        # Whatever filled the memory is released by now, a constant still fits.
        encoded = b'{"memory": true}'
    sys.stdout.buffer.write(encoded)
    sys.stdout.buffer.flush()


def _limit(seconds: int, memory: int) -> None:
    try:
        import resource
    except ImportError:  # Windows: the parent's wall clock is the only limit there.
        return
    for kind, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        soft = value if hard == resource.RLIM_INFINITY else min(value, hard)
        try:
            resource.setrlimit(kind, (soft, hard))
        except (ValueError, OSError):  # macOS refuses some; the wall clock still holds.
            continue


if __name__ == "__main__":
    main()
