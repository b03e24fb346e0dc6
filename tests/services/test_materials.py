"""Cases and documents: what is said of a text can change, the text cannot; what a round uses stays."""

from uuid import UUID, uuid4

import pytest

from cast import TEXTS, Cast, store
from intercoder.errors import Conflict, InvalidInput, NotFound
from intercoder.models import Case, SourceType
from intercoder.policy import Permission
from intercoder.services import materials
from intercoder.services.materials import CaseChange, DocumentChange, NewCase

pytestmark = pytest.mark.sqlite


def cases(cast: Cast) -> dict[str, UUID]:
    with cast.database.reading() as session:
        return {
            case.name: case.id
            for case in materials.cases(session, cast.access(session, "lena", Permission.MATERIALS_VIEW))
        }


def change(cast: Cast, title: str, change: DocumentChange) -> None:
    with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
        materials.change_document(session, access, cast.documents[title], change)


def remove(cast: Cast, title: str) -> None:
    with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
        materials.remove_document(session, access, cast.documents[title])


def titles(cast: Cast) -> list[str]:
    with cast.database.reading() as session:
        return [document.title for document in materials.documents(session, cast.project)]


# --- cases ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["案例一", " 案例一 ", "案例一\u200b"])
def test_a_case_has_one_name_however_it_is_written(cast: Cast, name: str) -> None:
    with (
        cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access),
        pytest.raises(Conflict, match="already a case"),
    ):
        materials.create_case(session, access, NewCase(name=name))


def test_a_case_keeps_its_own_name_in_another_spelling_but_takes_no_other_cases_name(cast: Cast) -> None:
    with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
        second = materials.create_case(session, access, NewCase(name="Firm B", attributes={" 行业 ": "机床", "": "x"}))
        assert second.attributes == {"行业": "机床"}
        assert materials.change_case(session, access, second.id, CaseChange(name="FIRM B")).name == "FIRM B"
        with pytest.raises(Conflict, match="already a case"):
            materials.change_case(session, access, second.id, CaseChange(name="案例一"))


def test_a_case_with_documents_cannot_be_deleted_and_an_empty_one_can(cast: Cast) -> None:
    with (
        cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access),
        pytest.raises(Conflict, match="move them first"),
    ):
        materials.delete_case(session, access, cases(cast)["案例一"])
    for title in TEXTS:
        change(cast, title, DocumentChange(case="案例二"))
    with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
        materials.delete_case(session, access, cases(cast)["案例一"])
    assert list(cases(cast)) == ["案例二"]


def test_a_case_of_another_project_is_not_found(cast: Cast) -> None:
    with cast.acting("otto", Permission.MATERIALS_MANAGE, "project", cast.other_project) as (session, access):
        theirs = materials.create_case(session, access, NewCase(name="案例一")).id
    with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
        for verb in (materials.delete_case, lambda s, a, c: materials.change_case(s, a, c, CaseChange(name="mine"))):
            with pytest.raises(NotFound):
                verb(session, access, theirs)
        assert session.get_one(Case, theirs).name == "案例一"


def test_more_attributes_than_anybody_can_read_are_refused() -> None:
    with pytest.raises(InvalidInput, match="At most 40"):
        NewCase(name="x", attributes={str(number): "x" for number in range(41)})


# --- documents -----------------------------------------------------------------------------------


def test_a_change_of_a_document_leaves_what_it_does_not_name(cast: Cast) -> None:
    change(cast, "访谈一", DocumentChange(source_type=SourceType.MEDIA, attributes={"日期": "2024-05-12"}))
    change(cast, "访谈一", DocumentChange(primary=False))
    with cast.database.reading() as session:
        document = materials.get_document(session, cast.project, cast.documents["访谈一"])
        assert (document.title, document.source_type, document.is_primary) == ("访谈一", SourceType.MEDIA, False)
        assert document.attributes == {"日期": "2024-05-12"}
        assert document.case is not None
    change(cast, "访谈一", DocumentChange(case=""))
    with cast.database.reading() as session:
        assert materials.get_document(session, cast.project, cast.documents["访谈一"]).case is None


def test_two_documents_cannot_have_one_title(cast: Cast) -> None:
    with pytest.raises(Conflict, match="already a document"):
        change(cast, "年报节选", DocumentChange(title="访谈一 "))
    change(cast, "年报节选", DocumentChange(title="年报节选"))


def test_a_document_that_a_round_uses_stays_and_a_draft_lets_it_go(cast: Cast) -> None:
    opened = cast.round(documents=("访谈一",))
    cast.round(documents=("年报节选", "Partner interview"), opened=False)
    with pytest.raises(Conflict, match="Round 1 uses this document"):
        remove(cast, "访谈一")
    cast.close(opened, unfinished=True)
    with pytest.raises(Conflict, match="Round 1 uses this document"):
        remove(cast, "访谈一")
    remove(cast, "年报节选")
    assert titles(cast) == ["访谈一", "Partner interview"]


def test_what_was_removed_is_not_found_and_its_title_and_text_may_come_again(cast: Cast) -> None:
    remove(cast, "年报节选")
    gone = cast.documents["年报节选"]
    with cast.database.reading() as session:
        assert materials.titles_of(session, cast.project, list(cast.documents.values())).keys() == {
            cast.documents["访谈一"],
            cast.documents["Partner interview"],
        }
        with pytest.raises(NotFound):
            materials.get_document(session, cast.project, gone)
    with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
        again = store(session, access, "年报节选", TEXTS["年报节选"])
        assert (again.id != gone, again.title) == (True, "年报节选")


def test_a_text_of_another_project_is_not_found(cast: Cast) -> None:
    with cast.database.reading() as session:
        (revision,) = materials.revisions(session, cast.documents["访谈一"])
        assert materials.get_revision(session, cast.project, revision.id).text == TEXTS["访谈一"]
        for project, wanted in ((cast.other_project, revision.id), (cast.project, uuid4())):
            with pytest.raises(NotFound):
                materials.get_revision(session, project, wanted)
        lengths = {cast.documents[title]: len(text) for title, text in TEXTS.items()}
        assert materials.lengths(session, lengths) == lengths
