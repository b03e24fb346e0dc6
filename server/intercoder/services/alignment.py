"""Ending the alignment of an open round: its labels have their place, its codes can be compared."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder import events, queue
from intercoder.clock import now
from intercoder.errors import Conflict
from intercoder.language import gettext, speaking
from intercoder.models import (
    Assignment,
    AssignmentState,
    Code,
    CodebookPolicy,
    CodeState,
    Coding,
    CompareRound,
    Job,
    Level,
    Round,
    RoundState,
)
from intercoder.models.base import digits, read_identifier, unread
from intercoder.services import versions
from intercoder.services.access import RoundAccess
from intercoder.services.codebook import CodeText, active_codes
from intercoder.services.command import Command
from intercoder.services.incidence import held, unpacked
from intercoder.services.mapping import hold, mapping

#: an identifier as ``models.base.unread`` selects it
Unread = str | UUID
_CODES = Code.metadata.tables[Code.__tablename__].c
_OWN = sa.select(unread(_CODES.id))
_TEXT = sa.Uuid(as_uuid=False)


class FinishIn(Command):
    """``leaving``: labels without a place may stay what they are: codes of their coder alone.

    What was made of the others is published as a version of the codebook; ``note``: what is said of it, else how many
    labels became how many codes.
    """

    leaving: bool = False
    note: CodeText = ""


@dataclass(frozen=True)
class Progress:
    """How far the alignment of a round is.

    ``labels`` that submitted codings of the round have, ``placed`` of them, ``coders`` who made them, ``codes`` of the
    project as which the placed ones count: where one was split, those at which its passages were put.
    """

    labels: int
    placed: int
    coders: int
    codes: int

    @property
    def waiting(self) -> int:
        """How many labels have no place yet."""
        return self.labels - self.placed


def progress(session: Session, round_: Round) -> Progress:
    """Return how far the labels of a compared round have their place; labels that nobody used are not counted.

    Whoever calls this has made sure that the round is compared.
    """
    return _far(_counting(session, round_))


@dataclass(frozen=True)
class Ending:
    """What ending the alignment now would do.

    ``shared``: how many codes 1, 2, … coders have among their labels that have a place; ``version``: the number that the
    codebook would be published under, None where it is published as it is; ``note``: the sentence that goes with it.
    """

    far: Progress
    shared: Sequence[int]
    version: int | None
    note: str


def ending(session: Session, access: RoundAccess) -> Ending:
    """Return what ``finish`` would do; nothing is changed."""
    counting = _counting(session, access.round)
    coders: dict[str, set[str]] = {}
    for end, coder in counting.ends:
        coders.setdefault(end, set()).add(coder)
    many = Counter(map(len, coders.values()))
    far = _far(counting)
    version = None
    if _publishes(session, access):
        latest = versions.latest_version(session, access.project.id)
        version = latest.number + 1 if latest else 1
    return Ending(far, [many[n] for n in range(1, max(many, default=0) + 1)], version, _note(access, far))


@dataclass(frozen=True)
class _Counting:
    """The labels in use with their coders, how many have a place, and the codes as which these count, each with a coder of it."""

    used: Mapping[Unread, Unread]
    placed: int
    ends: Collection[tuple[str, str]]


def _far(counting: _Counting) -> Progress:
    coders = len(set(counting.used.values()))
    return Progress(len(counting.used), counting.placed, coders, len({end for end, _ in counting.ends}))


def _counting(session: Session, round_: Round) -> _Counting:
    used = labels_used(session, round_)
    rows = session.execute(
        sa.select(unread(_CODES.id), unread(_CODES.into_id), _CODES.state == CodeState.SPLIT).where(
            _CODES.project_id == round_.project_id, _CODES.state.in_([CodeState.MERGED, CodeState.SPLIT])
        )
    ).all()
    into: dict[Unread, Unread] = {code: other for code, other, split in rows if not split}
    split = {code for code, _, split in rows if split}
    waiting = set(session.scalars(_OWN.where(_CODES.round_id == round_.id, _CODES.state == CodeState.PRIVATE)))
    placed = {label: end for label in used if (end := _end(into, label)) not in waiting}
    ends = {(digits(end), digits(used[label])) for label, end in placed.items() if end not in split}
    parted = [read_identifier(label) for label, end in placed.items() if end in split]
    return _Counting(used, len(placed), ends | _parted(session, round_, parted) if parted else ends)


def _parted(session: Session, round_: Round, labels: Collection[UUID]) -> set[tuple[str, str]]:
    """Return the codes at which the passages of labels were put that count as a split code, each with a coder of it; none waits."""
    mapped = mapping(session, round_.project_id)
    rows = session.execute(
        sa.select(
            sa.type_coerce(Coding.code_id, _TEXT),
            sa.type_coerce(Coding.coder_id, _TEXT),
            sa.type_coerce(Coding.key, _TEXT),
        )
        .join(Assignment, Assignment.id == Coding.assignment_id)
        .where(Coding.code_id.in_(labels), Coding.deleted_at.is_(None), Assignment.state == AssignmentState.SUBMITTED)
    )
    counted = ((mapped.resolved(code, coder, key), coder) for code, coder, key in rows)
    return {(end.code.replace("-", ""), coder.replace("-", "")) for end, coder in counted if not end.waits}


def _end(into: Mapping[Unread, Unread], label: Unread) -> Unread:
    """Return what all that a label was applied to counts as: where a split lies on its way, the code that was split."""
    while label in into:
        label = into[label]
    return label


def labels_used(session: Session, round_: Round) -> dict[Unread, Unread]:
    """Return the private labels of a round that a submitted layer holds, each with its coder; none of a proposal.

    Read from what is kept of the layers: of thousands of labels none is looked for among the codings. What is returned
    is ``unread``: each page of the desk asks for this.
    """
    if round_.policy is not CodebookPolicy.OPEN:
        return {}
    layers = held(session, [round_])
    if not layers:
        return {}
    own = session.scalars(_OWN.where(_CODES.round_id == round_.id, _CODES.level == Level.LABEL))
    labels: dict[str, Unread] = {digits(label): label for label in own}
    used: dict[Unread, Unread] = {}
    for _, coder, _, kept, _ in layers:
        used |= {labels[code]: coder for code in map(bytes.hex, unpacked(kept)) if code in labels}
    return used


def finish(session: Session, access: RoundAccess, given: FinishIn) -> Job:
    """End the alignment: from now on the round's codes are compared. Return the job that does it.

    Raises
    ------
    Conflict : the round is none of open coding, is not closed, was aligned before, or has labels without a place and
        these are not to stay what they are.
    """
    hold(session, access)
    round_ = access.round
    session.refresh(round_, ["state", "aligned_at"], with_for_update={"key_share": True})
    if round_.policy is not CodebookPolicy.OPEN:
        raise Conflict("no_open_coding", "The coders of this round had no labels of their own.")
    if round_.state is not RoundState.CLOSED:
        raise Conflict(f"round_{round_.state}", "Only a closed round can be aligned.")
    if round_.aligned_at is not None:
        raise Conflict("aligned_already", "The labels of this round have been aligned before.")
    far = progress(session, round_)
    if far.waiting and not given.leaving:
        raise Conflict(
            "labels_waiting",
            "{n} labels have no place yet. Place them, or say that they stay what they are.",
            n=far.waiting,
        )
    round_.aligned_at, round_.compared_at = now(), None
    session.flush()
    aligned = events.RoundAligned(round_.id, round_.id, labels=far.labels, coders=far.coders, codes=far.codes)
    access.log(session, aligned)
    _publish(session, access, far, given.note)
    return queue.enqueue(session, access.project.id, access.actor.id, CompareRound(), round_id=round_.id)


def _publish(session: Session, access: RoundAccess, far: Progress, said: str) -> None:
    """Publish what the alignment made of the codebook, if it changed it, with what is said or a note that says what became of how much."""
    if _publishes(session, access):
        versions.publish(session, access, said.strip() or _note(access, far))


def _publishes(session: Session, access: RoundAccess) -> bool:
    codes = active_codes(session, access.project.id)
    return bool(codes) and bool(versions.unpublished_changes(session, access.project.id))


def _note(access: RoundAccess, far: Progress) -> str:
    """Return what is said of a version that comes from the alignment, in the language of the project."""
    with speaking(access.project.language.value):
        return gettext(
            "From round {number}: {labels} labels of {coders} coders became {codes}.",
            number=access.round.number,
            labels=far.labels,
            coders=far.coders,
            codes=far.codes,
        )
