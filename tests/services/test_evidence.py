"""The words behind a figure of saturation: of compared rounds only, in the order of the text, a part at a time."""

from typing import Any
from uuid import uuid4

import pytest

from cast import TEXTS, Cast, store
from intercoder.db import within
from intercoder.models import Level
from intercoder.policy import Permission
from intercoder.services import coding, evidence
from intercoder.services.paging import BEGINNING, Asked, every


def quotes(cast: Cast, person: str = "olga", asked: Asked = BEGINNING, **about: Any) -> list[tuple[str, str, str]]:
    with cast.database.reading() as session:
        access = cast.access(session, person, Permission.SATURATION_VIEW)
        part = evidence.evidence(session, access, asked, **{"level": Level.LABEL, **about})
        return [(quote.text, quote.name, quote.coder) for quote in part.rows]


def test_nothing_of_an_open_round_is_quoted_and_everything_submitted_of_a_compared_one(cast: Cast) -> None:
    made = cast.coded_round()
    assert [quotes(cast, person) for person in ("lena", "olga", "ai")] == [[], [], []]
    cast.close(made)
    told = quotes(cast)
    assert [text for text, _, _ in told] == [
        *["把旧机器都接上了网"] * 2,
        *["没有信任什么都谈不了"] * 2,
        "平台把数据开放给我们",
        "把数据开放给我们",
    ]
    assert {coder for _, _, coder in told} == {"Ai", "Bo"}


@pytest.mark.sqlite
@pytest.mark.parametrize("limit", [1, 2, 5])
def test_the_parts_together_are_the_whole_each_passage_once(cast: Cast, compared_round: object, limit: int) -> None:
    with cast.database.reading() as session:
        access = cast.access(session, "lena", Permission.SATURATION_VIEW)

        def part(asked: Asked) -> Any:
            return evidence.evidence(session, access, Asked(asked.cursor, limit), level=Level.CONCEPT)

        together = [(q.start, q.end, q.coder) for q in every(part)]
        whole = evidence.evidence(session, access, BEGINNING, level=Level.CONCEPT).rows
    assert together == [(q.start, q.end, q.coder) for q in whole]
    assert len(set(together)) == 7


@pytest.mark.sqlite
def test_a_document_and_a_code_at_the_level_narrow_what_is_quoted(cast: Cast, compared_round: object) -> None:
    document = cast.documents["访谈一"]
    assert quotes(cast, document_id=cast.documents["年报节选"]) == []
    assert len(quotes(cast, document_id=document)) == 6
    trust = quotes(cast, document_id=document, code_id=cast.codes["c3"], level=Level.CONCEPT)
    assert trust == [("没有信任什么都谈不了", "没有信任什么都谈不了", "Ai")]


@pytest.mark.sqlite
@pytest.mark.parametrize("limit", [2, 3, 7])
def test_the_parts_of_many_documents_lead_to_the_end_and_back_again(cast: Cast, limit: int) -> None:
    text = TEXTS["Partner interview"]
    with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
        copies = [store(session, access, f"Copy {n}", f"{text} {n}").id for n in range(7)]
    cast.documents.update({f"Copy {n}": document for n, document in enumerate(copies)})
    made = cast.round(documents=list(cast.documents), coders=("ai",))
    with cast.acting("ai", Permission.CODE, "round", made) as (session, access):
        # Of the codes of the first documents one is of a level that no passage of the list has.
        for n, document in enumerate(copies):
            for start in range(n % 3 + 1):
                code = cast.codes["l1" if n > 2 else "t1"]
                write = coding.CodingWrite(code=code, start=13 * start, end=13 * start + 12)
                coding.put_coding(within(session), access.asking(Permission.CODE), document, uuid4(), write)
    cast.submit("ai", made, *cast.documents)
    cast.close(made)
    with cast.database.reading() as session:
        access = cast.access(session, "olga", Permission.SATURATION_VIEW)
        whole = evidence.evidence(session, access, BEGINNING, level=Level.LABEL).rows
        parts = [evidence.evidence(session, access, Asked(None, limit), level=Level.LABEL)]
        while (cursor := parts[-1].next) is not None:
            parts.append(evidence.evidence(session, access, Asked(cursor, limit), level=Level.LABEL))
        back = [parts[-1]]
        while (cursor := back[-1].previous) is not None:
            back.append(evidence.evidence(session, access, Asked(cursor, limit), level=Level.LABEL))
    assert len(whole) == 7
    assert [quote for part in parts for quote in part.rows] == whole
    assert [quote for part in reversed(back) for quote in part.rows] == whole
