"""What a category is made of: a property follows its code through the mapping, and its passages through what became of them."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder.errors import Conflict, InvalidInput, NotFound, Stale
from intercoder.models import Case
from intercoder.policy import Permission
from intercoder.services import categories, category_work, remapping
from intercoder.services.categories import NegativeRead, PropertyRead
from intercoder.services.category_work import CasePlace, NegativeIn, NewProperty, PropertyChange, ShownIn
from intercoder.services.quoted import Holds
from intercoder.services.remapping import MergeIn
from services.comparing import reopen
from services.theory import agreed, coding

pytestmark = pytest.mark.sqlite


def add(cast: Cast, code: str, name: str = "主动程度", **more: str) -> UUID:
    with cast.acting("lena", Permission.THEORY_EDIT) as (session, access):
        given = NewProperty.model_validate({"name": name} | more)
        return category_work.add_property(session, access, cast.codes[code], given).id


def show(cast: Cast, shows: UUID, passage: dict[str, UUID], at: int | None = None) -> UUID:
    with cast.acting("lena", Permission.THEORY_EDIT) as (session, access):
        return category_work.show_property(session, access, shows, ShownIn.model_validate(passage | {"at": at})).id


def read(cast: Cast, code: str | None = None, person: str = "olga") -> list[PropertyRead]:
    with cast.database.reading() as session:
        access = cast.access(session, person, Permission.THEORY_VIEW)
        return categories.properties(session, access, cast.codes[code] if code else None)


def negative(cast: Cast) -> list[NegativeRead]:
    with cast.database.reading() as session:
        return categories.negative_cases(session, cast.access(session, "olga", Permission.THEORY_VIEW))


def case_of(cast: Cast) -> UUID:
    with cast.database.reading() as session:
        return session.scalars(sa.select(Case.id).where(Case.project_id == cast.project)).first() or UUID(int=0)


def test_a_property_has_passages_of_documents_and_a_dimension_with_cases_on_it(cast: Cast) -> None:
    cast.compared_round()
    shows = add(cast, "c1", low="被动", high="主动")
    show(cast, shows, agreed(cast, "l1"), 80)
    case = case_of(cast)
    with cast.acting("lena", Permission.THEORY_EDIT) as (session, access):
        category_work.place_case(session, access, shows, case, CasePlace(at=70, words="先动手"))
    (one,) = read(cast, "c1")
    assert (one.row.name, one.dimension, one.code.id) == ("主动程度", "被动 – 主动", str(cast.codes["c1"]))
    assert [(p.row.at, p.became.holds, p.row.document_id) for p in one.passages] == [
        (80, Holds.HOLDS, cast.documents["访谈一"])
    ]
    assert {place.case_id: (place.at, place.words) for place in one.places.values()} == {case: (70, "先动手")}
    assert list(one.by_case()) == [one.passages[0].cited.case_id]
    with cast.acting("lena", Permission.THEORY_EDIT) as (session, access):
        category_work.place_case(session, access, shows, case, CasePlace(at=None))
    assert read(cast)[0].places == {}


def test_what_is_refused_says_why(cast: Cast) -> None:
    cast.compared_round()
    shows = add(cast, "c1")
    with pytest.raises(InvalidInput, match="two ends"):
        add(cast, "c1", "频率", low="少")
    with pytest.raises(Conflict, match="already"):
        add(cast, "c1")
    with pytest.raises(InvalidInput, match="is a label"):
        add(cast, "l1", "频率")
    with pytest.raises(Conflict, match="has no dimension"):
        show(cast, shows, agreed(cast, "l1"), 10)
    show(cast, shows, agreed(cast, "l1"))
    with pytest.raises(Conflict, match="already"):
        show(cast, shows, agreed(cast, "l1"))
    with cast.acting("lena", Permission.THEORY_EDIT) as (session, access):
        with pytest.raises(Conflict, match="has no dimension"):
            category_work.place_case(session, access, shows, case_of(cast), CasePlace(at=1))
        with pytest.raises(Stale, match="in the meantime"):
            category_work.change_property(session, access, shows, 7, PropertyChange(words="w"))
        with pytest.raises(NotFound):
            category_work.change_property(session, access, UUID(int=1), None, PropertyChange(words="w"))


def test_it_follows_its_code_into_what_that_was_merged_into(cast: Cast) -> None:
    cast.compared_round()
    add(cast, "c1")
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        remapping.merge(session, access, MergeIn(codes=(cast.codes["c1"],), into=cast.codes["c2"]))
    assert [one.code.id for one in read(cast, "c2")] == [str(cast.codes["c2"])]
    assert [one.row.name for one in read(cast, "c1")] == ["主动程度"]


def test_a_property_that_was_taken_away_comes_back_with_its_passages(cast: Cast) -> None:
    cast.compared_round()
    shows = add(cast, "c1")
    show(cast, shows, coding(cast, "ai", "l1"))
    for removed, many in ((True, 0), (False, 1)):
        with cast.acting("lena", Permission.THEORY_EDIT) as (session, access):
            category_work.change_property(session, access, shows, None, PropertyChange(removed=removed))
        assert [len(one.passages) for one in read(cast)] == [1] * many


def test_passages_of_a_round_that_is_open_again_are_out_of_sight(cast: Cast, compared_round: UUID) -> None:
    shows = add(cast, "c1", low="被动", high="主动")
    show(cast, shows, coding(cast, "ai", "l1"), 80)
    with cast.acting("lena", Permission.THEORY_EDIT) as (session, access):
        row = category_work.note_negative(session, access, cast.codes["c1"], NegativeIn(case=case_of(cast)))
        category_work.show_negative(session, access, row.id, ShownIn.model_validate(coding(cast, "ai", "l1")))
    assert (len(read(cast)[0].passages), len(negative(cast)[0].passages)) == (1, 1)
    reopen(cast, compared_round)
    assert (len(read(cast)[0].passages), len(negative(cast)[0].passages)) == (0, 0)
