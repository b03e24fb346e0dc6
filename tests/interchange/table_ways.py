"""The ways in which people write a table of ratings: each changes a file, and says when it does not apply."""

import random
from collections.abc import Callable

from interchange.table_files import File, Matrix, Otherwise
from interchange.table_words import (
    COLUMNS,
    CONTENTS,
    DOUBTFUL,
    LONG_HEADINGS,
    MISSING,
    NUMBER_FORMS,
    PEOPLE,
    UNIT_HEADINGS,
    VALUES,
    WORD_FORMS,
)

Way = Callable[[File], bool]
WAYS: dict[str, Way] = {}


def way(made: Way) -> Way:
    """Add a way of writing a table; it returns whether it applies to this one."""
    WAYS[made.__name__.removeprefix("_")] = made
    return made


@way
def _unit_column(file: File) -> bool:
    heading = file.rng.choice([*UNIT_HEADINGS, None])
    if file.shape != "wide":
        return False
    file.unit_heading = heading
    kind = file.rng.randrange(4)
    n = len(file.units)
    if kind == 1:
        file.units = [str(i + 1) for i in range(n)]
    elif kind == 2:
        file.units = [str(i) for i in file.rng.sample(range(1000, 9999), n)]
    elif kind == 3:
        file.units = [f"{file.rng.getrandbits(64):016x}" for _ in range(n)]
    return True


@way
def _column_beside(file: File) -> bool:
    return _beside(file, *file.rng.choice(COLUMNS))


@way
def _column_of_any_name(file: File) -> bool:
    return _beside(
        file, file.rng.choice(PEOPLE)[-1] + "2", file.rng.choice(["serial", "text", "date", "group", "uuid"])
    )


def _beside(file: File, heading: str, kind: str) -> bool:
    if file.shape not in ("wide", "long") or heading in file.coders or any(heading == h for _, h, _ in file.beside):
        return False
    contents = CONTENTS[kind](file.rng, file.cells, len(file.units))
    file.beside.append((file.rng.choice([0, 1, 9]), heading, contents))

    def with_it(cells: Matrix) -> Matrix:
        (column,) = (texts for _, name, texts in file.beside if name == heading)
        return [*cells, [text or None for text in column]]

    if file.shape == "wide":  # a coder in the eyes of the program, if it says so
        file.otherwise += [Otherwise(code, heading, with_it) for code in ("strangers", "stands_apart")]
    return True


@way
def _long_table(file: File) -> bool:
    if file.shape != "wide" or file.unit_heading is None:
        return False
    file.shape = "long"
    file.headings = file.rng.choice(LONG_HEADINGS)
    file.order = file.rng.sample(range(3), 3)
    file.absent_rows = file.rng.random() < 0.5
    return True


@way
def _counts(file: File) -> bool:
    if file.shape != "wide" or file.beside or file.written != file.cells or len(file.coders) < 3:
        return False
    file.shape = "counts"
    return True


@way
def _cross_table(file: File) -> bool:
    if file.shape != "wide" or file.beside or file.written != file.cells or any(None in row for row in file.cells):
        return False
    file.coders, file.cells = file.coders[:2], file.cells[:2]
    file.written = file.cells
    file.shape = "crosstab"
    return len({value for row in file.cells for value in row}) > 1


@way
def _separators(file: File) -> bool:
    file.separator = file.rng.choice([";", "\t", "|"])
    if file.rng.random() < 0.3:
        file.before.insert(0, f"sep={file.separator}")
    file.suffix = ".tsv" if file.separator == "\t" else ".csv"
    return True


@way
def _quotes(file: File) -> bool:
    file.quoting = True
    file.line_end = file.rng.choice(["\n", "\r\n", "\r"])
    return True


@way
def _encodings(file: File) -> bool:
    file.encoding = file.rng.choice(["utf-8-sig", "utf-16", "gb18030"])
    return True


@way
def _workbook(file: File) -> bool:
    if file.before or file.rng.random() < 0.7 or "2.10" in file.values():
        return False
    file.suffix = ".xlsx"
    return True


@way
def _missing_spelled(file: File) -> bool:
    if file.shape not in ("wide", "long") or not any(None in row for row in file.cells):
        return False
    file.absent_rows = False
    spellings = file.rng.sample(MISSING, file.rng.choice([1, 1, 2]))
    file.written = [[file.rng.choice(spellings) if text is None else text for text in row] for row in file.written]
    return True


