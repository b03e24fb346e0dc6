"""Reading files of strangers: in a process of its own, with a limit on time and memory."""

import json
import math
import signal
import subprocess
import sys
from typing import Any

from intercoder import errors
from intercoder.text.anchors import Anchor, AnchorKind
from intercoder.text.readers.choices import USUAL, Choices, Found
from intercoder.text.readers.document import MAX_BYTES, ReadDocument, Remark, broken

SECONDS = 60.0
GIB = 2**30


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
        Wall-clock limit, the start of the process included; on POSIX also the limit of CPU time.
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
    request = json.dumps({"name": name, "choices": choices.plain()}).encode() + b"\n"
    # What is over the limit is refused by its length; there is no use in sending all of it.
    payload = request + data[: MAX_BYTES + 1]
    command = [sys.executable, "-P", "-m", "intercoder.text.readers.child"]
    command += [str(max(1, math.ceil(seconds))), str(memory)]
    try:
        # The command is this interpreter, a module of ours and two numbers; the file comes through stdin.
        done = subprocess.run(  # noqa: S603
            command, input=payload, capture_output=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise _too_long(seconds) from error
    if hasattr(signal, "SIGXCPU") and done.returncode == -signal.SIGXCPU:
        raise _too_long(seconds)
    try:
        answer = json.loads(done.stdout)
    except ValueError as error:
        if b"MemoryError" in done.stderr or b"emory allocation failed" in done.stderr:
            raise _too_much_memory(memory) from error
        raise broken(errors.marked("reading it stopped the reader")) from error
    if "memory" in answer:
        raise _too_much_memory(memory)
    if "document" in answer:
        return _document(answer["document"])
    refusal = errors.TooLarge if answer["type"] == "TooLarge" else errors.InvalidInput
    raise refusal(answer["code"], answer["message"], **answer["values"])


def _document(answer: dict[str, Any]) -> ReadDocument:
    made = {
        "anchors": [Anchor(**anchor | {"kind": AnchorKind(anchor["kind"])}) for anchor in answer["anchors"]],
        "warnings": [Remark(**remark) for remark in answer["warnings"]],
        "choices": Choices.of(answer["choices"]),
        "found": Found.of(answer["found"]),
    }
    return ReadDocument(**answer | made)


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
