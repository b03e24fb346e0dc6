"""Strata of a study at equal coverage: by what documents, or cases, are put into them, and what each then holds."""

import pytest

from cast import Cast
from intercoder.errors import InvalidInput
from intercoder.models import Level, SamplingUnit
from intercoder.policy import Permission
from intercoder.reports.saturation_strata import strata_figure, strata_left_out, strata_rows, strata_table, strata_text
from intercoder.services import materials, strata
from intercoder.services.arriving import Asked
from intercoder.services.materials import DocumentChange
from intercoder.services.strata import Group, GroupKind, Strata
from intercoder.stats.saturation.strata import reaches
from services.test_hold_out import arrives, study  # noqa: F401 - a fixture


def apart(
    cast: Cast,
    group: str,
    *,
    level: Level = Level.CONCEPT,
    unit: SamplingUnit = SamplingUnit.DOCUMENT,
    person: str = "lena",
) -> Strata:
    with cast.database.reading() as session:
        access = cast.access(session, person, Permission.SATURATION_VIEW)
        return strata.strata(session, access, Asked(level=level, unit=unit), Group.of(group))


def counts(of: Strata) -> dict[str, tuple[int, int]]:
    return {of.names.get(name, name): (one.documents, one.observed) for name, one in of.found.strata.items()}


@pytest.fixture
def arrived(study: Cast) -> Cast:  # noqa: F811
    """Four documents of four cases: one theme in all of them, another in the last two."""
    for title, codes in (("甲", ("l1",)), ("乙", ("l1", "c2")), ("丙", ("l1", "l2")), ("丁", ("l2", "c4"))):
        arrives(study, {f"访谈{title}": codes})
    return study


def change(cast: Cast, title: str, **what: object) -> None:
    with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
        document = cast.documents[title]
        materials.change_document(session, access, document, DocumentChange.model_validate(what))


def test_documents_are_put_into_strata_by_what_is_said_of_them_and_by_who_coded_them(arrived: Cast) -> None:
    by_case = apart(arrived, "case")
    assert {name: one.reason for name, one in by_case.found.strata.items()} == {
        f"企业{name}": "needs_2_documents" for name in "甲乙丙丁"
    }
    assert counts(apart(arrived, "source")) == {"interview": (4, 4)}
    assert sorted(counts(apart(arrived, "coder"))) == ["Ai", "Bo"]
    assert set(counts(apart(arrived, "primary"))) == {"primary"}
    assert counts(apart(arrived, "attribute:日期")) == {}
    for wrong in ("attribute:", "case:x", "nothing"):
        with pytest.raises(InvalidInput, match="not by"):
            Group.of(wrong)


def test_a_case_is_in_each_stratum_with_what_its_documents_there_hold(arrived: Cast) -> None:
    for title, year in (("访谈甲", "2023"), ("访谈乙", "2024"), ("访谈丙", "2024"), ("访谈丁", "2024")):
        change(arrived, title, attributes={"年份": year})
    with arrived.database.reading() as session:
        access = arrived.access(session, "lena", Permission.SATURATION_VIEW)
        every = strata.every(session, access, Asked(level=Level.CONCEPT, unit=SamplingUnit.CASE))
    assert [str(of.group) for of in every] == ["case", "source", "primary", "coder", "attribute:年份"]
    assert [of.unit for of in every] == [SamplingUnit.DOCUMENT, *[SamplingUnit.CASE] * 4]
    assert counts(every[-1]) == {"2023": (1, 1), "2024": (3, 4)}
    change(arrived, "访谈丁", case="企业丙")
    by_year = apart(arrived, "attribute:年份", unit=SamplingUnit.CASE)
    assert counts(by_year) == {"2023": (1, 1), "2024": (2, 4)}, "two documents of one case are one unit"
    assert counts(apart(arrived, "attribute:年份")) == {"2023": (1, 1), "2024": (3, 4)}
    change(arrived, "访谈丁", attributes={"年份": "2023"})
    assert counts(apart(arrived, "attribute:年份", unit=SamplingUnit.CASE)) == {"2023": (2, 3), "2024": (2, 3)}
    own = apart(arrived, "coder", unit=SamplingUnit.CASE)
    assert {name: many for name, (many, _) in counts(own).items()} == {"Ai": 3, "Bo": 3}


def test_an_open_round_is_in_no_stratum(cast: Cast) -> None:
    open_ = cast.coded_round()
    assert all(counts(apart(cast, kind)) == {} for kind in GroupKind if kind is not GroupKind.ATTRIBUTE)
    cast.close(open_)
    assert counts(apart(cast, "primary", person="ai")) == {"primary": (1, 3)}


def test_strata_are_drawn_over_coverage_as_far_as_they_reach(study: Cast) -> None:  # noqa: F811
    for n, title in enumerate("甲乙丙丁"):
        arrives(study, {f"访谈{title}": ("l1", "l2") if n % 2 else ("l1",)})
    of = apart(study, "source")
    (reach,) = of.reaches.values()
    stratum = of.found.strata["interview"]
    assert reach.found[-1] == (stratum.coverage, stratum.observed)
    assert (len(reach.found), len(reach.ahead)) == (4, 4)
    one = reaches({"": [frozenset("ab"), frozenset("ac"), frozenset("ad")]})[""]
    assert one.found[-1] < one.ahead[0] < one.ahead[-1], "further documents bring more codes, and more coverage"
    drawn = strata_figure(of, Level.CONCEPT)
    assert drawn.count("<circle") == 1
    assert "compared at" in drawn
    assert strata_figure(apart(study, "case"), Level.CONCEPT) == "", "a document each"
    assert strata_left_out(of) == 0


def test_what_is_said_of_cases_in_strata_speaks_of_cases(arrived: Cast) -> None:
    of = apart(arrived, "source", unit=SamplingUnit.CASE)
    assert [column.heading for column in strata_table(of).columns][1::5] == ["Cases", "Cases for it"]
    assert next(iter(strata_rows([of], Level.CONCEPT)))[3:5] == ("Cases", 4)
    words = "".join(strata_text([of], Level.CONCEPT, SamplingUnit.CASE))
    assert "Interview: cases 4, known 4" in words
    assert "A case is in each group with what its documents there hold." in words
    by_case = "".join(strata_text([apart(arrived, "case", unit=SamplingUnit.CASE)], Level.CONCEPT, SamplingUnit.CASE))
    assert "A case is one unit where cases arrive: by case its documents are compared." in by_case
