"""What the columns of a table are called, in English and Chinese, here and in other programs: one table of headings.

A heading is compared by its letters and digits only: "Annotator_ID", "annotator id" and "annotatorid" are one. A name counts
only where the heading is that name as a whole, but for a few words that say what a column is wherever they stand in it
("agreed code (after discussion)"): somebody called 组长 is no group.
"""

import re
from collections.abc import Mapping
from enum import StrEnum

from intercoder.text.canonical import name_key


class Role(StrEnum):
    """What a column holds."""

    UNIT = "unit"
    CODER = "coder"
    VALUE = "value"
    DOCUMENT = "document"
    START = "start"
    END = "end"
    CODE = "code"
    LENGTH = "length"
    CASE = "case"
    SOURCE = "source"
    LEVEL = "level"
    PARENT = "parent"
    ORDER = "order"
    SERIAL = "serial"  #: the number of the row
    TEXT = "text"  #: the words of the unit
    NOTE = "note"
    AGREED = "agreed"  #: the code that coders agreed on afterwards, or the right one
    GROUP = "group"  #: what units have in common: sex, school, condition
    DATE = "date"
    MARGIN = "margin"  #: sums, means and agreement, computed from the others
    DETAIL = "detail"  #: anything else that programs write beside a value


#: The names that a column is asked to have, in small letters: what the sentences of refusals speak of.
SYNONYMS: Mapping[Role, tuple[str, ...]] = {
    Role.UNIT: ("units", "item", "segment", "id", "单元", "分析单元", "条目", "单位"),
    Role.CODER: ("coders", "rater", "annotator", "编码员", "编码者", "评分者"),
    Role.VALUE: ("values", "rating", "category", "取值", "值", "类别"),
    Role.DOCUMENT: ("documents", "doc", "source_document", "资料", "文档", "文件"),
    Role.START: ("from", "begin", "起点", "开始", "起始"),
    Role.END: ("to", "stop", "终点", "结束", "终止"),
    Role.CODE: ("codes", "编码", "代码"),
    Role.LENGTH: ("characters", "长度", "字数"),
    Role.CASE: ("cases", "案例"),
    Role.SOURCE: ("source_type", "source type", "来源", "来源类型", "资料类型"),
    Role.LEVEL: ("层级", "级别"),
    Role.PARENT: ("上级", "上级编码", "父级", "父编码"),
    Role.ORDER: ("rank", "顺序", "次序", "序号"),
}

_DOCUMENTS = """document documents doc sourcedocument 资料 文档 文件 documentid docid docname documentname documenttitle
file filename filepath fileid fid sourcefile sourcename interview interviewid transcript 文档名 文档名称 资料名称 文件名 文件名称
文档编号 资料编号 访谈 访谈编号 材料 材料编号 documentnumber dokument dokumentname"""
_CODERS = """coder coders rater annotator 编码员 编码者 评分者 annotatorid coderid raterid codername ratername annotatorname
annotators raters judge judgeid labeler labeller labelerid labellerid worker workerid annotatedby codedby labeledby
labelledby completedby evaluator evaluatorid observer observerid 标注者 标注员 标注人 标注人员 编码人 编码人员 评审 评审员 评委
评判者 评价者 评价人 评定者 观察者 编码员编号 编码者编号 评分人 评分员 评判人 打分者 打分人 阅卷人 裁判 判断者 分析者 专家 judgename scorer grader reviewer reader analyst expert
raterno coderno codernumber raternumber annotatornumber kodierer urteiler codificador"""
#: Who made something: coders only beside a column of what they gave.
_MAKERS = """user userid username useremail owner author creator createdby coding编码人 用户 用户名 所有者 作者 创建者 创建人 研究者"""
_VALUES = """value values rating category 取值 值 类别 annotation annotationvalue label labels tag tags code codes codename
codevalue class classlabel choice choices judgement judgment categoryname 标签 编码 代码 编码值 编码结果 编码名称 评分 得分 分数 分值 评级 等级 结果 答案 回答 结论 score scores grade mark points result response answer
decision verdict sentiment 标注 标注结果
分类 选项 判断 赋值"""
_CODES = """code codes 编码 代码 codename codelabel tag tags tagname label labels annotation annotationlabel node nodename
theme themes concept concepts category 标签 编码名称 代码名称 主题 概念 节点 类别 范畴 码"""
_UNITS = """unit units item segment 单元 分析单元 条目 单位 unitid unitname itemid itemname segmentid sample sampleid example exampleid
instance instanceid task taskid sentenceid paragraphid paragraph turn turnid utteranceid position subject subjectid
case caseid object objectid target targetid respondent respondentid participant participantid patient patientid tweetid tweet
postid post messageid message imageid image videoid video essayid essay questionid textid rowname name title 样本 样本编号 对象
研究对象 被试 被试编号 受试者 受访者 案例 案例编号 个案 题号 题项 题目 片段 片段编号 段落 段落编号 句子编号 单元编号 单元名称 条目编号 句号
话轮 名称 姓名 分析单位 项目 样本号 文本编号 id uid uuid guid pk key identifier 编号 标识 标识符 代号"""
_ROWS = """# no nr num number index idx row rowid rowno rownumber rownum serial serialno serialnumber sn seq sequence order orderno line lineno
linenumber unnamed0 x1 level0 annotationid codingid labelid recordid 序号 行号 号 号码 顺序 次序 序列 序列号 行 行数 排序 标注编号 记录编号 lfdnr"""
_TEXTS = """text texts sentence sentences content contents passage excerpt utterance statement transcript verbatim quotation
quotationcontent quotedtext codedtext seltext selectedtext segmenttext unittext itemtext sentencetext body words description question
headline snippet data 文本 原文 内容 句子 语句 引文 引用 引用内容 文字 摘录 原句 话语 陈述 题目 标题 正文 文段 语料 编码内容 文本内容
编码的文本段 文本段 编码片段 原始语句 原始资料 原始文本 编码文本"""
_GROUPS = """female male group groups groupid sex gender age agegroup condition cohort school team site region country stratum strata batch fold wave
round phase topic domain documentgroup sourcetype source collection department occupation education cases 组 组别 分组 小组 性别 年龄 年龄段
班级 学校 地区 地域 条件 批次 轮次 阶段 领域 来源 来源类型 资料类型 类型 国家 部门 学历 职业 年级 群组 行业 案例类型"""
_DATES = """date dates time datetime timestamp created createdat createddate creationdate modified modifieddate updated updatedat completedat
submittedat leadtime duration year month day week 日期 时间 创建时间 创建日期 修改时间 更新时间 提交时间 完成时间 编码时间 编码日期 年份 月份 耗时"""
_DETAILS = """type layer feature flags flag color colour area coverage coverage% weight weightscore score% page pages url link path email
status confidence certainty memo attributes metadata cid ctid aid avid important kappa relevance 页 页码 颜色 状态 置信度 确信度 权重 权重分数
链接 路径 覆盖率 属性 元数据 图层 特征 标记"""


