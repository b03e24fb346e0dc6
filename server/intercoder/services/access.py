"""The one door: a thing of a project is loaded through membership, or not at all."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, Never, get_args, overload
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session, lazyload

from intercoder import events, models
from intercoder.errors import Conflict, IntercoderError, NotFound, NotSignedIn
from intercoder.models import (
    Assignment,
    AssignmentState,
    Case,
    Code,
    CodebookPolicy,
    CodebookVersion,
    CodeState,
    Document,
    Invitation,
    Job,
    JobKind,
    Member,
    Project,
    Revision,
    Role,
    Round,
    RoundState,
    SourceFile,
)
from intercoder.policy import Permission, Situation, decide
from intercoder.services.accounts import Actor
from intercoder.services.credentials import Credential, holder_of

#: things that lie in a round
RoundKind = Literal[
    "round", "assignment", "report", "disagreement", "ruling", "lesson", "norming", "quotation", "shown"
]
ROUND_KINDS: frozenset[str] = frozenset(get_args(RoundKind))


@dataclass(frozen=True)
class Access:
    """A door that was opened: who, in which project, with which roles."""

    actor: Actor
    project: Project
    roles: frozenset[Role]
    situation: Situation

    def may(self, permission: Permission) -> bool:
        """Whether the same person may also do this, in the same situation."""
        return self.refusal(permission) is None

    def refusal(self, permission: Permission) -> IntercoderError | None:
        """Return why the same person may not also do this, in the same situation; None when allowed."""
        return decide(permission, self.roles, self.situation).refusal

    def log(self, session: Session, *acts: events.Act) -> None:
        """Add what the person does to the project's log, in the transaction that does it; several acts are of one stream."""
        events.record(session, self.project.id, self.actor.id, *acts)


@dataclass(frozen=True)
class RoundAccess(Access):
    """A door that leads to a round."""

    round: Round

    def asking(self, permission: Permission) -> "Asking":
        """Return the same person before the same round, for a verb that opens the door itself."""
        return Asking(Credential.of(self.actor), permission, self.round.id)


@dataclass(frozen=True)
class Asking:
    """Somebody at the door of a round that is not open yet: the verb opens it with the query that finds its thing.

    What is done most often is asked once only. ``permission`` is the route's, so that the table of rights and its tests
    know of it.
    """

    credential: Credential
    permission: Permission
    round_id: UUID

    def refuse(self, session: Session) -> Never:
        """Raise why nothing was found: who asks is not known, may not come in, or has no such thing."""
        holder = holder_of(session, self.credential)
        if holder is None:
            raise sign_in_first()
        authorise(session, holder.actor, self.permission, "round", self.round_id)
        raise no_such_thing()


#: what leads to a thing: its identifier, its project, its round or null, and the document whose place it is or null
_Thing = sa.Select[UUID, UUID, UUID, UUID]
_Column = InstrumentedAttribute[UUID]


def _thing(
    identifier: _Column, project: _Column, round_: _Column | None = None, *, at: _Column | None = None
) -> _Thing:
    nothing = sa.cast(sa.null(), sa.Uuid())
    return sa.select(
        identifier.label("id"),
        project.label("project_id"),
        (nothing if round_ is None else round_).label("round_id"),
        (nothing if at is None else at).label("document_id"),
    )


@cache
def _compared() -> sa.FromClause:
    """Return the table that ``comparison_finished`` asks, named once; of the model, a start would configure all mappers."""
    return Round.metadata.tables[Round.__tablename__].alias()


def comparison_finished(round_id: sa.SQLColumnExpression[UUID]) -> sa.Exists:
    """Return the condition that what the comparison of a round has found may be seen: all of it is in."""
    compared = _compared()
    return sa.exists().where(compared.c.id == round_id, compared.c.compared_at.is_not(None))


