"""The consensus in the text of a document: every passage with its ground, narrowed, a part at a time."""

from uuid import UUID

import pytest

from cast import TEXTS, Cast
from intercoder.policy import Permission
from intercoder.services import compared_text, consensus_text
from intercoder.services.adjudication import Span
from intercoder.services.consensus_text import ConsensusText, Ground, Wanted
from services.comparing import disagreements_of, rule

TEXT = TEXTS["访谈一"]


def read(
    cast: Cast,
    round_id: UUID,
    code: str | None = None,
    ground: Ground | None = None,
    at: int | None = None,
    part: int = 0,
) -> ConsensusText:
    wanted = Wanted(cast.codes[code] if code else None, ground)
    with cast.database.reading() as session:
        access = cast.access(session, "olga", Permission.DISAGREEMENTS_VIEW, "round", round_id)
        return consensus_text.consensus_text(session, access, cast.documents["访谈一"], wanted, at, part)


@pytest.fixture
def settled(cast: Cast, compared_round: UUID) -> UUID:
    """A round on whose three places it was ruled that nothing stands, that something does, and not at all."""
    nothing, one, _ = disagreements_of(cast, compared_round)
    rule(cast, nothing, 1, [], "这里没有说到。")
    rule(cast, one, 1, [Span(code=cast.codes["l2"], start=one.start, end=one.end - 2)], "说的是信任，不是数据。")
    return compared_round


def test_each_passage_says_what_stands_there_on_what_ground_and_opens_its_place(cast: Cast, settled: UUID) -> None:
    nothing, one, open_ = disagreements_of(cast, settled)
    lines = {line.place: line for line in read(cast, settled).lines}
    assert {place: line.ground for place, line in lines.items()} == {
        None: Ground.UNANIMOUS,
        nothing.id: Ground.NOTHING,
        one.id: Ground.RULED,
        open_.id: Ground.UNDECIDED,
    }
    assert {line.text.first for line in lines.values()} >= {"把旧机器都接上了网", TEXT[one.start : one.end]}
    ruled = lines[one.id]
    assert [(code.name, code.words) for code in ruled.codes] == [
        ("没有信任什么都谈不了", TEXT[one.start : one.end - 2])
    ]
    assert (ruled.reason, ruled.by) == ("说的是信任，不是数据。", "Ada")
    # where nothing stands, what was given there is told, to be found by its code
    assert [code.words for code in lines[None].codes] == [""]
    assert all(lines[place].codes for place in (nothing.id, open_.id))


def test_passages_are_narrowed_by_code_and_by_ground_with_what_each_ground_has(cast: Cast, settled: UUID) -> None:
    whole = read(cast, settled)
    assert whole.counts == {Ground.UNANIMOUS: 1, Ground.RULED: 1, Ground.NOTHING: 1, Ground.UNDECIDED: 1}
    for ground, number in whole.counts.items():
        only = read(cast, settled, ground=ground)
        assert [line.ground for line in only.lines] == [ground] * number
        assert only.counts == whole.counts
    some = read(cast, settled, code="l2")
    assert 0 < len(some.lines) < len(whole.lines)
    assert all(str(cast.codes["l2"]) in {code.code for code in line.codes} for line in some.lines)
    assert sum(some.counts.values()) == len(some.lines)
    assert {code.code for code in some.codes} == {code.code for code in whole.codes}
    assert read(cast, settled, code="c2").lines == []


@pytest.mark.sqlite
def test_the_text_is_whole_over_the_parts_and_a_difference_beyond_the_part_is_known(
    cast: Cast, settled: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = read(cast, settled)
    assert list(whole.differences) == [line.start for line in whole.lines if line.differs]
    for size in (1, 2, 60):
        monkeypatch.setattr(compared_text, "PART", size)
        parts = [read(cast, settled, part=n) for n in range(whole.parts if size == 60 else -(-4 // size))]
        lines = [line for part in parts for line in part.lines]
        assert [line.place for line in lines] == [line.place for line in whole.lines]
        # what is told before a passage is what no passage before it covers
        reached, told = 0, ""
        for line in lines:
            assert line.text.first == TEXT[line.start : line.end]
            assert line.before.first == TEXT[reached : line.start]
            told += line.before.first + TEXT[max(reached, line.start) : line.end]
            reached = max(reached, line.end)
        assert told + parts[-1].after.first == TEXT
    monkeypatch.setattr(compared_text, "PART", 1)
    last = whole.differences[-1]
    assert read(cast, settled, at=last).here == last
    first = read(cast, settled)
    assert first.beyond(1) == next(at for at in whole.differences if at > first.lines[0].start)
    assert first.beyond(-1) is None
