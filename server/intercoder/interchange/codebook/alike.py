"""Names that look like one another and are written differently: 数据互見 and 数据互见, "trust-building" and "trust building"."""

import re
from collections.abc import Hashable, Iterable
from functools import lru_cache
from typing import Generic, TypeVar

from intercoder.text.canonical import name_key

T = TypeVar("T")
_OTHER = re.compile(r"[\W_]+")
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


@lru_cache(maxsize=20_000)
def _keys(name: str) -> tuple[str, tuple[str, ...]]:
    """Return a name without its punctuation, and how its characters are read, tones included."""
    loose = _OTHER.sub("", name_key(name)).removesuffix("s")
    return loose, tuple(map(_read, loose)) if _HAN.search(loose) else ()


@lru_cache(maxsize=20_000)
def _read(character: str) -> str:
    """Return how a character is read by itself, with its tone; one that has no reading is its own."""
    from pypinyin import Style, lazy_pinyin  # its dictionaries are loaded only when a name needs them

    return lazy_pinyin(character, style=Style.TONE3)[0]


def alike(one: str, other: str) -> bool:
    """Return whether two different names may be one: but for punctuation, or for characters that are read the same.

    Of characters read the same at most a quarter of the name may differ, and one always may: variants (見, 见) and slips.
    """
    (loose, read), (other_loose, other_read) = _keys(one), _keys(other)
    if loose == other_loose:
        return True
    if not read or read != other_read or len(loose) != len(other_loose) or len(loose) < 2:
        return False
    return sum(a != b for a, b in zip(loose, other_loose, strict=True)) <= max(1, len(loose) // 4)


class Likeness(Generic[T]):
    """Names that can be asked for one that looks like another; each question takes as long as few names are alike."""

    def __init__(self) -> None:
        self._by_key: dict[tuple[Hashable, Hashable], list[tuple[str, T]]] = {}

    def add(self, kind: Hashable, name: str, thing: T) -> None:
        """Take in a name of a kind."""
        for key in self._of(name):
            self._by_key.setdefault((kind, key), []).append((name, thing))

    def like(self, kind: Hashable, name: str) -> T | None:
        """Return the thing of the first name of this kind that looks like it and is another; None when there is none."""
        known = ((other, thing) for key in self._of(name) for other, thing in self._by_key.get((kind, key), ()))
        return next((t for other, t in known if name_key(other) != name_key(name) and alike(name, other)), None)

    @staticmethod
    def _of(name: str) -> Iterable[Hashable]:
        loose, read = _keys(name)
        return (loose, read) if read else (loose,)
