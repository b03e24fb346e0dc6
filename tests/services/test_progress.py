"""Progress: who may know how far a round is, and how much a layer holds."""

from operator import itemgetter
from uuid import UUID

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder.models import Assignment, Role
from intercoder.policy import Permission
from intercoder.services import members, progress

pytestmark = pytest.mark.sqlite


def test_progress_counts_what_is_assigned_begun_and_submitted(cast: Cast) -> None:
    round_id = cast.round()
    cast.code("ai", round_id, "访谈一", "l1", "旧机器")
    cast.submit("bo", round_id, "访谈一")
    with cast.database.reading() as session:
        (counted,) = progress.progress(session, cast.people["lena"].id, [round_id]).values()
    assert (counted.assigned, counted.in_progress, counted.submitted, counted.total) == (2, 1, 1, 4)


def test_a_lead_who_codes_in_a_round_learns_of_its_progress_when_it_has_closed(cast: Cast) -> None:
    with cast.database.transaction() as session:
        members.add_member(session, cast.project, cast.people["lena"].id, [Role.CODER])
    own, other = cast.round(coders=("lena", "bo")), cast.round()

    def known(person: str) -> set[UUID]:
        with cast.database.reading() as session:
            return set(progress.progress(session, cast.people[person].id, [own, other]))

    assert known("lena") == {other}
    assert known("olga") == {own, other}
    cast.close(own, unfinished=True)
    assert known("lena") == {own, other}


def test_how_much_a_layer_holds_is_told_of_compared_rounds_only(cast: Cast) -> None:
    round_id = cast.coded_round()

    def counts() -> list[tuple[str, int]]:
        with cast.database.reading() as session:
            access = cast.access(session, "lena", Permission.PROGRESS_VIEW, "round", round_id)
            return sorted(progress.codings_per_assignment(session, access).items(), key=itemgetter(1))

    with cast.database.reading() as session:
        layers = {str(layer) for layer in session.scalars(sa.select(Assignment.id))}
    assert counts() == []
    cast.close(round_id)
    found = counts()
    assert [count for _, count in found] == [3, 4]
    assert {layer for layer, _ in found} == layers
