"""Saturation as documents are finished, and who may see which rounds in it."""

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder.errors import InvalidInput
from intercoder.models import Coding, Level, RoundPurpose, SamplingUnit
from intercoder.policy import Permission
from intercoder.services import materials, remapping, saturation
from intercoder.services.arriving import Asked, Order
from intercoder.services.materials import DocumentChange
from intercoder.services.remapping import MergeIn, SplitIn
from intercoder.services.targets import Target
from intercoder.stats.saturation.study.events import Kind
from intercoder.stats.saturation.study.whose import View
from services.comparing import hand_back, reopen

VIEWS = ("union", "agree:2", "consensus")


def asked(*, view: str = "union", order: str = "finished", **query: Any) -> Asked:
    return Asked(view=View.of(view), order=Order.of(order), **query)


def picture(cast: Cast, person: str = "lena", **query: Any) -> saturation.Picture:
    with cast.database.reading() as session:
        return saturation.picture(session, cast.access(session, person, Permission.SATURATION_VIEW), asked(**query))


def test_the_curve_grows_when_the_next_document_is_submitted(cast: Cast) -> None:
    round_id = cast.coded_round()
    assert [a.title for a in picture(cast).arrivals] == ["访谈一"]
    second = cast.round(documents=("年报节选",), coders=("ai",))
    cast.code("ai", second, "年报节选", "c2", "与两所高校签订合作协议")
    assert len(picture(cast).arrivals) == 1  # not submitted yet
    cast.submit("ai", second, "年报节选")
    after = picture(cast)
    assert [a.title for a in after.arrivals] == ["访谈一", "年报节选"]
    assert after.result.discovery.new == (3, 1)
    assert after.names == {}  # both rounds are open: numbers may be seen, codes may not
    cast.close(second)
    closed = picture(cast)
    assert closed.names == {str(cast.codes["c2"]): "校企合作"}
    assert [len(a.shown) for a in closed.arrivals] == [0, 1]
    cast.close(round_id)
    assert picture(cast).names[str(cast.codes["c1"])] == "旧物改用"


def test_levels_lift_codes_to_their_ancestors(cast: Cast) -> None:
    cast.coded_round()
    counts = {level: picture(cast, level=level).result.frequencies.observed for level in Level}
    assert counts == {"label": 3, "concept": 3, "theme": 2, "construct": 2}
    assert picture(cast, level=Level.LABEL).without_ancestor == 1  # the concept that was applied itself


def test_agreed_and_consensus_count_less_than_the_union(cast: Cast, compared_round: UUID) -> None:
    observed = {view: picture(cast, level=Level.LABEL, view=view).result.frequencies.observed for view in VIEWS}
    assert observed == {"union": 3, "agree:2": 2, "consensus": 2}


def test_coders_with_different_labels_of_one_concept_agree_on_the_concept(cast: Cast) -> None:
    round_id = cast.round(documents=("年报节选",))
    cast.code("ai", round_id, "年报节选", "l2", "与两所高校签订合作协议")
    cast.code("bo", round_id, "年报节选", "l3", "与两所高校签订合作协议")
    cast.submit("ai", round_id, "年报节选")
    cast.submit("bo", round_id, "年报节选")
    observed = {
        level: picture(cast, level=level, view="agree:2").result.frequencies.observed
        for level in (Level.LABEL, Level.THEME)
    }
    assert observed == {"label": 0, "theme": 1}


def test_an_open_round_is_seen_by_a_lead_who_does_not_code_in_it_and_by_nobody_who_does(cast: Cast) -> None:
    cast.coded_round()
    assert len(picture(cast, "lena").arrivals) == 1
    assert len(picture(cast, "olga").arrivals) == 1
    for person in ("ai", "bo", "ada"):
        assert picture(cast, person).arrivals == []


def test_a_round_without_live_figures_shows_nothing_before_it_closes(cast: Cast) -> None:
    round_id = cast.coded_round(live_figures=False)
    assert picture(cast).arrivals == []
    assert picture(cast).result.reason == "no_documents"
    cast.close(round_id)
    assert len(picture(cast).arrivals) == 1
    assert len(picture(cast, "ai").arrivals) == 1


@pytest.mark.parametrize("purpose", [RoundPurpose.TRAINING, RoundPurpose.DRIFT])
def test_no_document_arrives_with_a_round_that_tries_coders(cast: Cast, purpose: RoundPurpose) -> None:
    tried = cast.coded_round(purpose=purpose)
    assert picture(cast).arrivals == []
    with cast.database.reading() as session:
        access = cast.access(session, "ai", Permission.SATURATION_VIEW)
        _, hidden = saturation.rounds_seen(session, access)
        assert hidden == (purpose is RoundPurpose.DRIFT), "what is not told of a round is not told by a number either"
    cast.close(tried)
    assert picture(cast).arrivals == []
    usual = cast.round(documents=("年报节选",))
    cast.code("ai", usual, "年报节选", "c2", "与两所高校签订合作协议")
    cast.submit("ai", usual, "年报节选")
    after = picture(cast)
    assert [a.title for a in after.arrivals] == ["年报节选"]
    assert after.result.discovery.new == (1,), "what was coded in the other round is not known already"
    assert after.provenance.rounds == (2,)


