"""The sentence for the methods section, in both languages, from the provenance of a report."""

from babel.numbers import format_decimal

from intercoder.services.results import Provenance, Summary
from intercoder.stats.results import gettext_noop
from intercoder.web.i18n import LANGUAGES, catalogue

_INTRO = gettext_noop(
    "%(coders)s coders independently coded %(documents)s documents (codebook version %(version)s); %(compared)s documents "
    "were finished by at least two of them. Each %(unit)s is a unit whose value is its set of codes (%(level)s); a coded "
    "span counts for every unit it touches."
)
_ALPHA = gettext_noop(
    "Over %(n)s units coded by two or more coders, Krippendorff’s alpha was %(alpha)s (nominal, on exact code sets%(ci)s)"
    "%(masi)s; the coders agreed on %(percent)s %% of the units."
)
_NO_ALPHA = gettext_noop("Krippendorff’s alpha is undefined for these data.")
_CI = gettext_noop(
    "; 95 %% bootstrap interval [%(low)s, %(high)s], %(resamples)s resamples by %(cluster)s, seed %(seed)s"
)
_MASI = gettext_noop(" and %(masi)s with the MASI distance between sets")
_BELOW = gettext_noop("Of %(measured)s codes in use, %(below)s had an alpha below .667.")
_SOFTWARE = gettext_noop("Computed from the coders’ independent work, before any discussion, with %(software)s.")
_UNITS = {"sentence": gettext_noop("sentence"), "paragraph": gettext_noop("paragraph")}
_LEVELS = {
    "as_coded": gettext_noop("as applied"),
    "label": gettext_noop("labels"),
    "concept": gettext_noop("first-order concepts"),
    "theme": gettext_noop("second-order themes"),
    "construct": gettext_noop("aggregate constructs"),
}
_CLUSTERS = {"document": gettext_noop("document"), "unit": gettext_noop("unit")}


def methods_sentence(language: str, made: Provenance, summary: Summary, *, measured: int, below: int) -> str:
    """Return the ready-to-paste sentences in ``language``, whatever the language of the page."""
    say = catalogue(language).gettext
    locale = LANGUAGES[language][1]

    def figure(value: float, digits: int = 2) -> str:
        return str(format_decimal(value, "#,##0." + "0" * digits if digits else "#,##0", locale=locale))

    alpha, masi, percent = summary.overall["alpha"], summary.overall.get("masi"), summary.overall["percent"]
    parts = [
        say(_INTRO)
        % {
            "coders": len(summary.coders),
            "documents": len(summary.documents),
            "compared": summary.compared_documents,
            "version": made.codebook_version,
            "unit": say(_UNITS[made.unit]),
            "level": say(_LEVELS[made.level]),
        }
    ]
    if alpha.value is None or percent.value is None:
        parts.append(say(_NO_ALPHA))
    else:
        interval = alpha.interval
        ci = (
            say(_CI)
            % {
                "low": figure(interval.low),
                "high": figure(interval.high),
                "resamples": figure(interval.resamples, 0),
                "cluster": say(_CLUSTERS[interval.clustered_by or "unit"]),
                "seed": made.seed,
            }
            if interval
            else ""
        )
        with_masi = say(_MASI) % {"masi": figure(masi.value)} if masi and masi.value is not None else ""
        parts.append(
            say(_ALPHA)
            % {
                "n": figure(alpha.n_pairable, 0),
                "alpha": figure(alpha.value),
                "ci": ci,
                "masi": with_masi,
                "percent": figure(100 * percent.value, 1),
            }
        )
    if measured:
        parts.append(say(_BELOW) % {"measured": measured, "below": below})
    parts.append(say(_SOFTWARE) % {"software": made.software})
    return ("" if language == "zh" else " ").join(parts)