@cache
def _of_tests() -> Sequence[sa.FromClause]:
    """Return the tables that ``tested_on`` asks, named once: naming their columns costs more than the rest of the condition."""
    return [
        model.metadata.tables[model.__tablename__].alias()
        for model in (models.AnswerKey, Round, Assignment, Assignment, Assignment)
    ]


def tested_on(round_id: sa.SQLColumnExpression[UUID], person_id: sa.SQLColumnExpression[UUID] | UUID) -> sa.Exists:
    """Return the condition of a round that holds documents on which a person takes a test and has not submitted all of it.

    What was coded and settled there is the answer: it is hidden from the person, whatever other roles there are.
    """
    keys, tests, waits, there, of_test = _of_tests()
    return sa.exists().where(
        tests.c.id == keys.c.round_id,
        tests.c.id != round_id,
        # Each named: a list of them is written into the query anew whenever it is sent, which every door does.
        sa.or_(tests.c.state == RoundState.DRAFT, tests.c.state == RoundState.OPEN),
        waits.c.round_id == tests.c.id,
        waits.c.coder_id == person_id,
        waits.c.state != AssignmentState.SUBMITTED,
        there.c.round_id == round_id,
        there.c.document_id.in_(
            sa.select(of_test.c.document_id).where(of_test.c.round_id == tests.c.id, of_test.c.coder_id == person_id)
        ),
    )


def about_another(
    report_id: sa.SQLColumnExpression[UUID], person_id: sa.SQLColumnExpression[UUID] | UUID | None = None
) -> sa.Exists:
    """Return the condition that a report is about a further round that is not compared, or whose answers are hidden from the person."""
    compared = [RoundState.CLOSED, RoundState.SETTLED]
    other = Round.metadata.tables[Round.__tablename__].alias()  # of the model, a start would configure all mappers
    rows = models.ReportRound.metadata.tables[models.ReportRound.__tablename__].alias()
    closed_to: sa.ColumnElement[bool] = other.c.state.not_in(compared)
    if person_id is not None:
        closed_to = sa.or_(closed_to, tested_on(other.c.id, person_id).correlate(other))
    return sa.exists().where(rows.c.report_id == report_id, other.c.id == rows.c.round_id, closed_to)


def _label_of_a_round_not_compared() -> sa.Exists:
    return sa.exists().where(
        Round.id == Code.round_id,
        Round.policy == CodebookPolicy.OPEN,
        Round.state.not_in([RoundState.CLOSED, RoundState.SETTLED]),
    )


