"""What a report is about and how it compares: what can be chosen, and which of the submitted layers that leaves."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.errors import Conflict, InvalidInput
from intercoder.models import (
    Assignment,
    AssignmentState,
    Case,
    Coding,
    Document,
    Drawn,
    MakeReport,
    ReportSelection,
    Round,
    RoundPurpose,
    RoundState,
    SourceType,
    Unit,
    User,
)
from intercoder.services import held_out
from intercoder.services.access import RoundAccess, answers_hidden, require_aligned
from intercoder.services.codebook import Entry
from intercoder.services.independence import Seen, exposures
from intercoder.services.mapping import Mapped, mapping
from intercoder.services.provenance import ChoicesThen, OtherRound
from intercoder.services.submitted import Layer, round_codebook, submitted_layers
from intercoder.stats.differences import Coding as Mark
from intercoder.stats.tree import CodeTree

_TEXT = sa.Uuid(as_uuid=False)
T = TypeVar("T", str, SourceType)


def units_offered(round_: Round) -> tuple[Unit, ...]:
    """Return the units by which a report of this round can compare, the default first."""
    if round_.unit is Unit.TURN:
        return (Unit.TURN, Unit.DOCUMENT)
    if round_.unit is Unit.PARAGRAPH:
        return (Unit.PARAGRAPH, Unit.DOCUMENT)
    units = (Unit.SENTENCE, Unit.PARAGRAPH, Unit.TURN, Unit.ROW, Unit.DOCUMENT)
    return (*units, Unit.SPAN) if round_.unit is Unit.SPAN else units


def require_unit(round_: Round, unit: Unit) -> None:
    """Refuse a unit by which the round cannot be compared."""
    if unit not in units_offered(round_):
        units = ", ".join(units_offered(round_))
        raise InvalidInput("bad_unit", "This round can be compared by: {units}.", units=units)


@dataclass(frozen=True)
class Offered:
    """What a report of a round can be about: who submitted what in it and in the rounds that can stand beside it, and its codes."""

    coders: Mapping[UUID, str]
    #: in the order of the study, with their cases
    documents: Sequence[Document]
    cases: Mapping[UUID, str]
    rounds: Sequence[Round]
    codes: Sequence[Entry]


def offered(session: Session, access: RoundAccess) -> Offered:
    """Return what can be chosen for a report of a compared round."""
    rounds = beside(session, access)
    ids = [access.round.id, *(round_.id for round_ in rounds)]
    submitted = sa.and_(Assignment.round_id.in_(ids), Assignment.state == AssignmentState.SUBMITTED)
    coders = sa.select(User.id, User.name).where(User.id.in_(sa.select(Assignment.coder_id).where(submitted)))
    documents = sa.select(Document).where(Document.id.in_(sa.select(Assignment.document_id).where(submitted)))
    cases = sa.select(Case.id, Case.name).where(Case.project_id == access.project.id, held_out.known_cases(access))
    return Offered(
        dict(session.execute(coders.order_by(User.name, User.id)).all()),
        session.scalars(documents.order_by(Document.position, Document.id)).all(),
        dict(session.execute(cases).all()),
        rounds,
        round_codebook(session, access.round),
    )


def beside(session: Session, access: RoundAccess) -> list[Round]:
    """Return the rounds that a report of this one can be about too: compared, coded by the same unit, not hidden from the person."""
    round_ = access.round
    return [
        other
        for other in session.scalars(
            sa.select(Round)
            .where(
                Round.project_id == round_.project_id,
                Round.id != round_.id,
                Round.state.in_([RoundState.CLOSED, RoundState.SETTLED]),
                Round.unit == round_.unit,
                Round.purpose != RoundPurpose.DRIFT,
                Round.id.not_in(answers_hidden(access.project.id, access.actor.id)),
            )
            .order_by(Round.number)
        )
        if not other.unaligned
    ]


def chosen_of(session: Session, access: RoundAccess, wanted: MakeReport) -> MakeReport:
    """Return what is wanted, all of something being the same as no choice; refuse what cannot be compared, before a job is made of it."""
    if not access.round.purpose.compares_coders:
        raise Conflict(
            "drift_round",
            "What came again is compared with each coder’s own earlier work, not between coders: read it under drift.",
        )
    require_unit(access.round, wanted.unit)
    require_aligned(access.round)
    if wanted.unit is Unit.SPAN:
        wanted = _of_spans(wanted)
    chosen = wanted.selection
    known = {round_.id for round_ in beside(session, access)} if chosen.rounds else set()
    if set(chosen.rounds) - known:
        raise InvalidInput(
            "unknown_round",
            "A report can be about other rounds only where they are compared, coded by the same unit, and open to you.",
        )
    rounds = [access.round.id, *chosen.rounds]
    of_rounds = sa.select(Assignment.id).where(
        Assignment.round_id.in_(rounds), Assignment.state == AssignmentState.SUBMITTED
    )
    coders = set(session.scalars(of_rounds.with_only_columns(Assignment.coder_id).distinct()))
    if set(chosen.coders) - coders:
        raise InvalidInput("unknown_coder", "Somebody of these has submitted nothing in these rounds.")
    if chosen.coders and len(set(chosen.coders)) < 2:
        raise InvalidInput("one_coder", "Choose two coders at least: one agrees with nobody.")
    documents = set(session.scalars(of_rounds.with_only_columns(Assignment.document_id).distinct()))
    if set(chosen.documents) - documents:
        raise InvalidInput("unknown_document", "A document of these was submitted by nobody in these rounds.")
    codes = mapping(session, access.project.id).codes
    if {str(code) for code in chosen.codes} - codes.keys():
        raise InvalidInput("unknown_code", "A code of these is not in the codebook.")
    everybody, everything = set(chosen.coders) == coders, set(chosen.documents) == documents
    return replace(
        wanted,
        selection=replace(
            chosen,
            coders=() if everybody else chosen.coders,
            documents=() if everything else chosen.documents,
        ),
    )


def _of_spans(wanted: MakeReport) -> MakeReport:
    """Return what is wanted by free span, which has coefficients of its own and no units to draw; refuse what asks for them by name."""
    if wanted.headline is not None or wanted.drawn is Drawn.UNIT:
        raise InvalidInput(
            "of_units",
            "A report by free span is known by u-alpha, or by the mean of |u-alpha where codes overlap, and its resamples draw whole "
            "documents: leave these two as they fit.",
        )
    return replace(wanted, coefficients=None)


def chosen_places(selection: ReportSelection, tree: CodeTree[str], lifted: Mapping[str, str]) -> Mapping[str, str]:
    """Return of the codes that count somewhere those that were selected, or lie below one that was."""
    if not selection.codes:
        return lifted
    wanted = {str(code) for code in selection.codes}
    return {code: place for code, place in lifted.items() if not wanted.isdisjoint(tree.path(code))}


@dataclass
class Left:
    """How much the choices of a report left out."""

    #: codings of codes that were not chosen, and codings in doubt
    codes: int = 0
    doubtful: int = 0
    #: (document, coder) of the layers whose coders could have seen the work of others
    dependent: list[tuple[str, str]] = field(default_factory=list)
    #: documents that several of the rounds have: the latest counts
    repeated: int = 0
    #: layers given out that the choices leave in, submitted or not
    assignments: int = 0
    #: coders and documents of the rounds
    coders: int = 0
    documents: int = 0


@dataclass
class Chosen:
    """The layers that a selection leaves, with what coders could have seen of each."""

    rounds: Sequence[Round]
    selection: ReportSelection
    mapped: Mapped
    #: (document, coder) → what the coder of the layer could have seen; None where it is independent
    seen: Mapping[tuple[UUID, UUID], Seen | None]
    left: Left = field(default_factory=Left)
    #: document → the round whose layers count
    round_of: Mapping[UUID, Round] = field(default_factory=dict)
    _doubted: frozenset[tuple[str, str]] = frozenset()

    @classmethod
    def of(
        cls, session: Session, round_: Round, selection: ReportSelection, mapped: Mapped, *, independence: bool
    ) -> "Chosen":
        """Return what a selection leaves of a round and of those beside it; which layers are independent is asked where it counts."""
        others = session.scalars(
            sa.select(Round)
            .where(Round.id.in_(selection.rounds), Round.project_id == round_.project_id)
            .order_by(Round.number)
        )
        rounds = sorted([round_, *others] if selection.rounds else [round_], key=lambda r: r.number)
        chosen = cls(rounds, selection, mapped, {})
        chosen._find(session)
        if independence or not selection.dependent:
            seen = exposures(session, round_.project_id, [r.id for r in rounds])
            chosen.seen = {
                (document, coder): what
                for (of, document, coder), what in seen.items()
                if document in chosen.round_of and chosen.round_of[document].id == of
            }
        return chosen

    def _find(self, session: Session) -> None:
        """Find which round's layers of each document count, and which codings are in doubt."""
        ids = [round_.id for round_ in self.rounds]
        given_out = session.execute(
            sa.select(Assignment.round_id, Assignment.document_id, Assignment.coder_id, Assignment.state).where(
                Assignment.round_id.in_(ids)
            )
        ).all()
        rank = {round_.id: place for place, round_ in enumerate(self.rounds)}
        rounds_of: dict[UUID, set[int]] = {}
        coders = set()
        for round_id, document, coder, state in given_out:
            if state is AssignmentState.SUBMITTED:
                rounds_of.setdefault(document, set()).add(rank[round_id])
                coders.add(coder)
        self.left.coders, self.left.documents = len(coders), len(rounds_of)
        wanted = set(self.selection.documents) or rounds_of.keys()
        self.round_of = {d: self.rounds[max(places)] for d, places in rounds_of.items() if d in wanted}
        # Who was not chosen, and what counts as in a later round, is not work that did not come back.
        self.left.assignments = sum(
            (document in wanted or not self.selection.documents)
            and (coder in self.selection.coders or not self.selection.coders)
            and (document not in self.round_of or self.round_of[document].id == round_id)
            for round_id, document, coder, _ in given_out
        )
        self.left.repeated = sum(len(places) > 1 for d, places in rounds_of.items() if d in wanted)
        if not self.selection.doubtful:
            doubted = (
                sa.select(sa.type_coerce(Coding.coder_id, _TEXT), sa.type_coerce(Coding.key, _TEXT))
                .join(Assignment, Assignment.id == Coding.assignment_id)
                .where(Assignment.round_id.in_(ids), Coding.doubt > 0)
            )
            self._doubted = frozenset((coder, key) for coder, key in session.execute(doubted))

    def layers(self, session: Session, read: Sequence[Layer] = ()) -> Iterator[Layer]:
        """Yield the layers that are compared, each document once, in the order of the study; of those ``read`` already, if any."""
        coders = set(self.selection.coders)
        for layer in read or submitted_layers(session, [round_.id for round_ in self.rounds], self.mapped):
            document = layer.document_id
            if document not in self.round_of or self.round_of[document].id != layer.round_id:
                continue
            kept = {}
            for coder, marks in layer.codings.items():
                if coders and coder not in coders:
                    continue
                if not self.selection.dependent and self.seen.get((document, coder)):
                    self.left.dependent.append((str(document), str(coder)))
                    continue
                kept[coder] = self._sure(marks)
            if kept:
                yield (
                    layer if self.selection.whole else replace(layer, codings=kept, waiting=self._waiting(layer, kept))
                )

    def _waiting(self, layer: Layer, kept: Mapping[UUID, Sequence[Mark]]) -> int:
        """Return how many of the codings that are left wait for their place since their code was split."""
        applied = layer.applied
        return sum(
            self.mapped.resolved(applied[mark.coder, mark.id], mark.coder, mark.id).waits
            for marks in kept.values()
            for mark in marks
            if (mark.coder, mark.id) in applied
        )

    def _sure(self, marks: Sequence[Mark]) -> Sequence[Mark]:
        if not self._doubted:
            return marks
        sure = [mark for mark in marks if (mark.coder, mark.id) not in self._doubted]
        self.left.doubtful += len(marks) - len(sure)
        return sure

    def places(self, lifted: Mapping[str, str]) -> Mapping[str, str]:
        """Return as what each code counts of those that were selected; see ``chosen_places``."""
        return chosen_places(self.selection, self.mapped.tree, lifted)

    @property
    def others(self) -> tuple[OtherRound, ...]:
        """The rounds beside the report's own, as they are called today."""
        return tuple(
            OtherRound(r.id, r.number, r.name, r.version.number if r.version else None)
            for r in self.rounds
            if r.id in self.selection.rounds
        )


