"""What arrives in a study of saturation, and in which order."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder.errors import InvalidInput
from intercoder.models import Document
from intercoder.services import arriving
from intercoder.services.arriving import Asked, Order, OrderKind, count_of
from intercoder.services.saturation import compared_rounds


@pytest.mark.parametrize("name", ["finished", "materials", "attribute:采访日期", "attribute:a:b"])
def test_an_order_is_known_by_its_name(name: str) -> None:
    assert str(Order.of(name)) == name


def test_other_names_are_refused() -> None:
    assert Order.of("attribute:x") == Order(OrderKind.ATTRIBUTE, "x")
    for wrong in ("attribute:", "attribute", "finished:x", "arrival", ""):
        with pytest.raises(InvalidInput, match="is none of"):
            arriving.Order.of(wrong)


def titles(cast: Cast, order: Order) -> list[str]:
    with cast.database.reading() as session:
        count = count_of(session, cast.project, compared_rounds(session, cast.project), ruled=False)
        return [unit.title for unit in count.units(Asked(order=order))]


def compared(cast: Cast, title: str) -> UUID:
    made = cast.round(documents=(title,), coders=("ai",))
    cast.submit("ai", made, title)
    cast.close(made)
    return made


def test_what_comes_later_and_belongs_before_others_is_put_there(cast: Cast) -> None:
    materials, finished = Order(OrderKind.MATERIALS), Order()
    for title in ("年报节选", "Partner interview"):
        compared(cast, title)
        assert titles(cast, materials)[-1] == titles(cast, finished)[-1] == title
    compared(cast, "访谈一")
    assert titles(cast, materials) == ["访谈一", "年报节选", "Partner interview"]
    assert titles(cast, finished) == ["年报节选", "Partner interview", "访谈一"]


def test_what_a_writer_read_of_a_document_before_it_changed_it_once_more_is_believed_by_nobody(cast: Cast) -> None:
    compared(cast, "年报节选")
    with cast.database.transaction() as session:
        rounds = compared_rounds(session, cast.project)
        count = count_of(session, cast.project, rounds, ruled=False)
        assert [unit.title for unit in count.units(Asked())] == ["年报节选"]
        session.execute(sa.update(Document).where(Document.title == "年报节选").values(title="年报"))
    assert titles(cast, Order()) == ["年报"]
