"""The submitted layers of a round, with what each coding counts as, and the codes of such a round."""

from uuid import UUID

import pytest

from cast import Cast
from intercoder.models import Round
from intercoder.policy import Permission
from intercoder.services import remapping, submitted
from intercoder.services.mapping import mapping
from intercoder.services.remapping import MergeIn, SplitIn
from intercoder.services.targets import Target

pytestmark = pytest.mark.sqlite


def test_a_coding_comes_as_what_it_counts_as_and_what_was_applied_is_told(cast: Cast, compared_round: UUID) -> None:
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        remapping.merge(session, access, MergeIn(codes=(cast.codes["l3"],), into=cast.codes["l2"]))
    with cast.database.reading() as session:
        (layer,) = submitted.submitted_layers(session, [compared_round], mapping(session, cast.project))
    counted = [mark.code for marks in layer.codings.values() for mark in marks]
    assert counted.count(str(cast.codes["l2"])) == 4
    assert list(layer.applied.values()) == [str(cast.codes["l3"])] * 3
    assert layer.waiting == 0


def test_the_codes_of_a_round_are_what_its_codes_count_as_too(cast: Cast, compared_round: UUID) -> None:
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        remapping.split(
            session, access, cast.codes["l3"], SplitIn(into=(Target(name="开放接口"), Target(name="开放数据")))
        )
    with cast.database.reading() as session:
        round_ = session.get_one(Round, compared_round)
        names = [entry.name for entry in submitted.round_codebook(session, round_)]
        assert {"平台把数据开放", "开放接口", "开放数据"} <= set(names)
        assert len(names) == len(cast.codes) + 2
        mapped = mapping(session, cast.project)
        codes = {mapped.codes[code].name for code in submitted.codes_of(session, round_, mapped)}
        assert {"平台把数据开放", "开放接口", "开放数据"} <= codes
