"""What the alignment desk shows: passages in their context, a part at a time."""

from uuid import UUID, uuid4

import pytest

from cast import TEXTS, Cast
from intercoder.errors import NotFound
from intercoder.policy import Permission
from intercoder.services import alignment_desk, alignment_queue
from intercoder.services.alignment_desk import PASSAGES, Passage
from intercoder.services.alignment_queue import Shown
from services.test_aligning import close, run, used

pytestmark = pytest.mark.sqlite


def test_a_card_has_every_passage_in_its_context_a_part_at_a_time(cast: Cast) -> None:
    text = TEXTS["访谈一"]
    quotes = [text[start : start + 3] for start in range(0, 60, 4)]
    round_id, _ = used(cast, {"ai": [("到处", quote) for quote in quotes], "bo": [("别处", "没有信任")]})
    close(cast, round_id)
    run(cast)
    shown: dict[UUID, Passage] = {}
    with cast.acting("lena", Permission.ALIGN, "round", round_id) as (session, access):
        row = next(r for r in alignment_queue.queue(session, access, Shown.SINGLE).rows if r.names == ["到处"])
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
