"""A project as the engine of saturation counts it: which documents are finished, what they hold, and what codes count as.

The engine is ``stats.saturation.study``; here a study is made of the rows that submissions, rulings and mappings keep. Who may
know of which rounds is asked before, see ``saturation.visible_rounds``.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
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
from intercoder.stats.saturation.study.events import Kind, Relation, Source, Study
from intercoder.stats.saturation.study.whose import View, ViewKind
from intercoder.stats.tree import Level

#: in which view, at which level, and whether of compared rounds alone
_Held = tuple[View, Level, bool]


@dataclass(frozen=True)
class _From:
    """What a study was made of, from which the next one goes on."""

    mapped: Mapped
    layers: Layers
    decided: Decided
    #: document -> codings of split codes that wait or were put by a person: what each counts as, whose, and whether it may be named
    passages: Mapping[str, frozenset[tuple[str, str, bool]]]


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
    _in_use: dict[View, frozenset[str]] = field(default_factory=dict, repr=False)
    #: what documents held in an earlier study, and those of which it may not be true any more
    _earlier: Mapping[_Held, tuple[Mapping[str, frozenset[str]], frozenset[str]]] = field(
        default_factory=dict, repr=False
    )
    made_of: _From | None = field(default=None, repr=False)

    def held(self, view: View, level: Level | Kind, *, named: bool = False) -> Mapping[str, frozenset[str]]:
        """Return what each document that counts in a view holds at a level, or shows of a kind; with ``named`` in compared rounds alone.

        O(applications) the first time; of what an earlier study was asked, those in documents that changed since.
        """
        from intercoder.stats.saturation.study.views import codes_in

        study = self.named if named else self.study
        if isinstance(level, Kind):
            return {
                document: frozenset(map(key_of, study.shown_in(document, level))) for document in self.arrived(view)
            }
        known = self._held.get((view, level, named))
        if known is None:
            earlier, stale = self._earlier.get((view, level, named), ({}, frozenset()))
            known = {
                document: earlier[document]
                if document in earlier and document not in stale
                else codes_in(study, view, level, document)
                for document in self.arrived(view)
            }
            self._held[view, level, named] = known
        return known

    def passed_on(self, stale: frozenset[str]) -> Mapping[_Held, tuple[Mapping[str, frozenset[str]], frozenset[str]]]:
        """Return what documents hold, for a study in which some of them may hold something else."""
        asked = {key: (held_, stale) for key, held_ in dict(self._held).items()}
        others = {key: (held_, old | stale) for key, (held_, old) in self._earlier.items() if key not in asked}
        return asked | {key: (held_, old) for key, (held_, old) in others.items() if 2 * len(old) < len(held_)}

    def in_use(self, view: View) -> frozenset[str]:
        """Return the codes that were applied in the documents that count in a view. O(applications) the first time."""
        from intercoder.stats.saturation.study.views import in_use

        known = self._in_use.get(view)
        if known is None:
            known = self._in_use[view] = in_use(self.study, self.arrived(view))
        return known

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
    sources: Mapping[str, Source],
    state: Hashable,
    then: Newest,
    *,
    ruled: bool,
) -> Studied:
    """Return the study of the submitted layers of some rounds; where nothing was submitted, ruled on or mapped since, it is kept.

    ``sources``: the documents of these layers, without who finished them. ``ruled``: with what stands in the consensus, which
    other views do without. ``state``: that of ``state_of``, ``then``: the newest act.

    O(layers x codes of each) when it is first made, then those of documents that changed since and a look at each; one or two statements
    when it is kept.
    """
    about = (ruled, tuple(r.id for r in rounds))
    layers = state, tuple(sources.items())

    def read(before: Studied | None) -> Studied:
        return _read(session, rounds, mapped, sources, state, before, ruled=ruled)

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
    sources: Mapping[str, Source],
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
        return _study(of, bare, sources, state, waiting, None, frozenset(layers.stamps))
    touched = _touched(before.study, bare, was.mapped, mapped)
    moved = (d for d, codes in before.study.rulings.items() if not touched.isdisjoint(codes)) if touched else ()
    put = (d for d in passages.keys() | was.passages.keys() if passages.get(d) != was.passages.get(d))
    stale = frozenset().union(layers.changed, decided.changed, layers.holding(touched), moved, put)
    return _study(of, bare, sources, state, waiting, before, stale)


def _bare(mapped: Mapped) -> Study:
    """Return a study of codes without a document."""
    codes, parents = mapped.codes, mapped.tree.parents
    return Study(
        levels={code: codes[code].level for code in parents},
        parents=dict(parents),
        labels={code: codes[code].name for code in codes},
        merges=Merges(mapped.map.into),
    )


def _whole(mapped: Mapped) -> frozenset[str]:
    """Return the codes of which every application counts as one, wherever it is."""
    return frozenset(mapped.places(None)) - frozenset(mapped.map.by_passage)


def _touched(before: Study, now: Study, earlier: Mapped, mapped: Mapped) -> frozenset[str]:
    """Return the codes of which an application counts otherwise than before, at any level. O(codes), and O(1) under the same mapping."""
    if before.parents is now.parents:
        return frozenset()
    touched = set(_whole(earlier) ^ _whole(mapped))
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
    sources: Mapping[str, Source],
    state: Hashable,
    waiting: int,
    before: Studied | None,
    stale: frozenset[str],
) -> Studied:
    """Return the study: documents that are not stale are as they were before."""
    reader, stamps = _Reader(of), of.layers.stamps
    open_ = any(not stamp.compared for layers in stamps.values() for stamp in layers.values())
    submitted: dict[str, Mapping[str, str | datetime]] = {}
    applied: dict[str, dict[str, frozenset[str]]] = {}
    named: dict[str, dict[str, frozenset[str]]] = {}
    rulings: dict[str, dict[str, bool]] = {}
    told: dict[str, Source] = {}
    for document in stamps:
        known = before if document not in stale else None
        submitted[document] = known.submitted[document] if known else reader.submitted(document)
        applied[document] = known.study.applied[document] if known else reader.applied(document)
        if of.decided is not NOTHING:
            ruled = known.study.rulings[document] if known else of.decided.of(document, applied[document])
            rulings[document] = ruled
        if open_:
            named[document] = known.named.applied[document] if known else reader.applied(document, compared=True)
        source = sources[document]
        told[document] = Source(source.case, source.source, frozenset(submitted[document]))
    study = replace(bare, sources=told, applied=applied, rulings=rulings, relations={}, properties={})
    shown = replace(study, applied=named) if open_ else study
    earlier = {} if before is None else before.passed_on(stale)
    return Studied(study, shown, waiting, submitted, state, _earlier=earlier, made_of=of)


class _Reader:
    """What layers hold, read a document at a time."""

    def __init__(self, of: _From) -> None:
        self._of = of
        self._placed = frozenset(of.mapped.places(None))
        self._whole = self._placed - frozenset(of.mapped.map.by_passage)
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
                self._add(held, whose[1], self._whole.intersection(codes.get(whose, ())))
        for code, coder, may_be_named in self._of.passages.get(document, ()):
            if (may_be_named or not compared) and code in self._placed:
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
