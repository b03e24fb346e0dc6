"""Further looks at saturation through the services: in retrospect, by category; of compared rounds alone."""

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder.models import Case, Document, Level
from intercoder.policy import Permission
from intercoder.reports.saturation_checks import categories_table
from intercoder.services import category_work, checks
from intercoder.services.arriving import Asked
from intercoder.services.category_work import NegativeIn
from intercoder.services.checks import Checks
from services.test_hold_out import arrives, study  # noqa: F401 - a fixture


def looked(cast: Cast, level: Level = Level.THEME, person: str = "lena") -> Checks:
    with cast.database.reading() as session:
        access = cast.access(session, person, Permission.SATURATION_VIEW)
        return checks.checks(session, access, Asked(level=level))


@pytest.fixture
def arrived(study: Cast) -> Cast:  # noqa: F811
    """Four documents of four cases: one theme in all of them, another in the last two."""
    for title, codes in (("甲", ("l1",)), ("乙", ("l1", "c2")), ("丙", ("l1", "l2")), ("丁", ("l2", "c4"))):
        arrives(study, {f"访谈{title}": codes})
    return study


def test_each_category_is_read_for_itself(arrived: Cast) -> None:
    title = {str(id_): name for name, id_ in arrived.documents.items()}
    found = {
        one.name: (
            one.found.documents,
            one.found.cases,
            one.found.below,
            title[one.found.first or ""],
            title[one.found.last_news or ""],
            one.found.since,
            one.found.traffic,
        )
        for one in looked(arrived).categories
    }
    assert found == {
        # label l1 and concept c1 in the first, concept c2 in the second; interviews alone, so that it is thin
        "就地取材": (3, 3, 3, "访谈甲", "访谈乙", 1, "thin"),
        # l2 and c3 in the third, c4 in the fourth
        "关系治理": (2, 2, 3, "访谈丙", "访谈丁", 0, "thin"),
    }
    assert looked(arrived, Level.LABEL).categories == ()


def test_retrospect_is_told(arrived: Cast) -> None:
    found = looked(arrived, Level.CONCEPT)
    assert [(q.first, q.last, q.new) for q in found.quarters] == [(1, 1, 1), (2, 2, 1), (3, 3, 1), (4, 4, 1)]
    assert (found.units, found.near, [s.codes for s in found.shares]) == (4, 4, [4])


def test_an_open_round_is_in_none_of_it(cast: Cast) -> None:
    open_ = cast.coded_round()
    assert looked(cast).units == 0
    cast.close(open_)
    assert (looked(cast).units, looked(cast, person="ai").units) == (1, 1)


def test_negative_cases_stand_beside_their_category_for_who_may_know_of_the_case(arrived: Cast) -> None:
    theme = arrived.codes["t1"]
    with arrived.database.reading() as session:
        cases = {case.name: case.id for case in session.scalars(sa.select(Case))}
    with arrived.acting("lena", Permission.THEORY_EDIT) as (session, access):
        for name in ("企业甲", "企业丁"):
            category_work.note_negative(session, access, theme, NegativeIn(case=cases[name], words="从未"))
    assert looked(arrived).negative == {str(theme): ("企业甲", "企业丁")}
    assert looked(arrived, person="olga").negative == {str(theme): ("企业甲", "企业丁")}
    with arrived.database.transaction() as session:
        session.execute(sa.update(Document).where(Document.case_id == cases["企业丁"]).values(held_out=True))
    assert looked(arrived, person="olga").negative == {str(theme): ("企业甲",)}, "the name of a case that is held out"
    assert looked(arrived).negative == {str(theme): ("企业甲", "企业丁")}
    row = next(row for row in categories_table(looked(arrived)).rows if row.key[0] == str(theme))
    assert row.key[2] == "企业甲, 企业丁"
    assert "2" in [cell.text for cell in row.cells]
