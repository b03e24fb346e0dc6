"""The API of saturation as people judge it: rules, declarations, notes on sampling."""

from datetime import date, datetime
from uuid import UUID

from intercoder.models import Level, SamplingUnit, SaturationDeclaration, SaturationKind, StoppingRule, WithdrawalCause
from intercoder.policy import Permission
from intercoder.services import declared, judgements
from intercoder.services.access import Access
from intercoder.services.declared import DeclareIn, NoteIn, RuleIn, TakeBackIn
from intercoder.services.judgements import DeclarationShown, RuleShown
from intercoder.stats.saturation.study.events import Kind
from intercoder.web.api.endpoint import Created, endpoint
from intercoder.web.api.saturation import SaturationQuery
from intercoder.web.api.shapes import Out
from intercoder.web.session import db


class StoppingOut(Out):
    """A stopping rule with its parameters; those of other rules are not used."""

    rule: StoppingRule
    base: int
    run: int
    threshold: float
    initial: int
    stop: int


class MetOut(Out):
    """Whether a rule is met now, since which document or case, or the reason why it is not."""

    met: bool
    since: int | None
    reason: str | None


class SavedRuleOut(Out):
    """A rule as it was saved: how many documents were compared by then, and whether a round with live figures was open."""

    id: UUID
    number: int
    rule: StoppingOut
    documents: int
    live: bool


class RuleOut(SavedRuleOut):
    """A saved rule, who saved it, and whether it is met by the documents and by the cases that the person may see."""

    by: str
    at: datetime
    before_looking: bool
    by_document: MetOut
    by_case: MetOut


class DeclaredFiguresOut(Out):
    """What was known when saturation was declared; null where it could not be said."""

    documents: int
    units: int
    codes: int
    with_unique: int
    coverage: float | None
    expected_news: float | None
    least: float | None
    open_places: int


class DeclaredOut(Out):
    """A declaration."""

    id: UUID
    number: int
    kind: SaturationKind
    level: Level
    view: str
    unit: SamplingUnit
    order: str
    rule: StoppingOut | None
    codes: list[UUID]
    #: what else it covers: a new one of these takes it back
    covers: list[Kind]
    figures: DeclaredFiguresOut
    reason: str
    declared_at: datetime
    withdrawn_at: datetime | None
    cause: WithdrawalCause | None


class DeclarationOut(DeclaredOut):
    """A declaration and what became of it: ``added`` documents came since, while it stands."""

    by: str
    withdrawn_by: str | None
    withdrawal_reason: str
    document_id: UUID | None
    coder: str | None
    new_codes: list[UUID]
    #: what came of what it covers besides, as it was called then
    new_things: list[str]
    added: int | None
    codes_now: int | None


class NoteOut(Out):
    """A dated note on how materials are gathered."""

    id: UUID
    on: date
    text: str


class NoteByOut(NoteOut):
    """The same with who wrote it."""

    by: str


def _declared(row: SaturationDeclaration) -> dict[str, object]:
    return {
        "rule": None if row.rule is None else StoppingOut.of(row.rule),
        "figures": DeclaredFiguresOut.of(row.figures),
        "codes": list(row.codes),
    }


def _rule(shown: RuleShown) -> RuleOut:
    return RuleOut.of(
        shown,
        rule=StoppingOut.of(shown.rule),
        by_document=MetOut.of(shown.met[SamplingUnit.DOCUMENT]),
        by_case=MetOut.of(shown.met[SamplingUnit.CASE]),
    )


def _declaration(shown: DeclarationShown) -> DeclarationOut:
    row = shown.row
    return DeclarationOut.of(
        row,
        **_declared(row),
        by=shown.by,
        withdrawn_by=shown.withdrawn_by,
        coder=shown.coder,
        new_codes=[code for code, _ in shown.came],
        added=shown.added,
        codes_now=shown.codes_now,
    )


@endpoint("GET", "/projects/<uuid:project>/saturation/rules", Permission.SATURATION_VIEW, tag="saturation")
def list_saturation_rules(access: Access, query: SaturationQuery) -> list[RuleOut]:
    """The stopping rules that were saved, first ones first, and whether they are met at a level, in a view and an order."""
    return [_rule(rule) for rule in judgements.rules(db(), access, query.asked)]


@endpoint("POST", "/projects/<uuid:project>/saturation/rules", Permission.SATURATION_JUDGE, tag="saturation")
def save_saturation_rule(access: Access, body: RuleIn) -> Created[SavedRuleOut]:
    """Save a stopping rule, before looking at best: how many documents had arrived by then is kept."""
    row = declared.save_rule(db(), access, body)
    return Created(SavedRuleOut.of(row, rule=StoppingOut.of(row.rule)))


@endpoint("GET", "/projects/<uuid:project>/saturation/declarations", Permission.SATURATION_VIEW, tag="saturation")
def list_declarations(access: Access) -> list[DeclarationOut]:
    """What was declared saturated, the latest first, and what became of it.

    Empty for who takes a test on a round that it rests on.
    """
    return [_declaration(shown) for shown in judgements.declarations(db(), access)]


@endpoint("POST", "/projects/<uuid:project>/saturation/declarations", Permission.SATURATION_JUDGE, tag="saturation")
def declare_saturation(access: Access, body: DeclareIn) -> Created[DeclaredOut]:
    """Declare saturation by what compared rounds hold now; a later act that contradicts it withdraws it."""
    row = declared.declare(db(), access, body)
    return Created(DeclaredOut.of(row, **_declared(row)))


@endpoint(
    "POST",
    "/projects/<uuid:project>/saturation/declarations/<uuid:declaration>/take-back",
    Permission.SATURATION_JUDGE,
    tag="saturation",
)
def take_declaration_back(access: Access, declaration: UUID, body: TakeBackIn) -> DeclaredOut:
    """Take a declaration back, with a reason; it never stands again."""
    row = declared.take_back(db(), access, declaration, body)
    return DeclaredOut.of(row, **_declared(row))


@endpoint("GET", "/projects/<uuid:project>/saturation/notes", Permission.SATURATION_VIEW, tag="saturation")
def list_sampling_notes(access: Access) -> list[NoteByOut]:
    """Dated notes on changes in how materials are gathered, the earliest first."""
    return [NoteByOut.of(note) for note in judgements.notes(db(), access)]


@endpoint("POST", "/projects/<uuid:project>/saturation/notes", Permission.SATURATION_JUDGE, tag="saturation")
def write_sampling_note(access: Access, body: NoteIn) -> Created[NoteOut]:
    """Write a dated note: another guide of interviews, another way of sampling."""
    return Created(NoteOut.of(declared.note(db(), access, body)))
