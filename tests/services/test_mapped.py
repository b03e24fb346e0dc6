"""A mapping as it is read: how its codes look, in which order they come, and what some steps would make of it."""

from dataclasses import replace

import pytest

from cast import Cast
from intercoder.models import Code, CodeState
from intercoder.services.mapped import Mapped, Step
from intercoder.services.mapping import mapping, standing

pytestmark = pytest.mark.sqlite


def today(cast: Cast) -> Mapped:
    with cast.database.reading() as session:
        return mapping(session, cast.project)


def test_steps_change_a_copy_and_what_is_no_code_any_more_is_grey(cast: Cast) -> None:
    with cast.database.reading() as session:
        code = session.get_one(Code, cast.codes["l1"])
    was = standing(code)
    before = today(cast)
    after = before.after([Step(code, was, replace(was, name="旧机器接网", state=CodeState.RETIRED))])
    named = str(code.id)
    assert (after.number, after.codes[named].name) == (before.number + 1, "旧机器接网")
    assert before.codes[named].name == code.name
    assert not before.looks[named].private
    assert after.looks[named].private
    assert {other for other in after.looks if after.looks[other] != before.looks[other]} == {named}


def test_codes_come_in_the_order_of_the_tree_whichever_are_asked_for(cast: Cast) -> None:
    mapped = today(cast)
    labels = [str(cast.codes[code]) for code in ("l1", "l2", "l3")]
    every = [code.id for code in mapped.in_order(mapped.codes)]
    for wanted in (labels, labels[::-1], [labels[2], str(cast.codes["t1"])]):
        assert [code.id for code in mapped.in_order(wanted)] == [code for code in every if code in wanted]
    for place, code in enumerate(every):
        above = mapped.codes[code].parent
        assert above is None or every.index(above) < place
