"""What stands before a colon: whether a name may be that of a speaker, and of which kind.

A text has few names, and each of them a hundred times: what was found of the last thousand is kept.
"""

import re
from functools import lru_cache

# Words that open a line like a speaker and are none.
_NO_SPEAKER = frozenset(
    [
        "注",
        "备注",
        "注释",
        "例如",
        "比如",
        "譬如",
        "例",
        "即",
        "附",
        "附件",
        "来源",
        "资料来源",
        "数据来源",
        "单位",
        "日期",
        "时间",
        "地点",
        "摘要",
        "关键词",
        "图",
        "表",
        "电话",
        "邮箱",
        "网址",
        "主题",
        "会议时间",
        "会议主题",
        "访谈时间",
        "访谈地点",
        "录音时间",
        "开始时间",
        "结束时间",
        "时长",
        "http",
        "https",
        "note",
        "notes",
        "source",
        "sources",
        "date",
        "time",
        "place",
        "e.g",
        "i.e",
        "abstract",
        "keywords",
        "figure",
        "table",
        "duration",
        "start",
        "end",
    ]
)
# A report tells who said what: 他说：“…”, Ms. Wu added: "…". A transcript has no verb before the colon.
_TELLS = re.compile(
    r"(?:.*(?:说|讲|(?:说|问|答|写|喊|笑|讲|叹|补充|解释|回忆|强调|评价|感叹|坦言)道|表示|指出|认为|强调|补充|回忆|坦言|"
    r"透露|解释|谈到|提到|回答|感慨|问|答)|"
    r".+\s(?:said|says|asked|asks|added|adds|replied|replies|answered|explained|explains|recalled|recalls|noted|notes|"
    r"told\s.+|argued|argues|stated|states|remarked|wrote|writes)|"
    r"(?:.*\s)?و?(?:قال|قالت|يقول|تقول|أضاف|أضافت|أوضح|أكد|ذكر)(?:\s.*)?|.*(?:گفت|گفتند|افزود|پرسید|می‌گوید)|"
    r"(?:.*\s)?(?:אמר|אמרה|הוסיף|הוסיפה|שאל|שאלה|ענה|ענתה)(?:\s.*)?)",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"(?:.*(?:者|人|员|总|经理|老师|教授|先生|女士|主任|长)|问|答|q|a|i|r|p|(?:"
    r"interviewer|interviewee|respondent|moderator|researcher|participant|speaker|question|answer))"
    r"\s*[\da-z]{0,2}",
    re.IGNORECASE,
)
# Parts of a text with their numbers: 段落22, 第3节, Section 4.
_PART = re.compile(
    r"第?\s*[\d一二三四五六七八九十百]+\s*[点个章节条款部分段步次轮场类]*|"
    r"(?:段落?|章|节|部分|问题|题目|图|表|附录|附件|步骤|案例|主题|编号|条目|要点|阶段|环节|para(?:graph)?|section|chapter|part|step|"
    r"figure|table|appendix|case|theme|example|line|page|row|item|phase|stage|no)\.?\s*[\d一二三四五六七八九十百]+(?:\.\d+)*",
    re.IGNORECASE,
)


@lru_cache(maxsize=1024)
def is_none(name: str) -> bool:
    """Return whether a name is a word that opens a line like a speaker and is none, or has no letter."""
    return not any(sign.isalpha() for sign in name) or name.lower() in _NO_SPEAKER


@lru_cache(maxsize=1024)
def names_role(name: str) -> bool:
    """Return whether a name says what somebody does there: 受访者2, 陈总, Interviewer, Q."""
    return _ROLE.fullmatch(name) is not None


@lru_cache(maxsize=1024)
def names_part(name: str) -> bool:
    """Return whether a name numbers a part of a text: 段落22, Section 4."""
    return _PART.fullmatch(name) is not None


@lru_cache(maxsize=1024)
def tells(name: str) -> bool:
    """Return whether a name has a verb of saying in it, as a report does: 他说, Ms. Wu added."""
    return _TELLS.fullmatch(name) is not None and not names_role(name)


@lru_cache(maxsize=1024)
def stem(name: str) -> str:
    """Return a name without its number, so that 受访者1 and 受访者2 are known as of one kind."""
    return re.sub(r"[\s\d]+$", "", name).lower()
