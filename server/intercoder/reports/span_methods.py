"""The paragraph for the methods section of a report by free span, in the language spoken now."""

from collections.abc import Sequence

from intercoder.language import gettext, grouped, sentences
from intercoder.reports.independence import all_independent, exposure_notes
from intercoder.reports.mapping import mapping_notes
from intercoder.reports.methods import TENTATIVE, interval_clause, who
from intercoder.reports.names import codes_of
from intercoder.reports.numbers import number, percent
from intercoder.reports.spans import independence_of_spans
from intercoder.services.provenance import Provenance
from intercoder.services.results import Summary
from intercoder.stats.spans.digest import CodeRow, SpanDigest


def below_of_spans(codes: Sequence[CodeRow]) -> tuple[int, int]:
    """Return how many codes in use have a |u-alpha below .667, and how many have one at all."""
    values = [row.alpha.value for row in codes if row.alpha.value is not None]
    return sum(value < TENTATIVE for value in values), len(values)


def span_methods_paragraph(made: Provenance, summary: Summary, whole: SpanDigest, codes: Sequence[CodeRow]) -> str:
    """Return the ready-to-paste paragraph."""
    low, measured = below_of_spans(codes)
    return sentences(
        who(made, summary),
        gettext(
            "The unit is the free span: coders marked any stretch of words, and what was compared is which characters carry which "
            "codes ({level}); text that a coder finished and left unmarked counts as unmarked.",
            level=codes_of(made.level),
        ),
        _headline(whole),
        _of_pairs(whole),
        gettext("Of {measured} codes in use, {below} had a |u-alpha below .667.", measured=measured, below=low)
        if measured
        else "",
        *(gettext("Counted: {note}.", note=note) for note in mapping_notes(made.mapping, made.codings_waiting)),
        "" if all_independent(made) else independence_of_spans(made, summary, whole).sentence,
        *(note.sentence for note in exposure_notes(made)),
        gettext("Computed with {software}.", software=made.software),
    )


def _headline(whole: SpanDigest) -> str:
    first = whole.first
    counts = {
        "n": grouped(whole.length),
        "documents": whole.compared_documents,
        "alpha": number(first.value, 2),
        "interval": interval_clause(first.interval),
    }
    if first.value is None:
        return gettext("For free spans Krippendorff’s alpha is undefined for these data.")
    if whole.headline == "u_alpha":
        return gettext(
            "Over {n} characters of {documents} documents that at least two coders finished, Krippendorff’s u-alpha for free spans was "
            "{alpha} (nominal{interval}); |u-alpha for coded or not was {marked}, cu-alpha for the code where both coded {cu} "
            "(Krippendorff, Mathet, Bouvry & Widlöcher, 2016).",
            marked=number(whole.overall["bar_u_alpha"].value, 2),
            cu=number(whole.overall["cu_alpha"].value, 2),
            **counts,
        )
    return gettext(
        "Over {n} characters of {documents} documents that at least two coders finished, and as several codes may lie on the same text, "
        "each code was compared against everything else: |u-alpha was {alpha} on average over {codes} codes (unweighted{interval}), "
        "and {marked} for coded or not, whatever the code (Krippendorff, Mathet, Bouvry & Widlöcher, 2016).",
        codes=first.parameters["codes"],
        marked=number(whole.overall["any_code_u_alpha"].value, 2),
        **counts,
    )


def _of_pairs(whole: SpanDigest) -> str:
    if not whole.f1.total or whole.kappa.value is None:
        return ""
    return gettext(
        "By pairs of coders, Cohen’s kappa over characters was {kappa} on average over codes and pairs, {segments} of the segments had a "
        "counterpart with an overlap of {threshold} or more, and F1 was {exact} for spans with the same ends and {overlap} for spans "
        "that overlap.",
        kappa=number(whole.kappa.value, 2),
        segments=percent(whole.segments.share),
        threshold=percent(whole.threshold, 0),
        exact=number(whole.f1.exact, 2),
        overlap=number(whole.f1.overlap, 2),
    )
