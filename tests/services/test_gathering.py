"""The data of a report: which layers, cut into which units, and a hash that tells whether they are still the same."""

from typing import Any
from uuid import UUID

import pytest

from cast import Cast
from intercoder.errors import InvalidInput
from intercoder.models import ReportLevel, ReportSelection, Round, Unit
from intercoder.services.gathering import Comparison, compare

pytestmark = pytest.mark.sqlite


def gathered(cast: Cast, round_id: UUID, unit: Unit = Unit.SENTENCE, **chosen: Any) -> Comparison:
    with cast.database.reading() as session:
        round_ = session.get_one(Round, round_id)
        selection = ReportSelection(**chosen)
        return compare(session, round_, unit, ReportLevel.AS_CODED, selection=selection)


def test_each_coder_has_a_set_for_each_unit_and_several_codes_in_one_are_told(cast: Cast, compared_round: UUID) -> None:
    by_sentence = gathered(cast, compared_round)
    (document,) = by_sentence.sets
    units = by_sentence.units[document]
    assert {len(sets) for sets in by_sentence.sets[document].values()} == {len(units)}
    assert not by_sentence.several_codes
    by_document = gathered(cast, compared_round, Unit.DOCUMENT)
    assert [len(sets) for sets in by_document.sets[document].values()] == [1, 1]
    assert by_document.several_codes


def test_the_hash_is_of_what_was_chosen(cast: Cast, compared_round: UUID) -> None:
    whole, same = gathered(cast, compared_round), gathered(cast, compared_round)
    certain = gathered(cast, compared_round, doubtful=False)
    assert whole.fingerprint == same.fingerprint != certain.fingerprint
    # Which codes are shown moves no coding in or out.
    assert gathered(cast, compared_round, codes=(cast.codes["k2"],)).fingerprint == whole.fingerprint


def test_a_round_by_paragraph_is_not_cut_smaller(cast: Cast) -> None:
    round_id = cast.round(unit="paragraph")
    cast.close(round_id, unfinished=True)
    with pytest.raises(InvalidInput, match="can be compared by"):
        gathered(cast, round_id, Unit.SENTENCE)
