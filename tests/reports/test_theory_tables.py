"""Tables of a theory: typical quotations and relations as they were chosen; what no longer holds is not printed; citing by own words."""

import pytest
import sqlalchemy as sa

from intercoder.language import speaking
from intercoder.models import ConsensusCoding, ElementKind, RelationSort, SourceType, Stance
from intercoder.policy import Permission
from intercoder.reports.theory.citing import cite
from intercoder.reports.theory.found import found, table_called
from intercoder.reports.theory.tables import PaperTable
from intercoder.services import elements, quotations, relating
from intercoder.services.elements import NewElement
from intercoder.services.quotations import Star
from intercoder.services.relating import End, EvidenceIn, NewRelation
from intercoder.services.study_tallies import Source
from model_study import TREE, ModelStudy, Put

pytestmark = pytest.mark.sqlite

FORCES = ("平台挤压", "门槛抬高", "代际更替")


def table(model: ModelStudy, name: str, person: str = "olga") -> PaperTable:
    with model.cast.database.reading() as session, speaking("zh"):
        return table_called(found(session, model.cast.access(session, person, Permission.CODINGS_VIEW)), name)


def consensus_at(model: ModelStudy, put: Put) -> EvidenceIn:
    with model.cast.database.reading() as session:
        start = model.texts[put.document].index(put.text + ("." if put.case.isascii() else "。"))
        row = session.scalars(
            sa.select(ConsensusCoding).where(
                ConsensusCoding.document_id == model.cast.documents[put.document], ConsensusCoding.start == start
            )
        ).one()
        return EvidenceIn(consensus=row.id)


def test_typical_quotations_stand_before_what_coders_starred(model: ModelStudy) -> None:
    chosen = [p for p in model.put if p.concept == "数据互见"][-1]
    at = consensus_at(model, chosen)
    with model.cast.acting("lena", Permission.THEORY_EDIT) as (session, access):
        star = Star(consensus=at.consensus)
        quotations.star(session, access, model.codes["数据互见"], star)
    rows = [row for row in table(model, "evidence").table.values if row[2] == "数据互见"]
    assert [row[3] for row in rows] == [chosen.text]
    assert str(rows[0][4]).startswith(f"{chosen.case}·")
    assert str(rows[0][4]).endswith(f"，第{chosen.paragraph}段")


def test_three_forces_four_modes_and_an_outcome_are_selective_coding_with_their_evidence(model: ModelStudy) -> None:
    assert table(model, "selective_coding").table.values == []
    expected = []
    with model.cast.acting("lena", Permission.THEORY_EDIT) as (session, access):
        modes = {
            name: elements.add_element(session, access, NewElement(kind=ElementKind.MODE, code=model.codes[name])).id
            for name in TREE
        }
        outcome = elements.add_element(session, access, NewElement(kind=ElementKind.OUTCOME, name="转型成事")).id
        forces = [
            elements.add_element(session, access, NewElement(kind=ElementKind.FORCE, name=name)).id for name in FORCES
        ]
        made = []
        for n, (name, mode) in enumerate(modes.items()):
            force = n % len(FORCES)
            words = f"{FORCES[force]}促使企业转向{name}"
            given = NewRelation(
                first=End(element=forces[force]), second=End(element=mode), sort=RelationSort.CAUSES, words=words
            )
            made.append((name, relating.relate(session, access, given).id))
            expected.append([f"{FORCES[force]} → {name}", words])
        given = NewRelation(
            first=End(element=modes["资源行动"]), second=End(element=outcome), sort=RelationSort.CONDITIONS
        )
        made.append(("资源行动", relating.relate(session, access, given).id))
        expected.append(["资源行动 ⇢ 转型成事", ""])
    for name, relation in made:
        speaking_for, against = [p for p in model.put if p.construct == name and p.label != "旧物改用之说 1"][:2]
        with model.cast.acting("lena", Permission.THEORY_EDIT) as (session, access):
            relating.add_evidence(session, access, relation, consensus_at(model, speaking_for))
            other = consensus_at(model, against)
            relating.add_evidence(
                session, access, relation, EvidenceIn(consensus=other.consensus, stance=Stance.AGAINST)
            )
    shown = table(model, "selective_coding")
    assert [list(row[:2]) for row in shown.table.values] == expected
    assert [row[3] for row in shown.table.values] == ["1 / 1"] * 5
    for (name, _), row in zip(made, shown.table.values, strict=True):
        text = next(p.text for p in model.put if p.construct == name and p.label != "旧物改用之说 1")
        assert text in str(row[2])
    assert shown.missing == ["“资源行动 ⇢ 转型成事”还没有写内涵。"]


def test_a_citation_has_what_its_places_name_and_nothing_where_they_are_empty() -> None:
    source = Source("d", "访谈一", 0, "c", "恒泽", SourceType.INTERVIEW, "", True, {"受访者": "F01"}, 10, True)
    with speaking("zh"):
        assert cite("{case}·{受访者}，第{paragraph}段", source, 3) == "恒泽·F01，第3段"
        assert cite("{case}·{日期}·{source}", source._replace(case=""), 3) == "访谈"
        assert (
            cite("{case}·{受访者}·{source}，第{paragraph}段", source._replace(attributes={}), 3) == "恒泽·访谈，第3段"
        )
        assert cite("{case}·{受访者}，第{paragraph}段", source._replace(attributes={}), 3) == "恒泽，第3段"
        assert cite("", source, 3) == "恒泽 · 访谈一，第 3 段"
    with speaking("en"):
        assert cite("", source._replace(case=""), 3) == "访谈一, para. 3"
