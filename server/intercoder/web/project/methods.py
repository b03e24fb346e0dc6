"""The sentence for the methods section, in both languages, from the provenance of a report."""

from babel.numbers import format_decimal

from intercoder.errors import marked
from intercoder.services.results import Provenance, Summary
from intercoder.web.i18n import LANGUAGES, catalogue

_INTRO = marked(
    "{coders} coders independently coded {documents} documents (codebook version {version}); {compared} documents "
    "were finished by at least two of them. Each {unit} is a unit whose value is its set of codes ({level}); a coded "
    "span counts for every unit it touches."
)
_ALPHA = marked(
    "Over {n} units coded by two or more coders, Krippendorff’s alpha was {alpha} (nominal, on exact code sets{ci})"
    "{masi}; the coders agreed on {percent} % of the units."
)
_NO_ALPHA = marked("Krippendorff’s alpha is undefined for these data.")
_CI = marked("; 95 % bootstrap interval [{low}, {high}], {resamples} resamples by {cluster}, seed {seed}")
_MASI = marked(" and {masi} with the MASI distance between sets")
_BELOW = marked("Of {measured} codes in use, {below} had an alpha below .667.")
_SOFTWARE = marked("Computed from the coders’ independent work, before any discussion, with {software}.")
_UNITS = {"sentence": marked("sentence"), "paragraph": marked("paragraph")}
_LEVELS = {
    "as_coded": marked("as applied"),
    "label": marked("labels"),
    "concept": marked("first-order concepts"),
    "theme": marked("second-order themes"),
    "construct": marked("aggregate constructs"),
}
_CLUSTERS = {"document": marked("document"), "unit": marked("unit")}


def methods_sentence(language: str, made: Provenance, summary: Summary, *, measured: int, below: int) -> str:
    """Return the ready-to-paste sentences in ``language``, whatever the language of the page."""
    say = catalogue(language).gettext
    locale = LANGUAGES[language][1]

    def figure(value: float, digits: int = 2) -> str:
        return str(format_decimal(value, "#,##0." + "0" * digits if digits else "#,##0", locale=locale))

    alpha, masi, percent = summary.overall["alpha"], summary.overall.get("masi"), summary.overall["percent"]
    parts = [
        say(_INTRO).format(
            coders=len(summary.coders),
            documents=len(summary.documents),
            compared=summary.compared_documents,
            version=made.codebook_version,
            unit=say(_UNITS[made.unit]),
            level=say(_LEVELS[made.level]),
        )
    ]
    if alpha.value is None or percent.value is None:
        parts.append(say(_NO_ALPHA))
    else:
        interval = alpha.interval
        ci = (
            say(_CI).format(
                low=figure(interval.low),
                high=figure(interval.high),
                resamples=figure(interval.resamples, 0),
                cluster=say(_CLUSTERS[interval.clustered_by or "unit"]),
                seed=made.seed,
            )
            if interval
            else ""
        )
        with_masi = say(_MASI).format(masi=figure(masi.value)) if masi and masi.value is not None else ""
        parts.append(
            say(_ALPHA).format(
                n=figure(alpha.n_pairable, 0),
                alpha=figure(alpha.value),
                ci=ci,
                masi=with_masi,
                percent=figure(100 * percent.value, 1),
            )
        )
    if measured:
        parts.append(say(_BELOW).format(measured=measured, below=below))
    parts.append(say(_SOFTWARE).format(software=made.software))
    return ("" if language == "zh" else " ").join(parts)
