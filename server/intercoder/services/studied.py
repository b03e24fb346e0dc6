"""A project as the engine of saturation counts it: which documents are finished, what they hold, and what codes count as.

The engine is ``stats.saturation.study``; here a study is made of the rows that submissions, rulings and mappings keep. Who may
know of which rounds is asked before, see ``saturation.visible_rounds``.
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import ConsensusCoding, Disagreement, DisagreementSide, Round
from intercoder.models.base import few_dashed, unread
from intercoder.services.code_states import remembered
from intercoder.services.disagreements import WAITING
from intercoder.services.incidence import HeldCodes, held, held_then, passages_of, unpacked
from intercoder.services.mapping import Mapped
from intercoder.services.related import Newest, Related, related
from intercoder.stats.merging import Merges
from intercoder.stats.saturation.study.events import Kind, Relation, Source, Study
from intercoder.stats.saturation.study.whose import View, ViewKind
from intercoder.stats.tree import Level

_CONSENSUS = ConsensusCoding.metadata.tables[ConsensusCoding.__tablename__].c
_PLACES = Disagreement.metadata.tables[Disagreement.__tablename__].c
_SIDES = DisagreementSide.metadata.tables[DisagreementSide.__tablename__].c


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
    _held: dict[tuple[View, Level, bool], Mapping[str, frozenset[str]]] = field(default_factory=dict, repr=False)

    def held(self, view: View, level: Level | Kind, *, named: bool = False) -> Mapping[str, frozenset[str]]:
        """Return what each document that counts in a view holds at a level, or shows of a kind; with ``named`` in compared rounds alone.

        O(applications) the first time: a page asks for rules, declarations and levels, and is opened again.
        """
        from intercoder.stats.saturation.study.views import codes_in

        study = self.named if named else self.study
        if isinstance(level, Kind):
            return {
                document: frozenset(map(key_of, study.shown_in(document, level))) for document in self.arrived(view)
            }
        known = self._held.get((view, level, named))
        if known is None:
            known = {document: codes_in(study, view, level, document) for document in self.arrived(view)}
            self._held[view, level, named] = known
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
        least = {ViewKind.AGREE: view.least, ViewKind.CONSENSUS: 2}.get(view.kind, 1)
        finished = {}
        for document, coders in self.submitted.items():
            if view.kind is ViewKind.CODER:
                if view.coder in coders:
                    finished[document] = coders[view.coder]
            elif len(coders) >= least:
                finished[document] = (min if view.kind is ViewKind.UNION else max)(coders.values())
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

    O(layers x codes of each) when it is made, one or two statements when it is kept.
    """
    about = (ruled, tuple(r.id for r in rounds))
    layers = state, tuple(sources.items())
    found = remembered(
        session,
        project_id,
        ("studied", *about),
        lambda: _read(session, rounds, mapped, sources, state, ruled=ruled),
        layers,
    )
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
    return held_then(session, rounds), _ruled_then(session, rounds) if ruled else ()


def _read(
    session: Session,
    rounds: Sequence[Round],
    mapped: Mapped,
    sources: Mapping[str, Source],
    state: Hashable,
    *,
    ruled: bool,
) -> Studied:
    layers = held(session, rounds)
    every, named = _Read(mapped), _Read(mapped)
    open_ = any(not compared for *_, compared in layers)
    for layer in layers:
        every.take(layer)
        if open_ and layer[-1]:
            named.take(layer)
    waiting = 0
    if mapped.map.by_passage:
        for passage in passages_of(session, rounds, [UUID(code) for code in mapped.map.by_passage]):
            end = mapped.resolved(passage.code, passage.coder, passage.key)
            waiting += end.waits
            for read in (every, named) if open_ and passage.compared else (every,):
                read.apply(few_dashed(passage.document), end.code, passage.coder)
    rulings = _rulings(session, rounds, every.applied) if ruled else {}
    study = every.study(sources, rulings)
    return Studied(study, named.study(sources, rulings) if open_ else study, waiting, every.submitted, state)


class _Read:
    """What layers hold, as they are read."""

    def __init__(self, mapped: Mapped) -> None:
        self._mapped = mapped
        self._placed = frozenset(mapped.places(None))
        whole = self._placed - frozenset(mapped.map.by_passage)
        self._text = {bytes.fromhex(code.replace("-", "")): code for code in whole}
        self.submitted: dict[str, dict[str, str | datetime]] = {}
        self.applied: defaultdict[str, dict[str, set[str]]] = defaultdict(dict)

    def take(self, layer: HeldCodes) -> None:
        """Take in one layer; of a document that a coder coded in several rounds the first time counts."""
        document, coder, when, codes, _ = layer
        doc, who, text = few_dashed(document), few_dashed(coder), self._text
        coders = self.submitted.setdefault(doc, {})
        coders[who] = min(when, coders.get(who, when))
        held_ = self.applied[doc]
        for raw in unpacked(codes):
            code = text.get(raw)
            if code is not None:
                held_.setdefault(code, set()).add(who)

    def apply(self, doc: str, code: str, coder: str) -> None:
        """Take in what one coding counts as."""
        if code in self._placed:
            self.applied[doc].setdefault(code, set()).add(coder)

    def study(self, sources: Mapping[str, Source], rulings: Mapping[str, Mapping[str, bool]]) -> Study:
        """Return the study."""
        codes, parents = self._mapped.codes, self._mapped.tree.parents
        return Study(
            levels={code: codes[code].level for code in parents},
            parents=dict(parents),
            labels={code: codes[code].name for code in codes},
            merges=Merges(self._mapped.map.into),
            sources={doc: replace(sources[doc], coders=frozenset(coders)) for doc, coders in self.submitted.items()},
            applied=dict(self.applied),
            rulings={doc: dict(ruled) for doc, ruled in rulings.items() if doc in self.submitted},
        )


def _rulings(
    session: Session, rounds: Sequence[Round], applied: Mapping[str, Mapping[str, set[str]]]
) -> dict[str, dict[str, bool]]:
    """Return what is decided of the codes of each document: which stand in the consensus, and which do not.

    Nothing is decided of a code at a place that waits for a ruling: there counts what two coders see.
    """
    of = [r.id for r in rounds]
    standing = _by_document(
        session,
        sa.select(unread(_CONSENSUS.document_id), unread(_CONSENSUS.code_id)).where(_CONSENSUS.round_id.in_(of)),
    )
    waiting = _by_document(
        session,
        sa.select(unread(_PLACES.document_id), unread(_SIDES.code_id))
        .select_from(sa.join(Disagreement, DisagreementSide))
        .where(_PLACES.round_id.in_(of), _PLACES.state.in_(WAITING)),
    )
    return {
        doc: dict.fromkeys(held_.keys() - waiting[doc], False) | dict.fromkeys(standing[doc], True)
        for doc, held_ in applied.items()
    }


def _by_document(session: Session, pairs: sa.Select[Any]) -> defaultdict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for document, code in session.execute(pairs.distinct()):
        found[few_dashed(document)].add(few_dashed(code))
    return found


def _ruled_then(session: Session, rounds: Sequence[Round]) -> tuple[object, ...]:
    """Return what differs as soon as something is decided, or taken back, in one of these rounds, or it is compared anew."""
    state = sa.select(sa.func.count(), sa.func.sum(_PLACES.version)).where(_PLACES.round_id.in_([r.id for r in rounds]))
    return *session.execute(state).one(), tuple(r.compared_at for r in rounds)
