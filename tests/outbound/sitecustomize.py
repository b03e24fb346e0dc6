"""No connection leaves this machine while tests run: Python loads this in every process whose PYTHONPATH names the folder.

A connection or a look-up of a name that is not this machine's is refused, and noted in the file that ``OUTBOUND_NOTES``
names; so is every process that is watched. The run fails when anything was noted (tests/conftest.py), also where
the program that tried has caught the refusal.
"""

import os
import sys
from collections.abc import Sequence
from ipaddress import ip_address

NOTES = "OUTBOUND_NOTES"
OUTSIDE, WATCHED = "outside", "watched"
#: what Python tells before it connects, sends or asks for a name → where in its arguments the host stands
EVENTS = {
    "socket.connect": 1,
    "socket.sendto": 1,
    "socket.sendmsg": 1,
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
    "socket.gethostbyaddr": 0,
}


class OutboundRefused(OSError):
    """Something of a test asked for another machine."""


def here(address: object) -> bool:
    """Return whether an address is this machine's: a loopback address, a file, or none at all."""
    host = address[0] if isinstance(address, tuple) and address else address
    if host is None or isinstance(host, bytes) or not isinstance(host, str):
        return True  # a socket in the file system, or a connected one
    if host == os.uname().nodename:  # a mail says hello with it
        return True
    if host in {"", "localhost", "0.0.0.0", "::"} or "/" in host or host.startswith("\0"):
        return True
    try:
        return ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _note(kind: str, what: str) -> None:
    notes = os.environ.get(NOTES)
    if notes:
        line = f"{kind}\t{os.getpid()}\t{' '.join(sys.orig_argv)[:200]}\t{what}".replace("\n", " ") + "\n"
        handle = os.open(notes, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
        os.write(handle, line.encode("utf-8", "replace"))
        os.close(handle)


def note_outside(what: str) -> None:
    """Note that something asked for another machine."""
    _note(OUTSIDE, what)


def _hear(event: str, arguments: Sequence[object]) -> None:
    place = EVENTS.get(event)
    if place is None or len(arguments) <= place or here(arguments[place]):
        return
    note_outside(f"{event} {arguments[place]!r}")
    raise OutboundRefused(f"tests open no connection to another machine: {event} {arguments[place]!r}")


def watch() -> None:
    """Watch this process from now on."""
    if not hasattr(sys, "_outbound_is_watched"):
        sys._outbound_is_watched = True  # type: ignore[attr-defined]
        sys.addaudithook(_hear)
        _note(WATCHED, "")


if NOTES in os.environ:
    watch()
