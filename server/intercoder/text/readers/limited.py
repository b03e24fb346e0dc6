"""Reading files of strangers: each in a process of its own, small texts several in one, with a limit on time and memory.

The process is forked from a small one that has the parsers loaded (``warm.py``), or is a new interpreter where there is
no fork.
"""

import json
import math
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import PurePath
from time import monotonic
from typing import Any

from intercoder import errors
from intercoder.text.anchors import Anchor, AnchorKind
from intercoder.text.readers.choices import USUAL, Choices, Found
from intercoder.text.readers.code_file import CodeFile, QdcCode
from intercoder.text.readers.document import MAX_BYTES, ReadDocument, Remark, Unread, broken

SECONDS = 60.0
GIB = 2**30
#: seconds beyond the limit after which the process from which readers are forked is not waited for any longer
GRACE = 30.0
#: what the interpreter runs from which readers are forked
WARM: tuple[str, ...] = ("-m", "intercoder.text.readers.warm")
#: what a child says of a file
Answer = dict[str, Any]
_KINDS = {kind.value: kind for kind in AnchorKind}
#: variables that a reader's interpreter needs; the others may be secrets
_NEEDED = ("PYTHON", "LANG", "LC_", "PATH", "LD_", "DYLD_", "TMPDIR", "SYSTEMROOT", "TEMP", "TMP")


def read_limited(
    name: str,
    data: bytes,
    choices: Choices = USUAL,
    *,
    seconds: float = SECONDS,
    memory: int = GIB,
) -> ReadDocument:
    """Return the same as ``readers.read``, computed in a child process that is stopped at its limits.

    Parameters
    ----------
    name : str
        The file's name; only its extension is used.
    data : bytes
        The whole file.
    choices : Choices
        What a person decided about the reading.
    seconds : float
        Wall-clock limit, from the fork on; on POSIX also the limit of CPU time.
    memory : int
        Limit of the child's address space in bytes. Kept on POSIX systems; on Windows there is none.

    Returns
    -------
    ReadDocument
        See ``readers.read``.

    Raises
    ------
    InvalidInput, TooLarge
        All that ``readers.read`` raises; further ``took_too_long``, ``needs_too_much_memory``, and
        ``broken_file`` when the parser itself crashed.
    """
    (result,) = _answers([Unread(name, data, choices)], seconds, memory)
    if isinstance(result, errors.IntercoderError):
        raise result
    return result


def read_together(
    files: Sequence[Unread], *, seconds: float = SECONDS, memory: int = GIB
) -> list[ReadDocument | errors.IntercoderError]:
    """Return what ``read_limited`` returns or raises for each of several small texts, which one child reads.

    It has the limits of a child that reads one file. Where it dies, or is stopped at one of them, each file is read by
    a child of its own: so the one that did it is refused, and the others are read.
    """
    if len(files) > 1:
        with suppress(errors.IntercoderError):
            return _answers(files, seconds, memory)
    return [_alone(file, seconds, memory) for file in files]


def _alone(file: Unread, seconds: float, memory: int) -> ReadDocument | errors.IntercoderError:
    try:
        return read_limited(file.name, file.data, file.choices, seconds=seconds, memory=memory)
    except errors.IntercoderError as error:
        return error


def _answers(files: Sequence[Unread], seconds: float, memory: int) -> list[ReadDocument | errors.IntercoderError]:
    """Return what one child says of documents."""
    # What is over the limit is refused by its length; there is no use in sending all of it.
    pieces = [file.data[: MAX_BYTES + 1] for file in files]
    wanted = [
        {"name": file.name, "choices": file.choices.plain(), "size": len(piece)}
        for file, piece in zip(files, pieces, strict=True)
    ]
    payload = b"".join([json.dumps({"files": wanted}).encode(), b"\n", *pieces])
    return [_result(said) for said in _said(files[0].name, payload, seconds, memory)]


def read_codes_limited(name: str, data: bytes, *, seconds: float = SECONDS, memory: int = GIB) -> CodeFile:
    """Return the same as ``code_file.read_code_file``, computed in a child process like ``read_limited``."""
    piece = data[: MAX_BYTES + 1]
    wanted = {"name": name, "codes": True, "size": len(piece)}
    payload = b"".join([json.dumps({"files": [wanted]}).encode(), b"\n", piece])
    (said,) = _said(name, payload, seconds, memory)
    if "codes" not in said:
        raise _refusal(said)
    return _code_file(said["codes"])


def _said(name: str, payload: bytes, seconds: float, memory: int) -> list[Answer]:
    """Return what one child says of each file; raises what is said of a child that did not come to its end."""
    reads = _forked if hasattr(os, "fork") else _started
    done = reads(name, payload, seconds, memory)
    if done.late:
        raise _too_long(seconds)
    try:
        answer: Answer = json.loads(done.said)
    except ValueError as error:
        if b"MemoryError" in done.errors or b"emory allocation failed" in done.errors:
            raise _too_much_memory(memory) from error
        raise broken(errors.marked("reading it stopped the reader")) from error
    if "memory" in answer:
        raise _too_much_memory(memory)
    files: list[Answer] = answer["files"]
    return files


def _result(said: Answer) -> ReadDocument | errors.IntercoderError:
    if "document" in said:
        return _document(said["document"])
    return _refusal(said)


def _refusal(said: Answer) -> errors.IntercoderError:
    refusal = errors.TooLarge if said["type"] == "TooLarge" else errors.InvalidInput
    return refusal(said["code"], said["message"], **said["values"])


@dataclass(frozen=True)
class _Done:
    """What a process that read a file said, on stderr too, and whether it had to be stopped for its time."""

    said: bytes
    errors: bytes
    late: bool


