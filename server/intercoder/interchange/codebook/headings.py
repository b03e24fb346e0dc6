"""What the columns of a codebook are called, in Chinese and English, here and elsewhere.

A heading is compared by its letters alone: "Code name", "code_name" and "CODE NAME" are one, and so is "编码（名称）" with 编码名称.
"""

import enum
import re
from collections.abc import Mapping

from intercoder.interchange.codebook.given import Field
from intercoder.stats.tree import Level
from intercoder.text.canonical import name_key


class Place(enum.StrEnum):
    """What a column says of the place of a code."""

    NAME = "name"
    LEVEL = "level"
    PARENT = "parent"
    NUMBER = "number"


Column = Level | Place | Field

_LEVELS: Mapping[Level, str] = {
    Level.CONSTRUCT: """construct constructs aggregateconstruct aggregatedimension aggregatedimensions dimension dimensions corecategory
selectivecode selectivecoding level1 聚合构念 构念 聚合维度 核心范畴 主范畴 选择性编码 维度 三级编码 核心类属 一级标题""",
    Level.THEME: """theme themes secondordertheme secondorderthemes 2ndordertheme 2ndorderthemes category categories axialcode axialcoding
level2 二阶主题 二级主题 主题 范畴 副范畴 子范畴 主轴编码 轴心编码 二阶构念 二级编码 类属""",
    Level.CONCEPT: """concept concepts firstorderconcept firstorderconcepts 1storderconcept 1storderconcepts initialconcept subcategory
level3 一阶概念 一级概念 概念 初始概念 初始范畴 概念化 开放式编码 开放编码 一级编码""",
    Level.LABEL: """label labels invivo invivocode invivolabel opencode initialcode level4 标签 贴标签 初始编码 初始标签 原生代码 本土概念""",
}
_PLACES: Mapping[Place, str] = {
    Place.NAME: """name code codename codes node nodename tag title 编码 编码名称 名称 节点 节点名称 代码 代码名称 编码名""",
    Place.LEVEL: """level codelevel hierarchy 层级 级别 编码层级 层次""",
    Place.PARENT: """parent parentcode parentname aboveit above belongsto 上级 上级编码 父级 父编码 父节点 上级节点 所属 归属""",
    Place.NUMBER: """number no numberofthecode codeno codenumber id codeid 编号 编码编号 代码编号""",
}
_FIELDS: Mapping[Field, str] = {
    Field.OTHER_NAME: """othername nameintheotherlanguage english englishname nameenglish translation chinese chinesename 英文名 英文名称 英文
英文翻译 另一语言的名称 译名 中文名 中文名称""",
    Field.ALIASES: """alias aliases alsocalled synonym synonyms 别名 又称 同义词 近义词""",
    Field.DEFINITION: """definition description meaning explanation 定义 说明 描述 解释 内涵 含义 编码定义 操作性定义 概念内涵""",
    Field.INCLUDE: """include includewhen inclusion inclusioncriteria whentouse 纳入 纳入标准 纳入条件 何时使用 使用条件 判断标准""",
    Field.EXCLUDE: """exclude excludewhen exclusion exclusioncriteria whennottouse 排除 排除标准 排除条件 何时不用""",
    Field.EXAMPLE: """example examples typicalexample quote quotation quotes exemplar examplequote 例子 示例 举例 典型例证 典型证据 典型引文 例证
原始语句 典型语句 原文 原始资料 原始资料语句 引文 例句""",
    Field.NEAR_MISS: """nearmiss counterexample nonexample negativeexample 易混反例 反例 易混淆 易混淆例""",
    Field.COLOUR: """colour color 颜色""",
}
_KNOWN: dict[str, Column] = {
    word: column for table in (_LEVELS, _PLACES, _FIELDS) for column, words in table.items() for word in words.split()
}
_OTHER = re.compile(r"[\W_]+")


def column_of(heading: str) -> Column | None:
    """Return what a column with this heading holds; None where it is not known."""
    return _KNOWN.get(_OTHER.sub("", name_key(heading)))


def level_of(word: str) -> Level | None:
    """Return the level that a word names; None where it names none."""
    column = column_of(word)
    return column if isinstance(column, Level) else None


def field_of(word: str) -> Field | None:
    """Return the field that a word names; None where it names none."""
    column = column_of(word)
    return column if isinstance(column, Field) else None
