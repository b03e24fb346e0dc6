"""Which codings count as some codes today, of those that a person may see: what lists of passages and counts of use share."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import Assignment, AssignmentState, Coding, Round, RoundPurpose, RoundState
from intercoder.models.base import few_dashed, unread
from intercoder.services.access import Access, answers_hidden
from intercoder.services.mapping import Mapped
from intercoder.stats.mapping import Counted

COMPARED = (RoundState.CLOSED, RoundState.SETTLED)
_TEXT = sa.Uuid(as_uuid=False)


class Single(NamedTuple):
    """A coding that is looked at by itself, because a split lies on its way, and what it counts as."""

    assignment: str
    coder: str
    key: str
    code: str
    counts: Counted[str]


@dataclass(frozen=True)
class Counting:
    """The codings that count as some codes: of the codes ``whole`` all that are of the rounds ``of``, and ``singles``."""

    whole: Sequence[UUID]
    singles: Sequence[Single]
    of: sa.ColumnElement[bool]

    @property
    def condition(self) -> sa.ColumnElement[bool]:
        """The condition of these codings; that they are seen and stand is another."""
        keys: dict[str, list[UUID]] = {}
        for single in self.singles:
            keys.setdefault(single.coder, []).append(UUID(single.key))
        return sa.or_(
            sa.and_(Coding.code_id.in_(self.whole), self.of),
            *(sa.and_(Coding.coder_id == UUID(coder), Coding.key.in_(_written(own))) for coder, own in keys.items()),
        )


def _written(keys: Sequence[UUID]) -> sa.BindParameter[Sequence[UUID]]:
    """Return keys that stand in the statement itself: as values a statement takes 32,766 on SQLite, and a split code may have more passages."""
    return sa.bindparam("keys", keys, unique=True, expanding=True, literal_execute=True)


def seen(access: Access) -> sa.ColumnElement[bool]:
    """Return the condition of the assignments whose codings a person may see in the project.

    What was submitted in compared rounds, but for those whose documents the person takes a test on; of an open round nothing
    but own work.
    """
    rounds = sa.select(Round.id).where(Round.project_id == access.project.id)
    return sa.or_(
        sa.and_(
            Assignment.state == AssignmentState.SUBMITTED,
            Assignment.round_id.in_(rounds.where(Round.state.in_(COMPARED))),
            Assignment.round_id.not_in(answers_hidden(access.project.id, access.actor.id)),
        ),
        sa.and_(
            Assignment.coder_id == access.actor.id,
            Assignment.round_id.in_(rounds.where(Round.state == RoundState.OPEN)),
        ),
    )


def tries_coders(access: Access) -> sa.Select[UUID]:
    """Return the rounds that ask about coders and not about the materials: what was coded in them is no use of a code.

    They hold documents that were coded before: each would be counted twice, or by what a trainee took for right. A round
    that looks for drift is one of them when it is compared: its coders are not told before.
    """
    return sa.select(Round.id).where(
        Round.project_id == access.project.id,
        sa.or_(
            Round.purpose == RoundPurpose.TRAINING,
            sa.and_(Round.purpose == RoundPurpose.DRIFT, Round.state.in_(COMPARED)),
        ),
    )


def of_study(access: Access) -> sa.ColumnElement[bool]:
    """Return the condition of codings that are no try of a coder.

    Not asked of codes that were split: their passages are put one by one, wherever they were coded.
    """
    tried = sa.select(Assignment.id).where(Assignment.round_id.in_(tries_coders(access)))
    return Coding.assignment_id.not_in(tried)


def by_code(session: Session, access: Access) -> list[tuple[str, int]]:
    """Return how many codings that a person may see, tries of coders left out, each code has, as it was applied."""
    rows = session.execute(
        sa.select(unread(Coding.code_id), sa.func.count())
        .join(Assignment, Assignment.id == Coding.assignment_id)
        .where(Assignment.project_id == access.project.id, seen(access), of_study(access), Coding.deleted_at.is_(None))
        .group_by(Coding.code_id)
    )
    return [(few_dashed(code), many) for code, many in rows]


def counting(
    session: Session,
    mapped: Mapped,
    wanted: Collection[str],
    assignments: sa.ColumnElement[bool],
    of: sa.ColumnElement[bool] | None = None,
) -> Counting:
    """Return which codings of some assignments count as one of the codes ``wanted``; no statement where nothing is split.

    ``of``: a condition of codings, not asked of those of codes that were split.
    """
    by_passage, settled = mapped.map.by_passage, mapped.map.settled
    whole = [UUID(code) for code in mapped.codes if code not in by_passage and settled.get(code, code) in wanted]
    asked = [code for code in by_passage if mapped.map.ends(code) & frozenset(wanted)]
    singles = of_codes(session, mapped, asked, assignments) if asked else []
    return Counting(
        whole, [single for single in singles if single.counts.code in wanted], sa.true() if of is None else of
    )


def of_codes(
    session: Session, mapped: Mapped, codes: Collection[str], assignments: sa.ColumnElement[bool]
) -> list[Single]:
    """Return the codings of some codes in some assignments, each with what it counts as."""
    rows = session.execute(
        sa.select(
            sa.type_coerce(Coding.assignment_id, _TEXT),
            sa.type_coerce(Coding.coder_id, _TEXT),
            sa.type_coerce(Coding.key, _TEXT),
            sa.type_coerce(Coding.code_id, _TEXT),
        )
        .join(Assignment, Assignment.id == Coding.assignment_id)
        .where(Coding.code_id.in_([UUID(code) for code in codes]), Coding.deleted_at.is_(None), assignments)
    )
    return [Single(*row, mapped.resolved(row[3], row[1], row[2])) for row in rows]
