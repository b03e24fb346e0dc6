"""A study as it happened: what was applied stays as it was; merges, moves and rulings are layers on top.

An event is a mapping with its kind under ``e``. The kinds and their fields:

=============  ==========================================  =============================================
kind           fields (optional ones in brackets)          what happens
=============  ==========================================  =============================================
code           code, level                                 a code of that level is there
parent         code, parent                                it stands under another code; None: under none
rename         code, label                                 no figure changes
doc            doc, [case], [source], [coders]             a document counts; ``coders`` finished it
exclude        doc                                         it leaves the documents that count
include        doc                                         it is back, at its old place
apply          coder, doc, code, [quotations]              a coder marked it present
unapply        coder, doc, code                            and took that back
adjudicate     doc, code, present                          a ruling
negative       doc, code                                   the document contradicts the category
merge          from, into                                  two codes count as one, in the past too
unmerge        code                                        and no longer do
split          code, into                                  its applications wait to be coded anew
relation       doc, from, type, to                         a document shows a relation
property       doc, code, property, [dimension]            ... a property, at a place on its dimension
reserve        docs                                        they are put aside for the hold-out test
open_reserve   docs                                        the hold-out is opened, see ``declarations``
declare        [by], [forced]                              see ``declarations``
=============  ==========================================  =============================================
"""

import enum
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from intercoder.errors import WrongArgument
from intercoder.stats.merging import Merges
from intercoder.stats.tree import CodeTree, Level, way_up

Event: TypeAlias = Mapping[str, Any]
Relation: TypeAlias = tuple[str, str, str]


class Kind(enum.StrEnum):
    """What is not a code and can be new all the same."""

    RELATIONS = "relations"  #: (from, type, to)
    PROPERTIES = "properties"  #: (category, property)
    DIMENSIONS = "dimensions"  #: (category, property, place on it)


KINDS = tuple(Kind)


@dataclass(frozen=True, slots=True)
class Source:
    """A document: the case it belongs to, its source type, and who finished it (None: not known)."""

    case: str | None
    source: str | None
    coders: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Refused:
    """An event that changed nothing: its place (from 0), its kind, and why.

    ``why``: ``unknown_event``, ``incomplete_event``, ``unknown_level``, ``merge_cycle``, ``parent_cycle``,
    ``not_merged``, ``not_applied``, ``unknown_document``, ``document_twice``.
    """

    at: int
    event: str
    why: str