@way
def _missing_doubtful(file: File) -> bool:
    if file.shape not in ("wide", "long") or not any(None in row for row in file.cells):
        return False
    file.absent_rows = False
    spelling = file.rng.choice(DOUBTFUL)
    file.written = [[spelling if text is None else text for text in row] for row in file.written]

    def kept(cells: Matrix) -> Matrix:
        return [[spelling if value is None else value for value in row] for row in cells]

    file.otherwise.append(Otherwise("doubtful", spelling, kept))
    return True


@way
def _forms(file: File) -> bool:
    forms = NUMBER_FORMS if all(v is None or v.isdecimal() for row in file.cells for v in row) else WORD_FORMS
    if file.shape not in ("wide", "long") or not forms:
        return False
    form = file.rng.choice(forms)
    if file.rng.random() < 0.5:  # one coder's program writes so
        i = file.rng.randrange(len(file.written))
        chosen = {(i, u) for u in range(len(file.units))}
    else:
        half = file.rng.random()
        chosen = {(i, u) for i in range(len(file.coders)) for u in range(len(file.units)) if file.rng.random() < half}
    for i, u in chosen:
        if file.cells[i][u] is not None:
            file.written[i][u] = form(str(file.written[i][u]))
    return True


@way
def _order_of_rows(file: File) -> bool:
    order = file.rng.sample(range(len(file.units)), len(file.units))
    file.units = [file.units[u] for u in order]
    file.cells = [[row[u] for u in order] for row in file.cells]
    file.written = [[row[u] for u in order] for row in file.written]
    file.beside = [(place, heading, [contents[u] for u in order]) for place, heading, contents in file.beside]
    return True


@way
def _no_headings(file: File) -> bool:
    file.headings_written = False
    return file.shape in ("wide", "long")


@way
def _line_above(file: File) -> bool:
    if file.suffix == ".xlsx":
        return False
    width = len(file.rows()[0])
    line = file.rng.choice(["# exported 2026-11-27", "Coding of round 2", "第二轮编码", "Round 2; coders: 3", "#"])
    file.before.append(line + (file.separator * (width - 1) if file.rng.random() < 0.5 else ""))
    return True


@way
def _sums_below(file: File) -> bool:
    width = len(file.rows()[0])
    kind = file.rng.randrange(4)
    if kind == 0:
        file.after.append([file.rng.choice(["Total", "合计", "Sum", "N"]), *[str(len(file.units))] * (width - 1)])
    elif kind == 1:
        file.after.append([file.rng.choice(["Mean", "平均"]), *[f"{file.rng.random():.2f}" for _ in range(width - 1)]])
    elif kind == 2:
        file.after.append([file.rng.choice(["Source: own coding", "注：缺失为空"]), *[""] * (width - 1)])
    else:
        file.after += [[""] * width, [""] * width]
    return file.shape == "wide" and file.unit_heading is not None


@way
def _empty_columns(file: File) -> bool:
    if file.shape not in ("wide", "long"):
        return False
    file.beside.append((file.rng.choice([0, 1, 9]), "", [""] * len(file.units)))
    return True


@way
def _names_of_coders(file: File) -> bool:
    n = len(file.coders)
    if "several_variables" in file.ways:
        return False
    kind = file.rng.randrange(5)
    if kind == 0:
        file.coders = [str(i + 1) for i in range(n)]
    elif kind == 1:
        file.coders = file.rng.sample(["组长", "组员甲", "组员乙", "老师", "研究生", "主任"], n)
    elif kind == 2:
        file.coders = [f"Rater {i + 1} (round 2)" for i in range(n)]
    elif kind == 3:
        file.coders = file.rng.sample(["May", "Will", "Mark", "Grant", "Page", "Chance"], n)
        if "Page" in file.coders:
            i = file.coders.index("Page")
            file.otherwise.append(Otherwise("left_out", "Page", lambda cells: [*cells[:i], *cells[i + 1 :]]))
    else:
        file.coders = [f"{name}@uni.example" for name in file.rng.sample(["a", "b", "c", "d", "e", "f"], n)]
    return True


@way
def _rows_are_coders(file: File) -> bool:
    if file.shape != "wide" or file.beside or file.after or file.unit_heading is None:
        return False
    file.unit_heading = file.rng.choice(["coder", "Rater", "编码员", "", "name"])
    file.shape = "turned"
    return True