def _started(_name: str, payload: bytes, seconds: float, memory: int) -> _Done:
    """Read in a new interpreter."""
    command = [sys.executable, "-P", "-m", "intercoder.text.readers.child"]
    command += [str(max(1, math.ceil(seconds))), str(memory)]
    try:
        # The command is this interpreter, a module of ours and two numbers; the file comes through stdin.
        done = subprocess.run(  # noqa: S603
            command, input=payload, capture_output=True, timeout=seconds, check=False, env=_environment()
        )
    except subprocess.TimeoutExpired:
        return _Done(b"", b"", late=True)
    return _Done(done.stdout, done.stderr, late=_of_time(done.returncode))


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name.startswith(_NEEDED)}


def _of_time(status: int) -> bool:
    return hasattr(signal, "SIGXCPU") and status == -signal.SIGXCPU


class _Lost(Exception):
    """The process from which readers are forked is gone."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        super().__init__()
        self.process = process


class _Warm:
    """The process from which readers are forked (``warm.py``): started when it is needed, and again when it is gone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def order(self, order: bytes, descriptors: list[int]) -> "subprocess.Popen[bytes]":
        """Send an order and return the process that has it; raises ``_Lost`` when it does not arrive."""
        with self._lock:
            if self._control is None or self._process is None or self._process.poll() is not None:
                self._start()
            assert self._control is not None
            assert self._process is not None
            try:
                socket.send_fds(self._control, [order], descriptors)
            except OSError as error:
                raise _Lost(self._process) from error
            return self._process

    def _start(self) -> None:
        if self._control is not None:
            self._control.close()
        self._control, theirs = socket.socketpair()
        command = [sys.executable, "-P", *WARM]
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - this interpreter and a module of ours
                command, stdin=theirs.fileno(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=_environment()
            )

    def replace(self, gone: "subprocess.Popen[bytes]") -> None:
        """Start another with the next order, whether or not the system has noticed yet that this one is gone."""
        with self._lock:
            if self._process is gone:
                gone.kill()
                gone.wait()

    def forget(self) -> None:
        """Leave it to the process that this one was forked from."""
        if self._control is not None:
            self._control.close()
        self.__init__()  # type: ignore[misc]


_warm = _Warm()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_warm.forget)


def _forked(name: str, payload: bytes, seconds: float, memory: int) -> _Done:
    """Read in a fork of the warm process; when that is gone, in one of another, once."""
    try:
        return _asked(name, payload, seconds, memory)
    except _Lost as lost:
        _warm.replace(lost.process)
        try:
            return _asked(name, payload, seconds, memory)
        except _Lost:
            return _Done(b"", b"", late=False)


def _asked(name: str, payload: bytes, seconds: float, memory: int) -> _Done:
    from intercoder.text.readers.warm import END, ORDER  # of a system that has what it imports

    suffix = PurePath(name).suffix.lower().encode("latin-1", "replace")[:16]
    ours, theirs = socket.socketpair()
    ended, report = os.pipe()
    with tempfile.TemporaryFile() as errors, closing(ours), os.fdopen(ended, "rb") as end:
        try:
            process = _warm.order(ORDER.pack(seconds, memory, suffix), [theirs.fileno(), report, errors.fileno()])
        finally:
            theirs.close()
            os.close(report)
        said = _exchanged(ours, payload, monotonic() + seconds + GRACE)
        if said is None:
            return _Done(b"", b"", late=True)
        told = end.read()
        if len(told) < END.size:
            raise _Lost(process)
        stopped, status = END.unpack(told)
        errors.seek(0)
        return _Done(said, errors.read(), late=stopped or _of_time(os.waitstatus_to_exitcode(status)))


def _exchanged(ours: socket.socket, payload: bytes, until: float) -> bytes | None:
    """Send a request and return the answer; None when there is none in time."""
    said: list[bytes] = []
    try:
        with suppress(BrokenPipeError, ConnectionResetError):  # it ended before it had read everything
            ours.settimeout(until - monotonic())
            ours.sendall(payload)
            ours.shutdown(socket.SHUT_WR)
        while True:
            ours.settimeout(max(0.01, until - monotonic()))
            piece = ours.recv(2**18)
            if not piece:
                return b"".join(said)
            said.append(piece)
    except ConnectionResetError:
        return b"".join(said)
    except TimeoutError:
        return None


def _document(answer: Answer) -> ReadDocument:
    made = {
        "anchors": [Anchor(_KINDS[kind], *place) for kind, *place in answer["anchors"]],
        "warnings": [Remark(**remark) for remark in answer["warnings"]],
        "choices": Choices.of(answer["choices"]),
        "found": Found.of(answer["found"]),
    }
    return ReadDocument(**answer | made)


def _code_file(answer: Answer) -> CodeFile:
    tables = tuple(tuple(map(tuple, table)) for table in answer["tables"])
    codes = tuple(QdcCode(**code | {"sets": tuple(code["sets"])}) for code in answer["codes"])
    return CodeFile(answer["text"], tables, codes)


def _too_long(seconds: float) -> errors.InvalidInput:
    return errors.InvalidInput(
        "took_too_long",
        "Reading this file took more than {seconds} seconds and was stopped. Split the file, or save its text as "
        ".txt, and import that.",
        seconds=seconds,
    )


def _too_much_memory(memory: int) -> errors.InvalidInput:
    return errors.InvalidInput(
        "needs_too_much_memory",
        "Reading this file needs more than {limit} MB of memory and was stopped. Split the file, or save its text "
        "as .txt, and import that.",
        limit=memory // 2**20,
    )
