"""Which coefficient fits which design: every rule once."""

from itertools import product
from typing import Any

import pytest

from intercoder.errors import WrongArgument
from intercoder.stats.planning.advice import CAUTIONS, WHY, Design, advise


def _of(role: str, **design: Any) -> set[tuple[str, str | None]]:
    return {
        (recommendation.coefficient, recommendation.level)
        for recommendation in advise(Design(**design)).recommendations
        if recommendation.role == role
    }


def _why(coefficient: str, **design: Any) -> str:
    (why,) = [
        recommendation.why
        for recommendation in advise(Design(**design)).recommendations
        if recommendation.coefficient == coefficient
    ]
    return why


@pytest.mark.parametrize("missing", [False, True])
@pytest.mark.parametrize("coders", [2, 3, 10])
def test_the_default_is_nominal_alpha_for_any_number_of_coders_with_gaps_or_without(coders: int, missing: bool) -> None:
    advice = advise(Design(coders, missing=missing))
    assert (advice.headline.coefficient, advice.headline.level) == ("krippendorff_alpha", "nominal")
    assert advice.headline.why == "any_coders_any_gaps"


@pytest.mark.parametrize(
    ("scale", "why"), [("ordinal", "ordered_values"), ("interval", "numbers"), ("ratio", "numbers")]
)
def test_ordered_codes_and_numbers_get_alpha_of_their_level_and_not_the_nominal_one(scale: str, why: str) -> None:
    design: dict[str, Any] = {"coders": 3, "scale": scale}
    headline = advise(Design(**design)).headline
    assert (headline.coefficient, headline.level, headline.why) == ("krippendorff_alpha", scale, why)
    assert ("krippendorff_alpha", "nominal") in _of("avoid", **design)


def test_several_codes_per_unit_are_read_code_by_code_with_mv_alpha_and_masi_as_summaries() -> None:
    assert _of("headline", coders=3, several_codes=True) == {("krippendorff_alpha_per_code", None)}
    assert {("krippendorff_alpha", "masi"), ("mv_alpha", None)} <= _of("beside", coders=3, several_codes=True)
    assert "table_before_mean" in advise(Design(3, several_codes=True)).cautions


def test_spans_that_do_not_overlap_have_the_u_alpha_family() -> None:
    assert _of("headline", coders=3, unit="spans") == {("u_alpha", None)}
    assert _of("beside", coders=3, unit="spans") == {("bar_u_alpha", None), ("cu_alpha", "nominal")}
    assert ("cu_alpha", "ordinal") in _of("beside", coders=3, unit="spans", scale="ordinal")


def test_overlapping_spans_are_read_code_by_code_with_segments_beside_and_never_by_u_alpha() -> None:
    design: dict[str, Any] = {"coders": 3, "unit": "spans", "overlapping": True}
    assert _of("headline", **design) == {("binary_alpha_per_code", None)}
    assert _of("beside", **design) == {("segment_agreement", None)}
    assert {name for name, _ in _of("avoid", **design)} == {"u_alpha", "cu_alpha"}


def test_cohens_kappa_stands_beside_alpha_only_for_two_coders_and_only_when_it_is_wanted() -> None:
    assert _why("cohen_kappa", coders=2, wants_kappa=True) == "journal_two_coders"
    assert ("cohen_kappa", None) in _of("beside", coders=2, wants_kappa=True)
    assert not {"cohen_kappa", "fleiss_kappa"} & {
        recommendation.coefficient for recommendation in advise(Design(2)).recommendations
    }
    assert ("cohen_kappa", None) in _of("avoid", coders=3)
    assert ("cohen_kappa", None) in _of("avoid", coders=3, wants_kappa=True)


def test_more_coders_whose_journal_wants_kappa_get_that_of_fleiss_beside_alpha() -> None:
    assert _why("fleiss_kappa", coders=4, wants_kappa=True) == "journal_more_coders"
    assert ("fleiss_kappa", None) in _of("beside", coders=4, wants_kappa=True)


