"""What was ruled and what coders agree on since are told apart where they contradict; nobody else is troubled."""

from uuid import UUID

from flask import Flask

from cast import Cast, Client
from intercoder.db import within
from intercoder.policy import Permission
from intercoder.services import coding, layers
from intercoder.services.adjudication import Span
from intercoder.services.overruled import overruled
from services.comparing import disagreements_of, hand_back, reopen, rule
from services.rulings_history import again, merge, undo
from web.pages.reading import Reader, select, words


def told(cast: Cast, round_id: UUID) -> list[tuple[str, list[str], list[str], str]]:
    with cast.database.reading() as session:
        access = cast.access(session, "olga", Permission.DISAGREEMENTS_VIEW, "round", round_id)
        return [(o.words, list(o.ruled), list(o.agreed), o.reason) for o in overruled(session, access)]


def test_a_no_to_both_parts_of_a_merged_code_is_named_since_the_coders_agree_now(
    app: Flask, cast: Cast, compared_round: UUID
) -> None:
    d = disagreements_of(cast, compared_round)[1]
    rule(cast, d, 1, [], "这里只是客套话。")
    assert told(cast, compared_round) == []
    act = merge(cast, cast.codes["l3"], cast.codes["l2"])
    assert told(cast, compared_round) == []  # the round is compared by the codes of that day
    again(cast, compared_round)
    assert told(cast, compared_round) == [("没有信任什么都谈不了", [], ["平台把数据开放"], "这里只是客套话。")]
    page = Reader(app, cast.database, cast).page("ada", f"/rounds/{compared_round}/consensus")
    assert "1 ruling says otherwise" in words(page)
    assert len(select(page, "#overruled tbody tr")) == 1
    (listed,) = Client(app, cast.database, cast.people["ada"]).get(f"/api/v1/rounds/{compared_round}/overruled")
    assert (listed["ruled"], listed["agreed"]) == ([], ["平台把数据开放"])
    undo(cast, act)
    again(cast, compared_round)
    assert told(cast, compared_round) == []


def test_a_ruling_for_a_part_says_the_same_as_the_merged_code(cast: Cast, compared_round: UUID) -> None:
    d = disagreements_of(cast, compared_round)[1]
    rule(cast, d, 1, [Span(code=cast.codes["l2"], start=d.start, end=d.end)], "说的是信任。")
    merge(cast, cast.codes["l3"], cast.codes["l2"])
    again(cast, compared_round)
    assert told(cast, compared_round) == []


def test_a_ruling_for_a_third_code_is_named(cast: Cast, compared_round: UUID) -> None:
    d = disagreements_of(cast, compared_round)[1]
    rule(cast, d, 1, [Span(code=cast.codes["c2"], start=d.start, end=d.end)], "说的是合作。")
    merge(cast, cast.codes["l3"], cast.codes["l2"])
    again(cast, compared_round)
    assert [(ruled, agreed) for _, ruled, agreed, _ in told(cast, compared_round)] == [
        (["校企合作"], ["平台把数据开放"])
    ]


def test_where_coders_still_differ_in_another_way_nothing_is_said_to_be_agreed(
    cast: Cast, compared_round: UUID
) -> None:
    d = disagreements_of(cast, compared_round)[1]
    rule(cast, d, 1, [Span(code=cast.codes["l2"], start=d.start, end=d.end)], "说的是信任。")
    reopen(cast, compared_round)
    hand_back(cast, compared_round, "bo")
    with cast.acting("bo", Permission.CODE, "round", compared_round) as (session, access):
        mine = next(c for c in layers.codings(session, access).rows if c.start == d.start)
        patch = coding.CodingPatch(code=cast.codes["c2"])
        document = cast.documents["访谈一"]
        coding.change_coding(within(session), access.asking(Permission.CODE), document, mine.key, mine.version, patch)
    cast.submit("bo", compared_round, "访谈一")
    cast.close(compared_round)
    assert d.id not in {place.id for place in disagreements_of(cast, compared_round)}
    assert told(cast, compared_round) == []
