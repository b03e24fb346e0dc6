"""How often codes are used: of compared rounds and own work, with what lies below them, as what codings count today."""

from uuid import UUID

import pytest

from cast import Cast
from intercoder.models import Level, RoundPurpose
from intercoder.policy import Permission
from intercoder.services import materials, passages, remapping
from intercoder.services.mapping import mapping
from intercoder.services.materials import DocumentChange
from intercoder.services.remapping import MergeIn, PassageIn, PassagesIn, SplitIn
from intercoder.services.targets import Target
from intercoder.services.use import Use, use
from services.conftest import Clock
from services.settled import RIGHT, coded_as, make_test, settled_study


def used(cast: Cast, person: str) -> dict[str, Use]:
    with cast.database.reading() as session:
        access = cast.access(session, person, Permission.CODEBOOK_VIEW)
        mapped = mapping(session, cast.project)
        return {mapped.codes[code].name: counts for code, counts in use(session, access, mapped).items()}


def agrees_with_the_lists(cast: Cast, person: str) -> None:
    """Every count is that of the list of passages that it opens."""
    counts = used(cast, person)
    with cast.database.reading() as session:
        access = cast.access(session, person, Permission.CODINGS_VIEW)
        mapped = mapping(session, cast.project)
        for code in mapped.codes.values():
            there = passages.passages(session, access, UUID(code.id))
            layers = there.layers
            assert counts.get(code.name, Use())[:4] == (
                there.total,
                len({layer.case_id for layer in layers} - {None}),
                len({layer.document_id for layer in layers}),
                len({layer.coder_id for layer in layers}),
            ), code.name


def test_of_open_rounds_own_work_alone_counts(cast: Cast) -> None:
    made = cast.coded_round()
    assert used(cast, "lena") == used(cast, "olga") == {}
    assert {name: u.passages for name, u in used(cast, "ai").items()} == {
        "旧机器接上网": 1,
        "没有信任什么都谈不了": 1,
        "平台把数据开放": 1,
        "旧物改用": 1,
        "就地取材": 1,
        "资源行动": 1,
        "信任先行": 1,
        "数据互信": 1,
        "关系治理": 2,
        "信任嵌入": 2,
    }
    cast.close(made)
    agrees_with_the_lists(cast, "lena")
    assert used(cast, "lena")["信任嵌入"] == Use(4, 1, 1, 2, 1, 1)
    with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
        materials.change_document(session, access, cast.documents["访谈一"], DocumentChange(primary=False))
    assert used(cast, "lena")["信任嵌入"] == Use(4, 1, 1, 2, 1, 0)


@pytest.mark.sqlite
def test_counts_follow_merges_and_splits_and_where_passages_are_put(cast: Cast, compared_round: UUID) -> None:
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        remapping.merge(session, access, MergeIn(codes=(cast.codes["l2"],), into=cast.codes["l1"]))
        into = (Target(code=cast.codes["l1"]), Target(name="开放接口", parent=cast.codes["c2"]))
        remapping.split(session, access, cast.codes["l3"], SplitIn(into=into))
    agrees_with_the_lists(cast, "lena")
    first = _first(cast, "l3")
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        part = next(c.id for c in mapping(session, cast.project).codes.values() if c.name == "开放接口")
        put = PassageIn(coder=first.layer.coder_id, key=first.key, at=UUID(part))
        remapping.put_passages(session, access, cast.codes["l3"], PassagesIn(passages=(put,)))
    agrees_with_the_lists(cast, "olga")
    assert used(cast, "olga")["开放接口"].passages == 1


def _first(cast: Cast, code: str) -> passages.Passage:
    with cast.database.reading() as session:
        access = cast.access(session, "lena", Permission.CODINGS_VIEW)
        return passages.passages(session, access, cast.codes[code], passages.Wanted(level=Level.LABEL)).part.rows[0]


def test_what_trainees_coded_and_what_came_again_is_no_use_of_a_code(cast: Cast, clock: Clock) -> None:
    settled_study(cast, "已定甲")
    before, lists = used(cast, "lena"), used(cast, "bo")
    assert before["没有信任什么都谈不了"].passages == 2 * sum(code == "l2" for code in RIGHT.values())
    test = make_test(cast, "已定甲")
    coded_as(cast, "ai", test, "已定甲", RIGHT.items())
    assert used(cast, "ai") == before, "the own attempt is none either"
    cast.close(test)
    clock.forward(days=3)
    again = cast.round(documents=("已定甲",), coders=("bo",), unit="sentence", purpose=RoundPurpose.DRIFT)
    coded_as(cast, "bo", again, "已定甲", RIGHT.items())
    assert used(cast, "bo") != lists, "before it is closed its coder is not told that it looks for drift"
    cast.close(again)
    assert used(cast, "lena") == used(cast, "bo") == before
    agrees_with_the_lists(cast, "lena")
