"""Relations as documents show them: the level of the board that is no code, and what takes a declaration that covers it back."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from cast import CODES, Cast
from intercoder.models import ElementKind, SaturationDeclaration, WithdrawalCause
from intercoder.policy import Permission
from intercoder.services import (
    category_work,
    checks,
    declared,
    elements,
    evidence,
    judgements,
    related,
    relating,
    remapping,
    saturation,
)
from intercoder.services.arriving import Asked
from intercoder.services.category_work import NewProperty, ShownIn
from intercoder.services.declared import DeclareIn
from intercoder.services.elements import ElementChange
from intercoder.services.relating import End, EvidenceChange, RelationChange
from intercoder.services.remapping import MergeIn
from intercoder.services.saturation import Picture
from intercoder.stats.saturation.study.events import Kind, Study
from services.anew import as_anew
from services.theory import coding, element, relate
from services.theory import evidence as speaks


def board(cast: Cast, person: str = "olga", level: Kind = Kind.RELATIONS) -> Picture:
    as_anew(cast, ("union",))
    with cast.database.reading() as session:
        access = cast.access(session, person, Permission.SATURATION_VIEW)
        return saturation.picture(session, access, Asked(level=level))


def shown(cast: Cast, person: str = "olga") -> list[tuple[str, set[str]]]:
    """Return what each document in the order of arrival shows, by name."""
    seen = board(cast, person)
    return [(arrival.title, {seen.names[key] for key in arrival.shown}) for arrival in seen.arrivals]


def named(first: str, second: str) -> str:
    names = {code["key"]: code["name"] for code in CODES}
    return f"{names[first]} → {names[second]}"


def between(cast: Cast, first: str, second: str) -> UUID:
    return relate(cast, End(code=cast.codes[first]), End(code=cast.codes[second]))


def test_a_relation_arrives_with_the_first_document_that_shows_it(cast: Cast) -> None:
    cast.two_documents()
    assert board(cast).result.reason == "no_codes"
    made = between(cast, "c3", "c4")
    assert shown(cast)[0][1] == set(), "a relation without a passage is nobody's finding"
    speaks(cast, made, coding(cast, "ai", "c2"))
    other = between(cast, "c1", "c2")
    speaks(cast, other, coding(cast, "ai", "l1"))
    given = speaks(cast, other, coding(cast, "bo", "c2"))
    first, second = named("c3", "c4"), named("c1", "c2")
    assert shown(cast) == [("访谈一", {second}), ("年报节选", {first, second})]
    found = board(cast)
    assert found.result.discovery.new == (1, 1)
    assert {level.value for level in found.levels} >= {"label", "relations", "properties", "dimensions"}
    with cast.acting("lena", Permission.THEORY_EDIT) as (session, access):
        change = EvidenceChange.model_validate({"stance": "against"})
        relating.change_evidence(session, access, other, given, change)
    assert shown(cast)[1] == ("年报节选", {first}), "what speaks against a relation does not show it"
    with cast.acting("lena", Permission.THEORY_EDIT) as (session, access):
        relating.change_relation(session, access, made, None, RelationChange(removed=True))
    assert shown(cast) == [("访谈一", {second}), ("年报节选", set())]
    with cast.database.reading() as session:
        access = cast.access(session, "olga", Permission.SATURATION_VIEW)
        (passage,) = evidence.shown_by(session, access, Kind.RELATIONS, cast.documents["访谈一"])
        assert (passage.relation_id, passage.cited.words) == (other, "把旧机器都接上了网")
        assert evidence.shown_by(session, access, Kind.RELATIONS, cast.documents["年报节选"]) == []


def test_relations_that_a_merge_makes_the_same_are_one_and_elements_are_themselves(cast: Cast) -> None:
    cast.two_documents()
    for first in ("c3", "c1"):
        speaks(cast, between(cast, first, "c4"), coding(cast, "ai", "l1"))
    assert board(cast).result.frequencies.observed == 2
    force = element(cast, ElementKind.FORCE, "政策")
    of_model = relate(cast, End(element=force), End(element=element(cast, ElementKind.MODE, "协同")))
    speaks(cast, of_model, coding(cast, "ai", "l1"))
    assert board(cast).result.frequencies.observed == 3
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        remapping.merge(session, access, MergeIn(codes=(cast.codes["c1"],), into=cast.codes["c3"]))
    assert board(cast).result.frequencies.observed == 2
    with cast.acting("lena", Permission.THEORY_EDIT) as (session, access):
        elements.change_element(session, access, force, None, ElementChange(removed=True))
    assert board(cast).result.frequencies.observed == 1, "an element that was taken out takes its relations with it"


def test_a_relation_that_goes_both_ways_is_the_same_after_a_merge() -> None:
    study = Study.of([{"e": "code", "code": c, "level": "concept"} for c in "abz"])
    before = related.both_ways("causes", "b", "a")
    assert related.live(study, Kind.RELATIONS, before) == before == related.both_ways("causes", "a", "b")
    study.take({"e": "merge", "from": "a", "into": "z"})
    assert related.live(study, Kind.RELATIONS, before) == related.both_ways("causes", "z", "b")


@pytest.mark.parametrize("covers", [(), ("relations",)])
def test_a_passage_that_shows_a_new_relation_withdraws_what_covers_relations(
    cast: Cast, covers: tuple[str, ...]
) -> None:
    cast.two_documents()
    known = between(cast, "c3", "c4")
    speaks(cast, known, coding(cast, "ai", "c2"))
    given = {"kind": "theoretical", "level": "concept", "view": "union", "reason": "r", "despite": "d"}
    with cast.acting("lena", Permission.SATURATION_JUDGE) as (session, access):
        mine = declared.declare(session, access, DeclareIn.model_validate(given | {"covers": covers})).id
    speaks(cast, known, coding(cast, "ai", "l1"))
    new = between(cast, "c4", "c3")
    with cast.database.reading() as session:
        assert session.get_one(SaturationDeclaration, mine).withdrawn_at is None, (
            "more of the same, and a bare relation"
        )
    speaks(cast, new, coding(cast, "bo", "l1"))
    with cast.database.reading() as session:
        row = session.get_one(SaturationDeclaration, mine)
        if not covers:
            assert row.withdrawn_at is None
            return
        assert (row.cause, row.document_id) == (WithdrawalCause.NEW_RELATIONS, cast.documents["访谈一"])
        assert row.new_things == (named("c4", "c3"),)
        (told,) = judgements.declarations(session, cast.access(session, "olga", Permission.SATURATION_VIEW))
        assert (told.document, told.came) == ("访谈一", ())


def has_property(cast: Cast, code: str, name: str) -> UUID:
    with cast.acting("lena", Permission.THEORY_EDIT) as (session, access):
        given = NewProperty(name=name, low="少", high="多")
        return category_work.add_property(session, access, cast.codes[code], given).id


def shows(cast: Cast, of: UUID, passage: dict[str, UUID], at: int | None = None) -> None:
    with cast.acting("lena", Permission.THEORY_EDIT) as (session, access):
        category_work.show_property(session, access, of, ShownIn.model_validate(passage | {"at": at}))


def test_properties_arrive_and_each_part_of_their_dimension_by_itself(cast: Cast) -> None:
    cast.two_documents()
    often = has_property(cast, "c1", "频率")
    assert board(cast, level=Kind.PROPERTIES).result.reason == "no_codes", "a property that nothing shows"
    given = {"kind": "theoretical", "level": "concept", "view": "union", "reason": "r", "despite": "d"}
    shows(cast, often, coding(cast, "ai", "l1"))
    with cast.acting("lena", Permission.SATURATION_JUDGE) as (session, access):
        covers = {"covers": ["properties"]}
        mine = declared.declare(session, access, DeclareIn.model_validate(given | covers)).id
        both = {"covers": ["properties", "dimensions"]}
        parts = declared.declare(session, access, DeclareIn.model_validate(given | both)).id
    shows(cast, often, coding(cast, "ai", "c2"), 90)
    seen = board(cast, level=Kind.PROPERTIES)
    assert list(seen.result.discovery.new) == [1, 0]
    assert set(seen.names.values()) == {"旧物改用: 频率"}
    seen = board(cast, level=Kind.DIMENSIONS)
    assert list(seen.result.discovery.new) == [0, 1]
    assert set(seen.names.values()) == {"旧物改用: 频率 (多)"}
    with cast.database.reading() as session:
        access = cast.access(session, "olga", Permission.SATURATION_VIEW)
        found = checks.checks(session, access, Asked())
        (noted,) = [one.noted for one in found.categories if one.id == str(cast.codes["c1"])]
        assert noted is not None
        assert (noted.properties, noted.dimensions, noted.last_new_document) == (1, 1, str(cast.documents["年报节选"]))
        behind = evidence.shown_by(session, access, Kind.DIMENSIONS, cast.documents["年报节选"])
        assert [(one.name, one.code_id) for one in behind] == [("旧物改用: 频率", cast.codes["c1"])]
        rows = {row.id: row for row in session.scalars(sa.select(SaturationDeclaration))}
    assert rows[mine].withdrawn_at is None, "the same property again"
    assert rows[parts].cause is WithdrawalCause.NEW_DIMENSIONS
    shows(cast, has_property(cast, "c4", "速度"), coding(cast, "bo", "l1"))
    with cast.database.reading() as session:
        row = session.get_one(SaturationDeclaration, mine)
        assert (row.cause, row.new_things) == (WithdrawalCause.NEW_PROPERTIES, ("数据互信: 速度",))