def heading_key(heading: str) -> str:
    """Return the letters and digits of a heading in small letters; the signs as they are where there is nothing else."""
    key = name_key(heading)
    return "".join(sign for sign in key if sign.isalnum() or sign == "%") or key.replace(" ", "")


def _split(text: str) -> dict[str, int]:
    return {name: place for place, name in enumerate(dict.fromkeys(map(heading_key, text.split())))}


#: Role in a table of one row for each decision or coding -> the names of its column, the likeliest first.
_LONG: Mapping[Role, dict[str, int]] = {
    Role.UNIT: _split(_UNITS),
    Role.CODER: _split(f"{_CODERS} {_MAKERS}"),
    Role.VALUE: _split(_VALUES),
    Role.DOCUMENT: _split(_DOCUMENTS),
    Role.CODE: _split(_CODES),
    Role.TEXT: _split(f"{_TEXTS} segment"),
    Role.START: _split(
        "start from begin beginning 起点 开始 起始 pos0 startoffset beginoffset offsetstart startchar charstart startindex startposition "
        "startpos beginposition spanstart 起始位置 开始位置 起始偏移"
    ),
    Role.END: _split(
        "end to stop 终点 结束 终止 pos1 endoffset offsetend endchar charend endindex endposition endpos stopposition spanend "
        "结束位置 终止位置 结束偏移"
    ),
    Role.LENGTH: _split("length characters 长度 字数 documentlength"),
}
#: What a column of a wide table holds that is no coder. The first list that has the name counts.
_WIDE: Mapping[Role, dict[str, int]] = {
    Role.DOCUMENT: _split(_DOCUMENTS),
    Role.UNIT: _split(_UNITS),
    Role.SERIAL: _split(_ROWS),
    Role.TEXT: _split(_TEXTS),
    Role.GROUP: _split(_GROUPS),
    Role.DATE: _split(_DATES),
    Role.DETAIL: _split(_DETAILS),
    Role.START: _split("start begin beginning pos0 startoffset startchar 起点 起始 起始位置"),
    Role.END: _split("end stop pos1 endoffset endchar 终点 结束 结束位置"),
    Role.LENGTH: _split("length characters 长度 字数"),
    Role.VALUE: _split(_VALUES),
}
_MADE = frozenset(_split(_MAKERS))
_AGREED = re.compile(
    r"\b(?:agreed|consensus|consensual|reconciled|reconciliation|adjudicated|adjudication|resolved|resolution|gold|goldstandard|"
    r"groundtruth|truth|majority|final|consolidated|harmoni[sz]ed|merged|combined|joint|corrected|after discussion)\b"
    "|共识|讨论后|商定|统一|合议|定论|一致$|最终|最后|金标准|标准答案|裁决|仲裁|协商|真值|一致编码|一致意见|一致结果|讨论结果|定稿|多数意见|多数票"
)
_AGREED_WHOLE = frozenset({"一致", "定码", "true", "truelabel", "master", "goldlabel", "finalcode", "finallabel"})
_NOTES = re.compile(
    r"\b(?:notes?|comments?|remarks?|memos?|reasons?|rationale|explanation)\b|备注|说明|注释|评论|备忘|理由|批注"
)
_GROUP = re.compile(r"\b(?:sex|gender|ethnicity|nationality)\b|性别|年龄")
_IDENTIFIER = re.compile(r"(?:^|[ _.\-])id$|[a-z]ID$|Id$|编号$|序号$|ID$")
_ROW_KEYS = frozenset(_split(_ROWS))
_SUFFIX = re.compile(r"(?:id|编号|姓名|名称|名|name)$")
_WORD_BREAKS = re.compile(r"[_\-./()（）:：]+")
#: How coders are numbered.
CODERS = re.compile(
    r"(?:coder|rater|annotator|judge|ann|r|c|编码员|编码者|评分者|标注者|评委)[ _.\-]?(?:\d+|[a-z]|[甲乙丙丁戊])?",
    re.IGNORECASE,
)
#: What stands in the margin of a table of counts.
MARGINS = frozenset(
    _split(
        "total totals sum all grandtotal overall rowtotal columntotal mean average avg median sd stddev stdev agreement "
        "agree match same identical concordance concordant isagree isagreed "
        "agreements percent percentagreement %agreement difference diff disagreement 合计 总计 总和 "
        "小计 总数 平均 平均值 均值 平均分 总分 中位数 标准差 一致率 一致性 一致度 是否一致 差异 差值 gesamt summe mittelwert summa "
        "moyenne"
    )
)

