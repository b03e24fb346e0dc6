"""saturation: whether the latest documents still bring something new, in any file, without a server."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from intercoder.cli.options import FileOptions, check_files, listed, names, reads_a_file, taken
from intercoder.stats.tree import Level

if TYPE_CHECKING:
    from intercoder.reports import Counting

#: the values of ``models.SamplingUnit``, which would load the database
UNITS = ("document", "case")


@dataclass(frozen=True)
class Options(FileOptions):
    """The options of the command, as click checked them; see their help."""

    levels: tuple[Level, ...] | None
    by: str | None
    coverage: float | None
    base: int
    run: int
    threshold: float
    initial: int
    stop: int
    reserved: str | None
    orders: int
    resamples: int
    seed: int
    unit: str
    declared: str | None


_HELP = """\
Compute whether the documents of FILE still bring new codes, and what the next ones may bring.

FILE is csv, tsv or xlsx (- is the standard input); its first row holds the names of the columns, in English or
Chinese. The order of the rows is the order in which the documents were coded. The command tells facts and what
they do not say; whether to stop is for the researcher to judge.

\b
WIDE: one row for each document, one column for each code
    document,case,source,trust,control     资料,案例,来源,信任,控制
    d1,Hengze,interview,1,0                d1,恒泽,访谈,1,0
    d2,Hengze,archive,1,1                  d2,恒泽,文献,1,1
  1, x, ✓, yes, 是 or any count above 0: the code is in the document; 0, no,
  否 or nothing: it is not. case and source may be absent. A row of zeros is
  a document without any code, and counts.

\b
LONG: one row for each document and code
    document,code
    d1,trust
    d2,trust
    d2,control
    d3,
  Documents arrive in the order in which rows first name them; a row without
  a code is a document without any. Several codes in one cell stand with “;”
  between them. A file of spans is read this way too.

\b
EXAMPLES
  intercoder saturation incidence.csv
  intercoder saturation codings.csv --codes tree.csv --levels label,concept,theme
  intercoder saturation incidence.xlsx --base 6 --run 3 --threshold 0
  intercoder saturation incidence.csv --reserved d11,d12 --by case,source
  intercoder saturation incidence.csv --unit case --declared 恒泽
  intercoder saturation codings.csv --by coder,采访年份 --coverage 0.8
  intercoder saturation incidence.csv --output saturation.json

Exit status: 0 computed, 1 the file cannot be used (the reason is printed), 2 wrong options.
"""


@click.command(help=_HELP, short_help="Whether documents still bring news, from csv or xlsx.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option(
    "--codes",
    "codes_file",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False),
    help="The code tree: columns code,level,parent (label, concept, theme, construct).",
)
@click.option(
    "--levels",
    metavar="LEVELS",
    callback=listed(list(Level)),
    help="At which levels of the code tree, with commas: label,concept,theme,construct. Needs --codes. Without it: the "
    "codes as the file has them.",
)
@click.option(
    "--by",
    metavar="STRATA",
    help="Compare at equal coverage, with commas: case, source, coder, and the heading of any other column that says something of "
    "the documents (primary or secondary, a year, a region).",
)
@click.option(
    "--coverage",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    help="At which coverage to compare; chosen without it.",
)
@click.option(
    "--base", type=click.IntRange(min=1), default=4, show_default=True, help="Guest 2020: documents of the base."
)
@click.option("--run", type=click.IntRange(min=1), default=2, show_default=True, help="Guest 2020: documents of a run.")
@click.option(
    "--threshold",
    type=click.FloatRange(0, 1),
    default=0.05,
    show_default=True,
    help="Guest 2020: new codes of a run over codes of the base at which to stop.",
)
@click.option(
    "--initial",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    help="Francis 2010: documents of the initial sample.",
)
@click.option(
    "--stop",
    type=click.IntRange(min=1),
    default=3,
    show_default=True,
    help="Francis 2010: documents without news in a row; so many for Hennink 2017 and Constantinou 2017 too.",
)
@click.option(
    "--reserved", metavar="NAMES", help="Hold-out test: names of the documents that were reserved, with commas."
)
@click.option(
    "--unit",
    type=click.Choice(UNITS),
    default=UNITS[0],
    show_default=True,
    help="What arrives: documents, or cases with all that their documents hold, in the order of their first one. --reserved "
    "and --declared then name cases.",
)
@click.option(
    "--declared",
    metavar="NAME",
    help="After which document saturation was declared: whether a later one brought a code that was not there.",
)
@click.option(
    "--orders",
    type=click.IntRange(min=1),
    default=1000,
    show_default=True,
    help="Random orders in which to look for the last news.",
)
@click.option(
    "--resamples",
    type=click.IntRange(min=0),
    default=200,
    show_default=True,
    help="For intervals of coverage; 0: none.",
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Of orders, splits and resamples."
)
@click.option(
    "--format", "kind", type=click.Choice(["long", "wide"]), help="What the file is, when its columns do not tell."
)
@reads_a_file
def saturation(file: str, **given: object) -> None:
    """Print whether the documents of a file still bring new codes."""
    options = taken(Options, given)
    asked = _asked(options)
    check_files(options, file, options.codes_file)
    from intercoder.cli.files import open_table
    from intercoder.cli.tables import deliver, progress
    from intercoder.interchange.codes import read_codes
    from intercoder.reports.files.incidence import saturation_report

    wishes = options.wishes()
    source = open_table(file, encoding=options.encoding, sheet=options.sheet, wishes=wishes)
    declared = open_table(options.codes_file, encoding=options.encoding) if options.codes_file else None
    with progress() as say:
        report = saturation_report(source, wishes, asked, read_codes(declared.table) if declared else None, say)
    if declared:
        report.provenance["codes"] = declared.to_json()
    deliver(report, as_json=options.as_json, as_csv=options.as_csv, output=options.output)


def _asked(options: Options) -> "Counting":
    """Return what was asked for, or say which options do not go together."""
    from intercoder.models import SamplingUnit
    from intercoder.reports import Counting

    if options.levels and not options.codes_file:
        raise click.UsageError("--levels needs the code tree: --codes FILE with the columns code,level,parent.")
    by = tuple(dict.fromkeys(names(options.by)))
    if SamplingUnit(options.unit) is SamplingUnit.CASE and "case" in by:
        raise click.UsageError(
            "--by case compares cases by their documents, and with --unit case each of them is one unit: leave out one of the two."
        )
    if options.coverage is not None and not by:
        raise click.UsageError("--coverage is the coverage at which --by compares: add --by case or --by source.")
    return Counting(
        levels=options.levels or (),
        by=by,
        reserved=names(options.reserved),
        base=options.base,
        run=options.run,
        threshold=options.threshold,
        initial=options.initial,
        stop=options.stop,
        orders=options.orders,
        resamples=options.resamples,
        seed=options.seed,
        coverage=options.coverage,
        unit=SamplingUnit(options.unit),
        declared=options.declared or "",
    )
