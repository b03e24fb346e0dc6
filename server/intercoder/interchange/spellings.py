"""One name for a code everywhere: spellings that a reader takes for one word or one number are one category."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from intercoder.interchange.headings import Role
from intercoder.interchange.reading import Names, OneName, Spelling
from intercoder.text.canonical import name_key

_MINUS = str.maketrans("−﹣", "--")
_COMMA = re.compile(r"([+-]?\d+),(\d+)")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+")
_WHOLE = re.compile(r"[+-]?(?:0|[1-9]\d*)(?:\.0*)?")
#: Signs within a word that people set or leave out.
_BETWEEN = re.compile(r"(?<=\w)[\s\-–—‐‑.,;:'’·/]+(?=\w)")
#: A float holds no more digits: two long numbers of documents must not become one.
_DIGITS = 15


def as_number(text: str, *, comma: bool = False) -> float | None:
    """Return the finite number that is written here, or None: also for "nan", "inf" and "1_000".

    Full-width digits and the true minus sign count; ``comma``: whether a comma stands before the decimals.
    """
    if not text or len(text) > 40:
        return None
    plain = unicodedata.normalize("NFKC", text).translate(_MINUS)
    if comma:
        plain = _COMMA.sub(r"\1.\2", plain)
    try:
        parsed = float(plain)
    except ValueError:
        return None
    return parsed if math.isfinite(parsed) and "_" not in plain else None


def decimal_commas(cells: Iterable[str]) -> int:
    """Return how many cells hold a number with a decimal comma; 0 when a comma may part thousands or codes as well.

    Codes are never one-digit decimals only in some cells: "1,2" beside "2,1,3" is a list.
    """
    written = [text for text in cells if "," in text]
    if not written or any(not _COMMA.fullmatch(_plain(text)) for text in written):
        return 0
    return 0 if all(_THOUSANDS.fullmatch(text) for text in written) else len(written)


@dataclass(frozen=True, slots=True)
class Spellings:
    """What each spelling is shown as, and which became one."""

    shown: Mapping[str, str] = field(default_factory=dict)
    names: Names = field(default_factory=Names)

    def __call__(self, text: str) -> str:
        """Return the spelling that is shown for this one."""
        return self.shown.get(text, text)


def one_spelling(
    columns: Sequence[Iterable[str]],
    role: Role = Role.VALUE,
    *,
    declared: Iterable[str] = (),
    comma: bool = False,
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
        whether numbers have a decimal comma.
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
        number = as_number(text, comma=comma) if sum(sign.isdigit() for sign in text) <= _DIGITS else None
        groups.setdefault((name_key(text) or text) if number is None else number, []).append(text)
    preferred = {key(code): code for code in declared}
    shown: dict[str, str] = {}
    one, apart = [], []
    for group in groups.values():
        if len(group) == 1:
            shown[group[0]] = preferred.get(key(group[0]), group[0])
            continue
        parts = [group]
        if as_number(group[0], comma=comma) is not None and _told_apart(group, counts):
            by_form: dict[str, list[str]] = {}
            for text in group:
                by_form.setdefault(_form(text), []).append(text)
            parts = list(by_form.values())
            apart.append(_told(group, every, group[0], role))
        for part in parts:
            most = max(part, key=lambda text: every[text])
            name = next((preferred[key(text)] for text in part if key(text) in preferred), most)
            shown.update(dict.fromkeys(part, name))
            if len(part) > 1 and (numbers or as_number(part[0], comma=comma) is None):
                one.append(_told(part, every, name, role))
    return Spellings(shown, Names(tuple(one), tuple(apart), tuple(_alike(shown, every, role))))


def _alike(shown: Mapping[str, str], every: Counter[str], role: Role) -> Iterator[OneName]:
    """Yield names that differ in signs or blanks only: "self-efficacy" and "self efficacy"; numbers never do."""
    by_letters: dict[str, dict[str, int]] = {}
    for text, name in shown.items():
        if as_number(text) is None and any(sign.isalpha() for sign in text):
            letters = _BETWEEN.sub("", name_key(text).replace("_", " ")).strip(" .,;:!'’\"“”。，；")
            times = by_letters.setdefault(letters, {})
            times[name] = times.get(name, 0) + every[text]
    for times in by_letters.values():
        if len(times) > 1:
            yield OneName(next(iter(times)), tuple(Spelling(name, n) for name, n in times.items()), role)


def key(text: str) -> str:
    """Return what a code is compared by: its key as a name, 1 for 1.0."""
    plain = _plain(text)
    if _WHOLE.fullmatch(plain) and len(plain) <= _DIGITS:
        return str(int(float(plain)))
    return name_key(text)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_MINUS)


def _told_apart(group: Sequence[str], counts: Sequence[Counter[str]]) -> bool:
    """Return whether one column writes an equal number in two ways."""
    return any(len({_form(text) for text in group if text in count}) > 1 for count in counts)


def _form(text: str) -> str:
    """Return how a number is written, where that may mean something: 1.10 and 1.1, 07 and 7, but not 2.0, 2 and 2e0."""
    plain = _plain(text).removeprefix("+").replace(",", ".")
    number = as_number(plain)
    if number is not None and ("e" in plain.casefold() or _WHOLE.fullmatch(plain)):
        return repr(number)
    return plain


def _told(group: Iterable[str], times: Counter[str], shown: str, role: Role) -> OneName:
    ordered = sorted(group, key=lambda text: -times[text])
    return OneName(shown, tuple(Spelling(text, times[text]) for text in ordered), role)
