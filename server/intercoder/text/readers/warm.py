"""The process from which readers of files are forked: small, of one thread, with the parsers loaded.

A new interpreter for each file takes 60 ms before it reads the first byte, a fork 2. ``limited.py`` starts this as ``python -m
intercoder.text.readers.warm`` with a socket as its stdin, and sends ``ORDER`` over it with three descriptors: a socket
with the request, on which the child answers; the writing end of a pipe, on which this process says how the child ended;
and a file for what the child says on stderr. It ends when the other end of its socket is closed, with all its children,
and by itself when nobody asked for a while. Only where there is ``os.fork``.
"""

import array
import ctypes
import gc
import math
import os
import select
import signal
import socket
import struct
import sys
import time
from contextlib import suppress
from dataclasses import dataclass

from intercoder.text.readers import child, load_for, read

#: wall-clock limit in seconds, limit of memory in bytes, the extension of the file's name
ORDER = struct.Struct("=dQ16s")
#: whether it was stopped at the wall-clock limit, and what ``waitpid`` said
END = struct.Struct("=?i")
#: seconds without an order after which it ends: a server that imports nothing keeps no memory for it
IDLE = 60.0
#: descriptors of an order
WITH = 3
_PR_SET_PDEATHSIG = 1


@dataclass
class _Child:
    report: int
    until: float
    stopped: bool = False


def main() -> None:
    """Fork a reader for each order until there is no one to order."""
    control = socket.socket(fileno=os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    woken, wake = socket.socketpair()
    woken.setblocking(False)
    wake.setblocking(False)
    signal.set_wakeup_fd(wake.fileno())
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of the terminal: whoever ordered decides
    read("warm.txt", "暖 warm\n".encode())  # whatever is loaded late is loaded now
    gc.collect()
    gc.freeze()
    children: dict[int, _Child] = {}
    try:
        while True:
            next_end = min((c.until for c in children.values() if not c.stopped), default=time.monotonic() + IDLE)
            ready, _, _ = select.select([control, woken], [], [], max(0.0, next_end - time.monotonic()))
            if control in ready and not _take(control, children):
                return
            if woken in ready:
                woken.recv(4096)
            _reap(children)
            _stop_late(children)
            if not ready and not children:
                return
    finally:
        for pid in children:
            os.kill(pid, signal.SIGKILL)


def _take(control: socket.socket, children: dict[int, _Child]) -> bool:
    """Fork a reader for one order; False when nobody orders any more."""
    order, descriptors = _received(control)
    if len(order) < ORDER.size or len(descriptors) != WITH:
        return False
    seconds, memory, suffix = ORDER.unpack(order)
    request, report, errors = descriptors
    load_for(suffix.rstrip(b"\0").decode("latin-1"))
    began, here = time.monotonic(), os.getpid()
    pid = os.fork()
    if pid == 0:
        _run(here, request, errors, seconds=math.ceil(seconds), memory=memory)
    os.close(request)
    os.close(errors)
    children[pid] = _Child(report, began + seconds)
    return True


def _received(control: socket.socket) -> tuple[bytes, list[int]]:
    room = array.array("i")
    order, more, _, _ = control.recvmsg(ORDER.size, socket.CMSG_SPACE(WITH * room.itemsize))
    for level, kind, data in more:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            room.frombytes(data[: len(data) - len(data) % room.itemsize])
    return order, list(room)


def _run(parent: int, request: int, errors: int, *, seconds: int, memory: int) -> None:
    """Be the reader: nothing of the process before is open, and this ends with it."""
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        if sys.platform == "linux":
            with suppress(
                OSError, AttributeError
            ):  # a system that forbids it: the warm process ends its readers all the same
                ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            return
        os.dup2(request, 0)
        os.dup2(errors, 2)
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))
        child.limit(seconds=max(1, seconds), memory=memory)
        with open(0, "rb", closefd=False) as source:
            said = memoryview(child.answer(source))
        while said:
            said = said[os.write(0, said) :]
        status = 0
    except MemoryError:
        os.write(2, b"MemoryError")
    finally:
        os._exit(status)


def _reap(children: dict[int, _Child]) -> None:
    while children:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        ended = children.pop(pid)
        with suppress(BrokenPipeError):  # who ordered waits no more
            os.write(ended.report, END.pack(ended.stopped, status))
        os.close(ended.report)


def _stop_late(children: dict[int, _Child]) -> None:
    for pid, running in children.items():
        if not running.stopped and running.until <= time.monotonic():
            running.stopped = True
            os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
