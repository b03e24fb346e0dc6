"""The queue of the alignment desk: lists that fit together, the neighbours of a proposal, what is looked for."""

from uuid import UUID

import pytest

from cast import Cast
from intercoder.policy import Permission
from intercoder.services import alignment_desk, alignment_queue
from intercoder.services.alignment_queue import ALL, Only, Queue, Shown, Sought
from services.test_aligning import close, run, used
from services.test_alignment import openly_coded, place


def queue(
    cast: Cast, round_id: UUID, shown: Shown = Shown.WAITING, sought: Sought = ALL, at: UUID | None = None
) -> Queue:
    with cast.acting("lena", Permission.ALIGN, "round", round_id) as (session, access):
        return alignment_queue.queue(session, access, shown, sought, at)


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


@pytest.mark.parametrize(
    ("find", "many"),
    [
        ("机器", 1),
        ("信任", 1),
        ("xrsqt", 1),
        ("xinren", 1),
        ("JIQI", 1),
        ("xian  信任", 1),
        ("信任 机器", 0),
        ("MACHINE", 0),
        ("", 2),
        ("100%", 0),
        ("_", 0),
    ],
)
def test_labels_are_found_by_words_of_their_names_their_pinyin_and_its_initials(
    cast: Cast, find: str, many: int
) -> None:
    round_id, _ = openly_coded(cast)
    run(cast)
    found = queue(cast, round_id, sought=Sought(find))
    assert (found.total, found.counts[Shown.WAITING]) == (many, many)


def test_names_nearly_the_same_and_labels_within_others_are_found_and_those_of_one_coder(cast: Cast) -> None:
    round_id, _ = used(
        cast,
        {
            "ai": [("接上了网", "把旧机器都接上了网"), ("先谈信任", "没有信任"), ("卖货", "订单一下")],
            "bo": [("接上 了网", "平台把"), ("trust first", "没有信任"), ("trust first", "后来")],
        },
    )
    close(cast, round_id)
    run(cast)

    def names(only: Only | None, person: str | None, shown: Shown = Shown.WAITING) -> set[frozenset[str]]:
        sought = Sought(only=only, coder=cast.people[person].id if person else None)
        return {frozenset(row.names) for row in queue(cast, round_id, shown, sought).rows}

    alike, inside = frozenset({"接上了网", "接上 了网"}), frozenset({"先谈信任", "trust first"})
    assert names(None, None) == {alike, inside}
    assert names(Only.ALIKE, None) == {alike}
    assert names(Only.WITHIN, "bo") == {inside}
    assert names(None, "ai", Shown.SINGLE) == {frozenset({"卖货"})}
    assert names(None, "bo", Shown.SINGLE) == set()


def test_coders_are_named_in_one_order(cast: Cast) -> None:
    round_id, _ = openly_coded(cast)
    with cast.acting("lena", Permission.ALIGN, "round", round_id) as (session, access):
        named = alignment_queue.coders(session, access)
    assert list(named) == sorted(cast.people[person].id for person in ("ai", "bo"))
