"""What files of ratings are made of, in two languages: names, headings, values, spellings."""

import random
import unicodedata
from collections.abc import Callable, Mapping

PEOPLE = (
    ["Lin", "Wei", "Mara", "Tom", "Ines"],
    ["林", "魏晨", "阮晴", "王小明", "李四"],
    ["coder1", "coder2", "coder3", "coder4", "coder5"],
    ["编码员甲", "编码员乙", "编码员丙", "编码员丁", "编码员戊"],
    ["R1", "R2", "R3", "R4", "R5"],
    ["A", "B", "C", "D", "E"],
)
VALUES = (
    ["trust", "risk", "control"],
    ["信任", "风险", "控制", "合作"],
    ["1", "2", "3", "4", "5"],
    ["0", "1"],
    ["yes", "no"],
    ["是", "否"],
    ["café au lait", "São Paulo", "naïve"],
    ["TRUE", "FALSE"],
    ["1.1", "1.2", "2.1", "2.10"],
    ["1a", "1b", "2a"],
    ["cost, price", "quality; service", "other"],
    ["10", "20", "30", "40", "50", "60", "70"],
    ["Ａ类", "Ｂ类", "Ｃ类"],
    ["positive", "negative", "neutral", "mixed", "unclear", "off topic"],
)
UNIT_HEADINGS = (
    "unit",
    "Unit",
    "id",
    "ID",
    "item",
    "Index",
    "No.",
    "#",
    "nr",
    "sentence_id",
    "Case",
    "subject",
    "Unnamed: 0",
    "",
    "单元",
    "编号",
    "序号",
    "题号",
    "句子编号",
    "样本",
    "案例",
    "受访者",
    "document",
    "doc_id",
    "File name",
    "资料",
    "文档编号",
)
LONG_HEADINGS = (
    ("unit", "coder", "value"),
    ("单元", "编码员", "取值"),
    ("item", "rater", "rating"),
    ("document_id", "annotator_id", "annotation"),
    ("sample_id", "annotator", "label"),
    ("Item", "Judge", "Category"),
    ("样本编号", "标注者", "标签"),
    ("文档编号", "编码人", "编码"),
    ("id", "user", "label"),
    ("subject", "rater_id", "score"),
    ("text_id", "worker", "class"),
    ("片段", "评分者", "评分"),
    ("Document", "Created by", "Code"),
)
COLUMNS = (
    ("text", "text"),
    ("Sentence", "text"),
    ("原文", "text"),
    ("notes", "remarks"),
    ("备注", "remarks"),
    ("comments (Lin)", "remarks"),
    ("agreed", "agreed"),
    ("final code", "agreed"),
    ("共识编码", "agreed"),
    ("最终编码", "agreed"),
    ("group", "group"),
    ("性别", "group"),
    ("Sex", "group"),
    ("school", "group"),
    ("date", "date"),
    ("编码时间", "date"),
    ("Timestamp", "date"),
    ("row", "serial"),
    ("行号", "serial"),
    ("page", "serial"),
    ("uuid", "uuid"),
    ("url", "link"),
)
_SENTENCES = (
    "We started with three people.",
    "一切都从信任开始。",
    "The bank said no, twice.",
    "客户看见了就慢慢回来。",
)


def _of(make: Callable[[random.Random, int], str]) -> "Contents":
    return lambda rng, _cells, n: [make(rng, u) for u in range(n)]


Contents = Callable[[random.Random, list[list[str | None]], int], list[str]]


def _agreed(rng: random.Random, cells: list[list[str | None]], n: int) -> list[str]:
    given = [[row[u] for row in cells if row[u] is not None] for u in range(n)]
    return [str(rng.choice(values)) if values else "" for values in given]


CONTENTS: Mapping[str, Contents] = {
    "text": _of(lambda rng, u: f"{rng.choice(_SENTENCES)} ({u})"),
    "remarks": _of(lambda rng, _: rng.choice(["", "", "unsure", "再看", "see page 3"])),
    "agreed": _agreed,
    "group": _of(lambda rng, u: ["m", "f"][rng.randrange(2)] if u % 7 else "f"),
    "date": _of(lambda rng, u: f"2026-11-{rng.randrange(1, 29):02} 10:{u % 60:02}"),
    "serial": _of(lambda _, u: str(u + 1)),
    "uuid": _of(lambda rng, _: f"{rng.getrandbits(64):016x}"),
    "link": _of(lambda _, u: f"https://example.org/{u}"),
}
#: What programs write for nothing, and what people may write for it.
MISSING = ("NA", "N/A", "n/a", "#N/A", "nan", "NaN", "None", "null", "NULL", "<NA>", ".", "缺失", "NaT", "#DIV/0!")
DOUBTFUL = ("-", "–", "/", "none", "无", "空", "missing", "?", "--")


def _decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def _wide(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


WORD_FORMS: tuple[Callable[[str], str], ...] = (
    str.upper,
    str.title,
    _decomposed,
    _wide,
    lambda text: f" {text} ",
    lambda text: f"{text}\u00a0",
    lambda text: f"\u3000{text}",
)
NUMBER_FORMS: tuple[Callable[[str], str], ...] = (
    lambda text: f"{text}.0",
    lambda text: f"{text}.00",
    lambda text: f"{text}.",
    lambda text: f" {text}",
    _wide,
    lambda text: f"{float(text):.1e}",
    lambda text: f"+{text}",
    lambda text: f"{text},0",
)
