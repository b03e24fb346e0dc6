"""How the demo study describes its materials: own types of sources, typed attributes, who was interviewed, and how a passage is cited."""

from collections.abc import Iterator, Mapping

from intercoder.cli.demo.study import Case, Document, Study
from intercoder.services.projects import ProjectChange

PRIMARY, SECONDARY = "primary", "secondary"
#: the types of sources that the study tells apart, with the numbers of their documents
_SOURCES: Mapping[str, tuple[str, frozenset[str]]] = {
    "现场访谈": (PRIMARY, frozenset({"01", "02", "08", "09", "11", "14", "20", "21"})),
    "线上访谈": (PRIMARY, frozenset({"05", "22"})),
    "电话访谈": (PRIMARY, frozenset({"10", "19"})),
    "视频会议": (PRIMARY, frozenset({"04", "24"})),
    "现场观察": (PRIMARY, frozenset({"17"})),
    "媒体报道": (SECONDARY, frozenset({"03", "16"})),
    "企业官网": (SECONDARY, frozenset({"12", "18"})),
    "招股说明书": (SECONDARY, frozenset({"06"})),
    "年报": (SECONDARY, frozenset({"15"})),
    "行业通讯": (SECONDARY, frozenset({"07"})),
    "内部文件": (SECONDARY, frozenset({"13", "23"})),
}
#: how large a firm is that has fewer people than this
_SIZES = ((20, "微型"), (300, "小型"), (10**9, "中型"))
_WHO, _ROLE, _PEOPLE = "受访者", "受访者角色", "员工"

DESCRIBED = ProjectChange(
    source_types={name: kind for name, (kind, _) in _SOURCES.items()},
    case_attributes={
        "行业": "text",
        "成立": "date",
        _PEOPLE: "number",
        "年营收万元": "number",
        "规模": f"choice: {', '.join(size for _, size in _SIZES)}",
        "地点": "text",
        "主要数字化举措": "text",
    },
    document_attributes={_WHO: "text", _ROLE: "text", "日期": "date", "时长分钟": "number", "地点": "text"},
    citation=f"{{case}}·{{{_WHO}}}·{{source}}，第{{paragraph}}段",
)


def of_case(case: Case) -> dict[str, str]:
    """Return the attributes of a case: those of the study, and its size."""
    people = int(case.attributes[_PEOPLE])
    size = next(size for below, size in _SIZES if people < below)
    return {name: str(value) for name, value in case.attributes.items()} | {"规模": size}


def source_of(document: Document) -> str:
    """Return the type of a document on the study's own list."""
    return next(name for name, (_, numbers) in _SOURCES.items() if document.key[:2] in numbers)


def of_documents(study: Study) -> Iterator[tuple[Document, dict[str, str]]]:
    """Yield each document with its attributes: those of the study, and who was interviewed as F01, F02, ..."""
    people = 0
    for document in study.documents:
        given = {name: str(value) for name, value in document.attributes.items()}
        if _ROLE in given:
            people += 1
            given = {_WHO: f"F{people:02}"} | given
        yield document, given
