"""Running titles and page numbers: what stands at the edge of page after page and belongs to no paragraph."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from intercoder.text.readers.choices import RunningLine
from intercoder.text.readers.pdf.lines import Line

# Rows from the edge that may run, and the part of the page's height in which they are looked for.
_DEEP = 3
_EDGE = 0.18
_NUMBER = re.compile(r"\d+")
_ROMAN = re.compile(r"[ivxlc]{1,8}|[IVXLC]{1,8}")
_HAN_NUMBER = re.compile("[一二三四五六七八九十百〇零]{1,6}")
# A page's number in words: one of these is enough, where no second page could repeat it.
_SAYS_PAGE = re.compile(
    r"(?:第\s*\d+\s*[页頁](?:\s*[,，/]?\s*[共/]\s*\d+\s*[页頁])?|共\s*\d+\s*[页頁]\s*[,，/]?\s*第\s*\d+\s*[页頁]|page\s+\d+(?:\s+of\s+\d+)?"
    r"|[-–—]\s*\d+\s*[-–—]|\d+\s*/\s*\d+|صفحة\s*\d+|صفحه\s*\d+|עמוד\s*\d+)",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Row:
    """What stands on one height of a page; ``distance`` is that from the edge it is nearer to."""

    lines: list[Line]
    distance: float
    text: str
    key: str
    numbers: list[int]


def running_lines(pages: Sequence[Sequence[Line]], heights: Sequence[float]) -> list[Line]:
    """Return the lines that run from page to page, in the order of reading.

    Parameters
    ----------
    pages : sequence of sequences of Line
        The lines of each page.
    heights : sequence of float
        Of the pages, in points.

    Notes
    -----
    A row runs when the same words stand at the same height on three pages (on two where there are not more), with
    numbers that stay or grow with the pages; a number alone when it grows with the pages. Only rows that have nothing
    but running rows between them and the edge are looked at, and no page loses all of its rows.
    """
    running: set[int] = set()
    for top in (True, False):
        rows = [_rows(lines, height, top=top) for lines, height in zip(pages, heights, strict=True)]
        open_pages = [page for page, of_page in enumerate(rows) if of_page]
        for deep in range(_DEEP):
            candidates = {
                page: rows[page][deep]
                for page in open_pages
                if deep < len(rows[page]) and _leaves_text(pages[page], rows[page][deep], running)
            }
            open_pages = sorted(_running(candidates, len(pages)))
            running.update(id(line) for page in open_pages for line in candidates[page].lines)
    return [line for lines in pages for line in lines if id(line) in running]


def summary(lines: Sequence[Line]) -> tuple[RunningLine, ...]:
    """Return what runs, each as it stands first, and on how many pages: lines that differ in numbers only are one."""
    first: dict[str, str] = {}
    pages: dict[str, set[int]] = defaultdict(set)
    for line in lines:
        bare = line.text.strip(" -–—.·~[]()（）")
        key = "#" if _ROMAN.fullmatch(bare) else _HAN_NUMBER.sub("#", _NUMBER.sub("#", line.text))
        first.setdefault(key, line.text)
        pages[key].add(line.page)
    return tuple(RunningLine(text, len(pages[key])) for key, text in first.items())


def _leaves_text(lines: Sequence[Line], row: _Row, running: set[int]) -> bool:
    gone = {id(line) for line in row.lines} | running
    return any(id(line) not in gone for line in lines)


def _rows(lines: Sequence[Line], height: float, *, top: bool) -> list[_Row]:
    level = [line for line in lines if line.upright and not line.vertical]
    ordered = sorted(level, key=lambda line: -line.base if top else line.base)
    rows: list[list[Line]] = []
    for line in ordered:
        if rows and abs(rows[-1][0].base - line.base) < 0.3 * line.size:
            rows[-1].append(line)
        elif len(rows) == _DEEP:
            break
        else:
            rows.append([line])
    made = [_row(row, height, top=top) for row in rows]
    return [row for row in made if row.distance < _EDGE * height]


def _row(lines: list[Line], height: float, *, top: bool) -> _Row:
    lines.sort(key=lambda line: line.left)
    text = " ".join(line.text for line in lines)
    bare = text.strip(" -–—.·~[]()（）")
    numbers = [int(digits) for digits in _NUMBER.findall(text)[:8] if len(digits) < 7]
    key = _NUMBER.sub("#", text)
    if not numbers and _ROMAN.fullmatch(bare):
        numbers, key = [_roman(bare.lower())], text.replace(bare, "#")
    elif not numbers and (counted := _HAN_NUMBER.search(text)) is not None and re.search("第.+[页頁]", text):
        numbers, key = [_han(counted[0])], text.replace(counted[0], "#", 1)
    distance = height - lines[0].base if top else lines[0].base
    return _Row(lines, distance, text, " ".join(key.split()), numbers)


def _running(candidates: dict[int, _Row], count: int) -> set[int]:
    """Return the pages whose candidate runs."""
    by_key: dict[str, list[int]] = defaultdict(list)
    for page, row in candidates.items():
        by_key[row.key].append(page)
    running: set[int] = set()
    for pages in by_key.values():
        alike = _at_one_height(pages, candidates)
        if _repeats(alike, candidates, count):
            running.update(alike)
    running.update(
        page
        for page, row in candidates.items()
        if page not in running and _SAYS_PAGE.fullmatch(row.text.strip()) and page + 1 in row.numbers
    )
    return running


def _at_one_height(pages: list[int], candidates: dict[int, _Row]) -> list[int]:
    heights = Counter(round(candidates[page].distance / 4) for page in pages)
    usual = heights.most_common(1)[0][0]
    return [page for page in pages if abs(candidates[page].distance / 4 - usual) <= 1]


def _repeats(pages: list[int], candidates: dict[int, _Row], count: int) -> bool:
    if len(pages) < min(3, max(2, count)) or len(pages) < 0.3 * (pages[-1] - pages[0] + 1):
        return False
    key = candidates[pages[0]].key
    steps = [
        Counter(candidates[page].numbers[place] - page for page in pages).most_common(1)[0][1]
        for place in range(min(len(candidates[page].numbers) for page in pages))
    ]
    if not any(sign.isalpha() for sign in key):
        # A number alone runs only with the pages; two numbers in a row of a table may do so by chance on two of them.
        return bool(steps) and max(steps) >= 0.8 * len(pages)
    for place, with_pages in enumerate(steps):
        stays = Counter(candidates[page].numbers[place] for page in pages).most_common(1)[0][1]
        if max(with_pages, stays) < 0.8 * len(pages):
            return False
    return True


def _roman(text: str) -> int:
    values = [{"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}[sign] for sign in text]
    following = [*values[1:], 0]
    return sum(-value if value < after else value for value, after in zip(values, following, strict=True))


def _han(text: str) -> int:
    total = digit = 0
    for sign in text:
        if sign in "十百":
            total += (digit or 1) * (10 if sign == "十" else 100)
            digit = 0
        else:
            digit = "〇一二三四五六七八九".find(sign.replace("零", "〇"))
    return total + digit
