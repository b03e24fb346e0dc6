"""Elements of the model: standing for a code, or for nothing coded yet; placed, taken out and put back."""

from uuid import UUID, uuid4

import pytest

from cast import Cast
from intercoder.errors import Conflict, InvalidInput, Stale
from intercoder.models import ElementKind
from intercoder.policy import Permission
from intercoder.services import elements, remapping
from intercoder.services.elements import Arrangement, ElementChange, ElementPlace, NewElement
from intercoder.services.remapping import MergeIn
from services.theory import element


def model(cast: Cast) -> list[tuple[str, str | None, bool]]:
    with cast.database.reading() as session:
        access = cast.access(session, "ai", Permission.THEORY_VIEW)
        return [(one.name, one.code.name if one.code else None, one.gone) for one in elements.elements(session, access)]


def change(cast: Cast, one: UUID, revision: int | None = None, **fields: object) -> int:
    with cast.acting("lena", Permission.THEORY_EDIT) as (session, access):
        return elements.change_element(session, access, one, revision, ElementChange.model_validate(fields)).revision


def test_an_element_is_called_as_its_code_is_today_or_by_its_own_name(cast: Cast) -> None:
    mode = element(cast, ElementKind.MODE, code="k1")
    element(cast, ElementKind.FORCE, "订单流失")
    element(cast, ElementKind.MODERATOR, "代际", "c2")
    assert model(cast) == [("资源行动", "资源行动", False), ("订单流失", None, False), ("代际", "校企合作", False)]
    with pytest.raises(Conflict, match="“代际” stands for “校企合作”"):
        element(cast, ElementKind.MODE, code="c2")
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        remapping.merge(session, access, MergeIn(codes=(cast.codes["k1"],), into=cast.codes["k2"]))
    assert model(cast)[0] == ("信任嵌入", "信任嵌入", False)
    assert change(cast, mode, 1, name="拼凑", words="就手", grouped="四种模式") == 2
    with pytest.raises(Stale, match="in the meantime"):
        change(cast, mode, 1, name="别的")
    assert change(cast, mode, code=None) == 3
    assert model(cast)[0] == ("拼凑", None, False)
    with pytest.raises(InvalidInput, match="Give the element a name"):
        change(cast, mode, name="")


def test_what_is_taken_out_comes_back_where_it_was(cast: Cast) -> None:
    first, second = element(cast, ElementKind.FORCE, "甲"), element(cast, ElementKind.OUTCOME, "乙")
    with cast.acting("lena", Permission.THEORY_EDIT) as (session, access):
        places = (ElementPlace(element=first, x=160, y=32), ElementPlace(element=second, x=16, y=16))
        elements.arrange(session, access, Arrangement(places=places))
    change(cast, first, removed=True)
    assert model(cast) == [("乙", None, False)]
    with cast.acting("lena", Permission.THEORY_EDIT) as (session, access):
        for unknown in (uuid4(), first):
            with pytest.raises(InvalidInput, match="no such element"):
                elements.arrange(session, access, Arrangement(places=(ElementPlace(element=unknown),)))
        elements.arrange(session, access, Arrangement(places=(ElementPlace(element=second),)))
    change(cast, first, removed=False)
    with cast.database.reading() as session:
        rows = elements.elements(session, cast.access(session, "lena", Permission.THEORY_VIEW))
        assert [(one.name, one.row.x, one.row.y) for one in rows] == [("甲", 160, 32), ("乙", None, None)]


@pytest.mark.sqlite
def test_a_theory_is_made_of_codes_above_labels(cast: Cast) -> None:
    with pytest.raises(InvalidInput, match="is a label"):
        element(cast, ElementKind.MODE, code="l1")
    with pytest.raises(InvalidInput, match="Give the element a name"):
        element(cast, ElementKind.MODE)
    with (
        pytest.raises(InvalidInput, match="no such code"),
        cast.acting("lena", Permission.THEORY_EDIT) as (session, access),
    ):
        elements.add_element(session, access, NewElement(kind=ElementKind.MODE, code=uuid4()))