def choices_then(session: Session, chosen: Chosen, wanted: MakeReport) -> ChoicesThen:
    """Return what was chosen and what it left out, with the names as they are today; the layers have been read."""
    left, codes, alike = chosen.left, chosen.mapped.codes, _alike(session, chosen)
    return ChoicesThen(
        wanted.selection,
        wanted.drawn,
        wanted.headline,
        left.coders,
        left.documents,
        tuple(codes[str(code)].name for code in wanted.selection.codes),
        alike.cases,
        left.codes,
        left.doubtful,
        tuple(left.dependent),
        left.repeated,
        alike.sources,
        alike.attributes,
    )


@dataclass(frozen=True)
class _Alike:
    """What exactly the chosen documents have in common: their cases, else their kinds of source, else a value of an attribute."""

    cases: tuple[str, ...] = ()
    sources: tuple[SourceType, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()


def _alike(session: Session, chosen: Chosen) -> _Alike:
    """Return what the chosen documents have and no other of the rounds has; nothing where they were chosen otherwise."""
    if not chosen.selection.documents:
        return _Alike()
    rows = session.execute(
        sa.select(Document.id, Case.name, Document.source_type, Document.attributes)
        .outerjoin(Case, Case.id == Document.case_id)
        .where(
            Document.id.in_(
                sa.select(Assignment.document_id).where(
                    Assignment.round_id.in_([r.id for r in chosen.rounds]),
                    Assignment.state == AssignmentState.SUBMITTED,
                )
            )
        )
    ).all()
    wanted = set(chosen.selection.documents)

    def shared(has: Mapping[UUID, T]) -> list[T]:
        """Return the values of the documents wanted, where no other document has one of them and all have one."""
        values = {value for document, value in has.items() if document in wanted}
        alone = {document for document, value in has.items() if value in values} == wanted
        return sorted(values) if alone else []

    if cases := shared({document: case for document, case, _, _ in rows if case is not None}):
        return _Alike(cases=tuple(cases))
    if sources := shared({document: source for document, _, source, _ in rows}):
        return _Alike(sources=tuple(sources))
    for name in sorted({name for *_, attributes in rows for name in attributes}):
        if values := shared({document: of[name] for document, _, _, of in rows if of.get(name)}):
            return _Alike(attributes=tuple((name, value) for value in values))
    return _Alike()
