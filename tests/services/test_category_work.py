"""Working on categories leaves one row in the log for each act, which says what was done."""

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder.models import Event
from intercoder.policy import Permission
from intercoder.services import category_work
from intercoder.services.category_work import (
    CasePlace,
    NegativeChange,
    NegativeIn,
    NewProperty,
    PropertyChange,
    ShownIn,
)
from services.test_categories import case_of
from services.theory import agreed

pytestmark = pytest.mark.sqlite


def test_each_act_is_logged_once_and_what_changes_nothing_is_not(cast: Cast) -> None:
    cast.compared_round()
    case, code = case_of(cast), cast.codes["c1"]
    with cast.acting("lena", Permission.THEORY_EDIT) as (session, access):
        row = category_work.add_property(session, access, code, NewProperty(name="频率", low="少", high="多"))
        for _ in range(2):
            category_work.change_property(session, access, row.id, None, PropertyChange(words="多久一次"))
            category_work.place_case(session, access, row.id, case, CasePlace(at=5))
        passage = ShownIn.model_validate(agreed(cast, "l1"))
        shown = category_work.show_property(session, access, row.id, passage)
        negative = category_work.note_negative(session, access, code, NegativeIn(case=case, words="从未"))
        category_work.change_negative(session, access, negative.id, 1, NegativeChange(words="从未"))
        there = cast.access(session, "lena", Permission.THEORY_EDIT, "shown", shown.id)
        category_work.take_passage(session, there, shown.id)
        category_work.take_negative(session, access, negative.id)
        category_work.change_property(session, access, row.id, None, PropertyChange(removed=True))
    with cast.database.reading() as session:
        acts = session.scalars(
            sa.select(Event.action)
            .where(Event.stream == cast.project, Event.action.regexp_match("^(property|negative_case|category)"))
            .order_by(Event.seq)
        ).all()
    assert acts == [
        "property.made",
        "property.changed",
        "property.place",
        "category.passage",
        "negative_case.noted",
        "category.passage.taken",
        "negative_case.taken",
        "property.removed",
    ]
