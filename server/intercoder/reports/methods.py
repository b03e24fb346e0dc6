"""The paragraph for the methods section, from the provenance of a report, in the language spoken now."""

from collections.abc import Sequence

from intercoder.language import gettext, grouped, inline, listed, sentences, translate
from intercoder.reports.choices import choice_notes
from intercoder.reports.independence import all_independent, exposure_notes, independence_note
from intercoder.reports.mapping import mapping_notes
from intercoder.reports.names import DRAWN, codes_of
from intercoder.reports.numbers import number
from intercoder.reports.words import word
from intercoder.services.provenance import Provenance
from intercoder.services.results import Summary
from intercoder.stats.agreement.results import CodeAgreement, CodeBrief
from intercoder.stats.results import Estimate, Interval

#: below this alpha Krippendorff (2004) accepts no conclusion
TENTATIVE = 0.667


def below(codes: Sequence[CodeAgreement | CodeBrief]) -> tuple[int, int]:
    """Return how many codes in use have an alpha below .667, and how many have one at all."""
    values = [row.alpha for row in codes if row.units_used]
    measured = [value for value in values if value is not None]
    return sum(value < TENTATIVE for value in measured), len(measured)


def methods_paragraph(made: Provenance, summary: Summary, codes: Sequence[CodeAgreement | CodeBrief]) -> str:
    """Return the ready-to-paste paragraph."""
    low, measured = below(codes)
    return sentences(
        who(made, summary),
        gettext(
            "Each {unit} is a unit whose value is its set of codes ({level}); a unit has a code when a coding with it covers at "
            "least half of the unit, or when at least half of that coding lies in the unit.",
            unit=inline(word("unit", made.unit)),
            level=codes_of(made.level),
        ),
        _alpha(summary),
        gettext("Of {measured} codes in use, {below} had an alpha below .667.", measured=measured, below=low)
        if measured
        else "",
        *(gettext("Counted: {note}.", note=note) for note in mapping_notes(made.mapping, made.codings_waiting)),
        *choice_notes(made),
        "" if all_independent(made) else independence_note(made, summary).sentence,
        *(note.sentence for note in exposure_notes(made)),
        gettext("Computed with {software}.", software=made.software),
    )


def who(made: Provenance, summary: Summary) -> str:
    """Return who coded what; "independently" is said only where it is computed."""
    counts = {
        "coders": len(summary.coders),
        "documents": len(summary.documents),
        "codebook": gettext("open coding, without a codebook")
        if made.codebook_version is None
        else gettext("codebook version {version}", version=made.codebook_version),
        "compared": summary.compared_documents,
    }
    if all_independent(made):
        return gettext(
            "{coders} coders independently coded {documents} documents ({codebook}), none of them able to see "
            "another’s work on a document before the own was submitted; {compared} documents were finished by at least two.",
            **counts,
        )
    return gettext(
        "{coders} coders coded {documents} documents ({codebook}); {compared} documents were finished by at "
        "least two of them.",
        **counts,
    )


def _alpha(summary: Summary) -> str:
    alpha, percent = summary.overall["alpha"], summary.overall["percent"]
    if alpha.value is None or percent.value is None:
        return gettext("Krippendorff’s alpha is undefined for these data.")
    if summary.several_codes:
        return _several(summary, alpha, percent)
    return gettext(
        "Over {n} units coded by two or more coders, Krippendorff’s alpha was {alpha} (nominal, on exact code sets{interval})"
        "{mv}{masi}; the coders agreed on {percent} % of the units.",
        n=grouped(alpha.n_pairable),
        alpha=number(alpha.value, 2),
        interval=interval_clause(alpha.interval),
        mv=_mv_alpha(summary.overall.get("mv_alpha")),
        masi=_masi(summary.overall.get("masi")),
        percent=number(100 * percent.value, 1),
    )


def _several(summary: Summary, alpha: Estimate, percent: Estimate) -> str:
    """Return the same where units hold several codes: what is made for that comes first, alpha over whole sets last."""
    mv, masi = summary.overall.get("mv_alpha"), summary.overall.get("masi")
    known = [
        gettext("mv-alpha for units with several codes was {value}", value=number(mv.value, 2))
        + _brackets(interval_clause(mv.interval))
        if mv is not None and mv.value is not None
        else "",
        gettext("alpha with the MASI distance between sets was {value}", value=number(masi.value, 2))
        if masi is not None and masi.value is not None
        else "",
        gettext("alpha on exact code sets was {value}", value=number(alpha.value, 2))
        + _brackets(interval_clause(alpha.interval)),
    ]
    return gettext(
        "Units may hold several codes. Over {n} units coded by two or more coders, {figures}; the coders agreed exactly on "
        "{percent} % of the units.",
        n=grouped(alpha.n_pairable),
        figures=listed([one for one in known if one]),
        percent=number(100 * (percent.value or 0.0), 1),
    )


def _brackets(interval: str) -> str:
    return gettext(" ({said})", said=interval.lstrip("; ")) if interval else ""


def interval_clause(interval: Interval | None) -> str:
    """Return an interval and how it was made, to stand behind a number; empty without one."""
    if interval is None:
        return ""
    return gettext(
        "; 95 % bootstrap interval [{low}, {high}], {resamples} resamples of {drawn}, seed {seed}",
        low=number(interval.low, 2),
        high=number(interval.high, 2),
        resamples=grouped(interval.resamples),
        drawn=translate(DRAWN[interval.clustered_by or "unit"]),
        seed=interval.seed,
    )


def _mv_alpha(mv: Estimate | None) -> str:
    if mv is None or mv.value is None:
        return ""
    return gettext(", mv-alpha for units with several codes {mv}", mv=number(mv.value, 2))


def _masi(masi: Estimate | None) -> str:
    if masi is None or masi.value is None:
        return ""
    return gettext(" and {masi} with the MASI distance between sets", masi=number(masi.value, 2))