@dataclass
class Study:
    """Everything known after the events so far. Use ``Study.of(events)`` or ``take`` one after the other.

    ``applied[doc][code]`` are the coders who marked that code, as it was marked; ``coded_by[doc]`` whoever
    ever did, also when it was taken back. Nothing of it changes when codes are merged or moved.
    ``reserves`` are all reservations and openings with their place, so that reserving again is seen.
    """

    events: int = 0
    levels: dict[str, Level] = field(default_factory=dict)
    parents: dict[str, str | None] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    merges: Merges = field(default_factory=Merges)
    split: dict[str, tuple[str, ...]] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    excluded: set[str] = field(default_factory=set)
    applied: dict[str, dict[str, frozenset[str]]] = field(default_factory=dict)
    coded_by: dict[str, set[str]] = field(default_factory=dict)
    quotations: dict[tuple[str, str, str], int] = field(default_factory=dict)
    rulings: dict[str, dict[str, bool]] = field(default_factory=dict)
    negative: set[tuple[str, str]] = field(default_factory=set)
    relations: dict[str, list[Relation]] = field(default_factory=dict)
    properties: dict[str, list[tuple[str, str, str | None]]] = field(default_factory=dict)
    reserves: list[tuple[int, str, tuple[str, ...]]] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    _targets: dict[Level, Mapping[str, str | None]] = field(default_factory=dict)

    @classmethod
    def of(cls, events: Iterable[Event]) -> "Study":
        """Return the study after these events. Events that make no sense are noted in ``refused``.

        O(events) times the cost of ``take``.
        """
        study = cls()
        for event in events:
            study.take(event)
        return study

    def take(self, event: Event) -> bool:
        """Take in one event; return whether it was possible. O(depth of the tree), to undo a merge O(codes)."""
        kind = str(event.get("e"))
        try:
            why = _KINDS[kind](self, event) if kind in _KINDS else "unknown_event"
        except (KeyError, TypeError):
            why = "incomplete_event"
        if why is not None:
            self.refused.append(Refused(self.events, kind, why))
        self.events += 1
        return why is None

    # --- codes ---------------------------------------------------------------------------------

    def live(self, code: str) -> str:
        """Return the code that this one counts as under today's merges. O(merges on the way)."""
        return self.merges.live(code)

    def tree(self) -> CodeTree[str]:
        """Return today's tree of the live codes. O(codes)."""
        return CodeTree.of({code: self.above(code) for code in self.parents if code not in self.merges}, self.levels)

    def above(self, code: str) -> str | None:
        """Return the live code straight above this live code; None for a root. O(merges on the way)."""
        parent = self.parents.get(code)
        return None if parent is None else self.live(parent)

    def under(self, code: str, other: str) -> bool:
        """Return whether a live code is the other live code or stands below it. O(depth)."""
        return other in way_up(code, self.above)

    def lift(self, code: str, level: Level) -> str | None:
        """Return where the code counts at that level today; None when it has no place there. O(1) after the first."""
        return self.targets(level).get(code)

    def targets(self, level: Level) -> Mapping[str, str | None]:
        """Return where every code counts at that level today. O(codes) until the tree or the merges change."""
        known = self._targets.get(level)
        if known is None:
            tree = self.tree()
            known = {code: tree.at_level(self.live(code), level) for code in (*self.parents, *self.merges.into)}
            self._targets[level] = known
        return known

    def moved(self) -> None:
        """Forget where codes count: the tree or the merges have changed."""
        self._targets.clear()

    def know(self, code: str) -> None:
        """Note a code that is used before it is described: a label, which is what coders take from the text. O(1)."""
        if code not in self.levels:
            self.levels[code] = Level.LABEL
            self.parents.setdefault(code, None)
            self.moved()

    # --- documents -----------------------------------------------------------------------------

    @property
    def counted(self) -> list[str]:
        """The documents that count, in order of arrival. O(documents)."""
        return [doc for doc in self.sources if doc not in self.excluded]

    @property
    def coders(self) -> frozenset[str]:
        """Everyone who ever applied a code. O(documents x coders of each)."""
        return frozenset[str]().union(*self.coded_by.values())

    @property
    def awaiting(self) -> int:
        """How many applications of split codes in counted documents wait to be coded anew.

        O(documents x split codes).
        """
        return sum(len(self.applied.get(doc, {}).get(code, ())) for doc in self.counted for code in self.split)

    def shown_in(self, doc: str, kind: str) -> frozenset[tuple[str, ...]]:
        """Return what a document shows of one of ``KINDS``. O(what it shows)."""
        if kind == "relations":
            return self.relations_in(doc)
        return self.properties_in(doc) if kind == "properties" else self.dimensions_in(doc)

    def relations_in(self, doc: str) -> frozenset[Relation]:
        """Return the relations that a document shows, between today's codes. O(its relations)."""
        return frozenset((self.live(a), kind, self.live(b)) for a, kind, b in self.relations.get(doc, ()))

    def properties_in(self, doc: str) -> frozenset[tuple[str, str]]:
        """Return the (category, property) that a document shows, of today's codes. O(its properties)."""
        return frozenset((self.live(code), name) for code, name, _ in self.properties.get(doc, ()))

    def dimensions_in(self, doc: str) -> frozenset[tuple[str, str, str]]:
        """Return the (category, property, dimension) that a document shows, of today's codes. O(its properties)."""
        noted = self.properties.get(doc, ())
        return frozenset((self.live(code), name, place) for code, name, place in noted if place is not None)


def _code(study: Study, event: Event) -> str | None:
    if event["level"] not in list(Level):
        return "unknown_level"
    study.levels[event["code"]] = Level(event["level"])
    study.parents.setdefault(event["code"], None)
    study.labels.setdefault(event["code"], event.get("label", event["code"]))
    study.moved()
    return None


