"""The page of memos: all that a person may read, found by kind, by what they are on, by author and words; written and tied here."""

from typing import Annotated
from uuid import UUID

from flask import render_template, url_for
from pydantic import Field

from intercoder.models import MemoAbout, MemoKind
from intercoder.policy import Permission
from intercoder.services import relations, study_memos
from intercoder.services.access import Access
from intercoder.services.mapping import mapping
from intercoder.services.study_memos import Wanted, memo_name
from intercoder.stats.tree import Level
from intercoder.web.pages import page
from intercoder.web.project.blueprint import blueprint
from intercoder.web.queries import Query
from intercoder.web.session import db

#: memos of one page of them
PAGE = 30


class MemosAsked(Query):
    """Which memos: of a kind, on a kind of thing or on one thing, of an author, with words."""

    kind: MemoKind | None = None
    about: MemoAbout | None = None
    of: UUID | None = None
    author: UUID | None = None
    words: Annotated[str, Field(max_length=200)] = ""
    number: int = Field(default=1, ge=1, le=100_000)


@page(blueprint, "/projects/<uuid:project>/theory/memos", Permission.CODEBOOK_VIEW, tab="theory")
def theory_memos(access: Access, project: UUID, query: MemosAsked) -> str:
    """Show the memos that the person may read, and what writes one."""
    wanted = Wanted(query.kind, query.about, query.of, query.author, query.words.strip())
    found = study_memos.study_memos(db(), access, wanted)
    part = found[(query.number - 1) * PAGE : query.number * PAGE]
    mapped = mapping(db(), project)
    codes = [c.id for c in mapped.codes.values() if c.id in mapped.tree.parents and c.level is not Level.LABEL]
    return render_template(
        "project/theory_memos.html",
        asked=query,
        part=part,
        many=len(found),
        pages=(len(found) + PAGE - 1) // PAGE,
        authors=sorted({(one.author, one.row.author_id) for one in found}),
        things=[
            *((MemoAbout.CODE, code.id, code.name) for code in mapped.in_order(codes)),
            *((MemoAbout.CASE, case, name) for case, name in study_memos.cases(db(), access)),
            *((MemoAbout.DOCUMENT, document, title) for document, title in study_memos.documents(db(), access)),
            *(
                (MemoAbout.RELATION, one.row.id, f"{one.first.name} → {one.second.name}")
                for one in relations.relations(db(), access, bare=True)
            ),
        ],
        memo_name=memo_name,
        address=lambda **other: url_for("project.theory_memos", project=project, **query.again(**other)),
    )
