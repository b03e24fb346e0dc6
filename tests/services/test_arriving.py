"""What arrives in a study of saturation, and in which order."""

import pytest

from intercoder.errors import InvalidInput
from intercoder.services import arriving
from intercoder.services.arriving import Order, OrderKind


@pytest.mark.parametrize("name", ["finished", "materials", "attribute:采访日期", "attribute:a:b"])
def test_an_order_is_known_by_its_name(name: str) -> None:
    assert str(Order.of(name)) == name


def test_other_names_are_refused() -> None:
    assert Order.of("attribute:x") == Order(OrderKind.ATTRIBUTE, "x")
    for wrong in ("attribute:", "attribute", "finished:x", "arrival", ""):
        with pytest.raises(InvalidInput, match="is none of"):
            arriving.Order.of(wrong)
