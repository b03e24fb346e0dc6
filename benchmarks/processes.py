"""What the processes of a server cost: processor time and memory of its whole group."""

import os
from contextlib import suppress
from pathlib import Path

from reliability.serving import group_of


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
