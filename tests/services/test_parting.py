"""Passages of a concept that are moved to another one, or split off it, where they are compared; and taken back."""

from collections import Counter
from uuid import UUID

import pytest
import sqlalchemy as sa

from cast import TEXTS, Cast
from intercoder.errors import Conflict, InvalidInput
from intercoder.models import CodeState, ElementKind, MappingKind, Revision
from intercoder.policy import Permission
from intercoder.reports.theory.parted import parted_sentences
from intercoder.services import elements, moving, parting, quotations, taking_back
from intercoder.services.audit import audit
from intercoder.services.moving import MoveIn
from intercoder.services.parting import PartIn
from intercoder.services.quoted import Holds
from intercoder.services.study_passages import study_passages
from intercoder.services.study_tallies import Basis
from services.theory import coding, element, star

pytestmark = pytest.mark.sqlite


def body(cast: Cast, quotes: tuple[str, ...], given: dict[str, object]) -> PartIn:
    with cast.database.reading() as session:
        wanted = sa.select(Revision.id).where(Revision.document_id == cast.documents["访谈一"])
        revision = session.scalars(wanted).one()
    starts = [(TEXTS["访谈一"].index(quote), len(quote)) for quote in quotes]
    spans = [{"revision": revision, "start": start, "end": start + length} for start, length in starts]
    return PartIn.model_validate({"passages": spans, **given})


def part(cast: Cast, code: str, quotes: tuple[str, ...], **given: object) -> list[tuple[UUID, MappingKind]]:
    asked = body(cast, quotes, given)
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        return [(act.id, act.kind) for act in parting.part(session, access, cast.codes[code], asked)]


def planned(cast: Cast, code: str, quotes: tuple[str, ...], **given: object) -> list[str]:
    """Return what parting would do, in sentences."""
    asked = body(cast, quotes, given)
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        return parted_sentences(parting.plan(session, access, cast.codes[code], asked))


def passages(cast: Cast) -> Counter[tuple[str, str]]:
    """Return the passages of the study: the concept and the words."""
    with cast.database.reading() as session:
        access = cast.access(session, "olga", Permission.CODINGS_VIEW)
        study = study_passages(session, access, Basis.CODERS)
        names, text = study.mapped.codes, TEXTS["访谈一"]
        return Counter((names[row.code].name, text[row.start : row.end]) for row in study.rows)


def test_labels_that_are_chosen_whole_move_and_a_label_of_which_some_are_is_split(cast: Cast) -> None:
    cast.compared_round()
    before = passages(cast)
    trust, data = ("没有信任什么都谈不了", "平台把数据开放给我们")
    assert before[("数据互信", trust)] == before[("数据互信", data)] == 1
    acts = part(cast, "c4", (trust,), at={"code": cast.codes["c3"]})
    assert [kind for _, kind in acts] == [MappingKind.SPLIT, MappingKind.ASSIGNED]
    after = passages(cast)
    assert (after[("数据互信", trust)], after[("数据互信", data)], after[("信任先行", trust)]) == (0, 1, 1)
    acts += part(cast, "c4", (data,), at={"name": "开放数据"})
    assert acts[-1][1] is MappingKind.CHANGED
    assert passages(cast)[("开放数据", data)] == 1
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        assert [d for project in audit(session) for d in project.differences] == []
        for act, _ in reversed(acts):
            taking_back.undo(session, access, act)
    assert passages(cast) == before


def test_a_concept_that_was_applied_itself_is_split_among_what_is_left_and_the_other(cast: Cast) -> None:
    made = cast.round(documents=("访谈一",))
    one, two = "没有信任什么都谈不了", "订单一下子掉了六成"
    for person in ("ai", "bo"):
        for quote in (one, two):
            cast.code(person, made, "访谈一", "c2", quote)
        cast.submit(person, made, "访谈一")
    cast.close(made)
    with pytest.raises(InvalidInput, match="All passages of “校企合作” are chosen"):
        part(cast, "c2", (one, two), at={"code": cast.codes["c3"]})
    part(cast, "c2", (one,), at={"name": "信任为本"}, rest="市场压力")
    assert passages(cast) == Counter({("信任为本", one): 1, ("市场压力", two): 1})
    with cast.database.reading() as session:
        agreed = study_passages(session, cast.access(session, "olga", Permission.CODINGS_VIEW), Basis.CONSENSUS)
        assert {agreed.mapped.codes[row.code].name for row in agreed.rows} <= {"信任为本", "市场压力"}


