"""Relations with their evidence: per case, for and against, text that passages share counted once."""

import pytest

from cast import Cast
from intercoder.models import ElementKind, RelationSort, Stance, Stroke
from intercoder.policy import Permission
from intercoder.services import relations, remapping
from intercoder.services.relating import End
from intercoder.services.relations import Weight
from intercoder.services.remapping import MergeIn
from services.test_elements import change
from services.theory import agreed, coding, element, evidence, read, relate


def listed(cast: Cast, person: str = "olga") -> list[tuple[str, str]]:
    with cast.database.reading() as session:
        access = cast.access(session, person, Permission.THEORY_VIEW)
        return [(one.first.name, one.second.name) for one in relations.relations(session, access)]


def test_evidence_is_weighed_by_text_case_and_side(cast: Cast) -> None:
    cast.two_documents()
    force, mode = element(cast, ElementKind.FORCE, "订单流失"), element(cast, ElementKind.MODE, code="k1")
    made = relate(cast, End(element=force), End(element=mode))
    evidence(cast, made, coding(cast, "ai", "l1"))
    evidence(cast, made, agreed(cast, "c2"), note="两所高校")
    evidence(cast, made, coding(cast, "ai", "l2"), stance="against")
    one = read(cast, made)
    assert one.weight(Stance.FOR) == Weight(passages=2, cases=1, documents=2)
    assert one.weight(Stance.AGAINST) == Weight(passages=1, cases=1, documents=1)
    assert [(case, many) for (_, case), many in one.by_case().items()] == [("案例一", (2, 1))]
    assert [(e.cited.words, e.became.agreed, e.row.note) for e in one.evidence] == [
        ("把旧机器都接上了网", True, ""),
        ("没有信任什么都谈不了", False, ""),
        ("与两所高校签订合作协议", True, "两所高校"),
    ]
    assert one.stroke is Stroke.SOLID


def test_overlapping_passages_are_one_and_what_is_lost_counts_nowhere(cast: Cast) -> None:
    cast.compared_round()
    made = relate(cast, End(code=cast.codes["c3"]), End(code=cast.codes["c4"]), RelationSort.CONDITIONS)
    evidence(cast, made, coding(cast, "ai", "l3"))  # 平台把数据开放给我们
    evidence(cast, made, coding(cast, "bo", "l3", 1))  # 把数据开放给我们
    assert read(cast, made).weight(Stance.FOR) == Weight(passages=1, cases=1, documents=1)
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        remapping.merge(session, access, MergeIn(codes=(cast.codes["c4"],), into=cast.codes["c1"]))
    one = read(cast, made)
    assert (one.second.name, one.second.gone, one.stroke) == ("旧物改用", False, Stroke.DASHED)
    assert one.between_codes


def test_an_element_takes_its_relations_with_it_and_brings_them_back(cast: Cast) -> None:
    force, mode = element(cast, ElementKind.FORCE, "甲"), element(cast, ElementKind.MODE, "乙")
    other = element(cast, ElementKind.MODERATOR, "丙")
    made = relate(cast, End(element=force), End(element=mode))
    relate(cast, End(element=other), End(relation=made), RelationSort.MODERATES)
    assert listed(cast) == [("甲", "乙"), ("丙", "甲 → 乙")]
    change(cast, force, removed=True)
    assert listed(cast) == []
    assert read(cast, made).first.gone
    change(cast, force, removed=False)
    assert listed(cast) == [("甲", "乙"), ("丙", "甲 → 乙")]


@pytest.mark.sqlite
def test_evidence_of_a_round_that_is_open_again_is_out_of_sight(cast: Cast) -> None:
    from intercoder.services import rounds

    round_id = cast.compared_round()
    made = relate(cast, End(code=cast.codes["c3"]), End(code=cast.codes["c4"]))
    evidence(cast, made, coding(cast, "ai", "l3"))
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", round_id) as (session, access):
        rounds.reopen_round(session, access)
    for person in ("lena", "ai", "bo", "olga"):
        assert read(cast, made, person).evidence == ()
