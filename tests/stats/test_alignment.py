"""Private codes of open coding: how alike their names are, which may be one, and what agreement follows."""

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from intercoder.errors import WrongArgument
from intercoder.stats.open_coding.aligned import CAUTION, agreement_after_alignment, held_out_agreement
from intercoder.stats.open_coding.alignment import OVERLAP_WEIGHT, Alignment, Proposal, align, apply
from intercoder.stats.open_coding.code_overlap import Key, Overlaps, Use


def _uses(coder: str, codes: dict[str, list[tuple[int, int]]], document: str = "d1") -> list[Use]:
    return [Use(coder, code, document, start, end) for code, spans in codes.items() for start, end in spans]


def _members(proposals: tuple[Proposal, ...]) -> set[frozenset[Key]]:
    return {frozenset(proposal.members) for proposal in proposals}


CODER = st.dictionaries(
    st.sampled_from(["trust", "control", "cost", "信任", "成本控制", "market"]),
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 9)), min_size=1, max_size=4),
    min_size=1,
    max_size=5,
)
STUDY = st.dictionaries(st.sampled_from(["Ana", "Bo", "Chen"]), CODER, min_size=2, max_size=3)


def _study(study: dict[str, Any]) -> list[Use]:
    return [
        Use(coder, code, f"d{start % 2}", start, start + length)
        for coder, codes in study.items()
        for code, spans in codes.items()
        for start, length in spans
    ]


def _scores(alignment: Alignment) -> list[float]:
    return [evidence.score for proposal in alignment.proposals for evidence in proposal.evidence]


@given(study=STUDY, order=st.randoms(use_true_random=False))
@settings(max_examples=30)
def test_the_order_of_the_uses_changes_nothing(study: Any, order: Any) -> None:
    uses = _study(study)
    moved = list(uses)
    order.shuffle(moved)
    assert align(moved) == align(uses)


@given(study=STUDY)
@settings(max_examples=30)
def test_the_names_of_the_coders_change_nothing_unless_scores_are_equal(study: Any) -> None:
    renamed = {"Ana": "Zoe", "Bo": "Yan", "Chen": "Xu"}  # also turns their order round
    plain = align(_study(study))
    other = align(_study({renamed[coder]: codes for coder, codes in study.items()}))
    every = _pair_scores(study)
    assume(len(set(every)) == len(every))
    wanted = {frozenset((renamed[coder], code) for coder, code in group) for group in _members(plain.proposals)}
    assert _members(other.proposals) == wanted
    assert sorted(_scores(other)) == pytest.approx(sorted(_scores(plain)))


def _pair_scores(study: Any) -> list[float]:
    """Return the positive scores of all pairs of codes of different coders."""
    uses = _study(study)
    finished = {f"d{i}": {use.coder for use in uses if use.document == f"d{i}"} for i in range(2)}
    keys = sorted({(use.coder, use.code) for use in uses})
    table = Overlaps(keys, {key: key[1] for key in keys}, uses, finished, OVERLAP_WEIGHT)
    every = np.concatenate([block.score.ravel() for block in table.blocks.values()])
    return [float(score) for score in every.round(9) if score > 0]


@given(study=STUDY)
@settings(max_examples=30)
def test_a_group_holds_at_most_one_code_of_each_coder_and_every_code_once(study: Any) -> None:
    alignment = align(_study(study))
    seen: list[Key] = list(alignment.unmatched)
    for proposal in alignment.proposals:
        coders = [coder for coder, _ in proposal.members]
        assert len(proposal.members) == len(set(coders)) >= 2
        assert proposal.score >= alignment.threshold - 1e-12
        assert len(proposal.evidence) == len(proposal.members) * (len(proposal.members) - 1) // 2
        seen += proposal.members
    assert sorted(seen) == sorted(alignment.names)
    assert len(seen) == len(set(seen))


