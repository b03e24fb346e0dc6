"""The passages of a study: every count is the one that was put in, through the mapping, and of nobody's open round."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from cast import Cast
from intercoder.models import Disagreement, Level, SamplingUnit
from intercoder.policy import Permission
from intercoder.services import adjudication, materials, projects, remapping, reserving
from intercoder.services.adjudication import RulingIn, Span
from intercoder.services.materials import DocumentChange
from intercoder.services.passage_words import worded
from intercoder.services.projects import ProjectChange
from intercoder.services.remapping import MergeIn
from intercoder.services.standing_passages import StandingPassages, standing
from intercoder.services.study_passages import study_passages
from intercoder.services.study_tallies import Basis, StudyPassages
from model_study import ModelStudy

pytestmark = pytest.mark.sqlite


def passages(cast: Cast, person: str = "lena", basis: Basis = Basis.CONSENSUS) -> StudyPassages:
    with cast.database.reading() as session:
        return study_passages(session, cast.access(session, person, Permission.CODINGS_VIEW), basis)


def counts(study: StudyPassages) -> dict[str, tuple[int, ...]]:
    names = {c.id: c.name for level in Level for c in study.codes(level)}
    return {name: tuple(study.tally(study.of(code))) for code, name in names.items()}


def test_counts_are_those_that_were_put_in(model: ModelStudy) -> None:
    study = passages(model.cast)
    assert [len(study.codes(level)) for level in Level] == [407, 21, 8, 4]
    assert len(study.rows) == len(model.put)
    told = counts(study)
    for level in ("construct", "theme", "concept", "label"):
        cases = model.count(level, "case")
        for (name,), many in model.count(level).items():
            primary = model.count(level, "primary")[name, "True"]
            in_cases = len([1 for of, _ in cases if of == name])
            documents = model.documents(level)[name,]
            assert told[name][:4] == (many, documents, in_cases, primary), name
    with model.cast.database.reading() as session:
        words = worded(session, study.rows)
    assert Counter((w.text, w.paragraph) for w in words) == Counter((p.text, p.paragraph) for p in model.put)


def test_of_an_open_round_nobody_learns_anything_and_codings_that_overlap_are_one_passage(cast: Cast) -> None:
    made = cast.coded_round()
    assert all(not passages(cast, person, basis).rows for person in ("lena", "ai") for basis in Basis)
    cast.close(made)
    agreed, marked = (counts(passages(cast, "olga", basis)) for basis in Basis)
    assert (agreed["旧物改用"][0], agreed["数据互信"][0]) == (1, 0)
    # Of two coders, one of whom marked more of the same words, the place is one passage.
    assert (marked["旧物改用"][0], marked["数据互信"][0], marked["信任先行"][0]) == (2, 2, 1)


def test_of_what_is_held_out_for_a_test_only_leads_have_a_row(cast: Cast) -> None:
    kept = cast.documents["年报节选"]
    with cast.acting("lena", Permission.SATURATION_JUDGE) as (session, access):
        given = reserving.ReserveIn(unit=SamplingUnit.DOCUMENT, chosen=(kept,), reason="另一类来源")
        reserving.reserve(session, access, given)
    told = {person: str(kept) in passages(cast, person).sources for person in ("lena", "olga", "lena")}
    assert told == {"lena": True, "olga": False}
    assert passages(cast, "olga").sources


def test_what_one_coder_alone_coded_counts_and_is_told(cast: Cast) -> None:
    made = cast.round(documents=("年报节选",), coders=("ai",))
    cast.code("ai", made, "年报节选", "c2", "与两所高校签订合作协议", typical=True)
    cast.submit("ai", made, "年报节选")
    cast.close(made)
    study = passages(cast)
    assert (study.alone, [p.starred for p in study.rows]) == (1, [True])


def test_a_merge_moves_passages_and_is_seen_at_once(model: ModelStudy) -> None:
    cast = model.cast
    before = counts(passages(cast))
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        merged = MergeIn(codes=(model.codes["旧物改用"],), into=model.codes["土法沉淀"])
        remapping.merge(session, access, merged)
    after = counts(passages(cast))
    assert after["土法沉淀"][0] == before["土法沉淀"][0] + before["旧物改用"][0]
    assert "旧物改用" not in after
    assert after["资源行动"] == before["资源行动"]


def test_codings_are_read_again_when_one_can_have_changed_and_not_for_a_name(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, compared_round: UUID
) -> None:
    read = list[Basis]()

    def reading(
        session: Session, project: UUID, basis: Basis, rounds: Sequence[UUID], before: StandingPassages | None
    ) -> StandingPassages:
        read.append(basis)
        return standing(session, project, basis, rounds, before)

    monkeypatch.setattr("intercoder.services.study_passages.standing", reading)
    first = passages(cast)
    with cast.acting("lena", Permission.PROJECT_EDIT) as (session, access):
        projects.change_project(session, access, ProjectChange(name="另一个名字"))
    document = cast.documents["访谈一"]
    with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
        materials.change_document(session, access, document, DocumentChange(title="访谈壹"))
    renamed = passages(cast)
    assert (len(read), renamed.rows) == (1, first.rows)
    assert renamed.sources[str(document)].title == "访谈壹"
    with cast.acting("ada", Permission.ADJUDICATE, "round", compared_round) as (session, access):
        open_ones = sa.select(Disagreement).where(Disagreement.round_id == compared_round)
        place = session.scalars(open_ones.order_by(Disagreement.start)).all()[0]
    with cast.acting("ada", Permission.ADJUDICATE, "disagreement", place.id) as (session, access):
        span = Span(start=place.start, end=place.end, code=cast.codes["c2"])
        adjudication.rule(session, access, place.id, place.version, RulingIn(codings=(span,), reason="r"))
    assert passages(cast).rows != first.rows
    assert len(read) == 2