@way
def _names_of_rows_from_r(file: File) -> bool:
    if file.shape not in ("wide", "long") or file.suffix == ".xlsx":
        return False
    file.row_names = True
    return True


@way
def _second_row_of_names(file: File) -> bool:
    if file.shape != "wide" or file.unit_heading is None:
        return False
    file.below_names = {name: f"{file.rng.choice(['Code of', '编码：', 'Q1'])} {name}" for name in file.coders}
    return True


@way
def _names_above_names(file: File) -> bool:
    if file.shape != "wide" or file.unit_heading is None:
        return False
    first = ["", file.rng.choice(["Coder", "编码者"])]
    file.before.append(file.separator.join([*first, *[""] * (len(file.coders) - 1)]))
    return not file.beside


@way
def _several_variables(file: File) -> bool:
    if file.shape != "wide":
        return False
    sign = file.rng.choice("_. ")
    others = ["confidence", "把握"] if file.rng.random() < 0.5 else ["round2", "第二轮"]
    other = file.rng.choice(others)
    for name in file.coders:
        kind = "agreed" if other in ("round2", "第二轮") else "group"
        contents = CONTENTS[kind](file.rng, file.cells, len(file.units))
        file.beside.append((99, f"{name}{sign}{other}", contents))
    file.coders = [f"{name}{sign}{file.rng.choice(['code', 'code'])}" for name in file.coders]
    return True


@way
def _drawn_with_bars(file: File) -> bool:
    if file.shape != "wide" or file.before or file.after or file.beside:
        return False
    file.bars = True
    return not any("|" in value for value in file.values())


@way
def _other_sheets(file: File) -> bool:
    if file.before or "2.10" in file.values():
        return False
    file.suffix = ".xlsx"
    file.sheets = 2
    return True


@way
def _signs_within_words(file: File) -> bool:
    if file.shape not in ("wide", "long") or not any(" " in value for value in file.values()):
        return False
    sign = file.rng.choice("-_")
    i = file.rng.randrange(len(file.coders))
    for u, value in enumerate(file.cells[i]):
        if value is not None:
            file.written[i][u] = value.replace(" ", sign)

    def kept(cells: Matrix) -> Matrix:
        changed = [value and value.replace(" ", sign) for value in cells[i]]
        return [*cells[:i], changed, *cells[i + 1 :]]

    file.otherwise.append(Otherwise("alike", sign, kept))
    return True


@way
def _spellings_of_names(file: File) -> bool:
    if file.shape != "long" and not _long_table(file):
        return False
    forms = [str.upper, lambda text: f"{text} ", lambda text: f"{text}\u200b", lambda text: text.replace("1", "１")]
    file.name_forms = file.rng.choice(forms)
    return True


@way
def _two_numbers_of_rows(file: File) -> bool:
    return _beside(file, "id", "serial") and _beside(file, file.rng.choice(["序号", "row", "nr"]), "serial")


@way
def _sums_beside(file: File) -> bool:
    return _beside(file, file.rng.choice(["Total", "合计", "mean", "agreement", "一致率", "Agree?"]), "group")


def make(rng: random.Random, ways: int = 3) -> File:
    """Return one file that is written in up to so many ways."""
    people = rng.sample(rng.choice(PEOPLE), rng.choice([2, 2, 3, 3, 4, 5]))
    pool = rng.choice(VALUES)
    n = rng.choice([6, 10, 20, 40])
    agreement, missing = rng.choice([0.5, 0.8, 0.95]), rng.choice([0, 0.1, 0.3])
    truth = [rng.choice(pool) for _ in range(n)]
    cells: Matrix = [
        [None if rng.random() < missing else value if rng.random() < agreement else rng.choice(pool) for value in truth]
        for _ in people
    ]
    file = File(rng, people, [f"{rng.choice('su句')}{i + 1}" for i in range(n)], cells, [list(row) for row in cells])
    if {"2.1", "2.10"} <= file.values():  # one number, or two sections: the program says what it takes them for

        def one(cells: Matrix) -> Matrix:
            return [[value and value.replace("2.10", "2.1") for value in row] for row in cells]

        file.otherwise.append(Otherwise("one_name", "2.10", one))
    for name in rng.sample(sorted(WAYS), rng.choice([0, 1, 1, *range(2, ways + 1)])):
        if WAYS[name](file):
            file.ways.append(name)
    return file