@given(codes=CODER, coders=st.integers(2, 4))
@settings(max_examples=25)
def test_identical_lists_on_identical_spans_align_perfectly(codes: Any, coders: int) -> None:
    alignment = align(_study({f"c{i}": codes for i in range(coders)}))
    assert len(alignment.proposals) == len(codes)
    assert all(len({code for _, code in proposal.members}) == 1 for proposal in alignment.proposals)
    assert [proposal.score for proposal in alignment.proposals] == pytest.approx([1.0] * len(codes))
    assert not alignment.unmatched


@given(codes=CODER)
@settings(max_examples=25)
def test_strange_names_on_strange_text_do_not_align(codes: Any) -> None:
    far = {f"xyzq{i}": [(start + 1000, length) for start, length in spans] for i, spans in enumerate(codes.values())}
    alignment = align(_study({"Ana": codes, "Bo": far}))
    assert not alignment.proposals
    assert not alignment.broader
    assert len(alignment.unmatched) == len(codes) + len(far)


@given(study=STUDY)
@settings(max_examples=25)
def test_shared_characters_are_those_that_both_cover(study: Any) -> None:
    uses = _study(study)
    for proposal in align(uses, threshold=1e-9).proposals:
        for evidence in proposal.evidence:
            covered = [
                {
                    (use.document, place)
                    for use in uses
                    if (use.coder, use.code) == key
                    for place in range(use.start, use.end)
                }
                for key in (evidence.first, evidence.second)
            ]
            both = [{use.document for use in uses if use.coder == key[0]} for key in (evidence.first, evidence.second)]
            common = both[0] & both[1]
            mine, theirs = ({place for place in cells if place[0] in common} for cells in covered)
            assert evidence.shared == len(mine & theirs)
            assert (evidence.first_extent, evidence.second_extent) == (len(mine), len(theirs))
            if common:
                assert evidence.overlap == pytest.approx(
                    len(mine & theirs) / len(mine | theirs) if mine | theirs else 0
                )
            else:
                assert evidence.overlap is None


def test_the_evidence_of_a_pair_by_hand() -> None:
    uses = [*_uses("Ana", {"trust": [(0, 10), (8, 20), (40, 60)]}), *_uses("Bo", {"信任": [(5, 25), (50, 60)]})]
    (proposal,) = align(uses).proposals
    (evidence,) = proposal.evidence
    assert (evidence.shared, evidence.first_extent, evidence.second_extent) == (25, 40, 30)
    assert evidence.overlap == pytest.approx(25 / 45)
    assert evidence.names == 0
    assert evidence.score == proposal.score == pytest.approx(2 / 3 * 25 / 45)
    assert evidence.spans == (("d1", 5, 20), ("d1", 50, 60))


def test_the_best_total_wins_over_the_best_single_pair() -> None:
    # a-x is the best pair, but then b stays alone: a-y and b-x are worth more together.
    uses = [
        *_uses("Ana", {"aaaa": [(0, 100)], "bbbb": [(100, 160)]}),
        *_uses("Bo", {"xxxx": [(20, 160)], "yyyy": [(0, 60)]}),
    ]
    alignment = align(uses, weight=1.0, threshold=0.2)
    assert _members(alignment.proposals) == {
        frozenset({("Ana", "aaaa"), ("Bo", "yyyy")}),
        frozenset({("Ana", "bbbb"), ("Bo", "xxxx")}),
    }


def test_pairs_below_the_threshold_do_not_outvote_one_above_it() -> None:
    # a-x 0.50 is a proposal; a-y and b-x, 0.28 each, are none, however much they are together.
    uses = [
        *_uses("Ana", {"aaaa": [(0, 100)], "bbbb": [(100, 133), (600, 617)]}),
        *_uses("Bo", {"xxxx": [(33, 133)], "yyyy": [(0, 33), (500, 517)]}),
    ]
    alignment = align(uses, weight=1.0, threshold=0.3)
    assert _members(alignment.proposals) == {frozenset({("Ana", "aaaa"), ("Bo", "xxxx")})}