def test_what_is_kept_of_finished_documents_is_what_they_hold_after_every_act(cast: Cast, compared_round: UUID) -> None:
    def figures() -> list[tuple[object, ...]]:
        """Return the figures of whoever reads, and see that they are those that are made anew."""
        told: list[tuple[object, ...]] = []
        for level in (Level.LABEL, Level.CONCEPT, Level.THEME):
            for view in VIEWS:
                read = picture(cast, level=level, view=view)
                with cast.acting("lena", Permission.SATURATION_VIEW) as (session, access):
                    assert saturation.picture(session, access, asked(level=level, view=view)) == read
                told.append((read.arrivals, read.names, read.without_ancestor, read.waiting, read.provenance))
        return told

    seen = [figures()]
    for act in ("merge", "split", "reopen", "hand back", "submit"):
        with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
            if act == "merge":
                remapping.merge(session, access, MergeIn(codes=(cast.codes["l3"],), into=cast.codes["l2"]))
            elif act == "split":
                names = (Target(name="谈得拢"), Target(name="谈不拢"))
                remapping.split(session, access, cast.codes["l2"], SplitIn(into=names))
        if act == "reopen":
            reopen(cast, compared_round)
        elif act == "hand back":
            hand_back(cast, compared_round, "bo")
        elif act == "submit":
            cast.code("bo", compared_round, "访谈一", "c2", "后来𠮷野家")
            cast.submit("bo", compared_round, "访谈一")
        seen.append(figures())
        assert seen[-1] not in seen[:-1], act
        assert figures() == seen[-1]


def test_a_case_arrives_with_its_first_document_and_holds_what_all_of_them_hold(cast: Cast) -> None:
    cast.coded_round()
    second = cast.round(documents=("年报节选",), coders=("ai",))
    cast.code("ai", second, "年报节选", "c2", "与两所高校签订合作协议")
    cast.submit("ai", second, "年报节选")
    documents = picture(cast)
    cases = picture(cast, unit=SamplingUnit.CASE)
    assert [a.case for a in documents.arrivals] == ["案例一", "案例一"]
    assert [(a.title, len(a.documents)) for a in cases.arrivals] == [("案例一", 2)]
    assert cases.arrivals[0].codes == documents.arrivals[0].codes | documents.arrivals[1].codes
    assert (cases.provenance.units, cases.provenance.documents) == (1, 2)
    assert cases.result.discovery.new == (sum(documents.result.discovery.new),)


def test_documents_are_put_in_the_order_of_an_attribute_and_come_last_without_it(cast: Cast) -> None:
    cast.coded_round()
    second = cast.round(documents=("年报节选",), coders=("ai",))
    cast.submit("ai", second, "年报节选")
    titles = {order: [a.title for a in picture(cast, order=order).arrivals] for order in ("finished", "attribute:日期")}
    assert set(map(tuple, titles.values())) == {("访谈一", "年报节选")}, "nothing has a date"
    for title, date in (("访谈一", "2023-10-01"), ("年报节选", "2023-5-4")):
        with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
            materials.change_document(session, access, cast.documents[title], DocumentChange(attributes={"日期": date}))
    assert [a.title for a in picture(cast, order="attribute:日期").arrivals] == ["年报节选", "访谈一"], (
        "May before October"
    )
    assert picture(cast).attributes == ("日期",)
    for wrong in ("attribute:", "attribute", "finished:x", "arrival"):
        with pytest.raises(InvalidInput, match="is none of"):
            Order.of(wrong)


def test_each_coder_has_a_view_of_compared_rounds_alone(cast: Cast) -> None:
    round_id = cast.coded_round()
    own = f"coder:{cast.people['bo'].id}"

    def coders() -> dict[str, str]:
        with cast.database.reading() as session:
            access = cast.access(session, "lena", Permission.SATURATION_VIEW)
            return saturation.coders(session, saturation.visible_rounds(session, access))

    assert coders() == {}
    assert picture(cast, view=own).arrivals == []
    cast.close(round_id)
    assert sorted(coders().values()) == ["Ai", "Bo"]
    seen = picture(cast, view=own, level=Level.LABEL).arrivals[0].codes
    assert seen < picture(cast, level=Level.LABEL).arrivals[0].codes
    with cast.database.reading() as session:
        mine = session.scalars(
            sa.select(Coding.code_id).where(Coding.coder_id == cast.people["bo"].id, Coding.deleted_at.is_(None))
        )
        labels = set(map(str, mine)) & {str(cast.codes[name]) for name in ("l1", "l2", "l3")}
    assert seen == labels


def test_a_picture_at_another_level_is_the_one_that_is_asked_for_there(cast: Cast, compared_round: UUID) -> None:
    with cast.database.reading() as session:
        access = cast.access(session, "lena", Permission.SATURATION_VIEW)
        labels = saturation.picture(session, access, Asked(level=Level.LABEL))
        for level in (*Level, *Kind):
            wanted = saturation.picture(session, access, Asked(level=level))
            assert saturation.at_level(labels, level) == wanted, level