#: Columns of tables that hold results of other programs.
RESULTS = frozenset(
    _split(
        "kappa alpha agreements disagreements disagreement percentage agreement% agreement(%) disagreement% 一致数 不一致数 一致率 "
        "一致百分比 kappa值 kappa系数"
    )
)
#: What the row of a summary below a table is called, whatever stands in it.
SUMS = frozenset(
    _split(
        "total totals sum grandtotal overall mean average avg median sd stddev stdev n 合计 总计 总和 小计 总数 平均 平均值 均值 标准差"
    )
)
#: What it may be called, where a unit may be called so as well.
SUMMARIES = MARGINS | frozenset(
    _split("n count counts valid min max kappa alpha base 人数 个数 计数 样本量 最大值 最小值")
)


def position(columns: tuple[str, ...], role: Role) -> int | None:
    """Return the place of the column that a long table most probably has for this, None when no heading says so."""
    return next(iter(candidates(columns, role)), None)


def rank(heading: str, role: Role) -> int | None:
    """Return how likely a heading means this role, 0 the likeliest; None when it does not.

    A name with "id" or 编号 behind it is that name; any other identifier may be one of units.
    """
    key = heading_key(heading)
    names = _LONG[role]
    if key in names:
        return names[key]
    if any(key in others for others in _LONG.values()) or key in _ROW_KEYS:
        return None
    stem = _SUFFIX.sub("", key)
    if stem in names:
        return len(names) + names[stem]
    told = any(stem in others for others in _LONG.values())
    return 2 * len(names) if role is Role.UNIT and not told and _IDENTIFIER.search(heading.strip()) else None


def candidates(columns: tuple[str, ...], role: Role) -> list[int]:
    """Return the places of all columns whose headings may mean this role in a long table, the likeliest first."""
    ranked = [(place, i) for i, column in enumerate(columns) if (place := rank(column, role)) is not None]
    return [i for _, i in sorted(ranked)]


def made_by(heading: str) -> bool:
    """Return whether a heading says who made something (user, owner): a coder only beside a column of codes."""
    return heading_key(heading) in _MADE


def beside_coders(heading: str) -> Role | None:
    """Return what a column of a wide table holds instead of a coder's values, by its heading; None when nothing says so."""
    key = heading_key(heading)
    words = _WORD_BREAKS.sub(" ", name_key(heading))
    if key in _AGREED_WHOLE or _AGREED.search(words):
        return Role.AGREED
    if _NOTES.search(words):
        return Role.NOTE
    if _GROUP.search(words):
        return Role.GROUP
    for role, names in _WIDE.items():
        if key in names:
            return role
    if key in MARGINS:
        return Role.MARGIN
    return Role.UNIT if _IDENTIFIER.search(heading.strip()) else None
