"""Short ways to write down what happened in a study."""

from typing import Any

from intercoder.stats.tree import Level

Event = dict[str, Any]

TREE = {"l1": "F1", "l2": "F1", "l3": "F2", "F1": "S1", "F2": "S1", "S1": "G1"}


def tree() -> list[Event]:
    """Labels l1, l2 under F1 and l3 under F2; both under S1 under G1; the label l4 stands alone."""
    level = {"l": Level.LABEL, "F": Level.CONCEPT, "S": Level.THEME, "G": Level.CONSTRUCT}
    codes = ["l1", "l2", "l3", "l4", "F1", "F2", "S1", "G1"]
    return [
        *({"e": "code", "code": code, "level": level[code[0]]} for code in codes),
        *({"e": "parent", "code": code, "parent": parent} for code, parent in TREE.items()),
    ]


def doc(name: str, case: str | None = "A", source: str | None = "interview", coders: str | None = None) -> Event:
    return {"e": "doc", "doc": name, "case": case, "source": source} | ({"coders": list(coders)} if coders else {})


def applied(coder: str, name: str, *codes: str) -> list[Event]:
    return [{"e": "apply", "coder": coder, "doc": name, "code": code} for code in codes]


def ruled(name: str, code: str, present: bool) -> Event:
    return {"e": "adjudicate", "doc": name, "code": code, "present": present}


def merged(code: str, into: str) -> Event:
    return {"e": "merge", "from": code, "into": into}


def shown(name: str, code: str, prop: str, place: str | None = None) -> Event:
    return {"e": "property", "doc": name, "code": code, "property": prop, "dimension": place}
