"""One name for a code everywhere: spellings that a reader takes for one word or one number are one category."""

import functools
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from intercoder.interchange.headings import Role
from intercoder.interchange.reading import Comma, Names, OneName, Spelling
from intercoder.text.canonical import name_key

_MINUS = str.maketrans("−﹣", "--")
_COMMA = re.compile(r"([+-]?\d+),(\d+)")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")
_WHOLE = re.compile(r"[+-]?(?:0|[1-9]\d*)(?:\.0*)?")
#: Signs within a word that people set or leave out.
_BETWEEN = re.compile(r"(?<=\w)[\s\-–—‐‑.,;:'’·/]+(?=\w)")
_LIST = re.compile(r"[,，、|/+&]")
#: A number with words behind it: 1 (low), 2分.
_NUMBERED = re.compile(r"([+-]?\d+)(?![\d.,])")
#: Words so long may be misspelt in one letter; so many are compared.
_LONG, _WORDS = 5, 300
#: A float holds no more digits: two long numbers of documents must not become one.
_DIGITS = 15


@functools.lru_cache(65_536)
def as_number(text: str, comma: Comma = Comma.NONE) -> float | None:
    """Return the finite number that is written here, or None: also for "nan", "inf" and "1_000".

    Full-width digits and the true minus sign count; ``comma`` says what a comma is.
    """
    if not text or len(text) > 40:
        return None
    plain = unicodedata.normalize("NFKC", text).translate(_MINUS)
    if comma is Comma.DECIMAL:
        plain = _COMMA.sub(r"\1.\2", plain)
    elif comma is Comma.THOUSANDS and _THOUSANDS.fullmatch(plain):
        plain = plain.replace(",", "")
    try:
        parsed = float(plain)
    except ValueError:
        return None
    return parsed if math.isfinite(parsed) and "_" not in plain else None


def commas(cells: Iterable[str]) -> tuple[Comma, int]:
    """Return what the commas in numbers are, and how many cells have one; NONE when they may part codes as well.

    They part thousands where every number with one may be so written and, without its commas, stands elsewhere or has a
    decimal point: 1,000 beside 1000.
    """
    every = Counter(map(_plain, cells))
    written = [text for text in every if "," in text]
    times = sum(every[text] for text in written)
    if written and all(map(_THOUSANDS.fullmatch, written)):
        sure = any("." in text or text.replace(",", "") in every for text in written)
        return (Comma.THOUSANDS, times) if sure else (Comma.NONE, 0)
    return (Comma.DECIMAL, times) if written and all(map(_COMMA.fullmatch, written)) else (Comma.NONE, 0)


@dataclass(frozen=True, slots=True)
class Spellings:
    """What each spelling is shown as, and which became one; ``keys``: the key of a spelling -> what is shown."""

    shown: Mapping[str, str] = field(default_factory=dict)
    names: Names = field(default_factory=Names)
    keys: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, text: str) -> str:
        """Return the spelling that is shown for this one."""
        return self.shown.get(text, text)

    def known(self, text: str) -> str:
        """Return the spelling that is shown for a name of another file."""
        return self.shown.get(text) or self.keys.get(key(text), text)


def one_spelling(
    columns: Sequence[Iterable[str]],
    role: Role = Role.VALUE,
    *,
    declared: Iterable[str] = (),
    comma: Comma = Comma.NONE,
    numbers: bool = True,
) -> Spellings:
    """Return what the spellings in these columns are shown as.

    Parameters
    ----------
    columns
        the texts that stand in each column, repeated as often as they stand there.
    role
        what they name.
    declared
        codes whose own spelling is shown.
    comma
        what a comma within a number is.
    numbers
        whether equal numbers are to be told of; where values are numbers anyway, nobody needs to be told.

    Notes
    -----
    Words are one when the product's key of names is (case, width, normal form). Numbers are one when they are equal:
    1, 1.0 and １. Where a column itself has 1.1 and 1.10, or 7 and 07, they are kept apart: it tells them apart.
    O(cells).
    """
    counts = [Counter(column) for column in columns]
    every: Counter[str] = Counter()
    for count in counts:
        every.update(count)
    groups: dict[str | float, list[str]] = {}
    for text in every:
        number = as_number(text, comma) if sum(sign.isdigit() for sign in text) <= _DIGITS else None
        groups.setdefault((name_key(text) or text) if number is None else number, []).append(text)
    preferred = {key(code): code for code in declared}
    shown: dict[str, str] = {}
    joined, apart = [], []
    for group in groups.values():
        if len(group) == 1:
            shown[group[0]] = preferred.get(key(group[0]), group[0])
            continue
        parts = [group]
        if as_number(group[0], comma) is not None and _told_apart(group, counts, comma):
            by_form: dict[str, list[str]] = {}
            for text in group:
                by_form.setdefault(_form(text, comma), []).append(text)
            parts = list(by_form.values())
            apart.append(_told(group, every, group[0], role))
        for part in parts:
            most = max(part, key=lambda text: every[text])
            name = next((preferred[key(text)] for text in part if key(text) in preferred), most)
            shown.update(dict.fromkeys(part, name))
            if len(part) > 1 and (numbers or as_number(part[0], comma) is None):
                joined.append(_told(part, every, name, role))
    keys = {key(text): name for text, name in shown.items()}
    alike = tuple(_alike(shown, every, role)) if role in (Role.VALUE, Role.CODE, Role.CODER) else ()
    return Spellings(shown, Names(tuple(joined), tuple(apart), alike), keys)


