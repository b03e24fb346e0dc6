"""Which coefficient fits a design: rules as data, each with the sentence that says why."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias, get_args

from intercoder.errors import WrongArgument, marked
from intercoder.stats.results import Json, Plain, plain, plain_fields

UnitKind: TypeAlias = Literal["units", "spans"]
Scale: TypeAlias = Literal["nominal", "ordinal", "interval", "ratio"]
Role: TypeAlias = Literal["headline", "beside", "avoid"]

#: Why a coefficient is recommended, or not: reason key -> sentence.
WHY: Mapping[str, str] = MappingProxyType(
    {
        "one_coder": marked(
            "One coder cannot agree with anybody; coding some units again later shows how stable the coding is."
        ),
        "any_coders_any_gaps": marked("It takes any number of coders and leaves room for missing values."),
        "ordered_values": marked(
            "The values are ordered, so neighbours count as nearer than values far apart; the order comes from the codebook."
        ),
        "numbers": marked("The values are numbers, so their distances count."),
        "several_codes": marked(
            "A unit can carry several codes: each code is a yes or no of its own, and the table by code shows where the trouble is."
        ),
        "sets_in_one_number": marked(
            "One number for whole sets of codes; sets that share codes count as partly agreeing."
        ),
        "sets_by_their_author": marked(
            "Krippendorff’s own coefficient for units with several codes: sets that share codes agree in part, and chance draws codes."
        ),
        "context": marked("It is not corrected for chance: context beside the coefficient, never alone."),
        "one_category_dominates": marked(
            "One category dominates, so alpha has little variation to work with; AC1 depends less on that."
        ),
        "journal_two_coders": marked("The journal asks for kappa, and there are exactly two coders."),
        "journal_kappa_by_code": marked(
            "The journal asks for kappa: by code, as a unit can carry several; never its mean without the table."
        ),
        "journal_more_coders": marked(
            "The journal asks for kappa, and there are more than two coders: it is close to alpha, without the correction for small samples."
        ),
        "journal_spans": marked(
            "The journal asks for kappa, and free spans have it only over characters, pair by pair and code by code."
        ),
        "two_coders_only": marked(
            "It compares exactly two coders; a mean over pairs hides who differs from the others."
        ),
        "order_ignored": marked("It takes a small difference for as bad as a large one."),
        "spans_do_not_overlap": marked(
            "No coder puts two codes on the same text, so the whole text can be compared, gaps included."
        ),
        "relevance": marked("It asks only whether the same text was marked, whatever the code."),
        "both_marked": marked(
            "It compares the codes where both marked the text; read it with the share of the text that this is."
        ),
        "spans_overlap": marked(
            "Codes of one coder overlap, so each code is compared by itself: marked or not, along the text."
        ),
        "segments": marked("It counts segments found by both coders and is easy to trace in the text."),
        "undefined_when_overlapping": marked("It is undefined where the spans of one coder overlap."),
        "nvivo_habit": marked("It is what NVivo shows; characters are not independent, so it has no interval."),
        "private_labels": marked(
            "With own code lists the labels differ by design; it compares them after they were aligned, on documents that the alignment has not seen."
        ),
        "labels_differ_by_design": marked("The coders invented the labels, so equal names would be chance."),
        "same_places": marked("It asks only whether the same places were coded, whatever the label."),
    }
)

#: What to print with any coefficient: caution key -> sentence.
CAUTIONS: Mapping[str, str] = MappingProxyType(
    {
        "not_validity": marked("Agreement is not validity: coders can agree and be wrong."),
        "independent_first": marked(
            "The figures must come from independent work, before the coders discussed their differences."
        ),
        "not_the_building_data": marked(
            "Agreement on documents with which the codebook was built is too high; use other documents."
        ),
        "some_traditions_refuse": marked(
            "Some traditions, reflexive thematic analysis among them, do without coefficients; the list of disagreements is of use without any number."
        ),
        "no_bands": marked(
            "Names for ranges of a coefficient are conventions that ignore prevalence and sample size; read the interval."
        ),
        "open_labels": marked(
            "In open coding labels differ by design: measure on the agreed codebook, or on segments."
        ),
        "table_before_mean": marked("Never average over codes without showing the table by code."),
        "rare_codes": marked("A rare code has an unstable alpha: look at its positive values, not at the mean."),
        "characters_depend": marked(
            "Figures over characters weigh long spans more than short ones; intervals come from documents."
        ),
        "these_coders": marked("The figures hold for these coders; others may agree less."),
    }
)


@dataclass(frozen=True, slots=True)
class Design:
    """What is known about a study before anything is computed.

    ``unit``: given units, or free spans. ``scale``: of the values of a unit. ``several_codes``: a unit can
    carry several codes. ``overlapping``: one coder's spans can overlap. ``missing``: not every coder codes every
    unit. ``skewed``: one category holds about nine of ten values. ``private_codes``: open coding, every coder
    with an own list. ``wants_kappa``: the journal asks for it. ``used_nvivo``: the team compares with its figures.
    """

    coders: int
    unit: UnitKind = "units"
    scale: Scale = "nominal"
    several_codes: bool = False
    overlapping: bool = False
    missing: bool = False
    skewed: bool = False
    private_codes: bool = False
    wants_kappa: bool = False
    used_nvivo: bool = False

    def __post_init__(self) -> None:
        if self.coders < 1:
            raise WrongArgument("no_coder", "A design has at least one coder.")
        for given, choices in ((self.unit, get_args(UnitKind)), (self.scale, get_args(Scale))):
            if given not in choices:
                raise WrongArgument(
                    "unknown_choice",
                    "There is no {given} here; choose among: {choices}.",
                    given=given,
                    choices=", ".join(choices),
                )
        if self.scale != "nominal" and (self.several_codes or self.overlapping or self.private_codes):
            raise WrongArgument(
                "sets_have_no_scale", "Only one value per unit can be ordered or a number, not a set of codes."
            )


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One coefficient and its role: ``headline``, ``beside`` it, or ``avoid``; ``why`` is a key of ``WHY``.

    ``level``: the distance of ``krippendorff_alpha`` and of ``cu_alpha``, None elsewhere.
    """

    coefficient: str
    role: Role
    why: str
    level: str | None = None


