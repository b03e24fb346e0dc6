"""The documents as a list: every order a part at a time, found by words, pinyin, case and type of source."""

from uuid import UUID

import pytest

from cast import Cast, store
from intercoder.models import SourceType
from intercoder.policy import Permission
from intercoder.services import document_list, materials
from intercoder.services.access import authorise
from intercoder.services.document_list import Extent, Order, Wanted
from intercoder.services.materials import DocumentChange
from intercoder.services.paging import Asked


@pytest.fixture
def titles(cast: Cast) -> dict[str, UUID]:
    """Six documents: three of the cast, in one case, and three more, one without a case."""
    with cast.database.transaction() as session:
        access = cast.access(session, "lena", Permission.MATERIALS_MANAGE)
        for title, text, case in (
            ("厂区照片", "一。" * 200, ""),
            ("Annual", "two words", "乙厂"),
            ("Ärger", "x", "案例一"),
        ):
            cast.documents[title] = store(session, access, title, text, case).id
        change = DocumentChange(source_type=SourceType.MEDIA, primary=False)
        materials.change_document(session, access, cast.documents["Annual"], change)
    return dict(cast.documents)


def listed(cast: Cast, order: Order, *words: Wanted) -> list[str]:
    """Return the titles in an order, asked for two at a time."""
    titles, cursor = [], None
    with cast.database.reading() as session:
        access = cast.access(session, "lena", Permission.MATERIALS_VIEW)
        while True:
            part = document_list.page_of_documents(session, access, Asked(cursor, 2), order, words)
            titles += [d.title for d in part.rows]
            cursor = part.next
            if cursor is None:
                assert document_list.count_documents(session, access, words) == len(titles)
                return titles


IMPORTED = ["访谈一", "年报节选", "Partner interview", "厂区照片", "Annual", "Ärger"]


@pytest.mark.parametrize(
    ("order", "wanted"),
    [
        (Order.IMPORT, IMPORTED),
        (Order.STUDY, ["访谈一", "年报节选", "Partner interview", "Ärger", "Annual", "厂区照片"]),
        (Order.NEWEST, IMPORTED[::-1]),
        (Order.LENGTH, ["厂区照片", "Partner interview", "访谈一", "年报节选", "Annual", "Ärger"]),
    ],
)
def test_each_order_comes_a_part_at_a_time(
    cast: Cast, titles: dict[str, UUID], order: Order, wanted: list[str]
) -> None:
    assert listed(cast, order) == wanted


def test_by_title_chinese_stands_where_its_pinyin_does(cast: Cast, titles: dict[str, UUID]) -> None:
    by_title = [title for title in listed(cast, Order.TITLE) if title != "Ärger"]  # where that stands is the database's
    assert by_title == ["Annual", "厂区照片", "访谈一", "年报节选", "Partner interview"]


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["访谈"], {"访谈一"}),
        (["fty"], {"访谈一"}),
        (["nianbao"], {"年报节选"}),
        (["PARTNER", "view"], {"Partner interview"}),
        (["乙厂"], {"Annual"}),
        (["yichang"], {"Annual"}),
        (["案例", "ärger"], {"Ärger"}),
        (["案例", "annual"], set()),
        (["%"], set()),
        (["_"], set()),
    ],
)
def test_every_word_must_be_found_somewhere(
    cast: Cast, titles: dict[str, UUID], words: list[str], wanted: set[str]
) -> None:
    assert set(listed(cast, Order.STUDY, *(Wanted(word) for word in words))) == wanted


def test_a_word_for_a_source_finds_its_documents(cast: Cast, titles: dict[str, UUID]) -> None:
    assert listed(cast, Order.STUDY, Wanted("媒体", [SourceType.MEDIA])) == ["Annual"]


def test_a_new_title_or_name_is_found_at_once(cast: Cast, titles: dict[str, UUID]) -> None:
    with cast.database.transaction() as session:
        access = cast.access(session, "lena", Permission.MATERIALS_MANAGE)
        materials.change_document(session, access, titles["Annual"], DocumentChange(title="车间观察"))
        [case] = [c for c in materials.cases(session, access) if c.name == "乙厂"]
        materials.change_case(session, access, case.id, materials.CaseChange(name="丙厂"))
    assert listed(cast, Order.STUDY, Wanted("chejian")) == ["车间观察"]
    assert listed(cast, Order.STUDY, Wanted("bingchang")) == ["车间观察"]
    assert listed(cast, Order.STUDY, Wanted("yichang")) == []


def test_the_extent_of_a_study_leaves_out_what_was_removed(cast: Cast, titles: dict[str, UUID]) -> None:
    with cast.database.transaction() as session:
        access = cast.access(session, "lena", Permission.MATERIALS_MANAGE)
        materials.remove_document(session, access, titles["厂区照片"])
        lengths = materials.lengths(session, titles.values())
        left = sum(length for document, length in lengths.items() if document != titles["厂区照片"])
        assert document_list.extent(session, access) == Extent(5, 2, 4, left)
        elsewhere = authorise(session, cast.people["otto"], Permission.MATERIALS_VIEW, "project", cast.other_project)
        assert document_list.extent(session, elsewhere) == Extent(0, 0, 0, 0)
        per_case = document_list.documents_per_case(session, access)
        assert sorted(per_case.values()) == [1, 4]