def _alike(shown: Mapping[str, str], every: Counter[str], role: Role) -> Iterator[OneName]:
    """Yield names that are nearly the same: they differ in signs, blanks or one letter, or one is the other's number."""
    times: dict[str, int] = {}
    for text, name in shown.items():
        times[name] = times.get(name, 0) + every[text]
    groups: dict[str, list[str]] = {}
    for name in times:
        number = _NUMBERED.match(_plain(name))
        if as_number(name) is not None or (number and number[1] in times):
            groups.setdefault(number[1] if number else name, []).append(name)
        elif any(sign.isalpha() for sign in name):
            letters = _BETWEEN.sub("", name_key(name).replace("_", " ")).strip(" .,;:!'’\"“”。，；")
            groups.setdefault(letters, []).append(name)
    misspelt = role in (Role.VALUE, Role.CODE)
    words = [word for word in groups if misspelt and len(word) >= _LONG and word.isalpha()][:_WORDS]
    for first, second in combinations(words, 2):
        if _one_letter(first, second):
            groups[f"{first}|{second}"] = [*groups[first], *groups[second]]
    for names in groups.values():
        if len(names) > 1:
            yield OneName(names[0], tuple(Spelling(name, times[name]) for name in names), role)


def _one_letter(first: str, second: str) -> bool:
    """Return whether one letter was left out, added or changed, or two were swapped."""
    if abs(len(first) - len(second)) > 1:
        return False
    start = next(
        (i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), min(len(first), len(second))
    )
    a, b = first[start:], second[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])


@functools.lru_cache(65_536)
def key(text: str) -> str:
    """Return what a code is compared by: its key as a name, 1 for 1.0."""
    plain = _plain(text)
    if _WHOLE.fullmatch(plain) and len(plain) <= _DIGITS:
        return str(int(float(plain)))
    return name_key(text)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_MINUS)


def lists(values: Counter[str]) -> tuple[Spelling, ...]:
    """Return values that may be several: cut at a comma or 、 they hold a value that occurs by itself or in another."""
    parts = {
        text: [name_key(part) for part in _LIST.split(text.strip("[]{}")) if part.strip(" '\"")] for text in values
    }
    seen = Counter(part for several in parts.values() for part in set(several))
    return tuple(
        Spelling(text, values[text])
        for text, several in parts.items()
        if len(several) > 1 and as_number(text, Comma.DECIMAL) is None and any(seen[part] > 1 for part in several)
    )


def _told_apart(group: Sequence[str], counts: Sequence[Counter[str]], comma: Comma) -> bool:
    """Return whether one column writes an equal number in two ways."""
    return any(len({_form(text, comma) for text in group if text in count}) > 1 for count in counts)


def _form(text: str, comma: Comma) -> str:
    """Return how a number is written, where that may mean something: 1.10 and 1.1, 07 and 7, but not 2.0, 2 and 2e0."""
    plain = _plain(text).removeprefix("+").replace(",", "" if comma is Comma.THOUSANDS else ".")
    number = as_number(plain)
    if number is not None and ("e" in plain.casefold() or _WHOLE.fullmatch(plain)):
        return repr(number)
    return plain


def _told(group: Iterable[str], times: Counter[str], shown: str, role: Role) -> OneName:
    ordered = sorted(group, key=lambda text: -times[text])
    return OneName(shown, tuple(Spelling(text, times[text]) for text in ordered), role)
