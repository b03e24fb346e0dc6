"""Views of passages under a name: kept once, narrowing what tables are made of, and taken away."""

from uuid import UUID

import pytest

from cast import Cast
from intercoder.errors import Conflict, InvalidInput, NotFound
from intercoder.policy import Permission
from intercoder.reports.theory.found import found
from intercoder.services import passage_views
from intercoder.services.passage_views import NewView
from intercoder.services.study_tallies import Basis

pytestmark = pytest.mark.sqlite


def keep(cast: Cast, name: str, **asked: object) -> UUID:
    with cast.acting("lena", Permission.THEORY_EDIT) as (session, access):
        return passage_views.keep(session, access, NewView.model_validate({"name": name} | asked)).id


def test_a_view_narrows_what_tables_are_made_of(cast: Cast) -> None:
    cast.compared_round()
    view = keep(cast, "只看校企合作", code=cast.codes["c1"])
    with cast.database.reading() as session:
        access = cast.access(session, "olga", Permission.CODINGS_VIEW)
        assert [row.name for row in passage_views.views(session, access)] == ["只看校企合作"]
        whole, narrow = (found(session, access, Basis.CODERS, asked).study for asked in (None, view))
        assert [row.key for row in narrow.rows] == [row.key for row in whole.of(str(cast.codes["c1"]))]
        assert len(narrow.rows) < len(whole.rows)


def test_a_name_is_given_once_and_a_view_asks_for_what_is_in_the_project(cast: Cast) -> None:
    view = keep(cast, "信任", words="信任")
    with pytest.raises(Conflict, match="already a view"):
        keep(cast, " 信任 ")
    for wrong in ({"case": UUID(int=1)}, {"document": UUID(int=1)}, {"code": UUID(int=1)}, {"coder": UUID(int=1)}):
        with pytest.raises(InvalidInput, match="no such thing"):
            keep(cast, "别的", **wrong)
    with cast.acting("lena", Permission.THEORY_EDIT) as (session, access):
        passage_views.take_away(session, access, view)
        with pytest.raises(NotFound):
            passage_views.take_away(session, access, view)
        with pytest.raises(NotFound):
            passage_views.wanted(session, access, view)
