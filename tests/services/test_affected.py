"""What an act on codes would touch, before it is done."""

from uuid import UUID

import pytest

from cast import Cast
from intercoder.policy import Permission
from intercoder.services import adjudication, affected, disagreements, remapping
from intercoder.services.affected import Affected
from intercoder.services.mapping import mapping
from intercoder.services.remapping import MergeIn, Planned

pytestmark = pytest.mark.sqlite


def asked(cast: Cast, into: str, *codes: str) -> Affected:
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        given = MergeIn(codes=tuple(cast.codes[code] for code in codes), into=cast.codes[into])
        planned: Planned = remapping.plan_merge(session, access, given)
        return affected.affected(session, access, planned)


def test_passages_coders_rulings_and_versions_are_told(cast: Cast, compared_round: UUID) -> None:
    with cast.acting("ada", Permission.ADJUDICATE, "round", compared_round) as (session, access):
        first = disagreements.disagreements(session, access).rows[0]
        stands = adjudication.Span(code=cast.codes["l3"], start=first.start, end=first.end)
        adjudication.rule(
            session, access, first.id, first.version, adjudication.RulingIn(codings=(stands,), reason="原话如此")
        )
    told = asked(cast, "l2", "l3")
    assert (told.passages, told.coders, told.documents, told.rounds) == (3, 2, 1, 1)
    assert (told.versions, told.rulings, told.disagreements, told.open_rounds) == (1, 1, 2, 0)


def test_of_an_open_round_nothing_is_counted(cast: Cast) -> None:
    cast.coded_round()
    told = asked(cast, "l2", "l3")
    assert (told.passages, told.coders, told.open_rounds) == (0, 0, 1)


def test_what_counts_as_the_code_already_is_counted_with_it(cast: Cast) -> None:
    cast.compared_round()
    assert asked(cast, "l1", "l2").passages == 1
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        remapping.merge(session, access, MergeIn(codes=(cast.codes["l3"],), into=cast.codes["l2"]))
    assert asked(cast, "l1", "l2").passages == 4


def test_nothing_is_changed_by_asking(cast: Cast) -> None:
    cast.compared_round()
    assert asked(cast, "l2", "l3") == asked(cast, "l2", "l3")
    with cast.database.reading() as session:
        assert mapping(session, cast.project).number == 0