@dataclass(frozen=True, slots=True)
class Advice(Plain):
    """Recommendations, the headline first and what to avoid last; ``cautions`` are keys of ``CAUTIONS``."""

    design: Design
    recommendations: tuple[Recommendation, ...]
    cautions: tuple[str, ...]

    @property
    def headline(self) -> Recommendation:
        """The coefficient to report first; every advice has exactly one."""
        return self.recommendations[0]

    def to_json(self) -> dict[str, Json]:
        """Return plain dictionaries with the (English) sentence beside each key."""
        return {
            "design": plain(self.design),
            "recommendations": [
                plain_fields(recommendation) | {"sentence": WHY[recommendation.why]}
                for recommendation in self.recommendations
            ],
            "cautions": [{"caution": caution, "sentence": CAUTIONS[caution]} for caution in self.cautions],
        }


def advise(design: Design) -> Advice:
    """Return which coefficient to report for a design, what to show beside it, what to avoid, and why.

    Parameters
    ----------
    design
        what is known; a design that cannot be is refused when it is made.

    Returns
    -------
    Advice : exactly one headline. O(1).

    References
    ----------
    Krippendorff 2013, Content Analysis, 3rd ed. (alpha as the default, its levels); Krippendorff, Mathet, Bouvry &
    Widloecher 2016, doi 10.1007/s11135-015-0266-1 (spans); Krippendorff & Craggs 2016, doi
    10.1080/19312458.2016.1228863 (mv-alpha); Passonneau 2006 (MASI); Gwet 2014 (AC1); McDonald,
    Schoenebeck & Forte 2019, doi 10.1145/3359174, and O'Connor & Joffe 2020, doi 10.1177/1609406919899220 (when not).
    """
    if design.coders == 1:
        recommendations = [Recommendation("retest_alpha", "headline", "one_coder", _level(design))]
    elif design.private_codes:
        recommendations = _private(design)
    elif design.unit == "spans":
        recommendations = _spans(design)
    else:
        recommendations = _units(design)
    order = {role: place for place, role in enumerate(get_args(Role))}
    return Advice(
        design, tuple(sorted(recommendations, key=lambda recommendation: order[recommendation.role])), _cautions(design)
    )


