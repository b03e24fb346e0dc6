"""Relations as documents show them: the level of the board that is no code, and what takes a declaration that covers it back."""

from uuid import UUID

import pytest

from cast import CODES, Cast
from intercoder.models import ElementKind, SaturationDeclaration, WithdrawalCause
from intercoder.policy import Permission
from intercoder.services import declared, elements, evidence, judgements, related, relating, remapping, saturation
from intercoder.services.arriving import Asked
from intercoder.services.declared import DeclareIn
from intercoder.services.elements import ElementChange
from intercoder.services.relating import End, EvidenceChange, RelationChange
from intercoder.services.remapping import MergeIn
from intercoder.services.saturation import Picture
from intercoder.stats.saturation.study.events import Kind, Study
from services.theory import coding, element, relate
from services.theory import evidence as speaks


def board(cast: Cast, person: str = "olga") -> Picture:
    with cast.database.reading() as session:
        access = cast.access(session, person, Permission.SATURATION_VIEW)
        return saturation.picture(session, access, Asked(level=Kind.RELATIONS))


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
        (passage,) = evidence.shown_by(session, access, cast.documents["访谈一"])
        assert (passage[0].row.id, passage[1].cited.words) == (other, "把旧机器都接上了网")
        assert evidence.shown_by(session, access, cast.documents["年报节选"]) == []


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
    assert related.live(study, before) == before == related.both_ways("causes", "a", "b")
    study.take({"e": "merge", "from": "a", "into": "z"})
    assert related.live(study, before) == related.both_ways("causes", "z", "b")


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
