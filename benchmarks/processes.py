"""What the processes of a server cost: processor time and memory of its whole group."""

import hashlib
import os
import re
import sys
import tempfile
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from reliability.serving import group_of


def environment_of_peer(name: str) -> Path:
    """Return the folder of a peer's environment, kept between runs.

    It is that of this Python: one that was compiled another way takes up to 40 % more, and the comparison would be wrong.
    """
    python = hashlib.sha256(f"{sys.base_prefix} {sys.version}".encode()).hexdigest()[:8]
    return Path(tempfile.gettempdir()) / f"intercoder-benchmark-{name}-{python}"


def cpu_seconds(leader: int) -> float:
    """Return user and system time so far of a process group, with what its processes have waited for."""
    ticks = 0
    for pid in group_of(leader):
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += sum(int(words[place]) for place in (11, 12, 13, 14))
    return ticks / os.sysconf("SC_CLK_TCK")


def pss_mib(leader: int) -> float:
    """Return the memory of a process group in MiB, what several share counted once."""
    kilobytes = 0
    for pid in group_of(leader):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                kilobytes += int(line.split()[1])
    return kilobytes / 1024


#: the line of a mapping in ``smaps``: its offset and its file, empty where it has none
_MAPPING = re.compile(r"^[0-9a-f]+-[0-9a-f]+ \S+ ([0-9a-f]+) \S+ \S+ *(.*)$")
_SYSTEM = ("/usr/lib", "/lib")


@dataclass(frozen=True)
class Memory:
    """What a process group has in memory, in MiB."""

    #: as the system counts it now: pages that several processes have are divided among them, whoever these are
    pss: float
    #: made by the processes themselves: nobody else has it, and it can only be swapped out
    own: float
    #: pages of files: the program, its libraries, Python; read again where the system takes them
    files: float
    #: the same where nobody else on the machine has the program or this Python open: as on a laptop
    alone: float


def memory(leader: int) -> Memory:
    """Return the memory of a process group.

    Where other servers, tests or the benchmark itself run of the same files, PSS is less by what they take over. A laptop
    has one: there every page of the program, its libraries and Python is its own, and only what the system's libraries have
    (the C library, OpenSSL) is divided as it is here.
    """
    own = pss = 0
    files: defaultdict[tuple[str, str], int] = defaultdict(int)
    shared: defaultdict[tuple[str, str], int] = defaultdict(int)
    for pid in group_of(leader):
        place = ("", "")
        numbers = {"Rss": 0, "Pss": 0, "Anonymous": 0}
        for line in [*Path(f"/proc/{pid}/smaps").read_text("utf-8", "replace").splitlines(), "0-0 - 0 - -"]:
            if found := _MAPPING.match(line):
                of_file = numbers["Rss"] - numbers["Anonymous"]
                files[place] = max(files[place], of_file)  # what several of the group have counts once
                shared[place] += numbers["Pss"] - numbers["Anonymous"]
                own, pss = own + numbers["Anonymous"], pss + numbers["Pss"]
                place, numbers = (found[2], found[1]), dict.fromkeys(numbers, 0)
            elif (name := line.partition(":")[0]) in numbers:
                numbers[name] += int(line.split()[1])
    alone = own + sum(shared[place] if _of_the_system(place[0]) else files[place] for place in files)
    return Memory(pss / 1024, own / 1024, sum(files.values()) / 1024, alone / 1024)


def _of_the_system(file: str) -> bool:
    return file.startswith(_SYSTEM) and "python" not in file


def tree_cpu_seconds(root: int) -> float:
    """Return user and system time so far of a process and all below it, whatever groups they are in."""
    ticks, waiting = 0, [root]
    while waiting:
        pid = waiting.pop()
        with suppress(OSError):
            words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += sum(int(words[place]) for place in (11, 12, 13, 14))
            for task in Path(f"/proc/{pid}/task").iterdir():
                waiting += map(int, (task / "children").read_text().split())
    return ticks / os.sysconf("SC_CLK_TCK")


def pss(pid: int) -> float:
    """Return the proportional set size of a process, in MiB; 0 where it has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
