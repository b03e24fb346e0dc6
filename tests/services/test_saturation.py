"""Saturation as documents are finished, and who may see which rounds in it."""

from typing import Any
from uuid import UUID

import pytest

from cast import Cast
from intercoder.errors import InvalidInput
from intercoder.models import Level, RoundPurpose
from intercoder.policy import Permission
from intercoder.services import remapping, saturation
from intercoder.services.remapping import MergeIn, SplitIn
from intercoder.services.targets import Target
from services.comparing import hand_back, reopen


def picture(cast: Cast, person: str = "lena", **query: Any) -> saturation.Picture:
    with cast.database.reading() as session:
        return saturation.picture(session, cast.access(session, person, Permission.SATURATION_VIEW), **query)


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
    observed = {
        view: picture(cast, level=Level.LABEL, view=view).result.frequencies.observed for view in saturation.View
    }
    assert observed == {"union": 3, "agreed": 2, "consensus": 1}


def test_coders_with_different_labels_of_one_concept_agree_on_the_concept(cast: Cast) -> None:
    round_id = cast.round(documents=("年报节选",))
    cast.code("ai", round_id, "年报节选", "l2", "与两所高校签订合作协议")
    cast.code("bo", round_id, "年报节选", "l3", "与两所高校签订合作协议")
    cast.submit("ai", round_id, "年报节选")
    cast.submit("bo", round_id, "年报节选")
    observed = {
        level: picture(cast, level=level, view=saturation.View.AGREED).result.frequencies.observed
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
        hidden = saturation.hidden_rounds(session, cast.access(session, "ai", Permission.SATURATION_VIEW))
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


def test_a_rule_that_makes_no_sense_is_refused(cast: Cast) -> None:
    for wrong in ({"base": 0}, {"run": 101}, {"threshold": 1.5}):
        with pytest.raises(InvalidInput, match="The rule needs"):
            picture(cast, rule=saturation.Guest2020(**wrong))


def test_what_is_kept_of_finished_documents_is_what_they_hold_after_every_act(cast: Cast, compared_round: UUID) -> None:
    def figures() -> list[tuple[object, ...]]:
        """Return the figures of whoever reads, and see that they are those that are made anew."""
        told: list[tuple[object, ...]] = []
        for level in (Level.LABEL, Level.CONCEPT, Level.THEME):
            for view in (saturation.View.UNION, saturation.View.AGREED):
                read = picture(cast, level=level, view=view)
                with cast.acting("lena", Permission.SATURATION_VIEW) as (session, access):
                    assert saturation.picture(session, access, level=level, view=view) == read
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
