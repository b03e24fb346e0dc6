"""What a new version means for own codings: those of codes that mean something else since, nobody else's."""

from uuid import UUID

import pytest

from cast import Cast
from intercoder.policy import Permission
from intercoder.services import codebook, rechecking, versions
from intercoder.services.codebook import CodeChange
from intercoder.services.paging import Asked

pytestmark = pytest.mark.sqlite


def published(cast: Cast, code: str, change: CodeChange) -> UUID:
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        codebook.change_code(session, access, cast.codes[code], None, change)
        return versions.publish(session, access, "next").id


def listed(cast: Cast, person: str) -> list[tuple[str, str, bool]]:
    with cast.database.reading() as session:
        access = cast.access(session, person, Permission.CODINGS_VIEW)
        return [(r.change.name, r.text, r.writable) for r in rechecking.to_recheck(session, access).rows]


def test_own_codings_of_changed_codes_are_listed_and_of_nobody_else(cast: Cast) -> None:
    cast.coded_round()
    assert listed(cast, "ai") == []
    published(cast, "l2", CodeChange(definition="先有信任，后有合作。"))
    assert listed(cast, "ai") == [("没有信任什么都谈不了", "没有信任什么都谈不了", False)]
    assert listed(cast, "bo") == []
    assert listed(cast, "lena") == []


def test_a_colour_or_an_example_changes_no_meaning_and_a_name_or_a_place_does(cast: Cast) -> None:
    cast.coded_round()
    published(cast, "l3", CodeChange(example="平台把数据开放给我们"))
    assert listed(cast, "bo") == []
    published(cast, "l3", CodeChange(parent_id=cast.codes["c3"]))
    assert [name for name, _, _ in listed(cast, "bo")] == ["平台把数据开放"] * 2


def test_what_can_still_be_changed_is_said_and_the_list_has_parts(cast: Cast) -> None:
    round_id = cast.round()
    for quote in ("订单一下子掉了六成", "没有信任什么都谈不了"):
        cast.code("ai", round_id, "访谈一", "l2", quote)
    published(cast, "l2", CodeChange(name="先有信任"))
    assert {writable for _, _, writable in listed(cast, "ai")} == {True}
    with cast.database.reading() as session:
        access = cast.access(session, "ai", Permission.CODINGS_VIEW)
        first = rechecking.to_recheck(session, access, Asked(limit=1))
        second = rechecking.to_recheck(session, access, Asked(first.next, 1))
        assert [r.text for r in (*first.rows, *second.rows)] == ["订单一下子掉了六成", "没有信任什么都谈不了"]


def test_two_versions_are_compared_whichever_is_named_first(cast: Cast) -> None:
    second = published(cast, "l2", CodeChange(name="先有信任"))
    third = published(cast, "l3", CodeChange(name="数据共享"))
    with cast.database.reading() as session:
        rows = {v: versions.get_version(session, cast.project, v) for v in (cast.version, second, third)}
        for one, other in ((cast.version, third), (third, cast.version)):
            changed = versions.between(session, rows[one], rows[other])
            assert [change.fields["name"] for change in changed] == [
                ("没有信任什么都谈不了", "先有信任"),
                ("平台把数据开放", "数据共享"),
            ]
        assert len(versions.between(session, rows[second], rows[third])) == 1
