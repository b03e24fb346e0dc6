"""The mark of a speaker at the beginning of a turn: what of a line is no words of anybody."""

import pytest

from intercoder.text.transcripts import mark_length


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("陈总：订单一下子掉了六成。", "订单一下子掉了六成。"),
        ("  访谈者： 您当初为什么要改？", "您当初为什么要改？"),
        ("[00:12] 受访者A：原因：资金不足", "原因：资金不足"),
        ("Ms. Wu: They wrote to us first: twice.", "They wrote to us first: twice."),
        ("Interviewer 0:05: How did it begin?", "How did it begin?"),
        ("Wu, Ying (HR)   0:05", ""),
        ("00:01:02 吴颖", ""),
        ("𠮷野先生：谢谢。", "谢谢。"),
        ("没有信任什么都谈不了。", "没有信任什么都谈不了。"),
    ],
)
def test_it_ends_where_the_words_begin(line: str, words: str) -> None:
    assert line[mark_length(line) :] == words
