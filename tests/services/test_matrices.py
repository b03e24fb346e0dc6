"""Matrices: each cell is what was put in; an empty one says why it is empty."""

from itertools import pairwise

import pytest

from cast import Cast
from intercoder.models import Level, Succession
from intercoder.policy import Permission
from intercoder.services.matrices import Across, Matrix, Nothing, Together, matrix
from intercoder.services.passage_queries import near_to
from intercoder.services.study_passages import study_passages
from intercoder.services.study_tallies import Basis
from model_study import BARE, CASES, SOURCES, ModelStudy

pytestmark = pytest.mark.sqlite


def made(cast: Cast, level: Level, across: Across, basis: Basis = Basis.CONSENSUS) -> Matrix:
    with cast.database.reading() as session:
        study = study_passages(session, cast.access(session, "olga", Permission.CODINGS_VIEW), basis)
        return matrix(study, level, across, own=[name for name, _ in SOURCES])


@pytest.mark.parametrize("level", [Level.CONSTRUCT, Level.THEME, Level.CONCEPT])
def test_codes_by_cases_and_by_sources_hold_what_was_put_in(model: ModelStudy, level: Level) -> None:
    cases = made(model.cast, level, Across.CASE)
    put, documents = model.count(level.value, "case"), model.documents(level.value, "case")
    assert [column.name for column in cases.columns] == [*CASES]
    for row in cases.rows:
        for column in cases.columns:
            cell = cases.cells[row.code.id, column.id]
            assert (cell.tally.passages, cell.tally.documents) == (
                put[row.code.name, column.name],
                documents.get((row.code.name, column.name), 0),
            )
    sources = made(model.cast, level, Across.SOURCE)
    assert [column.kind and (column.kind.own, column.kind.primary) for column in sources.columns] == [*SOURCES]
    for row in sources.rows:
        held = [sources.cells[row.code.id, column.id].tally for column in sources.columns]
        assert [t.passages for t in held] == [model.count(level.value, "source")[row.code.name, s] for s, _ in SOURCES]
        assert (held[0].primary, held[1].secondary) == (row.total.primary, row.total.secondary)


def test_a_construct_without_evidence_in_a_case_is_claimed_and_a_concept_is_not(model: ModelStudy) -> None:
    of_constructs = made(model.cast, Level.CONSTRUCT, Across.CASE)
    empty = {
        (row.code.name, column.name): cell.nothing
        for row in of_constructs.rows
        for column in of_constructs.columns
        if (cell := of_constructs.cells[row.code.id, column.id]).nothing
    }
    assert empty == {BARE: Nothing.CLAIMED}
    assert of_constructs.claimed == 1
    of_concepts = made(model.cast, Level.CONCEPT, Across.CASE)
    assert {cell.nothing for cell in of_concepts.cells.values()} == {None, Nothing.NONE}


def test_a_case_that_nobody_coded_claims_nothing(cast: Cast, compared_round: object) -> None:
    from intercoder.services import materials
    from intercoder.services.materials import NewCase

    with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
        materials.create_case(session, access, NewCase(name="later"))
    there = made(cast, Level.CONSTRUCT, Across.CASE)
    later = next(column for column in there.columns if column.name == "later")
    assert {there.cells[row.code.id, later.id].nothing for row in there.rows} == {Nothing.NOT_CODED}


def test_codes_that_overlap_meet_in_both_their_cells(cast: Cast) -> None:
    round_ = cast.round(documents=("访谈一",), coders=("ai",))
    for code, quote in (("c1", "把旧机器都接上了网"), ("c3", "旧机器"), ("c3", "接上"), ("c4", "没有信任")):
        cast.code("ai", round_, "访谈一", code, quote)
    cast.submit("ai", round_, "访谈一")
    cast.close(round_)
    there = made(cast, Level.CONCEPT, Across.CODE)
    names = {row.code.id: row.code.name for row in there.rows}
    met = {(names[a], names[b]): cell.tally.passages for (a, b), cell in there.cells.items() if cell.nothing is None}
    assert met == {("旧物改用", "信任先行"): 1, ("信任先行", "旧物改用"): 2}


@pytest.mark.parametrize("near", [0, 30, None, 2000])
def test_codes_near_one_another_and_after_one_another_are_those_that_a_question_finds(
    model: ModelStudy, near: int | None
) -> None:
    with model.cast.database.reading() as session:
        access = model.cast.access(session, "olga", Permission.CODINGS_VIEW)
        study = study_passages(session, access)
        if near is None:  # just as far as two passages of different themes are from one another
            pairs = [(a, b) for a, b in pairwise(study.rows) if a.revision == b.revision and a.code != b.code]
            near = min(b.start - a.end for a, b in pairs if b.start > a.end)
        for sequence in (None, *Succession):
            together = Together(near, sequence)
            there = matrix(study, Level.THEME, Across.CODE, together=together)
            assert there.together == together
            for (row, column), cell in there.cells.items():
                if row != column:
                    found = near_to(study.of(row), study.of(column), near, sequence)
                    assert cell.tally == study.tally(found)
                    assert (cell.nothing is None) == bool(found)
