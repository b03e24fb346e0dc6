"""The chapter on categories says what was recorded of them, and why it is left out where nothing was."""

import pytest

from cast import Cast
from intercoder.interchange.papers import Table
from intercoder.language import speaking
from intercoder.models import RelationSort
from intercoder.policy import Permission
from intercoder.reports.exports.kinds import Names
from intercoder.reports.theory.category_parts import category_parts, no_categories
from intercoder.reports.theory.found import found
from intercoder.reports.theory.parts import Written
from intercoder.services import category_work, relating
from intercoder.services.category_work import CasePlace, NegativeIn, NewProperty, ShownIn
from intercoder.services.relating import End, NewRelation
from services.test_categories import case_of
from services.theory import agreed

pytestmark = pytest.mark.sqlite


def written(cast: Cast) -> tuple[str, list[Table]]:
    """Return why there is no chapter, and its tables."""
    with cast.database.reading() as session, speaking("en"):
        access = cast.access(session, "olga", Permission.CODINGS_VIEW)
        told = Written(session, access, found(session, access), Names.REAL)
        parts = category_parts(told, "Categories")
        return no_categories(told), [part for part in parts if isinstance(part, Table)]


def test_what_was_recorded_of_categories_stands_in_tables(cast: Cast) -> None:
    cast.compared_round()
    reason, made = written(cast)
    assert (reason.startswith("No code has a property"), made) == (True, [])
    case, code = case_of(cast), cast.codes["c1"]
    with cast.acting("lena", Permission.THEORY_EDIT) as (session, access):
        row = category_work.add_property(session, access, code, NewProperty(name="频率", low="少", high="多"))
        category_work.place_case(session, access, row.id, case, CasePlace(at=70, words="每周"))
        category_work.show_property(session, access, row.id, ShownIn.model_validate(agreed(cast, "l1")))
        category_work.note_negative(session, access, code, NegativeIn(case=case, words="从未"))
        ends = {"first": End(code=code), "second": End(code=cast.codes["c3"])}
        relating.relate(session, access, NewRelation(**ends, sort=RelationSort.CAUSES, words="逼出来的"))
    reason, made = written(cast)
    assert reason == ""
    rows = {table.title: [list(row) for row in table.cells] for table in made}
    assert rows == {
        "Properties and dimensions": [["旧物改用", "频率", "少 – 多", "1", "1", "“把旧机器都接上了网”"]],
        "Cases on dimensions": [["旧物改用", "频率 (少 – 多)", "案例一", "70", "每周"]],
        "Relations between categories": [["旧物改用", "causes", "信任先行", "0 (0)", "逼出来的"]],
        "Negative cases": [["旧物改用", "案例一", "从未", "0", "–"]],
    }
