"""A project as the engine of saturation counts it: which documents are finished, what they hold, and what codes count as.

The engine is ``stats.saturation.study``; here a study is made of the rows that submissions, rulings and mappings keep. Who may
know of which rounds is asked before, see ``saturation.visible_rounds``.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from intercoder.models import Round
from intercoder.models.base import few_dashed
from intercoder.services.code_states import remembered, renewed
from intercoder.services.decided import NOTHING, Decided, decided_of, decided_then
from intercoder.services.held_layers import Layers, layers_of
from intercoder.services.incidence import held_then, passages_of
from intercoder.services.mapping import Mapped
from intercoder.services.related import Newest, Related, related
from intercoder.stats.merging import Merges
from intercoder.stats.saturation.study.counts import CountOf, recount
from intercoder.stats.saturation.study.events import Kind, Relation, Source, Study
from intercoder.stats.saturation.study.whose import View, ViewKind
from intercoder.stats.tree import Level

T = TypeVar("T")
#: in which view, at which level, and whether of compared rounds alone
_Held = tuple[View, Level, bool]


@dataclass(frozen=True)
class Said:
    """What is said of documents: ``of`` tells some of them, without who finished them.

    ``state`` differs as soon as it tells something else of one; of those that are ``sure`` it tells what it told in this state before.
    """

    of: Callable[[AbstractSet[str]], Mapping[str, Source]]
    state: Hashable
    sure: AbstractSet[str]


@dataclass(frozen=True)
class _From:
    """What a study was made of, from which the next one goes on."""

    mapped: Mapped
    layers: Layers
    decided: Decided
    #: document -> codings of split codes that wait or were put by a person: what each counts as, whose, and whether it may be named
    passages: Mapping[str, frozenset[tuple[str, str, bool]]]


@dataclass(frozen=True)
class _Earlier:
    """What an earlier study was asked: what documents held, and the documents of which that may not be true any more; and counts."""

    held: Mapping[_Held, tuple[Mapping[str, frozenset[str]], frozenset[str]]] = field(default_factory=dict)
    present: Mapping[_Held, CountOf] = field(default_factory=dict)
    in_use: Mapping[View, CountOf] = field(default_factory=dict)


@dataclass(frozen=True)
class Studied:
    """A study made of some rounds; codes, coders and documents are known by their identifiers as text.

    ``study`` holds every finished document in no order, see ``arrived``. ``named`` holds of it what lies in compared rounds:
    of a round that is open only numbers may be told. ``waiting`` codings of split codes are put nowhere yet and count as the
    old code. ``submitted``: document -> coder -> when, as it is kept.
    """

    study: Study
    named: Study
    waiting: int
    submitted: Mapping[str, Mapping[str, str | datetime]]
    #: what differs as soon as what documents hold does
    state: Hashable
    #: the relations that documents show, of compared rounds alone
    related: Related = field(default_factory=Related)
    _held: dict[_Held, Mapping[str, frozenset[str]]] = field(default_factory=dict, repr=False)
    _arrived: dict[View, dict[str, str | datetime]] = field(default_factory=dict, repr=False)
    _present: dict[_Held, Mapping[str, int]] = field(default_factory=dict, repr=False)
    #: with that of which it was counted
    _in_use: dict[View, CountOf] = field(default_factory=dict, repr=False)
    #: what an earlier study was asked
    _earlier: _Earlier = field(default_factory=_Earlier, repr=False)
    #: the state of what is said of documents, see ``Said``
    told: Hashable = None
    made_of: _From | None = field(default=None, repr=False)

    def held(self, view: View, level: Level | Kind, *, named: bool = False) -> Mapping[str, frozenset[str]]:
        """Return what each document that counts in a view holds at a level, or shows of a kind; with ``named`` in compared rounds alone.

        O(applications) the first time; of what an earlier study was asked, those in documents that changed since.
        """
        from intercoder.stats.saturation.study.views import codes_in

        study = self.named if named else self.study
        if isinstance(level, Kind):
            if not study.relations and not study.properties:
                return dict.fromkeys(self.arrived(view), frozenset())
            return {
                document: frozenset(map(key_of, study.shown_in(document, level))) for document in self.arrived(view)
            }
        asked = (view, level, named)
        known = self._held.get(asked)
        if known is None:
            arrived = self.arrived(view)
            earlier, stale = self._earlier.held.get(asked, ({}, frozenset()))
            held = dict(earlier)
            for gone in earlier.keys() - arrived.keys():
                del held[gone]
            for document in (arrived.keys() - held.keys()) | (stale & held.keys()):
                held[document] = codes_in(study, view, level, document)
            known = self._held[asked] = held
        return known

    def present(self, view: View, level: Level) -> Mapping[str, int]:
        """Return in how many of the documents that count in a view each code of a level is; none that is in no document.

        O(applications) the first time; of what an earlier study was asked O(codes + those of documents that changed since).
        """
        asked = (view, level, False)
        known = self._present.get(asked)
        if known is None:
            known = self._present[asked] = recount(self.held(view, level), self._earlier.present.get(asked))
        return known

    def passed_on(self, stale: frozenset[str]) -> "_Earlier":
        """Return what was asked of this study, for one in which some documents may hold something else."""
        earlier, present, held = self._earlier, dict(self._present), dict(self._held)
        asked = {key: (held_, stale) for key, held_ in held.items()}
        others = {key: (held_, old | stale) for key, (held_, old) in earlier.held.items() if key not in asked}
        kept = asked | {key: (held_, old) for key, (held_, old) in others.items() if 2 * len(old) < len(held_)}
        counts = {**earlier.present, **{key: (count, held[key]) for key, count in present.items() if key in held}}
        used, views = {**earlier.in_use, **self._in_use}, {view for view, _, _ in kept}
        return _Earlier(
            kept,
            {key: count for key, count in counts.items() if key in kept},
            {view: count for view, count in used.items() if view in views},
        )

    def in_use(self, view: View) -> Collection[str]:
        """Return the codes that were applied in the documents that count in a view, as they were applied.

        O(applications) the first time; of what an earlier study was asked O(codes + those of documents that changed since).
        """
        known, _ = self._in_use.get(view, (None, {}))
        if known is None:
            applied = {document: self.study.applied.get(document, {}) for document in self.arrived(view)}
            known, _ = self._in_use[view] = recount(applied, self._earlier.in_use.get(view)), applied
        return known.keys()

    def showing(self, related: Related) -> "Studied":
        """Return the same study with the relations and properties that its documents show."""
        shown: dict[str, list[Relation]] = {}
        for document, triple in related.rows:
            if document in self.submitted:
                shown.setdefault(document, []).append(triple)
        noted: dict[str, list[tuple[str, str, str | None]]] = {}
        for document, noticed in related.properties:
            if document in self.submitted:
                noted.setdefault(document, []).append(noticed)
        study = replace(self.study, relations=shown, properties=noted)
        named = study if self.named is self.study else replace(self.named, relations=shown, properties=noted)
        return replace(self, study=study, named=named, related=related)

    def arrived(self, view: View) -> dict[str, str | datetime]:
        """Return the documents that count in a view, in the order in which they were finished, and when each was.

        Union: when the first coder submitted it; a coder's own: when that coder did; else when the last one did.
        """
        known = self._arrived.get(view)
        if known is not None:
            return known
        least = {ViewKind.AGREE: view.least, ViewKind.CONSENSUS: 2}.get(view.kind, 1)
        finished = {}
        for document, coders in self.submitted.items():
            if view.kind is ViewKind.CODER:
                if view.coder in coders:
                    finished[document] = coders[view.coder]
            elif len(coders) >= least:
                finished[document] = (min if view.kind is ViewKind.UNION else max)(coders.values())
        self._arrived[view] = finished
        return finished


def studied(
    session: Session,
    project_id: UUID,
    rounds: Sequence[Round],
    mapped: Mapped,
    said: Said,
    state: Hashable,
    then: Newest,
    *,
    ruled: bool,
) -> Studied:
    """Return the study of the submitted layers of some rounds; where nothing was submitted, ruled on or mapped since, it is kept.

    ``ruled``: with what stands in the consensus, which other views do without. ``state``: that of ``state_of``, ``then``: the newest
    act.

    O(layers x codes of each) when it is first made, then those of documents that changed since; one or two statements when it is kept.
    """
    about = (ruled, tuple(r.id for r in rounds))
    layers = state, said.state

    def read(before: Studied | None) -> Studied:
        return _read(session, rounds, mapped, said, state, before, ruled=ruled)

    found = renewed(session, project_id, ("studied", *about), ("studied", ruled), read, layers)
    shown = related(session, project_id, rounds, mapped, then)
    if shown.state == Related().state:
        return found
    return remembered(session, project_id, ("showing", *about), lambda: found.showing(shown), (layers, shown.state))


def key_of(thing: Sequence[str]) -> str:
    """Return how a relation, a property or a dimension is known among what documents hold: a text, as codes are."""
    return "\x1f".join(thing)


def thing_of(key: str) -> tuple[str, ...]:
    """Return the relation, the property or the dimension that is known by a key."""
    return tuple(key.split("\x1f"))


def state_of(session: Session, rounds: Sequence[Round], *, ruled: bool) -> Hashable:
    """Return what differs as soon as a study of these rounds does, but for codes, mappings and relations: two statements at most."""
    return held_then(session, rounds), decided_then(session, rounds) if ruled else ()


def _read(
    session: Session,
    rounds: Sequence[Round],
    mapped: Mapped,
    said: Said,
    state: Hashable,
    before: Studied | None,
    *,
    ruled: bool,
) -> Studied:
    was = None if before is None else before.made_of
    if was is not None and (was.mapped.codes, was.mapped.put) == (mapped.codes, mapped.put):
        mapped = was.mapped
    layers = layers_of(session, rounds, mapped, None if was is None else was.layers)
    decided = decided_of(session, rounds, layers, None if was is None else was.decided) if ruled else NOTHING
    passages, waiting = _passages(session, rounds, mapped)
    of = _From(mapped, layers, decided, passages)
    bare = before.study if before is not None and was is not None and was.mapped is mapped else _bare(mapped)
    if before is None or was is None:
        return _study(of, bare, said, state, waiting, None, frozenset(layers.stamps))
    touched = _touched(before.study, bare, was.mapped, mapped)
    moved = (d for d, codes in before.study.rulings.items() if not touched.isdisjoint(codes)) if touched else ()
    put = (d for d in passages.keys() | was.passages.keys() if passages.get(d) != was.passages.get(d))
    stale = frozenset().union(layers.changed, decided.changed, layers.holding(touched), moved, put)
    return _study(of, bare, said, state, waiting, before, stale)


def _bare(mapped: Mapped) -> Study:
    """Return a study of codes without a document."""
    codes, parents = mapped.codes, mapped.tree.parents
    return Study(
        levels={code: codes[code].level for code in parents},
        parents=dict(parents),
        labels={code: codes[code].name for code in codes},
        merges=Merges(mapped.map.into),
    )


def _touched(before: Study, now: Study, earlier: Mapped, mapped: Mapped) -> frozenset[str]:
    """Return the codes of which an application counts otherwise than before, at any level. O(codes), and O(1) under the same mapping."""
    if before.parents is now.parents:
        return frozenset()
    touched = set(earlier.whole ^ mapped.whole)
    for level in Level:
        old, new = before.targets(level), now.targets(level)
        touched |= {code for code in old.keys() | new.keys() if old.get(code) != new.get(code)}
    merged = before.merges.into.keys() | now.merges.into.keys()
    return frozenset(touched | {code for code in merged if before.live(code) != now.live(code)})


def _passages(
    session: Session, rounds: Sequence[Round], mapped: Mapped
) -> tuple[Mapping[str, frozenset[tuple[str, str, bool]]], int]:
    """Return what the codings of split codes count as in each document, and how many of them wait."""
    if not mapped.map.by_passage:
        return {}, 0
    found: dict[str, set[tuple[str, str, bool]]] = {}
    waiting = 0
    for passage in passages_of(session, rounds, [UUID(code) for code in mapped.map.by_passage]):
        end = mapped.resolved(passage.code, passage.coder, passage.key)
        waiting += end.waits
        put = (end.code, passage.coder, bool(passage.compared))
        found.setdefault(few_dashed(passage.document), set()).add(put)
    return {document: frozenset(of) for document, of in found.items()}, waiting


def _study(
    of: _From,
    bare: Study,
    said: Said,
    state: Hashable,
    waiting: int,
    before: Studied | None,
    stale: frozenset[str],
) -> Studied:
    """Return the study: documents that are not stale are as they were before."""
    reader, there = _Reader(of), of.layers.stamps.keys()
    submitted: dict[str, Mapping[str, str | datetime]] = {}
    applied: dict[str, dict[str, frozenset[str]]] = {}
    named: dict[str, dict[str, frozenset[str]]] = {}
    rulings: dict[str, dict[str, bool]] = {}
    sources: dict[str, Source] = {}
    if before is not None:
        known = before.study
        submitted, applied = _of(before.submitted, there), _of(known.applied, there)
        named = _of(before.named.applied, there)
        rulings = _of(known.rulings, there)
        sources = _of(known.sources, there & said.sure) if before.told == said.state else {}
    open_ = not all(of.layers.rounds.values())
    for document in stale & there:
        submitted[document] = reader.submitted(document)
        applied[document] = reader.applied(document)
        if of.decided is not NOTHING:
            rulings[document] = of.decided.of(document, applied[document])
        if open_:
            named[document] = reader.applied(document, compared=True)
    for document, source in said.of((there - sources.keys()) | (stale & there)).items():
        sources[document] = Source(source.case, source.source, frozenset(submitted[document]))
    study = replace(bare, sources=sources, applied=applied, rulings=rulings, relations={}, properties={})
    shown = replace(study, applied=named) if open_ else study
    earlier = _Earlier() if before is None else before.passed_on(stale)
    return Studied(study, shown, waiting, submitted, state, _earlier=earlier, made_of=of, told=said.state)


def _of(before: Mapping[str, T], documents: AbstractSet[str]) -> dict[str, T]:
    """Return what is known of some documents."""
    known = dict(before)
    for gone in before.keys() - documents:
        del known[gone]
    return known


class _Reader:
    """What layers hold, read a document at a time."""

    def __init__(self, of: _From) -> None:
        self._of = of
        self._who: dict[tuple[frozenset[str], str], frozenset[str]] = {}

    def submitted(self, document: str) -> Mapping[str, str | datetime]:
        """Return who finished a document, and when: of one that a coder coded in several rounds the first time counts."""
        coders: dict[str, str | datetime] = {}
        for (_, who), stamp in self._of.layers.stamps[document].items():
            coders[who] = min(stamp.at, coders.get(who, stamp.at))
        return coders

    def applied(self, document: str, *, compared: bool = False) -> dict[str, frozenset[str]]:
        """Return who applied which codes in a document, as they were applied; with ``compared`` in compared rounds alone."""
        held: dict[str, frozenset[str]] = {}
        codes = self._of.layers.codes.get(document, {})
        for whose, stamp in self._of.layers.stamps[document].items():
            if stamp.compared or not compared:
                self._add(held, whose[1], self._of.mapped.whole.intersection(codes.get(whose, ())))
        for code, coder, may_be_named in self._of.passages.get(document, ()):
            if (may_be_named or not compared) and code in self._of.mapped.placed:
                self._add(held, coder, (code,))
        return held

    def _add(self, held: dict[str, frozenset[str]], coder: str, codes: Iterable[str]) -> None:
        """Note that a coder applied codes; those who applied the same code in many documents are kept once."""
        nobody = frozenset[str]()
        for code in codes:
            before = held.get(code, nobody)
            who = self._who.get((before, coder))
            if who is None:
                who = self._who[before, coder] = before | {coder}
            held[code] = who
