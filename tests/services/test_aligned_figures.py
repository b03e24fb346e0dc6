"""What an alignment does to agreement: nothing in common by own words, all of it by what they count as."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder.errors import Conflict
from intercoder.jobs.runner import run_next
from intercoder.models import CodebookVersion, Round
from intercoder.policy import Permission
from intercoder.services import aligned_figures, rounds
from intercoder.services.aligned_figures import Figures, Measured
from services.test_aligning import close, used
from services.test_alignment import finish, openly_coded, place

pytestmark = pytest.mark.sqlite


def figures(cast: Cast, round_id: UUID) -> Figures | None:
    with cast.database.reading() as session:
        return aligned_figures.figures_of(session, session.get_one(Round, round_id))


def test_own_words_agree_in_nothing_and_their_codes_in_everything(cast: Cast) -> None:
    round_id, labels = openly_coded(cast)
    place(cast, round_id, "接入旧设备", labels["旧机器联网"], labels["机器接网"])
    place(cast, round_id, "信任在先", labels["信任是前提"], labels["先谈信任"])
    assert figures(cast, round_id) is None
    finish(cast, round_id)
    found = figures(cast, round_id)
    assert found is not None
    assert found.after == Measured(1.0, None)
    assert found.before.value is not None
    assert found.before.value < 1
    assert found.held_out == Measured(None, "needs_2_documents")
    assert (found.alone, found.coders, found.documents, found.mapping) == (0, 2, 1, 2)
    assert "flattered" in found.caution


def test_what_was_left_apart_agrees_no_more_than_before(cast: Cast) -> None:
    round_id, _ = used(cast, {"ai": [("甲", "把旧机器")], "bo": [("乙", "把旧机器"), ("丙", "没有信任")]})
    close(cast, round_id)
    finish(cast, round_id, leaving=True)
    found = figures(cast, round_id)
    assert found is not None
    assert found.before == found.after
    assert found.alone == 3


def test_the_end_publishes_what_became_of_the_labels_with_a_note_in_the_language_of_the_project(cast: Cast) -> None:
    round_id, labels = openly_coded(cast)
    place(cast, round_id, "一个编码", *labels.values())
    finish(cast, round_id)
    with cast.database.reading() as session:
        notes = session.scalars(sa.select(CodebookVersion.note).order_by(CodebookVersion.number)).all()
    assert notes == ["first", "来自第 1 轮：2 位编码者的 4 个标签归为 1 个编码。"]


def preview(cast: Cast, round_id: UUID, *, computed: bool = False) -> Figures | None:
    """Return the figures as if the alignment ended now, those computed for it where that is asked."""
    if computed:
        with cast.acting("lena", Permission.ALIGN, "round", round_id) as (session, access):
            job = aligned_figures.ask(session, access).id
        run_next(cast.database, job)
    with cast.acting("lena", Permission.ALIGN, "round", round_id) as (session, access):
        return aligned_figures.preview_of(session, access)


def test_the_figures_are_seen_before_the_end_and_are_those_of_the_codes_as_they_are(cast: Cast) -> None:
    round_id, labels = openly_coded(cast)
    assert preview(cast, round_id) is None
    first = preview(cast, round_id, computed=True)
    assert first is not None
    assert first.before == first.after
    place(cast, round_id, "接入旧设备", labels["旧机器联网"], labels["机器接网"])
    assert preview(cast, round_id) is None  # the codes are others since
    place(cast, round_id, "信任在先", labels["信任是前提"], labels["先谈信任"])
    seen = preview(cast, round_id, computed=True)
    assert seen is not None
    assert (seen.after, seen.before) == (Measured(1.0, None), first.before)
    assert figures(cast, round_id) is None
    finish(cast, round_id)
    assert figures(cast, round_id) == seen
    assert preview(cast, round_id) is None
    with pytest.raises(Conflict, match="aligned before"):
        preview(cast, round_id, computed=True)


def test_figures_of_a_round_that_was_opened_again_are_not_taken_for_those_of_now(cast: Cast) -> None:
    round_id, _ = openly_coded(cast)
    assert preview(cast, round_id, computed=True) is not None
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", round_id) as (session, access):
        rounds.reopen_round(session, access)
    cast.close(round_id)
    assert preview(cast, round_id) is None
