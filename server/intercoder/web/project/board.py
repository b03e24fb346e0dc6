"""The board of the codebook: a column for each level, and the codes of the draft as one resource that the page asks for again."""

from functools import lru_cache
from typing import Literal

from flask import render_template, url_for
from pydantic_core import to_json
from werkzeug.wrappers import Response

from intercoder.models import CodeState
from intercoder.policy import Permission
from intercoder.reports.words import choices
from intercoder.services import materials, versions
from intercoder.services.access import Access
from intercoder.services.codebook import undefined_codes
from intercoder.services.mapping import mapping
from intercoder.services.use import Use, use
from intercoder.stats.marks import Mark, number_of
from intercoder.stats.tree import Level
from intercoder.text.pinyin import pinyin
from intercoder.web.pages import page
from intercoder.web.project.blueprint import blueprint
from intercoder.web.queries import Query
from intercoder.web.session import db

#: a name is spelt once as long as the process lives; never anything of who uses it
_spelt = lru_cache(maxsize=20_000)(pinyin)
_UNUSED = Use()


class Wanted(Query):
    """What of the codes is wanted: everything but their pinyin, that alone, or how many passages they have."""

    part: Literal["pinyin", "use"] | None = None


@page(blueprint, "/projects/<uuid:project>/codebook/board", Permission.CODEBOOK_VIEW, tab="codebook", name="board")
def board(access: Access) -> str:
    """Show the frame; the codes come as ``board_codes``."""
    project = access.project.id
    published = versions.versions(db(), project)
    return render_template(
        "project/board.html",
        edit=access.may(Permission.CODEBOOK_EDIT),
        latest=published[0].number if published else None,
        levels=choices("level"),
        data={
            "codes": url_for("project.board_codes", project=project),
            "passages": url_for("project.passages", code=project).replace(str(project), "{code}"),
            "detail": url_for("project.codebook", project=project, part="detail"),
            "project": project,
            "edit": access.may(Permission.CODEBOOK_EDIT),
            "levels": choices("level"),
        },
    )


@page(blueprint, "/projects/<uuid:project>/codebook/board/codes", Permission.CODEBOOK_VIEW, tab="codebook")
def board_codes(access: Access, query: Wanted) -> Response:
    """Return the codes of the draft in tree order, each with its mark and how often it is used; lists, for there may be thousands.

    A code: identifier, name, number, level (0 to 3), place of the code above in the list or null, mark, passages, cases,
    documents, coders, the cases as a number in base 16 (bit n: the case n), 1 without definition, documents that are primary. Only their pinyin,
    by identifier, where that is wanted: of thousands it takes longer than all the rest, and nobody needs it who looks for nothing.
    Only how many passages those have that are used, by identifier, for the tree.
    """
    project = access.project.id
    mapped = mapping(db(), project)
    if query.part == "use":
        return _answer({code: used.passages for code, used in use(db(), access, mapped).items()})
    codes = mapped.in_order([code.id for code in mapped.codes.values() if code.state is CodeState.ACTIVE])
    if query.part == "pinyin":
        return _answer({code.id: spelt for code in codes if (spelt := _spelt(code.name))})
    used, marks, bare = use(db(), access, mapped), mapped.looks, undefined_codes(db(), project)
    heights = {level: level.height for level in Level}
    places = {code.id: place for place, code in enumerate(codes)}
    rows = [
        (
            code.id,
            code.name,
            number_of(code.level, code.number),
            heights[code.level],
            places.get(code.parent or ""),
            _mark(marks[code.id]),
            *(u := used.get(code.id, _UNUSED))[:4],
            f"{u.seen_in:x}",
            int(code.id in bare),
            u.primary,
        )
        for code in codes
    ]
    cases = [case.name for case in materials.cases(db(), access)]
    return _answer({"mapping": mapped.number, "cases": cases, "codes": rows})


def _answer(content: object) -> Response:
    answer = Response(to_json(content), mimetype="application/json")
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def _mark(mark: Mark) -> tuple[int, int, int, int]:
    """Return a mark as ``lib/mark.js`` reads it."""
    none = -1
    return (
        mark.hue,
        none if mark.step is None else mark.step,
        none if mark.shape is None else mark.shape,
        none if mark.private else int(mark.hollow),
    )
