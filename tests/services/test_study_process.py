"""How a study was coded: merges that stand, versions, and who submitted what in which round."""

from uuid import UUID

import pytest

from cast import Cast
from intercoder.policy import Permission
from intercoder.services import remapping, taking_back
from intercoder.services.remapping import MergeIn
from intercoder.services.study_process import Submitted, codebook_acts, submitted_in

pytestmark = pytest.mark.sqlite


def test_merges_count_while_they_stand_and_versions_as_they_are_published(cast: Cast) -> None:
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        before = codebook_acts(session, cast.project)
        act = remapping.merge(session, access, MergeIn(codes=(cast.codes["l2"],), into=cast.codes["l3"]))
        assert codebook_acts(session, cast.project) == (before.merges + 1, before.versions)
        taking_back.undo(session, access, act.id)
        assert codebook_acts(session, cast.project) == before


def test_who_submitted_what_is_told_of_each_round(cast: Cast, compared_round: UUID) -> None:
    other = cast.round(documents=("年报节选",))
    cast.code("ai", other, "年报节选", "c2", "与两所高校签订合作协议")
    with cast.database.reading() as session:
        told = submitted_in(session, [compared_round, other])
    both = {cast.people[person].id for person in ("ai", "bo")}
    assert told[compared_round] == Submitted(frozenset({cast.documents["访谈一"]}), frozenset(both))
    assert told[other] == Submitted(frozenset(), frozenset())
