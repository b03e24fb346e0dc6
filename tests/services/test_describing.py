"""How a project describes its materials: own types of sources, typed attributes; what does not fit is refused with its reason."""

from uuid import UUID

import pytest
from pydantic import ValidationError

from cast import Cast
from intercoder.errors import Conflict, InvalidInput
from intercoder.models import Document
from intercoder.policy import Permission
from intercoder.services import materials, projects
from intercoder.services.describing import said
from intercoder.services.materials import CaseChange, DocumentChange
from intercoder.services.projects import ProjectChange

pytestmark = pytest.mark.sqlite

KINDS = {"Founded": "date", "Staff": "number", "Industry": "choice: valves, textiles、洗涤", "Note": "text"}


def describe(cast: Cast, **change: object) -> None:
    with cast.acting("lena", Permission.PROJECT_EDIT) as (session, access):
        projects.change_project(session, access, ProjectChange.model_validate(change))


def put(cast: Cast, title: str, **change: object) -> Document:
    with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
        return materials.change_document(session, access, cast.documents[title], DocumentChange.model_validate(change))


def first_case(cast: Cast) -> UUID:
    with cast.database.reading() as session:
        return materials.cases(session, cast.access(session, "lena", Permission.MATERIALS_VIEW))[0].id


def test_types_of_a_project_say_what_is_primary_and_stay_while_a_document_has_them(cast: Cast) -> None:
    describe(cast, source_types={"座谈": "一手", "招股说明书": "secondary"})
    made = put(cast, "年报节选", source=" 招股说明书 ", primary=True)
    assert (made.source, made.is_primary) == ("招股说明书", False)
    with pytest.raises(InvalidInput, match="not on the project’s list of source types: 座谈, 招股说明书"):
        put(cast, "访谈一", source="电话")
    with pytest.raises(Conflict, match="“年报节选” is of the type “招股说明书”"):
        describe(cast, source_types={"座谈": "primary"})
    describe(cast, source_types={"座谈": "primary", "招股说明书": "primary"})
    with cast.database.reading() as session:
        assert session.get_one(Document, cast.documents["年报节选"]).is_primary
    assert put(cast, "年报节选", source="").source == ""
    describe(cast, source_types={"座谈": "primary"})


def test_attributes_hold_what_their_kind_says(cast: Cast) -> None:
    describe(cast, case_attributes=KINDS, citation="{case}·{document}")
    case = first_case(cast)
    fitting = {"Founded": "1994-05", "Staff": "1,200", "Industry": "洗涤", "Note": "x", "Other": "anything"}
    with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
        materials.change_case(session, access, case, CaseChange(attributes=fitting))
        for name, value, says in (
            ("Founded", "1994-13", "no date"),
            ("Staff", "many", "no number"),
            ("Industry", "chips", "valves, textiles, 洗涤"),
        ):
            with pytest.raises(InvalidInput, match=says):
                materials.change_case(session, access, case, CaseChange(attributes={name: value}))
    with pytest.raises(Conflict, match="“Industry” of “案例一” is “洗涤”"):
        describe(cast, case_attributes={"Industry": "choice: valves"})
    with cast.database.reading() as session:
        told = said(cast.access(session, "lena", Permission.PROJECT_VIEW).project.described)
    assert told.case_attributes == {**KINDS, "Industry": "choice: valves, textiles, 洗涤"}
    assert told.citation == "{case}·{document}"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"source_types": {"x": "both"}}, "either primary or secondary"),
        ({"case_attributes": {"x": "colour"}}, "text, number, date or choice"),
        ({"document_attributes": {"x": "choice"}}, "name them"),
        ({"case_attributes": {"x": "text", "X": "text"}}, "twice"),
        ({"citation": "{case"}, "not closed"),
    ],
)
def test_what_is_no_description_is_refused(change: dict[str, object], says: str) -> None:
    with pytest.raises((InvalidInput, ValidationError), match=says):
        ProjectChange.model_validate(change)