def test_equal_names_far_apart_are_proposed_with_the_evidence_that_they_share_no_text() -> None:
    alignment = align([*_uses("Ana", {"trust": [(0, 10)]}), *_uses("Bo", {"Trust": [(50, 60)]})])
    assert alignment.proposals[0].evidence[0].shared == 0
    assert alignment.proposals[0].score == pytest.approx(1 / 3)


def test_only_documents_that_both_finished_count() -> None:
    uses = [
        *_uses("Ana", {"trust": [(0, 10)]}, "d1"),
        *_uses("Ana", {"trust": [(0, 90)]}, "d2"),
        *_uses("Bo", {"信任": [(0, 10)]}, "d1"),
        *_uses("Bo", {"信任": [(50, 60)]}, "d3"),
    ]
    (proposal,) = align(uses).proposals
    assert proposal.evidence[0].overlap == 1
    unfinished = align(uses, finished={"d1": ["Ana"], "d2": ["Ana", "Bo"]}, threshold=0.01)
    assert not unfinished.proposals
    assert set(unfinished.unmatched) == {("Ana", "trust"), ("Bo", "信任")}
    apart = align([use for use in uses if use.document != "d1"], names={("Bo", "信任"): "trust"})
    assert apart.proposals[0].evidence[0].overlap is None


def test_a_chain_of_half_alike_codes_is_not_one_code() -> None:
    uses = [
        *_uses("Ana", {"aaaa": [(0, 100)]}),
        *_uses("Bo", {"bbbb": [(40, 140)]}),
        *_uses("Chen", {"cccc": [(80, 180)]}),
    ]
    alignment = align(uses, weight=1.0, threshold=0.3)
    assert len(alignment.proposals) == 1
    assert len(alignment.proposals[0].members) == 2
    assert len(alignment.unmatched) == 1


def test_three_coders_meet_in_one_group_even_where_one_pair_is_weak() -> None:
    uses = [
        *_uses("Ana", {"aaaa": [(0, 100)]}),
        *_uses("Bo", {"bbbb": [(0, 80)]}),
        *_uses("Chen", {"cccc": [(0, 60)]}),
    ]
    (proposal,) = align(uses, weight=1.0).proposals
    assert len(proposal.members) == 3
    assert proposal.score == pytest.approx((0.8 + 0.6 + 0.75) / 3)


def test_a_broad_code_is_named_with_the_narrow_ones_it_covers() -> None:
    uses = [
        *_uses("Ana", {"resources": [(0, 100)], "other": [(300, 310)]}),
        *_uses("Bo", {"money": [(0, 60)], "people": [(60, 90)], "time": [(90, 110)]}),
    ]
    alignment = align(uses)
    (proposal,) = alignment.broader
    assert proposal.kind == "broader"
    assert proposal.members == (("Ana", "resources"), ("Bo", "money"), ("Bo", "people"))
    assert proposal.score == 1
    assert [evidence.shared for evidence in proposal.evidence] == [60, 30]
    assert (proposal.evidence[0].first_extent, proposal.evidence[0].second_extent) == (100, 60)
    assert _members(alignment.proposals) == {frozenset({("Ana", "resources"), ("Bo", "money")})}


def test_the_broad_code_may_be_of_the_coder_who_comes_later() -> None:
    uses = [*_uses("Ana", {"money": [(0, 60)], "people": [(60, 90)]}), *_uses("Bo", {"resources": [(0, 100)]})]
    (proposal,) = align(uses).broader
    assert proposal.members == (("Bo", "resources"), ("Ana", "money"), ("Ana", "people"))
    assert (proposal.evidence[0].first, proposal.evidence[0].first_extent, proposal.evidence[0].second_extent) == (
        ("Bo", "resources"),
        100,
        60,
    )


# what a lead accepts

