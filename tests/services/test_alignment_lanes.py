"""Lanes under the text of a card: who marked what in the sentences where labels meet, and in the paragraphs beside them."""

from uuid import UUID, uuid4

import pytest

from cast import TEXTS, Cast
from intercoder.db import within
from intercoder.policy import Permission
from intercoder.services import alignment_lanes, alignment_queue, coding, own_labels
from intercoder.services.alignment_lanes import Paragraph, Place
from intercoder.services.alignment_queue import Shown
from intercoder.services.own_labels import MergeOwn
from services.test_aligning import close, run
from services.test_own_labels import make

DOCUMENT = "访谈一"
SENTENCE = "我们只能自己想办法，把旧机器都接上了网。"
USES = {
    "ai": [
        ("接网", "把旧机器都接上了网"),
        ("自己来", "我们只能自己想办法"),
        ("订单掉", "订单一下子掉了六成"),
        ("接网", "没有信任"),
    ],
    "bo": [("接旧机器", SENTENCE), ("old machines", "旧机器"), ("信任", "没有信任什么都谈不了")],
}


def marked(cast: Cast, uses: dict[str, list[tuple[str, str]]]) -> tuple[UUID, dict[str, UUID]]:
    """Return a round in which people put own labels on words of the text, and the labels."""
    round_id = cast.round(documents=(DOCUMENT,), policy="open")
    labels: dict[str, UUID] = {}
    for person, marks in uses.items():
        for name, words in marks:
            if name not in labels:
                labels[name] = make(cast, round_id, name, person=person)
            with cast.acting(person, Permission.CODE, "round", round_id) as (session, access):
                start = TEXTS[DOCUMENT].index(words)
                write = coding.CodingWrite(code=labels[name], start=start, end=start + len(words))
                asking = access.asking(Permission.CODE)
                coding.put_coding(within(session), asking, cast.documents[DOCUMENT], uuid4(), write)
    return round_id, labels


def places(cast: Cast, round_id: UUID, *names: str, wider: int = 0) -> list[Place]:
    """Return what is shown of the proposal with these labels."""
    with cast.acting("lena", Permission.ALIGN, "round", round_id) as (session, access):
        rows = [row for shown in Shown for row in alignment_queue.queue(session, access, shown).rows]
        proposal = next(row.id for row in rows if set(row.names) == set(names))
        return alignment_lanes.places(session, access, proposal, wider)


def told(cast: Cast, paragraph: Paragraph) -> list[tuple[str, str, str, bool]]:
    """Return who marked which words as what, and whether it is of the proposal."""
    named = {actor.id: name for name, actor in cast.people.items()}
    return sorted(
        (named[lane.coder], lane.name, paragraph.text[lane.start : lane.end], lane.ours) for lane in paragraph.lanes
    )


def test_the_sentence_where_labels_meet_shows_all_that_was_marked_in_it(cast: Cast) -> None:
    round_id, _ = marked(cast, USES)
    close(cast, round_id)
    run(cast)
    (place,) = places(cast, round_id, "接网", "接旧机器")
    (paragraph,) = place.paragraphs
    assert (place.title, place.labels, paragraph.text, paragraph.near) == (DOCUMENT, 2, SENTENCE, True)
    assert told(cast, paragraph) == [
        ("ai", "接网", "把旧机器都接上了网", True),
        ("ai", "自己来", "我们只能自己想办法", False),
        ("bo", "old machines", "旧机器", False),
        ("bo", "接旧机器", SENTENCE, True),
    ]
    by_coder: dict[UUID, set[int]] = {}
    for lane in paragraph.lanes:
        by_coder.setdefault(lane.coder, set()).add(lane.row)
    assert sorted(map(len, by_coder.values())) == [1, 2]  # what one coder marked twice hangs in two lanes
    assert sorted(row for rows in by_coder.values() for row in rows) == [0, 1, 2]
    assert paragraph.rows == 3


@pytest.mark.parametrize(("wider", "texts"), [(0, 1), (1, 3), (2, 3)])
def test_the_paragraphs_before_and_after_are_shown_with_what_is_marked_in_them(
    cast: Cast, wider: int, texts: int
) -> None:
    round_id, _ = marked(cast, USES)
    close(cast, round_id)
    run(cast)
    (place,) = places(cast, round_id, "接网", "接旧机器", wider=wider)
    assert len(place.paragraphs) == texts
    lines = TEXTS[DOCUMENT].split("\n")
    if wider:
        assert [paragraph.text for paragraph in place.paragraphs] == lines
        assert [paragraph.near for paragraph in place.paragraphs] == [False, True, False]
        assert ("bo", "信任", "没有信任什么都谈不了", False) in told(cast, place.paragraphs[2])
        assert ("ai", "接网", "没有信任", True) in told(cast, place.paragraphs[2])


def test_a_label_that_meets_no_other_shows_where_it_was_first_used(cast: Cast) -> None:
    round_id, _ = marked(cast, {"ai": [("信任", "没有信任"), ("信任", "订单")], "bo": [("反馈", "真实反馈")]})
    close(cast, round_id)
    run(cast)
    (place,) = places(cast, round_id, "信任")
    (paragraph,) = place.paragraphs
    assert paragraph.text == "陈总：订单一下子掉了六成。"
    assert told(cast, paragraph) == [("ai", "信任", "订单", True)]


def test_a_mark_across_paragraphs_is_cut_to_each_of_them(cast: Cast) -> None:
    across = TEXTS[DOCUMENT][TEXTS[DOCUMENT].index("野家也来") : TEXTS[DOCUMENT].index("什么都谈")]
    round_id, _ = marked(cast, {"ai": [("来找", "后来𠮷野家也来找我们")], "bo": [("找我们", across)]})
    close(cast, round_id)
    run(cast)
    (place,) = places(cast, round_id, "来找", "找我们")
    first, second = place.paragraphs
    assert [words for _, _, words, _ in told(cast, first)] == ["后来𠮷野家也来找我们", "野家也来找我们。"]
    assert told(cast, second) == [("bo", "找我们", "陈总：没有信任", True)]


def test_what_a_coder_merged_while_coding_is_called_as_what_it_counts(cast: Cast) -> None:
    round_id, labels = marked(cast, USES)
    with cast.acting("bo", Permission.CODE, "round", round_id) as (session, access):
        own_labels.merge(session, access, labels["old machines"], 1, MergeOwn(into=labels["接旧机器"]))
    close(cast, round_id)
    run(cast)
    (place,) = places(cast, round_id, "接网", "接旧机器")
    assert ("bo", "接旧机器", "旧机器", True) in told(cast, place.paragraphs[0])
