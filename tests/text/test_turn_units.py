"""Units by turn: what each speaker says, without the name, and by paragraph what lies in no turn."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intercoder.text.transcripts import transcribed, turn_units
from intercoder.text.units import Unit, Units, paragraphs

INTERVIEW = (
    "访谈记录（第二次）\n"
    "访谈者：您当初为什么要改？\n"
    "陈总：订单一下子掉了六成。😀我们只能自己想办法。\n"
    "  后来𠮷野家也来找我们。\n"
    "访谈者：\n"
    "陈总 [00:12]：没有信任什么都谈不了。"
)


def units(text: str) -> list[str]:
    turns = [(turn.start, turn.end) for turn in transcribed(text).turns]
    return [text[start:end] for start, end in turn_units(text, turns)]


def test_a_turn_is_what_is_said_without_the_name() -> None:
    assert units(INTERVIEW) == [
        "访谈记录（第二次）",
        "您当初为什么要改？",
        "订单一下子掉了六成。😀我们只能自己想办法。\n  后来𠮷野家也来找我们。",
        "没有信任什么都谈不了。",
    ]


def test_a_text_without_speakers_goes_by_paragraph() -> None:
    text = "本年度公司签订合作协议。\n\n  研发投入增长。"
    assert turn_units(text, []) == paragraphs(text)
    assert units("") == []


def test_other_scripts_and_a_name_on_a_line_of_its_own() -> None:
    text = "Interviewer:\nHow did it begin?\nMs. Wu: They wrote e\u0301 first.\nInterviewer: هل بدأت وحدك؟\nMs. Wu: نعم"
    assert units(text) == ["How did it begin?", "They wrote e\u0301 first.", "هل بدأت وحدك؟", "نعم"]


LINES = st.lists(
    st.sampled_from(["甲：是的。", "乙：不是。", "", "  题目", "接着说。", "甲：", "丙 00:10：好😀"]), max_size=12
)


@given(LINES)
def test_units_are_in_order_and_leave_out_no_line_but_names(lines: list[str]) -> None:
    text = "\n".join(lines).strip()
    turns = [(turn.start, turn.end) for turn in transcribed(text).turns]
    spans = turn_units(text, turns)
    assert all(start < end for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert all(text[start:end] == text[start:end].strip() for start, end in spans)
    assert Units.unpacked(Units.at(spans).packed()) == Units.at(spans)
    for start, end in paragraphs(text):
        covered = any(a < end and start < b for a, b in spans)
        assert covered or text[start:end].rstrip("：") in {"甲", "乙"}


def test_a_text_alone_does_not_tell_its_turns() -> None:
    with pytest.raises(ValueError, match="turn"):
        Units.of(INTERVIEW, Unit.TURN)
