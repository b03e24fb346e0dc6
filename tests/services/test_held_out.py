"""Documents that are held out: no round gets them, nobody but leads knows of them, and a lead reads one by a look that is kept."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from cast import Cast, store
from intercoder.errors import Conflict, NotFound
from intercoder.models import Case, Document, SamplingUnit, SaturationReserve
from intercoder.policy import Permission
from intercoder.services import categories, category_work, document_list, held_out, log, materials, reserving
from intercoder.services.assigning import assign as give
from intercoder.services.assigning import every_pair
from intercoder.services.category_work import CasePlace, NegativeIn, NewProperty
from intercoder.services.paging import Asked


def put_aside(cast: Cast, *titles: str) -> SaturationReserve:
    chosen = tuple(cast.documents[title] for title in titles)
    with cast.acting("lena", Permission.SATURATION_JUDGE) as (session, access):
        given = reserving.ReserveIn(unit=SamplingUnit.DOCUMENT, chosen=chosen, reason="另一类来源")
        return reserving.reserve(session, access, given)


def test_no_round_is_given_what_is_held_out(cast: Cast) -> None:
    round_id = cast.round(documents=("访谈一",))
    put_aside(cast, "年报节选")
    for refused in (lambda: cast.round(documents=("年报节选",)), lambda: _further(cast, round_id)):
        with pytest.raises(Conflict, match="held out"):
            refused()
    with cast.database.reading() as session:
        assert "年报节选" not in [title for _, title in materials.titles(session, cast.project)]
        assert "年报节选" not in [document.title for document in materials.documents(session, cast.project)]


def _further(cast: Cast, round_id: UUID) -> None:
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", round_id) as (session, access):
        give(session, access.round, every_pair([cast.documents["年报节选"]], [cast.people["ai"].id]))


def test_only_leads_know_of_it(cast: Cast) -> None:
    put_aside(cast, "年报节选")
    for person, knows in (("lena", True), ("ada", False), ("olga", False)):
        with cast.database.reading() as session:
            access = cast.access(session, person, Permission.MATERIALS_VIEW)
            page = document_list.page_of_documents(session, access, Asked(None, 50))
            assert ("年报节选" in [d.title for d in page.rows]) is knows
            assert document_list.count_documents(session, access) == (3 if knows else 2)
            assert sum(document_list.documents_per_case(session, access).values()) == (3 if knows else 2)
            told = {row.subject_id for row in log.rows(session, access, Asked(None, 50)).rows}
            assert (cast.documents["年报节选"] in told) is knows
            if not knows:
                with pytest.raises(NotFound):
                    held_out.require_known(access, session.get_one(Document, cast.documents["年报节选"]))
    with cast.database.reading() as session:
        access = cast.access(session, "ai", Permission.LOG_VIEW)
        rows = log.rows(session, access, Asked(None, 50)).rows
        assert {cast.documents["访谈一"]} <= {row.subject_id for row in rows}
        assert not {cast.documents["年报节选"]} & {row.subject_id for row in rows}
        assert "saturation.reserved" not in {row.action for row in rows}


def test_a_lead_reads_it_by_a_look_that_is_kept(cast: Cast) -> None:
    reserve = put_aside(cast, "年报节选")
    document = cast.documents["年报节选"]
    with cast.acting("lena", Permission.SATURATION_JUDGE) as (session, access):
        row = session.get_one(Document, document)
        with pytest.raises(Conflict, match="printed with the test"):
            held_out.require_looked(session, access, row)
        reserving.look(session, access, reserve.id, reserving.LookIn(document_id=document, reason="核对录音"))
        held_out.require_looked(session, access, row)
        other = session.get_one(Document, cast.documents["访谈一"])
        held_out.require_looked(session, access, other)
        with pytest.raises(Conflict, match="can be read"):
            reserving.look(session, access, reserve.id, reserving.LookIn(document_id=other.id, reason="x"))


def test_what_comes_into_a_case_that_is_held_out_is_held_out_too(cast: Cast) -> None:
    with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
        cast.documents["访谈二"] = store(session, access, "访谈二", "另一家企业说的话。", case="案例二").id
        case = session.get_one(Document, cast.documents["访谈二"]).case_id
        assert case is not None
        given = reserving.ReserveIn(unit=SamplingUnit.CASE, chosen=(case,), reason="另一地区")
        reserve = reserving.reserve(session, access, given)
        later = store(session, access, "访谈三", "后来又找了一位。", case="案例二").id
        moved = materials.DocumentChange(case="案例二")
        materials.change_document(session, access, cast.documents["年报节选"], moved)
    cast.round(documents=("访谈一",))
    with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
        held = session.scalars(sa.select(Document.title).where(Document.held_out).order_by(Document.position)).all()
        assert held == ["年报节选", "访谈二", "访谈三"]
        with pytest.raises(Conflict, match="cannot come into it"):
            materials.change_document(session, access, cast.documents["访谈一"], moved)
        opened = reserving.open_reserve(session, access, reserve.id)
        assert set(opened.documents) == {cast.documents["访谈二"], cast.documents["年报节选"], later}
        assert not session.scalars(sa.select(Document.id).where(Document.held_out)).all()


def test_a_case_that_is_held_out_as_a_whole_is_named_to_leads_alone(cast: Cast) -> None:
    with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
        for name in "甲乙":
            cast.documents[f"访谈{name}"] = store(
                session, access, f"访谈{name}", f"{name}所见所闻。", case=f"企业{name}"
            ).id
        beside = store(session, access, "企业甲的年报", "年报所闻。", case="企业甲").id
    with cast.acting("lena", Permission.SATURATION_JUDGE) as (session, access):
        chosen = (cast.documents["访谈甲"], cast.documents["访谈乙"])
        given = reserving.ReserveIn(unit=SamplingUnit.DOCUMENT, chosen=chosen, reason="另一地区")
        aside = reserving.reserve(session, access, given).id
    with cast.acting("lena", Permission.THEORY_EDIT) as (session, access):
        case = session.scalars(sa.select(Case.id).where(Case.name == "企业乙")).one()
        category_work.note_negative(session, access, cast.codes["c1"], NegativeIn(case=case))
        made = NewProperty(name="主动程度", low="被动", high="主动")
        scale = category_work.add_property(session, access, cast.codes["c1"], made).id
        category_work.place_case(session, access, scale, case, CasePlace(at=70))
    assert [_of_categories(cast, person) for person in ("lena", "olga")] == [(1, 1), (0, 0)]
    # of the one something else is there, of the other nothing
    assert _told(cast, "olga") == {"案例一", "企业甲"}
    assert _told(cast, "lena") == {"案例一", "企业甲", "企业乙"}
    assert not [words for words in _logged(cast, "olga") if "企业乙" in words]
    assert [words for words in _logged(cast, "lena") if "企业乙" in words]
    with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
        materials.change_document(session, access, beside, materials.DocumentChange(case="案例一"))
    assert _told(cast, "olga") == {"案例一"}
    with cast.acting("lena", Permission.SATURATION_JUDGE) as (session, access):
        reserving.open_reserve(session, access, aside)
    assert _told(cast, "olga") == {"案例一", "企业甲", "企业乙"}


def _told(cast: Cast, person: str) -> set[str]:
    with cast.database.reading() as session:
        access = cast.access(session, person, Permission.PROJECT_VIEW)
        named = {case.name for case in materials.cases(session, access)}
        assert document_list.extent(session, access).cases == len(named)
        return named


def _logged(cast: Cast, person: str) -> list[str]:
    with cast.database.reading() as session:
        rows = log.rows(session, cast.access(session, person, Permission.LOG_VIEW), Asked(None, 200)).rows
        return [str(row.detail) for row in rows]


def _of_categories(cast: Cast, person: str) -> tuple[int, int]:
    with cast.database.reading() as session:
        access = cast.access(session, person, Permission.THEORY_VIEW)
        (one,) = categories.properties(session, access)
        return len(categories.negative_cases(session, access)), len(one.places)
