"""What closing a round leaves, as tests of several services ask for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cast import Cast
from intercoder.models import Assignment, Coding, Disagreement, Document, Role, Round, User
from intercoder.policy import Permission
from intercoder.services import adjudication, assigning, comparing, consensus, disagreements, members, projects, rounds
from intercoder.services.adjudication import RulingIn, Span


def disagreements_of(cast: Cast, round_id: UUID) -> list[Disagreement]:
    """Return the disagreements of a round as the adjudicator sees them."""
    with cast.database.reading() as session:
        access = cast.access(session, "ada", Permission.DISAGREEMENTS_VIEW, "round", round_id)
        return list(disagreements.disagreements(session, access).rows)


def compare_again(cast: Cast, round_id: UUID, *, writes: int | None = None) -> dict[str, int]:
    """Compare the layers of a closed round once more, or begin to: so many writes are done; return the places by kind."""
    with cast.database.reading() as session:
        planned = comparing.plan(session, session.get_one(Round, round_id))
    for write in islice(planned.writes(), writes):
        with cast.database.transaction() as session:
            write(session)
    return planned.counts


def rule(
    cast: Cast,
    d: Disagreement,
    version: int,
    codings: list[Span],
    reason: str,
    *,
    by: str = "ada",
    beyond: bool = False,
) -> None:
    """Let the adjudicator rule."""
    with cast.acting(by, Permission.ADJUDICATE, "disagreement", d.id) as (session, access):
        decision = RulingIn(codings=tuple(codings), reason=reason, beyond=beyond)
        adjudication.rule(session, access, d.id, version, decision)


def consensus_of(cast: Cast, round_id: UUID) -> list[tuple[UUID, int, int, bool]]:
    """Return what stands: code, start, end, and whether it was ruled."""
    with cast.database.reading() as session:
        access = cast.access(session, "lena", Permission.DISAGREEMENTS_VIEW, "round", round_id)
        return [(c.code_id, c.start, c.end, c.ruling_id is not None) for c in consensus.consensus(session, access)]


def originals(cast: Cast) -> list[tuple[object, ...]]:
    """Return every column of every coding."""
    with cast.database.reading() as session:
        rows = session.execute(sa.select(Coding.__table__).order_by(Coding.coder_id, Coding.key))
        return [tuple(row) for row in rows]


@contextmanager
def behind_its_back(cast: Cast) -> Iterator[Session]:
    """Write as somebody who owns the database: without the triggers that protect the log."""
    with cast.database.transaction() as session:
        if cast.database.sqlite:
            for (name,) in session.execute(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                session.execute(sa.text(f"DROP TRIGGER {name}"))
        else:
            session.execute(sa.text("ALTER TABLE event DISABLE TRIGGER ALL"))
        yield session


def reopen(cast: Cast, round_id: UUID) -> None:
    """Let the lead open a closed round again."""
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", round_id) as (session, access):
        rounds.reopen_round(session, access)


def hand_back(cast: Cast, round_id: UUID, person: str, document: str = "访谈一") -> None:
    """Let the lead return a submitted document to its coder."""
    with cast.database.reading() as session:
        wanted = sa.select(Assignment.id).where(
            Assignment.round_id == round_id,
            Assignment.document_id == cast.documents[document],
            Assignment.coder_id == cast.people[person].id,
        )
        assignment = session.scalars(wanted).one()
    with cast.acting("lena", Permission.HAND_BACK, "assignment", assignment) as (session, access):
        assigning.hand_back(session, access, [assignment], "Look again.")


def coded(cast: Cast, round_id: UUID, *people: str, quote: str = "订单一下子掉了六成") -> None:
    """Let people code 访谈一 in a round and submit it."""
    for person in people:
        cast.code(person, round_id, "访谈一", "l1", quote)
        cast.submit(person, round_id, "访谈一")


def give(cast: Cast, person: str, *roles: Role) -> None:
    """Give a person of the project further roles."""
    with cast.database.transaction() as session:
        members.add_member(session, cast.project, cast.people[person].id, roles)


def allow(cast: Cast, allowed: bool = True) -> None:
    """Say as the lead whether coders may rule on what they coded."""
    with cast.acting("lena", Permission.PROJECT_EDIT) as (session, access):
        projects.change_project(session, access, projects.ProjectChange(coders_may_rule=allowed))


def assignments_of(session: Session, round_id: UUID) -> list[Assignment]:
    """Return the assignments of a round by document and coder."""
    return list(
        session.scalars(
            sa.select(Assignment)
            .join(Assignment.document)
            .join(Assignment.coder)
            .where(Assignment.round_id == round_id)
            .order_by(Document.position, Document.id, User.name, User.id)
        )
    )
