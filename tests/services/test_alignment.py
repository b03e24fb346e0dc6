"""Ending the alignment of an open round: what has a place, what waits, and what is compared then."""

from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from cast import TEXTS, Cast
from intercoder.db import within
from intercoder.errors import Conflict
from intercoder.jobs.runner import run_next
from intercoder.models import AgreementReport, CodebookVersion, Disagreement, Round
from intercoder.policy import Permission
from intercoder.services import alignment, coding, own_codes, remapping, rounds
from intercoder.services.alignment import Ending, FinishIn, Progress
from intercoder.services.remapping import PlaceIn, Placement
from intercoder.services.targets import Target

pytestmark = pytest.mark.sqlite

DOCUMENT = "访谈一"
LABELS = {"ai": ("旧机器联网", "信任是前提"), "bo": ("机器接网", "先谈信任")}
QUOTES = ("把旧机器都接上了网", "没有信任什么都谈不了")


def openly_coded(cast: Cast) -> tuple[UUID, dict[str, UUID]]:
    """Return a closed round of open coding and the labels in it: two coders, two each, on the same words."""
    round_id = cast.round(documents=(DOCUMENT,), policy="open")
    labels: dict[str, UUID] = {}
    for person, names in LABELS.items():
        for name, quote in zip(names, QUOTES, strict=True):
            with cast.acting(person, Permission.CODE, "round", round_id) as (session, access):
                made, _ = own_codes.put_code(session, access, uuid4(), own_codes.NewOwnCode(name=name))
                labels[name], asking = made.id, access.asking(Permission.CODE)
            start = TEXTS[DOCUMENT].index(quote)
            write = coding.CodingWrite(code=labels[name], start=start, end=start + len(quote))
            with cast.database.transaction() as session:
                coding.put_coding(within(session), asking, cast.documents[DOCUMENT], uuid4(), write)
        cast.submit(person, round_id, DOCUMENT)
    cast.close(round_id)
    return round_id, labels


def place(cast: Cast, round_id: UUID, name: str, *labels: UUID) -> None:
    with cast.acting("lena", Permission.ALIGN, "round", round_id) as (session, access):
        remapping.place(session, access, PlaceIn(placements=(Placement(labels=labels, at=Target(name=name)),)))


def finish(cast: Cast, round_id: UUID, *, leaving: bool = False) -> None:
    with cast.acting("lena", Permission.ALIGN, "round", round_id) as (session, access):
        job = alignment.finish(session, access, FinishIn(leaving=leaving)).id
    run_next(cast.database, job)


def far(cast: Cast, round_id: UUID) -> Progress:
    with cast.database.reading() as session:
        return alignment.progress(session, session.get_one(Round, round_id))


def found(cast: Cast, round_id: UUID) -> tuple[int, list[float | None]]:
    """Return how many disagreements the round has, and the headline of each of its reports."""
    with cast.database.reading() as session:
        many = session.scalar(sa.select(sa.func.count()).where(Disagreement.round_id == round_id))
        reports = session.scalars(sa.select(AgreementReport.value).where(AgreementReport.round_id == round_id))
        return many or 0, list(reports)


def test_codes_are_compared_after_the_alignment(cast: Cast) -> None:
    round_id, labels = openly_coded(cast)
    assert found(cast, round_id) == (0, [])  # own words are compared with nobody's
    place(cast, round_id, "接入旧设备", labels["旧机器联网"], labels["机器接网"])
    place(cast, round_id, "信任在先", labels["信任是前提"], labels["先谈信任"])
    finish(cast, round_id)
    places, headlines = found(cast, round_id)
    assert (places, headlines[-1]) == (0, 1.0)


def test_labels_without_a_place_wait_or_stay_what_they_are(cast: Cast) -> None:
    round_id, labels = openly_coded(cast)
    assert far(cast, round_id) == Progress(labels=4, placed=0, coders=2, codes=0)
    place(cast, round_id, "接入旧设备", labels["旧机器联网"], labels["机器接网"])
    assert far(cast, round_id) == Progress(labels=4, placed=2, coders=2, codes=1)
    with pytest.raises(Conflict, match="2 labels have no place"):
        finish(cast, round_id)
    finish(cast, round_id, leaving=True)
    assert found(cast, round_id)[0] == 1
    with pytest.raises(Conflict, match="aligned before"):
        finish(cast, round_id)


def test_a_round_that_is_opened_again_is_aligned_again(cast: Cast) -> None:
    round_id, labels = openly_coded(cast)
    place(cast, round_id, "一个编码", *labels.values())
    finish(cast, round_id)
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", round_id) as (session, access):
        rounds.reopen_round(session, access)
    with pytest.raises(Conflict, match="still open"):
        finish(cast, round_id)
    cast.close(round_id)
    assert far(cast, round_id).waiting == 0
    finish(cast, round_id)


def test_where_nobody_made_a_label_the_codes_are_compared_at_once(cast: Cast) -> None:
    round_id = cast.compared_round(policy="open")
    places, headlines = found(cast, round_id)
    assert (places, len(headlines)) == (3, 1)
    with pytest.raises(Conflict, match="aligned before"):
        finish(cast, round_id)


def test_only_open_coding_is_aligned(cast: Cast, compared_round: UUID) -> None:
    with pytest.raises(Conflict, match="no labels of their own"):
        finish(cast, compared_round)


def ended(cast: Cast, round_id: UUID) -> Ending:
    with cast.acting("lena", Permission.ALIGN, "round", round_id) as (session, access):
        return alignment.ending(session, access)


def test_what_the_end_would_do_is_told_before_it_is_done(cast: Cast) -> None:
    round_id, labels = openly_coded(cast)
    before = ended(cast, round_id)
    assert (before.far, before.shared, before.version) == (Progress(4, 0, 2, 0), [], None)
    place(cast, round_id, "接入旧设备", labels["旧机器联网"], labels["机器接网"])
    place(cast, round_id, "信任在先", labels["先谈信任"])
    told = ended(cast, round_id)
    assert (told.far, told.shared, told.version) == (Progress(4, 3, 2, 2), [1, 1], 2)
    assert told.note == "来自第 1 轮：2 位编码者的 4 个标签归为 2 个编码。"
    assert found(cast, round_id) == (0, [])  # nothing was done


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("归并由三人讨论。\n两处存疑。", "归并由三人讨论。\n两处存疑。"),
        ("Aligned by two of us.", "Aligned by two of us."),
        ("  ", "来自第 1 轮：2 位编码者的 4 个标签归为 1 个编码。"),
    ],
)
def test_what_is_said_of_the_version_may_be_changed_before_the_end(cast: Cast, said: str, kept: str) -> None:
    round_id, labels = openly_coded(cast)
    place(cast, round_id, "一个编码", *labels.values())
    with cast.acting("lena", Permission.ALIGN, "round", round_id) as (session, access):
        alignment.finish(session, access, FinishIn(note=said))
    with cast.database.reading() as session:
        notes = session.scalars(sa.select(CodebookVersion.note).order_by(CodebookVersion.number)).all()
    assert notes == ["first", kept]
