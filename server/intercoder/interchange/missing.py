"""How "no value" is spelled: by software, by people, and where nobody can tell."""

import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from intercoder.errors import InvalidInput
from intercoder.interchange.reading import Spelling
from intercoder.text.canonical import name_key


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: What programs write for a value that is not there: pandas and numpy, R, spreadsheets, SQL and JSON, SAS and SPSS.
_SOFTWARE = _words(
    """
    NA N/A n/a #N/A #NA <NA> <na> NaN nan NAN -nan -NaN NaT None NULL null Null 1.#QNAN -1.#IND 1.#IND -1.#QNAN #NULL!
    #DIV/0! #VALUE! #REF! #NAME? #NUM! \\N <null> (null) undefined
    NA_character_ NA_integer_ NA_real_ 缺失 缺失值
    """
)
#: SAS, SPSS and Stata: a point, or a point and a letter for the kind of "missing".
_POINT = re.compile(r"\.[A-Za-z_]?")
#: What may be "no value" as well as a category.
_DOUBTFUL = _words(
    """
    na none nil missing blank empty - – — -- --- / \\ * ? 无 空 空白 没有 未填 未编码 不适用 不详 未知 unknown uncoded #
    n.a. n.a n/a. n.d. void skip skipped omitted (blank) (空白) (空) 空值 缺 缺失数据 无数据 暂无 未标注 未评分 未作答 没有编码 ~ … ...
    """
)
_CODES_OF_MISSING = re.compile(r"-?(?:9{1,4}|8{2,3}|7{2,3})|-1")


@dataclass(frozen=True, slots=True)
class Missing:
    """Which cells have no value: those that a person named, or those that programs leave.

    ``named`` are keys of what was named, None when nobody did; ``kept`` are keys of declared codes, which are never
    missing whatever they are called.
    """

    named: frozenset[str] | None = None
    kept: frozenset[str] = frozenset()

    @classmethod
    def of(cls, named: Iterable[str] | None, declared: Iterable[str] = ()) -> "Missing":
        """Return the rule for these spellings and declared codes."""
        return cls(
            None if named is None else frozenset(map(_key, named)),
            frozenset(map(_key, declared)),
        )

    def __call__(self, text: str) -> bool:
        """Return whether a cell that is not empty means "no value"."""
        if self.named is not None:
            return _key(text) in self.named
        if len(text) > 13:
            return False
        plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
        written = plain in _SOFTWARE or (plain.startswith(".") and _POINT.fullmatch(plain) is not None)
        return written and (not self.kept or _key(text) not in self.kept)

    def doubtful(self, values: Counter[str]) -> tuple[Spelling, ...]:
        """Return the values that may mean "no value", unless somebody said what does."""
        if self.named is not None:
            return ()
        numbers = {text for text in values if re.fullmatch(r"-?\d+(?:\.0+)?", text)}
        small = [abs(float(text)) for text in numbers if not _CODES_OF_MISSING.fullmatch(text)]
        scale = bool(small) and max(small) <= 10 and len(numbers) == len([v for v in values if not self(v)])

        def may_be(text: str) -> bool:
            if _key(text) in self.kept:
                return False
            if _key(text) in _DOUBTFUL:
                return True
            return (
                scale and _CODES_OF_MISSING.fullmatch(text) is not None and (text[0] == "-" or abs(float(text)) >= 77)
            )

        return tuple(Spelling(text, times) for text, times in values.items() if may_be(text))

    def check(self, missing: Iterable[str], values: Iterable[str], file: str) -> None:
        """Refuse a table in which one word is "no value" in one spelling and a category in another (None and none)."""
        given = {name_key(text): text for text in values}
        for text in missing:
            other = given.get(name_key(text))
            if self.named is None and other is not None and other not in _SOFTWARE:
                raise InvalidInput(
                    "missing_or_value",
                    "{file}: “{missing}” is what programs write for a missing value, and “{value}” occurs as well. Say "
                    "which of them are missing: --missing {missing},{value} for both, --missing NA for neither.",
                    file=file,
                    missing=text,
                    value=other,
                )


@functools.lru_cache(65_536)
def _key(text: str) -> str:
    """Return what a spelling is compared by: 99 and 99.0 are one."""
    key = name_key(text)
    return key.partition(".")[0] if re.fullmatch(r"-?\d+\.0+", key) else key