TWO = [
    *_uses("Ana", {"trust": [(0, 10), (100, 120)], "cost": [(20, 30)], "time": [(200, 210)]}),
    *_uses("Bo", {"信任": [(0, 10), (100, 120)], "成本": [(20, 30)], "time": [(400, 410)]}),
]


def test_only_what_was_accepted_is_merged_and_names_stay_apart() -> None:
    alignment = align(TWO)
    first = next(i for i, proposal in enumerate(alignment.proposals) if ("Ana", "trust") in proposal.members)
    common = apply(alignment, [first])
    assert common["Ana", "trust"] == common["Bo", "信任"] == "trust"
    assert (common["Ana", "cost"], common["Bo", "成本"]) == ("cost", "成本")
    assert (common["Ana", "time"], common["Bo", "time"]) == ("time (Ana)", "time (Bo)")
    assert apply(alignment, [])["Ana", "trust"] == "trust"
    assert set(common) == set(alignment.names)
    with pytest.raises(WrongArgument, match="proposals"):
        apply(alignment, [9])


def test_a_group_is_called_as_most_of_its_members_are() -> None:
    spans = {"Ana": "Vertrauen", "Bo": "trust", "Chen": "Trust"}
    uses = [use for coder, code in spans.items() for use in _uses(coder, {code: [(0, 50 if coder == "Ana" else 45)]})]
    common = apply(align(uses))
    assert set(common.values()) == {"Trust"}


@given(study=STUDY)
@settings(max_examples=30)
def test_common_codes_are_shared_within_a_proposal_and_nowhere_else(study: Any) -> None:
    alignment = align(_study(study))
    common = apply(alignment)
    groups: dict[str, set[Key]] = {}
    for key, code in common.items():
        groups.setdefault(code, set()).add(key)
    assert {frozenset(group) for group in groups.values() if len(group) > 1} == _members(alignment.proposals)


# agreement


def _aligned_study(
    documents: int = 6, *, noise: float = 0.0, seed: int = 1
) -> tuple[list[Use], dict[str, Any], dict[str, Any]]:
    """Return two coders who see the same four things under other names; with noise a share of units is coded at random."""
    generator = np.random.default_rng(seed)
    called = {"Ana": ["trust", "cost", "risk", "market"], "Bo": ["信任", "成本", "风险", "市场"]}
    uses = []
    for d in range(documents):
        for unit in range(20):
            seen = int(generator.integers(4))
            for coder, codes in called.items():
                code = codes[int(generator.integers(4)) if generator.random() < noise else seen]
                uses.append(Use(coder, code, f"d{d}", unit, unit + 1))
    units = {f"d{d}": [(i, i + 1) for i in range(20)] for d in range(documents)}
    return uses, units, {f"d{d}": ["Ana", "Bo"] for d in range(documents)}


def test_agreement_is_nothing_before_and_full_after_when_only_the_names_differed() -> None:
    uses, units, finished = _aligned_study()
    agreement = agreement_after_alignment(uses, apply(align(uses, finished=finished)), units, finished=finished)
    assert agreement.before.value is not None
    assert agreement.before.value < 0
    assert agreement.after.value == 1
    assert len(agreement.by_code) == 4
    assert all(alpha.value == 1 for alpha in agreement.by_code.values())
    assert agreement.alone == 0
    assert agreement.caution == CAUTION
    plain: Any = agreement.to_json()
    assert plain["after"]["value"] == 1


def test_a_finished_document_without_codes_counts_and_an_unfinished_one_does_not() -> None:
    uses = [Use("Ana", "trust", "d1", 0, 1), Use("Bo", "trust", "d1", 0, 1), Use("Ana", "cost", "d2", 0, 1)]
    units = {"d1": [(0, 1), (1, 2)], "d2": [(0, 1), (1, 2)]}
    common = {("Ana", "trust"): "trust", ("Bo", "trust"): "trust", ("Ana", "cost"): "cost"}
    both = agreement_after_alignment(uses, common, units, finished={"d1": ["Ana", "Bo"], "d2": ["Ana", "Bo"]})
    alone = agreement_after_alignment(uses, common, units, finished={"d1": ["Ana", "Bo"], "d2": ["Ana"]})
    assert (both.after.n_pairable, alone.after.n_pairable) == (4, 2)
    assert alone.after.value == 1
    assert both.after.value is not None
    assert both.after.value < 1
    assert both.alone == 1