#: how each kind of thing in a URL leads to its project and round; tables that few pages ask are loaded when one does
_THINGS: Mapping[str, Callable[[], _Thing]] = {
    "project": lambda: _thing(Project.id, Project.id),
    "member": lambda: _thing(Member.id, Member.project_id),
    "invitation": lambda: _thing(Invitation.id, Invitation.project_id),
    "case": lambda: _thing(Case.id, Case.project_id),
    "document": lambda: _thing(Document.id, Document.project_id),
    "file": lambda: _thing(SourceFile.id, SourceFile.project_id),
    # A coder's proposal, and a private label until its round is compared, is nobody's thing to ask for: 403 would tell
    # that it exists.
    "code": lambda: _thing(Code.id, Code.project_id).where(
        Code.state.in_([CodeState.ACTIVE, CodeState.RETIRED, CodeState.MERGED, CodeState.SPLIT, CodeState.PRIVATE]),
        sa.not_(_label_of_a_round_not_compared()),
    ),
    "memo": lambda: _thing(models.Memo.id, models.Memo.project_id),
    "version": lambda: _thing(CodebookVersion.id, CodebookVersion.project_id),
    # A file to take away is of who started it: services/made_files.py looks for nobody else's.
    "job": lambda: _thing(Job.id, Job.project_id).where(Job.kind != JobKind.EXPORT),
    "export": lambda: _thing(Job.id, Job.project_id).where(Job.kind == JobKind.EXPORT),
    "round": lambda: _thing(Round.id, Round.project_id, Round.id),
    "assignment": lambda: _thing(Assignment.id, Assignment.project_id, Assignment.round_id),
    # A report may be about further rounds: it is there only while all of them are compared and none is hidden.
    "report": lambda: _thing(
        models.AgreementReport.id, models.AgreementReport.project_id, models.AgreementReport.round_id
    ).where(sa.not_(about_another(models.AgreementReport.id, sa.bindparam("actor", type_=sa.Uuid())))),
    "disagreement": lambda: _thing(
        models.Disagreement.id,
        models.Disagreement.project_id,
        models.Disagreement.round_id,
        at=models.Disagreement.document_id,
    ).where(comparison_finished(models.Disagreement.round_id)),
    "revision": lambda: _thing(Revision.id, Document.project_id).join(Document, Document.id == Revision.document_id),
    "ruling": lambda: (
        _thing(
            models.Ruling.id,
            models.Disagreement.project_id,
            models.Disagreement.round_id,
            at=models.Disagreement.document_id,
        )
        .join(models.Disagreement, models.Disagreement.id == models.Ruling.disagreement_id)
        .where(comparison_finished(models.Disagreement.round_id))
    ),
    "norming": lambda: _thing(models.NormingRoom.id, models.NormingRoom.project_id, models.NormingRoom.round_id).where(
        comparison_finished(models.NormingRoom.round_id)
    ),
    # What was taken out can be put back.
    "element": lambda: _thing(models.ModelElement.id, models.ModelElement.project_id),
    "relation": lambda: _thing(models.Relation.id, models.Relation.project_id),
    "property": lambda: _thing(models.CodeProperty.id, models.CodeProperty.project_id),
    "view": lambda: _thing(models.PassageView.id, models.PassageView.project_id),
    "negative": lambda: _thing(models.NegativeCase.id, models.NegativeCase.project_id),
    "quotation": lambda: _thing(models.Quotation.id, models.Quotation.project_id, models.Quotation.round_id).where(
        comparison_finished(models.Quotation.round_id)
    ),
    "shown": lambda: _thing(
        models.CategoryPassage.id, models.CategoryPassage.project_id, models.CategoryPassage.round_id
    ).where(comparison_finished(models.CategoryPassage.round_id)),
    "lesson": lambda: _thing(models.Lesson.id, models.Lesson.project_id, models.Lesson.round_id).where(
        comparison_finished(models.Lesson.round_id)
    ),
}
KINDS = frozenset(_THINGS)


def no_such_thing() -> NotFound:
    """Return the one refusal for what does not exist and what is not shared: they read the same."""
    return NotFound("not_found", "There is no such thing here, or it is not shared with you.")


class NotThere(NotFound):
    """Nothing was found for who asks: there is no such thing, or this is nobody to show it to. ``Asking`` knows which."""

    def __init__(self) -> None:
        missing = no_such_thing()
        super().__init__(missing.code, missing.message)


def sign_in_first() -> NotSignedIn:
    """Return the refusal of a visitor where only people with an account come in."""
    return NotSignedIn("sign_in", "Sign in first.")


def coded(
    round_id: sa.SQLColumnExpression[UUID],
    document_id: sa.SQLColumnExpression[UUID],
    person_id: sa.SQLColumnExpression[UUID],
) -> sa.Exists:
    """Return the condition that a person began to code a document in a round: a place there is own work."""
    return sa.exists().where(
        Assignment.round_id == round_id,
        Assignment.document_id == document_id,
        Assignment.coder_id == person_id,
        Assignment.state != AssignmentState.ASSIGNED,
    )