def _level(design: Design) -> str:
    return "masi" if design.several_codes or design.private_codes or design.overlapping else design.scale


def _private(design: Design) -> list[Recommendation]:
    same_places = "bar_u_alpha" if design.unit == "spans" else "krippendorff_alpha_any_code"
    recommendations = [
        Recommendation("aligned_alpha", "headline", "private_labels", "masi"),
        Recommendation(same_places, "beside", "same_places"),
        Recommendation("krippendorff_alpha", "avoid", "labels_differ_by_design", "masi"),
    ]
    if design.wants_kappa:
        recommendations.append(Recommendation("cohen_kappa", "avoid", "labels_differ_by_design"))
    return recommendations


def _spans(design: Design) -> list[Recommendation]:
    if design.overlapping:
        recommendations = [
            Recommendation("binary_alpha_per_code", "headline", "spans_overlap"),
            Recommendation("segment_agreement", "beside", "segments"),
            Recommendation("u_alpha", "avoid", "undefined_when_overlapping"),
            Recommendation("cu_alpha", "avoid", "undefined_when_overlapping"),
        ]
    else:
        recommendations = [
            Recommendation("u_alpha", "headline", "spans_do_not_overlap"),
            Recommendation("bar_u_alpha", "beside", "relevance"),
            Recommendation("cu_alpha", "beside", "both_marked", design.scale),
        ]
    if design.wants_kappa or design.used_nvivo:
        recommendations.append(
            Recommendation("char_kappa", "beside", "journal_spans" if design.wants_kappa else "nvivo_habit")
        )
    return recommendations


def _units(design: Design) -> list[Recommendation]:
    if design.several_codes:
        recommendations = [
            Recommendation("krippendorff_alpha_per_code", "headline", "several_codes"),
            Recommendation("mv_alpha", "beside", "sets_by_their_author"),
            Recommendation("krippendorff_alpha", "beside", "sets_in_one_number", "masi"),
        ]
    else:
        why = {"nominal": "any_coders_any_gaps", "ordinal": "ordered_values"}.get(design.scale, "numbers")
        recommendations = [Recommendation("krippendorff_alpha", "headline", why, design.scale)]
    recommendations.append(Recommendation("percent_agreement", "beside", "context"))
    if design.skewed:
        recommendations.append(Recommendation("gwet_ac1", "beside", "one_category_dominates"))
    if design.scale != "nominal":
        recommendations.append(Recommendation("krippendorff_alpha", "avoid", "order_ignored", "nominal"))
    return [*recommendations, *_kappas(design)]


def _kappas(design: Design) -> list[Recommendation]:
    if design.coders > 2:
        recommendations = [Recommendation("cohen_kappa", "avoid", "two_coders_only")]
        if design.wants_kappa:
            why = "journal_kappa_by_code" if design.several_codes else "journal_more_coders"
            recommendations.append(Recommendation("fleiss_kappa", "beside", why))
        return recommendations
    if not design.wants_kappa:
        return []
    if design.several_codes:
        return [Recommendation("cohen_kappa", "beside", "journal_kappa_by_code")]
    return [Recommendation("cohen_kappa", "beside", "journal_two_coders")]


def _cautions(design: Design) -> tuple[str, ...]:
    cautions = ["not_validity"]
    if design.coders > 1:
        cautions += ["independent_first", "not_the_building_data", "these_coders"]
    if design.private_codes:
        cautions.append("open_labels")
    if design.several_codes or design.overlapping:
        cautions.append("table_before_mean")
    if design.skewed:
        cautions.append("rare_codes")
    if design.unit == "spans":
        cautions.append("characters_depend")
    return (*cautions, "no_bands", "some_traditions_refuse")
