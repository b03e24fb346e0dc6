"""By what a passage of the study is quoted: the longest coding behind it, the consensus before its coders, and what quotes it already."""

from uuid import UUID

import pytest

from cast import Cast
from intercoder.models import ElementKind, RelationSort
from intercoder.policy import Permission
from intercoder.services import quotations, relating
from intercoder.services.quotable import Quotable, quotable
from intercoder.services.quotations import Star
from intercoder.services.relating import End, EvidenceIn
from intercoder.services.study_passages import study_passages
from intercoder.services.study_tallies import Basis, StudyPassage
from services.comparing import reopen
from services.theory import element, relate

pytestmark = pytest.mark.sqlite


def of(cast: Cast, code: str, basis: Basis, person: str = "lena") -> list[tuple[StudyPassage, Quotable]]:
    with cast.database.reading() as session:
        access = cast.access(session, person, Permission.CODINGS_VIEW)
        study = study_passages(session, access, basis)
        rows = study.of(str(cast.codes[code]))
        found = quotable(session, access, study, rows)
        return [(row, found[row.key]) for row in rows]


@pytest.mark.parametrize("basis", list(Basis))
def test_what_names_a_passage_stars_it_and_puts_it_to_a_relation(cast: Cast, basis: Basis) -> None:
    cast.compared_round()
    row, by = of(cast, "c1", basis)[0]
    assert by.chosen
    assert (by.stars, by.relations) == ({}, set())
    relation = relate(
        cast,
        End(element=element(cast, ElementKind.FORCE, "订单流失")),
        End(element=element(cast, ElementKind.MODE, code="c1")),
        RelationSort.CAUSES,
    )
    with cast.acting("lena", Permission.THEORY_EDIT) as (session, access):
        star = quotations.star(session, access, cast.codes["c1"], Star.model_validate(by.chosen))
        given = relating.add_evidence(session, access, relation, EvidenceIn.model_validate(by.chosen))
        assert (star.start, star.end) == (given.start, given.end)
        assert row.start <= star.start < star.end <= row.end
    now = {kept.key: found for kept, found in of(cast, "c1", basis, "olga")}[row.key]
    assert now.stars == {str(cast.codes["c1"]): star.id}
    assert now.relations == {relation}
    assert now.values("", row.key)["words"] == row.key


def test_the_consensus_comes_before_a_coder_who_marked_as_much(cast: Cast) -> None:
    cast.compared_round()
    named = [set(by.chosen) for _, by in of(cast, "c1", Basis.CONSENSUS)]
    assert {"consensus"} in named
    assert all(names in ({"consensus"}, {"coder", "key"}) for names in named)


def test_nothing_is_quoted_of_a_round_that_is_open_again(cast: Cast, compared_round: UUID) -> None:
    rows = of(cast, "c1", Basis.CODERS)
    reopen(cast, compared_round)
    with cast.database.reading() as session:
        access = cast.access(session, "lena", Permission.CODINGS_VIEW)
        study = study_passages(session, access, Basis.CODERS)
        found = quotable(session, access, study, [row for row, _ in rows])
        assert all(not by.chosen and not by.stars for by in found.values())
