"""Relating things, and what is refused."""

from uuid import UUID, uuid4

import pytest

from cast import Cast
from intercoder.errors import Conflict, InvalidInput, NotFound, Stale
from intercoder.models import ElementKind, RelationSort, Sign, Stance, Stroke
from intercoder.policy import Permission
from intercoder.services import relating
from intercoder.services.relating import End, EvidenceChange, NewRelation, RelationChange, TypeIn
from services.theory import coding, element, evidence, read, relate


def change(cast: Cast, relation: UUID, revision: int | None = None, **fields: object) -> int:
    with cast.acting("lena", Permission.THEORY_EDIT) as (session, access):
        given = RelationChange.model_validate(fields)
        return relating.change_relation(session, access, relation, revision, given).revision


def test_a_relation_has_a_type_a_sign_and_words_which_change_with_its_revision(cast: Cast) -> None:
    made = relate(cast, End(code=cast.codes["k1"]), End(code=cast.codes["k2"]))
    with cast.acting("lena", Permission.THEORY_EDIT) as (session, access):
        kind = relating.add_type(session, access, TypeIn(name="催化", stroke=Stroke.DOTTED)).id
        with pytest.raises(Conflict, match="already a type"):
            relating.add_type(session, access, TypeIn(name=" 催化 "))
    assert change(cast, made, 1, sort=RelationSort.OWN, own=kind, sign=Sign.NEGATIVE, words="越多越少") == 2
    with pytest.raises(Stale, match="in the meantime"):
        change(cast, made, 1, words="别的")
    one = read(cast, made)
    assert (one.own, one.stroke, one.row.sign, one.row.words) == ("催化", Stroke.DOTTED, Sign.NEGATIVE, "越多越少")
    assert change(cast, made, words="越多越少") == 2, "nothing changed"
    assert change(cast, made, removed=True) == 3
    assert change(cast, made, removed=False, directed=False) == 5
    with pytest.raises(InvalidInput, match="no such type"):
        change(cast, made, own=uuid4())


@pytest.mark.sqlite
def test_what_cannot_be_related_is_refused(cast: Cast) -> None:
    force, mode = element(cast, ElementKind.FORCE, "甲"), element(cast, ElementKind.MODE, "乙")
    code = End(code=cast.codes["c1"])
    made = relate(cast, End(element=force), End(element=mode))
    for first, second, sort, why in (
        (End(element=force), End(element=force), "causes", "to itself"),
        (End(element=force), code, "causes", "let an element stand"),
        (End(), code, "causes", "begins at an element or at a code"),
        (code, End(), "causes", "ends at one thing"),
        (End(element=force), End(relation=made), "causes", "Only what moderates"),
        (code, End(code=cast.codes["l1"]), "causes", "is a label"),
        (End(element=force), End(element=uuid4()), "causes", "no such element"),
        (code, End(code=cast.codes["c2"]), "own", "no such type"),
    ):
        with pytest.raises(InvalidInput, match=why):
            relate(cast, first, second, RelationSort(sort))
    with pytest.raises(Conflict, match="in this way already"):
        relate(cast, End(element=force), End(element=mode))
    relate(cast, End(element=force), End(element=mode), RelationSort.CONDITIONS)


def test_evidence_changes_sides_and_is_taken_back(cast: Cast) -> None:
    cast.compared_round()
    made = relate(cast, End(code=cast.codes["c3"]), End(code=cast.codes["c4"]))
    given = evidence(cast, made, coding(cast, "ai", "l3"))
    with pytest.raises(Conflict, match="already"):
        evidence(cast, made, coding(cast, "ai", "l3"))
    with cast.acting("lena", Permission.THEORY_EDIT) as (session, access):
        relating.change_evidence(session, access, made, given, EvidenceChange(stance=Stance.AGAINST, note="反例"))
    assert [(e.row.stance, e.row.note) for e in read(cast, made).evidence] == [(Stance.AGAINST, "反例")]
    with cast.acting("lena", Permission.THEORY_EDIT) as (session, access):
        relating.take_evidence(session, access, made, given)
        with pytest.raises(NotFound):
            relating.take_evidence(session, access, made, given)
    assert read(cast, made).evidence == ()


@pytest.mark.sqlite
def test_a_relation_of_another_project_is_not_there(cast: Cast) -> None:
    made = relate(cast, End(code=cast.codes["c3"]), End(code=cast.codes["c4"]))
    from intercoder.services.access import authorise

    with cast.database.transaction() as session:
        otto = authorise(session, cast.people["otto"], Permission.THEORY_EDIT, "project", cast.other_project)
        with pytest.raises(NotFound):
            relating.change_relation(session, otto, made, None, RelationChange(words="x"))
        with pytest.raises(InvalidInput, match="no such code"):
            given = NewRelation(
                first=End(code=cast.codes["c3"]), second=End(code=cast.codes["c4"]), sort=RelationSort.CAUSES
            )
            relating.relate(session, otto, given)
