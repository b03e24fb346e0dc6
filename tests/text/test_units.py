import pytest
from hypothesis import given
from hypothesis import strategies as st

from intercoder.text.anchors import paragraph_anchors, turn_anchors
from intercoder.text.canonical import canonical
from intercoder.text.transcripts import turns
from intercoder.text.units import Unit, Units, paragraphs, sentences, units_of

TEXTS = st.text(
    st.one_of(
        st.sampled_from("我说𠮷aA.。！？!?…；;：:“”\"'（）) \n\t\u30001，DrJ"),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=80,
).map(canonical)
SPEECH = st.lists(
    st.sampled_from(["访谈者：您好。", "受访者1：好", "接着说", "", "  [00:12] 张三： 是的", "注：略", "https://a.b"]),
    max_size=12,
).map("\n".join)


def cut(text: str, *, semicolon: bool = False) -> list[str]:
    return [text[start:end] for start, end in sentences(text, semicolon=semicolon)]


def check_spans(text: str, spans: list[tuple[int, int]]) -> None:
    behind = 0
    for start, end in spans:
        assert behind <= start < end <= len(text)
        assert not text[start].isspace()
        assert not text[end - 1].isspace()
        behind = end


@given(TEXTS, st.booleans())
def test_sentences_are_sorted_disjoint_and_hold_everything_that_is_no_blank(text: str, semicolon: bool) -> None:
    spans = sentences(text, semicolon=semicolon)
    check_spans(text, spans)
    held = "".join(text[start:end] for start, end in spans)
    assert "".join(held.split()) == "".join(text.split())
    assert all("\n" not in text[start:end] for start, end in spans)


@given(TEXTS)
def test_paragraphs_are_the_lines_with_something_to_read(text: str) -> None:
    spans = paragraphs(text)
    check_spans(text, spans)
    lines = [line.strip() for line in text.split("\n")]
    assert [text[start:end] for start, end in spans] == [line for line in lines if line]


@given(TEXTS)
def test_every_sentence_lies_in_one_paragraph(text: str) -> None:
    lines = paragraphs(text)
    assert all(any(a <= start and end <= b for a, b in lines) for start, end in sentences(text))


@given(SPEECH)
def test_turns_are_sorted_and_disjoint_and_begin_with_their_speaker(text: str) -> None:
    spoken = turns(text)
    check_spans(text, [(turn.start, turn.end) for turn in spoken])
    assert all(turn.speaker in text[turn.start : turn.end].partition("\n")[0] for turn in spoken)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我来了。他走了！真的？是…对", ["我来了。", "他走了！", "真的？", "是…", "对"]),
        ("真的？！不会吧！！！嗯……好。", ["真的？！", "不会吧！！！", "嗯……", "好。"]),
        ("他说：“走吧。”我们就走了。", ["他说：“走吧。”", "我们就走了。"]),
        ("「好。」他说（笑。）然后", ["「好。」", "他说（笑。）", "然后"]),
        ("“为什么？”，他问。“走吧！”：他喊。", ["“为什么？”，他问。", "“走吧！”：他喊。"]),
        ("他说“对。”。然后", ["他说“对。”。", "然后"]),
        ('他说:"好。"我说:"行。"完', ['他说:"好。"', '我说:"行。"', "完"]),
        ("第一句。\n　　第二句\n\n第三句", ["第一句。", "第二句", "第三句"]),
        ("  前后都有空格。  后面  ", ["前后都有空格。", "后面"]),
        ("𠮷野家。𠮷野家", ["𠮷野家。", "𠮷野家"]),
        ("Dr. Li met J. Smith et al. They agreed. Then", ["Dr. Li met J. Smith et al. They agreed.", "Then"]),
        ("See Fig. A and e.g. China (Dr. Li). Next", ["See Fig. A and e.g. China (Dr. Li).", "Next"]),
        ("It grew 3.5 percent. the rest", ["It grew 3.5 percent. the rest"]),
        ("1. First point. Second\n2. Other", ["1. First point.", "Second", "2. Other"]),
        ('He said "yes." 后来', ['He said "yes."', "后来"]),
        ("Well... maybe. So... We left.", ["Well... maybe.", "So...", "We left."]),
        ("Why? Because! see http://a.b/?q=1!x", ["Why?", "Because!", "see http://a.b/?q=1!x"]),
        ("好吗?好!行", ["好吗?", "好!", "行"]),
        ("He left. “Good,” she said. (Really. Yes.)", ["He left.", "“Good,” she said.", "(Really.", "Yes.)"]),
        ("終わった．次の文", ["終わった．", "次の文"]),
        ("约３．５倍", ["约３．５倍"]),
        ("。。。", ["。。。"]),
        (
            "هل بدأت وحدك؟ نعم، بدأت وحدي. ثم جاء الجيران؟ نعم.",
            ["هل بدأت وحدك؟", "نعم، بدأت وحدي.", "ثم جاء الجيران؟", "نعم."],
        ),
        ("ہم نے کام کیا۔ پھر وہ آئے۔", ["ہم نے کام کیا۔", "پھر وہ آئے۔"]),
        ("हमने शुरू किया। फिर वे आए॥ बस", ["हमने शुरू किया।", "फिर वे आए॥", "बस"]),
        ("ကျွန်တော်တို့ စခဲ့တယ်။ “ကောင်းတယ်။” သူပြောတယ်", ["ကျွန်တော်တို့ စခဲ့တယ်။", "“ကောင်းတယ်။”", "သူပြောတယ်"]),
        ("ጀመርን። መጡ።", ["ጀመርን።", "መጡ።"]),
        ("យើងចាប់ផ្តើម។ ពួកគេមក។", ["យើងចាប់ផ្តើម។", "ពួកគេមក។"]),
        ("قال: «نعم؟» ثم ذهب", ["قال: «نعم؟»", "ثم ذهب"]),
        ("𑀓𑀭𑁇 “𑀓𑀭𑁇” 𑀓。好", ["𑀓𑀭𑁇", "“𑀓𑀭𑁇”", "𑀓。", "好"]),  # signs beyond the first plane, which few texts have
        ("", []),
        (" \n\t", []),
    ],
)
def test_sentences_end_where_a_reader_says(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


def test_the_chinese_semicolon_ends_a_sentence_only_on_request() -> None:
    assert cut("第一；第二。") == ["第一；第二。"]
    assert cut("第一；第二。", semicolon=True) == ["第一；", "第二。"]


TRANSCRIPT = """访谈日期：2020年5月
访谈地点：杭州

[00:00:05] 访谈者：请介绍一下公司。
受访者1：我们一九九八年成立。

例如：先做了仓储。
第二点：再做协同。
访谈者：后来呢？
受访者2：后来就好了。见 https://example.org
"""


def test_turns_run_from_one_speaker_to_the_next_and_keep_the_mark() -> None:
    spoken = turns(TRANSCRIPT)
    assert [(turn.speaker, turn.time_ms) for turn in spoken] == [
        ("访谈者", 5000),
        ("受访者1", None),
        ("访谈者", None),
        ("受访者2", None),
    ]
    first = spoken[0]
    assert TRANSCRIPT[first.start : first.end] == "[00:00:05] 访谈者：请介绍一下公司。"
    assert TRANSCRIPT[spoken[1].start : spoken[1].end].endswith("第二点：再做协同。")


@pytest.mark.parametrize(
    ("mark", "speaker", "time"),
    [
        ("[01:02:03] 李总：", "李总", 3_723_000),
        ("0:07 Dr. Li: ", "Dr. Li", 7_000),
        ("李总 12:30：", "李总", 750_000),
        ("Speaker 1 (00:00:10): ", "Speaker 1", 10_000),
        ("【张三】：", "张三", None),
        ("Q: ", "Q", None),
    ],
)
def test_the_marks_of_speakers_that_transcripts_use_are_known(mark: str, speaker: str, time: int | None) -> None:
    spoken = turns(f"{mark}一\n{mark}二\n{mark}三")
    assert [(turn.speaker, turn.time_ms) for turn in spoken] == [(speaker, time)] * 3


@pytest.mark.parametrize(
    "text",
    [
        "访谈者：只有一行",
        "访谈者：两行\n受访者：也不够",
        "注：甲\n注：乙\n注：丙\n单位：元\n单位：元",
        "时间：一\n地点：二\n内容：三\n结果：四",
        "https://a.b\nhttps://c.d\nhttps://e.f",
        "他说：好\n" + "没有人说话的一段。\n" * 40 + "他说：好\n他说：好",
        "10:30：开始\n11:30：休息\n12:30：结束",
        "他说：“好。”\n他说：“行。”\n王总补充道：“再看。”\n王总补充道：“对。”",
        'Ms. Wu added: "Yes."\nMs. Wu added: "No."\nHe said: "Perhaps."\nHe said: "Never."',
        "陈总指出：「先有信任。」\n陈总指出：「再有合同。」\n她回忆道：“难。”",
        "او گفت: «این کار ما نیست.»\n" * 4,
        "قال المدير: «لم يكن ذلك سهلاً.»\n" * 4,
        'המנהל אמר: "לא היה קל."\n' * 4,
        "00:05\n一句话\n00:10\n又一句\n00:15\n再一句\n00:20\n最后",
        "09:00\nStart\n09:30\nLunch break\n10:00\nThe end",
    ],
)
def test_a_text_that_is_no_transcript_has_no_turns(text: str) -> None:
    assert turns(text) == []


MEETING = [
    ("陈思远", 0, 5, "我们开始。"),
    ("Wu, Ying (HR)", 1, 2, "好的。"),
    ("陈思远", 2, 0, "对"),
    ("Wu, Ying (HR)", 3, 0, "嗯。"),
]


@pytest.mark.parametrize(
    ("turn", "begins"),
    [
        ("0:{m}:{s}.0 --> 0:{m}:{s}.34\n{name}\n{words}\n", "0:1:2.0"),
        ("{name}\n{m:02}:{s:02}\n{words}\n", "Wu"),
        ("[00:{m:02}:{s:02}]\n{name}：\n{words}\n\n", "[00:01"),
        ("{m}:{s:02}\n{name}：{words}\n", "1:02"),
    ],
    ids=["Teams before 2022", "iFlytek", "by hand", "by hand, with the words behind the name"],
)
def test_names_and_times_may_have_lines_of_their_own(turn: str, begins: str) -> None:
    names = [name.replace("Wu, Ying (HR)", "Wu (HR)") if "{name}：{words}" in turn else name for name, *_ in MEETING]
    written = "".join(
        turn.format(name=name, m=m, s=s, words=words) for name, (_, m, s, words) in zip(names, MEETING, strict=True)
    )
    spoken = turns(written)
    times = [5_000, 62_000, 120_000, 180_000]
    assert [(said.speaker, said.time_ms) for said in spoken] == list(zip(names, times, strict=True))
    assert "我们开始。" in written[spoken[0].start : spoken[0].end]
    assert written[spoken[1].start :].startswith(begins)


def test_a_script_with_quotation_marks_keeps_its_speakers() -> None:
    text = "陈总：“我们先做。”\n问：“后来呢？”\n陈总：“后来就好了。”\n答：“对。”"
    assert [turn.speaker for turn in turns(text)] == ["陈总", "问", "陈总", "答"]


def test_the_default_anchors_are_the_paragraphs_and_the_turns() -> None:
    text = "访谈者：你好\n受访者：好\n\n还有\n访谈者：嗯"
    anchors = paragraph_anchors(paragraphs(text)) + turn_anchors(turns(text))
    assert [(a.kind, a.start, a.end, a.label, a.data) for a in anchors] == [
        ("paragraph", 0, 6, "1", {"number": 1}),
        ("paragraph", 7, 12, "2", {"number": 2}),
        ("paragraph", 14, 16, "3", {"number": 3}),
        ("paragraph", 17, 22, "4", {"number": 4}),
        ("turn", 0, 6, "访谈者", {"number": 1, "speaker": "访谈者", "time_ms": None}),
        ("turn", 7, 16, "受访者", {"number": 2, "speaker": "受访者", "time_ms": None}),
        ("turn", 17, 22, "访谈者", {"number": 3, "speaker": "访谈者", "time_ms": None}),
    ]


@given(TEXTS, st.sampled_from([Unit.SPAN, Unit.SENTENCE, Unit.PARAGRAPH]))
def test_units_are_packed_and_unpacked_as_they_were(text: str, unit: Unit) -> None:
    units = Units.of(text, unit)
    spans = units_of(text, unit)
    kept = Units.unpacked(units.packed())
    assert kept == units
    assert (list(kept), len(kept), len(units.packed())) == (spans, len(spans), 8 * len(spans))
    assert list(kept[1:]) == spans[1:]
    assert [kept[i] for i in range(len(kept))] == spans


@pytest.mark.parametrize("text", ["", "你好。再见！\n  好", "Dr. Wu came. She left.\nYes"])
def test_a_span_is_whole_where_it_begins_and_ends_with_units(text: str) -> None:
    for unit in (Unit.SENTENCE, Unit.PARAGRAPH):
        spans = units_of(text, unit)
        begins, ends = {s for s, _ in spans}, {e for _, e in spans}
        places = range(len(text) + 2)
        units = Units.of(text, unit)
        assert all(units.whole(s, e) == (s in begins and e in ends) for s in places for e in places)
