"""What was judged of saturation, as it is shown: rules and whether they are met, declarations and what became of them, notes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from intercoder.models import (
    Document,
    Round,
    SamplingNote,
    SamplingUnit,
    SaturationDeclaration,
    SaturationRule,
    Stopping,
    User,
)
from intercoder.services.access import Access, answers_hidden
from intercoder.services.arriving import Asked, Counted, count_of
from intercoder.services.code_states import remembered
from intercoder.services.holding import asked_of, judged
from intercoder.services.mapped import MappedCode
from intercoder.services.mapping import mapping
from intercoder.services.saturation import compared_rounds, picture
from intercoder.stats.saturation.stopping import Met
from intercoder.stats.saturation.study.whose import View, ViewKind


@dataclass(frozen=True)
class RuleShown:
    """A saved rule: who saved it, when, and what could have been looked at by then; whether it is met now."""

    id: UUID
    number: int
    rule: Stopping
    #: of compared rounds, and whether a round with live figures was open
    documents: int
    live: bool
    by: str
    at: datetime
    #: unit -> whether it is met by the documents, or cases, that are shown
    met: Mapping[SamplingUnit, Met]

    @property
    def before_looking(self) -> bool:
        """Whether nothing had arrived that anybody could have looked at."""
        return self.documents == 0 and not self.live


@dataclass(frozen=True)
class DeclarationShown:
    """A declaration with what became of it."""

    row: SaturationDeclaration
    by: str
    withdrawn_by: str | None
    coder: str | None
    document: str | None
    #: the codes that came, and what they are called today
    came: tuple[tuple[UUID, str], ...]
    #: documents that were added since it was declared, while it stands
    added: int | None
    codes_now: int | None


@dataclass(frozen=True)
class NoteShown:
    """A dated note on how materials are gathered."""

    id: UUID
    on: date
    text: str
    by: str


def hidden(session: Session, access: Access) -> bool:
    """Return whether the judgement is not shown to this person: it rests on a round that holds the answers of a test."""
    tested = Round.id.in_(answers_hidden(access.project.id, access.actor.id))
    rounds = sa.select(Round.id).where(Round.project_id == access.project.id, Round.compared_at.is_not(None), tested)
    return session.scalar(rounds.limit(1)) is not None


def rules(session: Session, access: Access, asked: Asked, count: Counted | None = None) -> list[RuleShown]:
    """Return the saved rules, the first ones first, and whether the figures that this person may see meet them.

    ``count``: what was counted for these figures, where it is known already.
    """
    found = session.execute(
        sa.select(SaturationRule, User.name)
        .join(User, User.id == SaturationRule.saved_by)
        .where(SaturationRule.project_id == access.project.id)
        .order_by(SaturationRule.number)
    ).all()
    if not found:
        return []
    count = picture(session, access, asked).count if count is None else count
    counted = count
    kinds = tuple(row.rule for row, _ in found)

    def met() -> list[Mapping[SamplingUnit, Met]]:
        of = {unit: Asked(asked.level, asked.view, unit, asked.order) for unit in SamplingUnit}
        meaning = {unit: cache(partial(counted.since_news, one)) for unit, one in of.items()}
        return [{unit: judged(kind, counted.arrived(one), meaning[unit]) for unit, one in of.items()} for kind in kinds]

    about = ("rules", asked.level, str(asked.view), str(asked.order), counted.ruled)
    judged_ = remembered(session, access.project.id, about, met, (counted.state, kinds))
    return [
        RuleShown(
            row.id,
            row.number,
            row.rule,
            row.documents,
            row.live,
            by,
            row.saved_at,
            of,
        )
        for (row, by), of in zip(found, judged_, strict=True)
    ]


def declarations(session: Session, access: Access) -> list[DeclarationShown]:
    """Return the declarations, the latest first; nothing where they are ``hidden`` from this person."""
    by, gone, coder = aliased(User), aliased(User), aliased(User)
    found = session.execute(
        sa.select(SaturationDeclaration, by.name, gone.name, coder.name, Document.title)
        .join(by, by.id == SaturationDeclaration.declared_by)
        .outerjoin(gone, gone.id == SaturationDeclaration.withdrawn_by)
        .outerjoin(coder, coder.id == SaturationDeclaration.coder_id)
        .outerjoin(Document, Document.id == SaturationDeclaration.document_id)
        .where(SaturationDeclaration.project_id == access.project.id)
        .order_by(SaturationDeclaration.number.desc())
    ).all()
    if not found or hidden(session, access):
        return []
    standing = [row for row, *_ in found if row.withdrawn_at is None]
    count = None
    if standing:
        ruled = any(View.of(row.view).kind is ViewKind.CONSENSUS for row in standing)
        rounds = compared_rounds(session, access.project.id)
        count = count_of(session, access.project.id, rounds, ruled=ruled)
    names = mapping(session, access.project.id).codes
    return [_shown(row, names, count, *others) for row, *others in found]


def _shown(
    row: SaturationDeclaration,
    names: Mapping[str, MappedCode],
    count: Counted | None,
    by: str,
    withdrawn_by: str | None,
    coder: str | None,
    document: str | None,
) -> DeclarationShown:
    came = tuple((code, names[str(code)].name) for code in row.new_codes if str(code) in names)
    if row.withdrawn_at is not None or count is None:
        return DeclarationShown(row, by, withdrawn_by, coder, document, came, None, None)
    asked = asked_of(row)
    added = len(count.found.arrived(asked.view)) - row.figures.documents
    return DeclarationShown(row, by, None, None, None, (), added, len(count.found.present(asked.view, row.level)))


def notes(session: Session, access: Access) -> list[NoteShown]:
    """Return the dated notes, the earliest first."""
    found = session.execute(
        sa.select(SamplingNote, User.name)
        .join(User, User.id == SamplingNote.written_by)
        .where(SamplingNote.project_id == access.project.id)
        .order_by(SamplingNote.on, SamplingNote.written_at)
    ).all()
    return [NoteShown(row.id, row.on, row.text, by) for row, by in found]