def test_a_concept_that_was_applied_itself_and_has_labels_keeps_them_and_what_is_said_of_it(cast: Cast) -> None:
    cast.compared_round()
    name = "旧物改用"
    force = element(cast, ElementKind.FORCE, code="c1")
    starred = star(cast, "c1", coding(cast, "bo", "c1"))
    below, own = "把旧机器都接上了网", "订单一下子掉了六成"
    before = passages(cast)
    assert before[(name, below)] == before[(name, own)] == 1
    told = planned(cast, "c1", (own,), at={"code": cast.codes["c3"]})
    assert told == [
        "“旧物改用” was applied itself: 1 of these 1 codings move. What is left of it keeps its name, its labels and what is said of it."
    ]
    assert passages(cast) == before
    acts = part(cast, "c1", (own,), at={"code": cast.codes["c3"]})
    assert [kind for _, kind in acts] == [MappingKind.SPLIT, MappingKind.ASSIGNED]
    after = passages(cast)
    assert (after[(name, below)], after[(name, own)], after[("信任先行", own)]) == (1, 0, 1)
    with cast.database.reading() as session:
        access = cast.access(session, "olga", Permission.THEORY_VIEW)
        (one,) = elements.elements(session, access)
        assert (one.row.id, one.name, one.gone) == (force, name, False)
        assert one.code is not None
        assert one.code.state is CodeState.ACTIVE
        (quotation,) = quotations.quotations(session, access, UUID(one.code.id))
        assert (quotation.row.id, quotation.became.holds) == (starred, Holds.OTHER_CODE)
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        assert [d for project in audit(session) for d in project.differences] == []
        for act, _ in reversed(acts):
            taking_back.undo(session, access, act)
    assert passages(cast) == before


def test_passages_of_the_concept_itself_and_of_its_labels_go_to_one_new_concept(cast: Cast) -> None:
    cast.compared_round()
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        moving.move(session, access, MoveIn(codes=(cast.codes["l2"],), parent=cast.codes["c1"]))
    chosen = ("把旧机器都接上了网", "订单一下子掉了六成")
    with pytest.raises(InvalidInput, match="All passages of “旧物改用” are chosen"):
        part(cast, "c1", (*chosen, "没有信任什么都谈不了"), at={"name": "就手取材"})
    acts = part(cast, "c1", chosen, at={"name": "就手取材"})
    assert [kind for _, kind in acts] == [MappingKind.CHANGED, MappingKind.SPLIT, MappingKind.ASSIGNED]
    told = {words: name for name, words in passages(cast) if words in {"把旧机器都接上了网", "订单一下子掉了六成"}}
    assert set(told.values()) == {"就手取材"}
    assert passages(cast)[("旧物改用", "没有信任什么都谈不了")] == 1


def test_what_cannot_be_parted_is_refused_and_changes_nothing(cast: Cast) -> None:
    cast.compared_round()
    before = passages(cast)
    elsewhere = {"code": cast.codes["c3"]}
    for code, quote, at, refused, says in (
        ("t1", "订单一下子掉了六成", elsewhere, InvalidInput, "is no concept"),
        ("c4", "订单一下子掉了六成", elsewhere, InvalidInput, "No passage of “数据互信” is chosen"),
        ("c3", "没有信任什么都谈不了", elsewhere, InvalidInput, "cannot be merged into itself"),
        ("c4", "没有信任什么都谈不了", {"code": cast.codes["t1"]}, Conflict, "one level higher"),
    ):
        with pytest.raises(refused, match=says):
            part(cast, code, (quote,), at=at)
    assert passages(cast) == before
