"""reliability: how far coders agree in any file, without a server."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, cast

import click

from intercoder.cli.options import FileOptions, check_files, listed, reads_a_file, taken
from intercoder.stats.tree import Level
from intercoder.text.units import Unit

if TYPE_CHECKING:
    from intercoder.interchange.codes import CodeList
    from intercoder.interchange.reading import Wishes
    from intercoder.interchange.shapes import Shaped
    from intercoder.reports import Asked, Report
    from intercoder.reports.files import Source
    from intercoder.stats.agreement.distances import Measurement

METRICS = ("nominal", "ordinal", "interval", "ratio", "jaccard", "masi", "tree")
OF_SETS = ("nominal", "jaccard", "masi", "tree")
TABLES = ("code", "pair", "document", "coder")


@dataclass(frozen=True)
class Options(FileOptions):
    """The options of the command, as click checked them; see their help."""

    level: str | None
    multi: bool
    by: tuple[str, ...] | None
    weights: Literal["linear", "quadratic", "ordinal"] | None
    resamples: int
    seed: int
    method: Literal["percentile", "bca"]
    unit: str
    threshold: float
    lengths: str | None
    coders: str | None
    crosstab: bool


_HELP = """\
Compute how far coders agree in FILE: every coefficient with an interval, or the reason why there is none.

FILE is csv, tsv or xlsx (- is the standard input); its first row holds the names of the columns, in English or
Chinese. What it was taken for is said first. No server is needed, and nothing is sent anywhere.

\b
RATINGS, LONG: one row for each decision
    unit,coder,value          单元,编码者,取值
    s1,Lin,trust              s1,林,信任
    s1,Wei,control            s1,魏,控制
  An empty value, NA and an absent row are missing.

\b
RATINGS, WIDE: one row for each unit, one column for each coder
    unit,Lin,Wei
    s1,trust,control
    s2,trust,NA
  An empty cell and NA are missing. A column document groups the units.

\b
SEVERAL CODES IN A UNIT (--multi)
    unit,coder,value
    s1,Lin,trust;risk
    s2,Lin,
  Long: an empty value is the empty set ("finished, no code"), an absent
  row is missing. Wide: an empty cell is the empty set, NA is missing.

\b
SPANS: one row for each coded passage
    document,coder,start,end,code     资料,编码员,起点,终点,编码
    d1,Lin,0,120,trust                d1,林,0,120,信任
    d1,Wei,,,                         d1,魏,,,
  Offsets count characters from 0; end is the one after the last. A column
  length or --lengths says how long a document is. A coder who finished a
  document without a span has a row without one, or is in --coders.

\b
COUNTS: how many coders gave a unit each category (--counts)
    unit,positive,negative            单元,正面,负面
    s1,4,1                            s1,4,1

\b
CROSS TABLE of two coders (--crosstab)
    ,trust,control                    ,信任,控制
    trust,20,5                        信任,20,5
    control,3,12                      控制,3,12

\b
TURNED: one row for each coder, one column for each unit (--format turned)
    coder,s1,s2,s3                    编码员,s1,s2,s3
    Lin,trust,control,trust           林,信任,控制,信任

Columns that are no coders (序号, text, notes, agreed code, date, …) are left out and named. What programs write for a missing
value is missing and counted. Where two readings are plausible and give different numbers, the file is refused with both, and
the option for each: --columns, --unit-column, --missing, --counts, --crosstab, --format, --no-header, --separator.

\b
EXAMPLES
  intercoder reliability ratings.csv
  intercoder reliability ratings.csv --columns Lin,Wei --missing=NA,99
  intercoder reliability ratings.xlsx --level ordinal --codes scale.txt
  intercoder reliability codes.csv --multi --by code,pair,coder
  intercoder reliability labels.csv --multi --codes tree.csv --level theme
  intercoder reliability spans.csv --lengths lengths.csv --output out.json