@cache
def _door(kind: str) -> sa.Select[Project, Member, Round, bool, bool, bool]:
    """Return the query that leads from a thing to its project, membership and round; built once a kind."""
    thing = _THINGS[kind]().subquery()
    codes_in_round = (
        sa.exists()
        .where(Assignment.round_id == thing.c.round_id, Assignment.coder_id == sa.bindparam("actor"))
        .correlate(thing)
    )
    coded_the_place = coded(thing.c.round_id, thing.c.document_id, sa.bindparam("actor")).correlate(thing)
    tested = tested_on(thing.c.round_id, sa.bindparam("actor", type_=sa.Uuid())).correlate(thing)
    return (
        sa.select(Project, Member, Round, codes_in_round, coded_the_place, tested)
        .select_from(thing)
        .join(Project, Project.id == thing.c.project_id)
        .join(Member, sa.and_(Member.project_id == Project.id, Member.user_id == sa.bindparam("actor")))
        .outerjoin(Round, Round.id == thing.c.round_id)
        .where(thing.c.id == sa.bindparam("thing"))
        .options(lazyload(Member.user))
    )


@overload
def authorise(
    session: Session, actor: Actor, permission: Permission, kind: RoundKind, identifier: UUID
) -> RoundAccess: ...
@overload
def authorise(session: Session, actor: Actor, permission: Permission, kind: str, identifier: UUID) -> Access: ...
def authorise(session: Session, actor: Actor, permission: Permission, kind: str, identifier: UUID) -> Access:
    """Return the access that ``actor`` has to a thing, or raise what ``policy`` says.

    One query: the thing, its project, the membership, the round, and whether the actor codes in it and coded the place.
    """
    row = session.execute(_door(kind), {"thing": identifier, "actor": actor.id}).first()
    if row is None:
        raise no_such_thing()
    project, member, round_, codes, coded_it, tested = row
    situation = Situation(
        round_.state if round_ else None,
        bool(codes),
        bool(coded_it),
        project.coders_may_rule,
        bool(tested),
        project.information_power,
    )
    decision = decide(permission, member.role_set, situation)
    if decision.refusal is not None:
        raise decision.refusal
    if round_ is not None:
        return RoundAccess(actor, project, member.role_set, situation, round_)
    return Access(actor, project, member.role_set, situation)


def coded_by(person_id: UUID) -> sa.ColumnElement[bool]:
    """Return the condition of a round in which the person codes."""
    return sa.exists().where(Assignment.round_id == Round.id, Assignment.coder_id == person_id).correlate(Round)


def blind_rounds(session: Session, project_id: UUID, user_id: UUID) -> frozenset[UUID]:
    """Return the open rounds in which the person codes: of these nothing but own work may be seen."""
    return frozenset(
        session.scalars(
            sa.select(Round.id)
            .join(Assignment, Assignment.round_id == Round.id)
            .where(Round.project_id == project_id, Round.state == RoundState.OPEN, Assignment.coder_id == user_id)
        )
    )


def answers_hidden(
    project_id: UUID | sa.BindParameter[UUID], person_id: UUID | sa.BindParameter[UUID]
) -> sa.ScalarSelect[UUID]:
    """Return the rounds of a project whose codings and rulings are hidden from a person who takes a test on their documents."""
    return (
        sa.select(Round.id)
        .where(Round.project_id == project_id, tested_on(Round.id, person_id).correlate(Round))
        .scalar_subquery()
    )


def require_open(session: Session, access: RoundAccess) -> None:
    """Refuse when the round has closed since the door was opened, and keep it from closing before the caller commits.

    SQLite's transactions begin with the one write lock, so what the door read is still true there.
    """
    if session.info.get("sqlite"):
        return
    session.refresh(access.round, ["state"], with_for_update={"read": True})
    if access.round.state != RoundState.OPEN:
        raise Conflict("round_closed", "This round is closed.")


def require_aligned(round_: Round) -> None:
    """Refuse what compares codes while these are each coder's own words."""
    if round_.unaligned:
        raise Conflict(
            "not_aligned",
            "The labels of this round are each coder’s own words until they are aligned: agreement on what was marked is not "
            "computed before, and there is nothing to rule on.",
        )
