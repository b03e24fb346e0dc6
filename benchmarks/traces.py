"""What a trace of Chromium says: how much of the renderer's main thread went into showing what a key does."""

import json
import statistics
from typing import TypedDict

#: what has to be traced for that
CATEGORIES = ["devtools.timeline", "toplevel", "cc"]
MAIN, FRAME, KEY = "CrRendererMain", "BeginMainFrame", "keydown"
TASKS = ("RunTask", "ThreadControllerImpl::RunTask")


class Said(TypedDict, total=False):
    """What goes with an event of a trace, as far as it is read here."""

    name: str
    data: "Said"
    type: str


class Event(TypedDict, total=False):
    """An event of a trace: ``ts`` and ``dur`` are µs of the clock, ``tdur`` µs of CPU."""

    name: str
    ph: str
    pid: int
    tid: int
    ts: float
    dur: float
    tdur: float
    args: Said


def keys_to_painted(trace: bytes, each: int) -> float:
    """Return the median CPU from the last of ``each`` keys in a row until the main thread has painted its first frame, in ms."""
    events: list[Event] = json.loads(trace)["traceEvents"]
    mains = {(e["pid"], e["tid"]) for e in events if e["name"] == "thread_name" and e["args"].get("name") == MAIN}
    whole = [e for e in events if e.get("ph") == "X" and (e["pid"], e["tid"]) in mains]
    typed = sorted(
        (e for e in whole if e["name"] == "EventDispatch" and e["args"]["data"].get("type") == KEY),
        key=lambda e: e["ts"],
    )
    own = [e for e in whole if typed and (e["pid"], e["tid"]) == (typed[0]["pid"], typed[0]["tid"])]
    frames = sorted(e["ts"] for e in own if FRAME in e["name"])
    tasks: list[Event] = []
    for task in sorted((e for e in own if e["name"] in TASKS), key=lambda e: e["ts"]):
        if not tasks or task["ts"] >= tasks[-1]["ts"] + tasks[-1]["dur"]:  # no task within another
            tasks.append(task)
    spent = []
    for key in typed[each - 1 :: each]:
        frame = next(at for at in frames if at > key["ts"])
        # Now and then the browser says no CPU of a task: it had no more than its time.
        within = [t for t in tasks if t["ts"] + t["dur"] > key["ts"] and t["ts"] <= frame]
        spent.append(sum(t.get("tdur", t["dur"]) for t in within))
    return statistics.median(spent) / 1000