def test_held_out_documents_agree_when_the_coders_see_the_same_and_not_when_they_code_at_random() -> None:
    uses, units, finished = _aligned_study()
    honest = held_out_agreement(uses, units, finished=finished)
    assert honest.value == 1
    assert sorted(d for half in honest.halves for d in half) == sorted(finished)
    uses, units, finished = _aligned_study(documents=5, noise=1.0)
    # With every pair accepted the same data flatter chance; documents that the alignment has not seen do not.
    seen = agreement_after_alignment(
        uses, apply(align(uses, finished=finished, threshold=0.01)), units, finished=finished
    )
    unseen = held_out_agreement(uses, units, finished=finished, threshold=0.01)
    assert seen.after.value is not None
    assert unseen.value is not None
    assert seen.after.value > 0.05
    assert abs(unseen.value) < seen.after.value
    assert [fold.n_units for fold in unseen.folds] == [20 * len(half) for half in unseen.halves] == [40, 60]


def test_a_half_is_measured_with_the_alignment_of_the_other_one() -> None:
    # In d1 Ana's x is Bo's p, in d2 it is Bo's q: each half contradicts the other.
    uses = [Use("Ana", "xxxx", d, i, i + 1) for d in ("d1", "d2") for i in range(5)]
    uses += [Use("Ana", "yyyy", d, i, i + 1) for d in ("d1", "d2") for i in range(5, 10)]
    uses += [
        Use("Bo", "pppp" if (d == "d1") == (i < 5) else "qqqq", d, i, i + 1) for d in ("d1", "d2") for i in range(10)
    ]
    units = {d: [(i, i + 1) for i in range(10)] for d in ("d1", "d2")}
    held_out = held_out_agreement(uses, units, finished={"d1": ["Ana", "Bo"], "d2": ["Ana", "Bo"]})
    assert held_out.value is not None
    assert held_out.value < -0.5
    assert held_out == held_out_agreement(uses, units, finished={"d1": ["Ana", "Bo"], "d2": ["Ana", "Bo"]})


def test_one_document_cannot_be_halved() -> None:
    uses, units, finished = _aligned_study(documents=1)
    held_out = held_out_agreement(uses, units, finished=finished)
    assert (held_out.value, held_out.reason, held_out.folds) == (None, "needs_2_documents", ())
    assert held_out.to_json()["reason"] == "needs_2_documents"


# what is refused, and what it looks like


def test_an_alignment_is_plain_data() -> None:
    plain: Any = align(TWO).to_json()
    assert plain["unmatched"] == []
    assert [sorted(proposal["members"]) for proposal in plain["proposals"]][-1] == [["Ana", "time"], ["Bo", "time"]]
    assert isinstance(plain["proposals"][0]["members"][0], list)
    assert {"coder": "Bo", "code": "信任", "name": "信任", "extent": 30} in plain["codes"]
    assert align([]).proposals == ()


@pytest.mark.parametrize("given_", [{"weight": 1.5}, {"threshold": 0.0}, {"uses": [Use("Ana", "trust", "d1", 5, 5)]}])
def test_wrong_arguments_are_refused_in_words(given_: dict[str, Any]) -> None:
    with pytest.raises(WrongArgument, match=" "):
        align(**({"uses": []} | given_))


def test_a_code_without_a_common_code_is_named() -> None:
    with pytest.raises(WrongArgument, match="The code trust of Ana"):
        agreement_after_alignment([Use("Ana", "trust", "d1", 0, 1)], {}, {}, finished={})