@pytest.mark.parametrize(("coders", "kappa"), [(2, "cohen_kappa"), (3, "fleiss_kappa")])
def test_with_several_codes_per_unit_kappa_goes_by_code(coders: int, kappa: str) -> None:
    assert _why(kappa, coders=coders, several_codes=True, wants_kappa=True) == "journal_kappa_by_code"


def test_a_dominating_category_adds_ac1_and_a_caution() -> None:
    assert ("gwet_ac1", None) in _of("beside", coders=2, skewed=True)
    assert ("gwet_ac1", None) not in _of("beside", coders=2)
    assert "rare_codes" in advise(Design(2, skewed=True)).cautions


def test_habits_of_nvivo_and_journals_get_the_kappa_over_characters_for_spans() -> None:
    assert _why("char_kappa", coders=2, unit="spans", overlapping=True, used_nvivo=True) == "nvivo_habit"
    assert _why("char_kappa", coders=2, unit="spans", wants_kappa=True) == "journal_spans"
    assert ("char_kappa", None) not in _of("beside", coders=2, unit="spans")


@pytest.mark.parametrize(("unit", "places"), [("spans", "bar_u_alpha"), ("units", "krippendorff_alpha_any_code")])
def test_private_codes_are_measured_after_alignment_or_by_place_never_by_label(unit: str, places: str) -> None:
    design: dict[str, Any] = {"coders": 3, "unit": unit, "private_codes": True, "wants_kappa": True}
    assert _of("headline", **design) == {("aligned_alpha", "masi")}
    assert _of("beside", **design) == {(places, None)}
    assert _of("avoid", **design) == {("krippendorff_alpha", "masi"), ("cohen_kappa", None)}
    assert "open_labels" in advise(Design(**design)).cautions


def test_one_coder_alone_is_compared_with_an_earlier_self() -> None:
    advice = advise(Design(1, several_codes=True))
    assert [(recommendation.coefficient, recommendation.level) for recommendation in advice.recommendations] == [
        ("retest_alpha", "masi")
    ]
    assert "independent_first" not in advice.cautions


def test_percent_agreement_is_context_and_never_the_headline() -> None:
    assert ("percent_agreement", None) in _of("beside", coders=2)
    assert _why("percent_agreement", coders=2) == "context"


def test_every_design_gets_one_headline_first_and_every_sentence_is_used() -> None:
    used: set[str] = set()
    cautions: set[str] = set()
    flags = ("several_codes", "overlapping", "missing", "skewed", "private_codes", "wants_kappa", "used_nvivo")
    for coders, unit, scale in product((1, 2, 3), ("units", "spans"), ("nominal", "ordinal", "interval", "ratio")):
        for given in product((False, True), repeat=len(flags)):
            chosen: dict[str, Any] = dict(zip(flags, given, strict=True))
            try:
                design = Design(coders, unit, scale, **chosen)  # type: ignore[arg-type]
            except WrongArgument:
                continue
            advice = advise(design)
            roles = [recommendation.role for recommendation in advice.recommendations]
            assert roles[0] == "headline"
            assert roles.count("headline") == 1
            assert roles == sorted(roles, key=["headline", "beside", "avoid"].index)
            names = [(recommendation.coefficient, recommendation.level) for recommendation in advice.recommendations]
            assert len(names) == len(set(names))
            used |= {recommendation.why for recommendation in advice.recommendations}
            cautions |= set(advice.cautions)
            assert {"not_validity", "no_bands", "some_traditions_refuse"} <= set(advice.cautions)
    assert used == set(WHY)
    assert cautions == set(CAUTIONS)


def test_advice_is_plain_data_with_its_sentences() -> None:
    plain: Any = advise(Design(2, skewed=True)).to_json()
    assert plain["recommendations"][0]["sentence"].endswith(".")
    assert plain["design"]["skewed"] is True
    assert plain["cautions"][0] == {"caution": "not_validity", "sentence": CAUTIONS["not_validity"]}


@pytest.mark.parametrize(
    "given", [{"coders": 0}, {"coders": 2, "unit": "pages"}, {"coders": 2, "scale": "ordinal", "several_codes": True}]
)
def test_a_design_that_cannot_be_is_refused_in_words(given: dict[str, Any]) -> None:
    with pytest.raises(WrongArgument, match=" "):
        Design(**given)
