"""What the alignment desk shows: lists that fit together, the neighbours of a proposal, passages a part at a time."""

from uuid import UUID, uuid4

import pytest

from cast import TEXTS, Cast
from intercoder.errors import NotFound
from intercoder.policy import Permission
from intercoder.services import alignment_desk
from intercoder.services.alignment_desk import PASSAGES, Passage, Queue, Shown
from services.test_aligning import close, run, used
from services.test_alignment import openly_coded, place

pytestmark = pytest.mark.sqlite


def queue(cast: Cast, round_id: UUID, shown: Shown = Shown.WAITING, find: str = "", at: UUID | None = None) -> Queue:
    with cast.acting("lena", Permission.ALIGN, "round", round_id) as (session, access):
        return alignment_desk.queue(session, access, shown, find, at)


def test_every_proposal_is_in_one_list(cast: Cast) -> None:
    round_id, labels = openly_coded(cast)
    run(cast)
    first, second = queue(cast, round_id).rows
    assert queue(cast, round_id).counts == {Shown.WAITING: 2, Shown.SINGLE: 0, Shown.LATER: 0, Shown.PLACED: 0}
    with cast.acting("lena", Permission.ALIGN, "round", round_id) as (session, access):
        alignment_desk.put_off(session, access, second.id, later=True)
    place(cast, round_id, "接入旧设备", *(labels[name] for name in first.names))
    now = queue(cast, round_id)
    assert now.counts == {Shown.WAITING: 0, Shown.SINGLE: 0, Shown.LATER: 1, Shown.PLACED: 1}
    assert [row.id for row in queue(cast, round_id, Shown.LATER).rows] == [second.id]
    assert [row.id for row in queue(cast, round_id, Shown.PLACED).rows] == [first.id]


def test_a_proposal_has_its_neighbours_also_when_it_has_left_the_list(cast: Cast) -> None:
    round_id, labels = openly_coded(cast)
    run(cast)
    first, second = queue(cast, round_id).rows
    at_first = queue(cast, round_id, at=first.id)
    assert (at_first.place, at_first.previous, at_first.next) == (1, None, second.id)
    place(cast, round_id, "一个", *(labels[name] for name in first.names))
    gone = queue(cast, round_id, at=first.id)
    assert (gone.place, gone.previous, gone.next) == (0, None, second.id)


@pytest.mark.parametrize(("find", "many"), [("机器", 1), ("信任", 1), ("MACHINE", 0), ("", 2), ("100%", 0)])
def test_labels_are_found_by_a_part_of_their_name(cast: Cast, find: str, many: int) -> None:
    round_id, _ = openly_coded(cast)
    run(cast)
    assert queue(cast, round_id, find=find).total == many


def test_a_card_has_every_passage_in_its_context_a_part_at_a_time(cast: Cast) -> None:
    text = TEXTS["访谈一"]
    quotes = [text[start : start + 3] for start in range(0, 60, 4)]
    round_id, _ = used(cast, {"ai": [("到处", quote) for quote in quotes], "bo": [("别处", "没有信任")]})
    close(cast, round_id)
    run(cast)
    shown: dict[UUID, Passage] = {}
    with cast.acting("lena", Permission.ALIGN, "round", round_id) as (session, access):
        row = next(r for r in alignment_desk.queue(session, access, Shown.SINGLE).rows if r.names == ["到处"])
        for part in range(4):
            (label,) = alignment_desk.card(session, access, row.id, part).labels
            assert len(label.passages) <= PASSAGES
            shown |= {passage.key: passage for passage in label.passages}
        with pytest.raises(NotFound):
            alignment_desk.card(session, access, uuid4())
    assert len(shown) == len(quotes)
    for passage in shown.values():
        assert passage.text == text[passage.start : passage.end]
        assert f"{passage.before}{passage.text}{passage.after}" in text
