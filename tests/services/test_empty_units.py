"""What a coder says of units without codings: kept once, told in the log, taken back, refused where there is no unit."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from cast import TEXTS, Cast
from intercoder.db import within
from intercoder.errors import Conflict, InvalidInput
from intercoder.models import Assignment, AssignmentState, EmptyKind, Event, Unseen
from intercoder.policy import Permission
from intercoder.services import assigning, coding, empty_units
from intercoder.services.access import NotThere
from intercoder.services.audit import audit
from intercoder.services.coding import Submission
from intercoder.services.empty_units import EmptyUnitWrite
from intercoder.services.layers import own_assignment
from intercoder.services.missing_units import said_of_units

TITLE = "访谈一"
SECOND = TEXTS[TITLE].index("陈总：订单")


def say(cast: Cast, person: str, round_id: UUID, start: int, kind: EmptyKind | None) -> None:
    with cast.acting(person, Permission.CODE, "round", round_id) as (session, access):
        write = EmptyUnitWrite(start=start, kind=kind)
        asking = access.asking(Permission.CODE)
        said = empty_units.say_of_unit(within(session), asking, cast.documents[TITLE], write)
        assert (said.start, said.kind) == (start, kind)


def said(cast: Cast, person: str, round_id: UUID) -> dict[int, EmptyKind]:
    with cast.acting(person, Permission.CODE, "round", round_id) as (session, access):
        return said_of_units(session, own_assignment(session, access, cast.documents[TITLE]).id)


def acts(cast: Cast) -> list[object]:
    with cast.database.reading() as session:
        rows = session.scalars(sa.select(Event).where(Event.action == "unit.emptied").order_by(Event.seq))
        return [row.detail.get("kind") for row in rows]


def whole(cast: Cast) -> bool:
    with cast.database.reading() as session:
        return all(project.whole for project in audit(session))


def test_what_is_said_last_counts_and_each_change_is_one_row_of_the_log(cast: Cast) -> None:
    made = cast.round(unit="sentence")
    for kind in (EmptyKind.NO_CODE, EmptyKind.NO_CODE, EmptyKind.SKIPPED):
        say(cast, "ai", made, 0, kind)
    say(cast, "ai", made, SECOND, EmptyKind.NO_CODE)
    say(cast, "ai", made, SECOND, None)
    say(cast, "ai", made, SECOND, None)
    assert said(cast, "ai", made) == {0: EmptyKind.SKIPPED}
    assert said(cast, "bo", made) == {}
    assert acts(cast) == ["no_code", "skipped", "no_code", None]
    assert whole(cast)
    with cast.database.reading() as session:
        states = session.execute(sa.select(Assignment.coder_id, Assignment.state).where(Assignment.round_id == made))
        begun = {coder for coder, state in states if state is AssignmentState.IN_PROGRESS}
    assert begun == {cast.people["ai"].id}


@pytest.mark.parametrize(
    ("unit", "start"), [("sentence", 1), ("paragraph", SECOND + 14), ("span", 3), ("sentence", 999)]
)
def test_no_unit_begins_there(cast: Cast, unit: str, start: int) -> None:
    made = cast.round(unit=unit)
    with pytest.raises(InvalidInput, match=f"begins at {start}"):
        say(cast, "ai", made, start, EmptyKind.SKIPPED)
    assert acts(cast) == []


def test_free_spans_are_gone_through_by_sentence(cast: Cast) -> None:
    made = cast.round(unit="span")
    say(cast, "ai", made, SECOND, EmptyKind.SKIPPED)
    assert said(cast, "ai", made) == {SECOND: EmptyKind.SKIPPED}
    cast.submit("ai", made, TITLE)
    with cast.database.reading() as session:
        assert session.scalar(sa.select(Assignment.unseen).where(Assignment.submitted_at.is_not(None))) is None


def test_only_the_coder_says_something_and_not_after_submission(cast: Cast) -> None:
    made = cast.round(unit="sentence", coders=("ai",))
    with pytest.raises(NotThere):
        say(cast, "bo", made, 0, EmptyKind.NO_CODE)
    cast.submit("ai", made, TITLE)
    with pytest.raises(Conflict, match="You have submitted"):
        say(cast, "ai", made, 0, EmptyKind.NO_CODE)
    assert acts(cast) == []


def test_what_units_that_were_not_seen_count_as_is_said_with_the_submission_and_gone_when_it_is_handed_back(
    cast: Cast,
) -> None:
    made = cast.round(unit="sentence", documents=(TITLE,))
    with cast.acting("ai", Permission.CODE, "round", made) as (session, access):
        coding.submit(session, access, cast.documents[TITLE], Submission(unseen=Unseen.MISSING))
    cast.submit("bo", made, TITLE)
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", made) as (session, access):
        stored = {a.coder_id: a for a in session.scalars(sa.select(Assignment).where(Assignment.round_id == made))}
        ai, bo = (stored[cast.people[name].id] for name in ("ai", "bo"))
        assert (ai.unseen, bo.unseen) == (Unseen.MISSING, Unseen.NO_CODE)
        assigning.hand_back(session, access, [ai.id], "noch einmal")
        assert ai.unseen is None
    assert whole(cast)


def test_what_was_changed_behind_its_back_is_named(cast: Cast) -> None:
    made = cast.round(unit="sentence", documents=(TITLE,))
    say(cast, "ai", made, 0, EmptyKind.SKIPPED)
    say(cast, "ai", made, SECOND, EmptyKind.NO_CODE)
    cast.submit("ai", made, TITLE)
    with cast.database.transaction() as session:
        session.execute(sa.text("UPDATE empty_unit SET kind = 'no_code' WHERE start = 0"))
        session.execute(sa.text("DELETE FROM empty_unit WHERE start > 0"))
        session.execute(sa.text("UPDATE assignment SET unseen = 'missing' WHERE unseen = 'no_code'"))
    with cast.database.reading() as session:
        found = [(d.differs.value, d.thing, d.logged, d.stored) for p in audit(session) for d in p.differences]
    assert sorted(found) == [
        ("changed", "unit", "no_code", "missing"),
        ("changed", "unit", "skipped", "no_code"),
        ("missing", "unit", "", ""),
    ]
