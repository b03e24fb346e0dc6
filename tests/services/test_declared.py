"""Rules that are saved before looking, declarations with their figures, dated notes."""

from datetime import date
from uuid import UUID

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder.errors import Conflict, InvalidInput, NotFound
from intercoder.models import Level, SamplingUnit, SaturationKind, SaturationRule, StoppingRule
from intercoder.policy import Permission
from intercoder.services import declared, judgements
from intercoder.services.arriving import Asked
from intercoder.services.declared import DeclareIn, NoteIn, RuleIn

JUDGE = Permission.SATURATION_JUDGE


def save(cast: Cast, **other: object) -> UUID:
    with cast.acting("lena", JUDGE) as (session, access):
        return declared.save_rule(session, access, RuleIn.model_validate({"rule": "guest2020", **other})).id


def shown(cast: Cast, person: str = "olga") -> list[judgements.RuleShown]:
    with cast.database.reading() as session:
        return judgements.rules(session, cast.access(session, person, Permission.SATURATION_VIEW), Asked())


def test_a_rule_says_whether_anything_could_be_looked_at_when_it_was_saved(cast: Cast) -> None:
    save(cast)
    cast.coded_round()
    save(cast, rule="francis2010")
    first, second = shown(cast)
    assert (first.before_looking, first.by, first.rule.rule) == (True, "Lena", StoppingRule.GUEST2020)
    assert (second.before_looking, second.documents, second.live) == (False, 0, True), (
        "of an open round no number is told"
    )
    assert first.met[SamplingUnit.DOCUMENT].reason == "not_enough_documents"
    with pytest.raises(Conflict, match="saved already"):
        save(cast)
    save(cast, base=6)
    with cast.database.reading() as session:
        assert session.scalars(sa.select(SaturationRule.number).order_by(SaturationRule.number)).all() == [1, 2, 3]


def test_a_round_without_live_figures_shows_nothing_that_anybody_could_have_looked_at(cast: Cast) -> None:
    cast.coded_round(live_figures=False)
    save(cast)
    assert shown(cast)[0].before_looking


def test_a_judgement_needs_a_reason_something_compared_and_decided_places(cast: Cast) -> None:
    round_id = cast.coded_round()

    def declare(**other: object) -> UUID:
        given = {"kind": "codes", "level": "concept", "view": "consensus", "reason": "no news", **other}
        with cast.acting("lena", JUDGE) as (session, access):
            return declared.declare(session, access, DeclareIn.model_validate(given)).id

    with pytest.raises(Conflict, match="Nothing of this level is in a compared round"):
        declare()
    cast.close(round_id)
    with pytest.raises(InvalidInput, match="Say why"):
        declare(reason="  ")
    with pytest.raises(Conflict, match="3 places wait for a ruling"):
        declare()
    with pytest.raises(Conflict, match="Rule 1 is not met"):
        declare(despite="they are slips", rule_id=str(save(cast)))
    with pytest.raises(NotFound):
        declare(despite="they are slips", rule_id=str(round_id))
    declare(despite="they are slips")
    with cast.database.reading() as session:
        (mine,) = judgements.declarations(session, cast.access(session, "ai", Permission.SATURATION_VIEW))
    assert mine.row.reason == "no news\n\nthey are slips"
    assert (mine.row.kind, mine.row.level) == (SaturationKind.CODES, Level.CONCEPT)
    assert (mine.row.figures.documents, mine.row.figures.codes, mine.row.figures.open_places) == (1, 2, 3)
    assert mine.row.figures.coverage is None, "of one document nothing can be estimated"


def test_notes_stand_by_their_day(cast: Cast) -> None:
    for on, text in ((date(2026, 5, 2), "第二版提纲"), (date(2026, 4, 1), "加入供应商")):
        with cast.acting("lena", JUDGE) as (session, access):
            declared.note(session, access, NoteIn(on=on, text=text))
    with cast.acting("lena", JUDGE) as (session, access), pytest.raises(InvalidInput, match="empty"):
        declared.note(session, access, NoteIn(on=date(2026, 5, 2), text=" "))
    with cast.database.reading() as session:
        access = cast.access(session, "ai", Permission.SATURATION_VIEW)
        assert [note.text for note in judgements.notes(session, access)] == ["加入供应商", "第二版提纲"]