Exit status: 0 computed, 1 the file cannot be used (the reason is printed), 2 wrong options.
"""


@click.command(help=_HELP, short_help="How far coders agree, from a csv or xlsx file.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option(
    "--level",
    type=click.Choice([*METRICS, *(level.value for level in Level)]),
    help="How far two values are apart: nominal (the default), ordinal, interval, ratio; for sets of codes masi (the "
    "default with --multi), jaccard, nominal; tree: along the code tree of --codes. Or the level of the code tree "
    "at which codes are compared: label, concept, theme, construct.",
)
@click.option("--multi", is_flag=True, help="A unit may hold several codes, with “;” between them in a cell.")
@click.option(
    "--codes",
    "codes_file",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False),
    help="The declared codes: one per line in the order of the scale, or columns code[,level][,parent][,order][,value].",
)
@click.option(
    "--by",
    metavar="TABLES",
    callback=listed(TABLES),
    help="Which tables besides the overall one, with commas: code,pair,document,coder. "
    "Without it: code when units hold sets or spans, else none.",
)
@click.option(
    "--weights", type=click.Choice(["linear", "quadratic", "ordinal"]), help="Weights of the kappas and of AC2."
)
@click.option(
    "--resamples", type=click.IntRange(min=0), default=1000, show_default=True, help="For each interval; 0: none."
)
@click.option("--seed", type=click.IntRange(min=0), default=20201013, show_default=True, help="Of the resamples.")
@click.option(
    "--method",
    type=click.Choice(["percentile", "bca"]),
    default="percentile",
    show_default=True,
    help="Of the interval of alpha: percentiles of the resamples, or bias-corrected and accelerated.",
)
@click.option(
    "--format",
    "kind",
    type=click.Choice(["long", "wide", "spans", "turned"]),
    help="What the file is, when its columns do not tell; turned: one row for each coder, one column for each unit.",
)
@click.option("--crosstab", is_flag=True, help="The file is a cross table of two coders.")
@click.option(
    "--unit",
    type=click.Choice(["span", "character", "document"]),
    default="span",
    show_default=True,
    help="Spans: what is compared. span: the spans as they are, overlapping or not; character: every character; document: "
    "which codes a document holds at all. Sentences and paragraphs need the text: import it into a project.",
)
@click.option(
    "--threshold",
    type=click.FloatRange(0, 1, min_open=True),
    default=0.9,
    show_default=True,
    help="Spans: the share of their common extent from which two segments agree.",
)
@click.option(
    "--lengths", metavar="FILE", type=click.Path(exists=True, dir_okay=False), help="Spans: columns document,length."
)
@click.option(
    "--coders",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False),
    help="Spans: columns document,coder: who finished what, also without a span.",
)
@reads_a_file
def reliability(file: str, **given: object) -> None:
    """Print how far the coders of a file agree."""
    options = taken(Options, given)
    asked = _asked(options)
    check_files(options, file, options.codes_file, options.lengths, options.coders)
    from intercoder.cli.files import open_table
    from intercoder.cli.tables import deliver
    from intercoder.interchange.codes import read_codes
    from intercoder.interchange.reading import Shape
    from intercoder.interchange.shapes import reliability_shape

    def beside(path: str | None) -> "Source | None":
        return open_table(path, encoding=options.encoding) if path else None

    wishes = options.wishes(crosstab=options.crosstab)
    source = open_table(file, sheet=options.sheet, encoding=options.encoding, wishes=wishes)
    shaped = reliability_shape(source.table, wishes)
    declared = beside(options.codes_file)
    codes = read_codes(declared.table) if declared else None
    if shaped.shape is Shape.SPANS:
        report = _spans(
            source, shaped, _of_spans(asked, options), codes, [beside(options.lengths), beside(options.coders)]
        )
    else:
        report = _ratings(source, shaped, asked, codes, wishes)
    if declared:
        report.provenance["codes"] = declared.to_json()
    deliver(report, as_json=options.as_json, as_csv=options.as_csv, output=options.output)


def _asked(options: Options) -> "Asked":
    """Return what was asked for, or say which options do not go together."""
    from intercoder.reports import Asked

    level, multi = options.level, options.multi
    if level in (*Level, "tree") and not options.codes_file:
        raise click.UsageError(f"--level {level} needs the code tree: --codes FILE with the columns code,level,parent.")
    lift = Level(level) if level in list(Level) else None
    metric = ("masi" if multi else "nominal") if level is None or lift else level
    if multi and metric not in OF_SETS:
        raise click.UsageError(f"--level {metric} compares single values: with --multi choose {', '.join(OF_SETS)}.")
    if not multi and metric in ("jaccard", "masi") and options.kind != "spans" and options.unit != Unit.DOCUMENT:
        raise click.UsageError(f"--level {metric} compares sets of codes: add --multi.")
    return Asked(
        level=cast("Measurement", metric),
        lift=lift,
        multi=multi,
        weights=options.weights,
        resamples=options.resamples,
        seed=options.seed,
        method=options.method,
        by=options.by if options.by is not None else (("code",) if multi else ()),
        unit=options.unit,
        threshold=options.threshold,
    )


def _of_spans(asked: "Asked", options: Options) -> "Asked":
    """Return what was asked for, for a file of spans."""
    if asked.unit == Unit.DOCUMENT:
        level = options.level if options.level in OF_SETS else "masi"
        asked = replace(asked, multi=True, level=cast("Measurement", level))
    elif options.level in METRICS:
        raise click.UsageError(
            f"--level {options.level} compares units: for spans say --unit document, or leave it out."
        )
    return asked if options.by is not None else replace(asked, by=("code",))


def _ratings(
    source: "Source", shaped: "Shaped", asked: "Asked", codes: "CodeList | None", wishes: "Wishes"
) -> "Report":
    from intercoder.cli.tables import progress
    from intercoder.reports.files.matrix import ratings_of
    from intercoder.reports.files.ratings import ratings_report

    with progress() as say:
        return ratings_report(ratings_of(shaped, asked, codes, wishes), source, asked, codes, say)


def _spans(
    source: "Source", shaped: "Shaped", asked: "Asked", codes: "CodeList | None", beside: list["Source | None"]
) -> "Report":
    from intercoder.cli.tables import progress
    from intercoder.reports.files.spans import spans_report

    with progress() as say:
        return spans_report(source, shaped, asked, codes, beside, say)