def _parent(study: Study, event: Event) -> str | None:
    code, parent = event["code"], event["parent"]
    if code not in study.merges and parent is not None and study.under(study.live(parent), code):
        return "parent_cycle"
    study.parents[code] = parent
    study.moved()
    return None


def _rename(study: Study, event: Event) -> None:
    study.labels[event["code"]] = event["label"]


def _doc(study: Study, event: Event) -> str | None:
    if event["doc"] in study.sources:
        return "document_twice"
    coders = event.get("coders")
    study.sources[event["doc"]] = Source(
        event.get("case"), event.get("source"), None if coders is None else frozenset(coders)
    )
    return None


def _exclude(study: Study, event: Event) -> str | None:
    if event["doc"] not in study.sources:
        return "unknown_document"
    study.excluded.add(event["doc"])
    return None


def _include(study: Study, event: Event) -> str | None:
    if event["doc"] not in study.sources:
        return "unknown_document"
    study.excluded.discard(event["doc"])
    return None


def _apply(study: Study, event: Event) -> None:
    doc, code, coder = event["doc"], event["code"], event["coder"]
    study.know(code)
    held = study.applied.setdefault(doc, {})
    held[code] = held.get(code, frozenset()) | {coder}
    study.coded_by.setdefault(doc, set()).add(coder)
    if event.get("quotations") is not None:
        study.quotations[doc, code, coder] = int(event["quotations"])


def _unapply(study: Study, event: Event) -> str | None:
    doc, code, coder = event["doc"], event["code"], event["coder"]
    coders = study.applied.get(doc, {}).get(code, frozenset())
    if coder not in coders:
        return "not_applied"
    study.quotations.pop((doc, code, coder), None)
    study.applied[doc][code] = coders - {coder}
    if not study.applied[doc][code]:
        del study.applied[doc][code]
    return None


def _adjudicate(study: Study, event: Event) -> None:
    study.know(event["code"])
    study.rulings.setdefault(event["doc"], {})[event["code"]] = bool(event["present"])


def _negative(study: Study, event: Event) -> None:
    study.negative.add((event["doc"], event["code"]))


def _merge(study: Study, event: Event) -> str | None:
    gone, kept = study.live(event["from"]), study.live(event["into"])
    if gone == kept:
        return "merge_cycle"
    if study.under(kept, gone):
        return "parent_cycle"
    study.merges.merge(gone, kept)
    study.moved()
    return None


def _unmerge(study: Study, event: Event) -> str | None:
    if event["code"] not in study.merges:
        return "not_merged"
    before = study.merges
    study.merges = Merges(before.into)
    study.merges.unmerge(event["code"])
    study.moved()
    try:
        study.tree()
    except WrongArgument:  # a code was moved below the merged one meanwhile
        study.merges = before
        return "parent_cycle"
    return None


def _split(study: Study, event: Event) -> None:
    study.split[event["code"]] = tuple(event["into"])


def _relation(study: Study, event: Event) -> None:
    study.relations.setdefault(event["doc"], []).append((event["from"], event["type"], event["to"]))


def _property(study: Study, event: Event) -> None:
    study.properties.setdefault(event["doc"], []).append((event["code"], event["property"], event.get("dimension")))


def _reserve(study: Study, event: Event) -> None:
    study.reserves.append((study.events, event["e"], tuple(event["docs"])))


def _nothing(_study: Study, _event: Event) -> None:
    """The event is for the declarations."""


_KINDS: Mapping[str, Callable[[Study, Event], str | None]] = {
    "code": _code,
    "parent": _parent,
    "rename": _rename,
    "doc": _doc,
    "exclude": _exclude,
    "include": _include,
    "apply": _apply,
    "unapply": _unapply,
    "adjudicate": _adjudicate,
    "negative": _negative,
    "merge": _merge,
    "unmerge": _unmerge,
    "split": _split,
    "relation": _relation,
    "property": _property,
    "reserve": _reserve,
    "open_reserve": _reserve,
    "declare": _nothing,
}
