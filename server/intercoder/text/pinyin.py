"""Pinyin of Chinese names, so that they can be found with a Latin keyboard and stand in the order of a dictionary."""

from functools import lru_cache

from intercoder.text.canonical import name_key


@lru_cache(maxsize=20_000)
def pinyin(text: str) -> str:
    """Return the initials and the syllables of a name ("旧物改用" → "jwgy jiuwugaiyong"); empty without Chinese."""
    if not any("\u3400" <= character <= "\u9fff" or character >= "\U00020000" for character in text):
        return ""
    from pypinyin import Style, lazy_pinyin  # its dictionaries are loaded only when a name needs them

    syllables = lazy_pinyin(text, style=Style.NORMAL, errors="ignore")
    return "".join(s[0] for s in syllables if s) + " " + "".join(syllables)


@lru_cache(maxsize=30_000)
def _spoken(character: str) -> tuple[str, ...]:
    from pypinyin import Style
    from pypinyin import pinyin as read

    spoken = read(character, style=Style.NORMAL, heteronym=True, errors="ignore")
    return tuple(sorted({s for s in spoken[0] if s.isascii() and s.isalpha()})) if spoken else ()


def readings(text: str) -> dict[str, str]:
    """Return the syllables (without tones, ü as v) that the Chinese characters of a text may be read as, each with its characters."""
    read: dict[str, list[str]] = {}
    for character in sorted(set(text)):
        if "\u3400" <= character <= "\u9fff" or character >= "\U00020000":
            for syllable in _spoken(character):
                read.setdefault(syllable, []).append(character)
    return {syllable: "".join(characters) for syllable, characters in sorted(read.items())}


def spelling(name: str) -> str:
    """Return what a name is put in order by: its syllables, or its key where it has no Chinese."""
    return pinyin(name).rpartition(" ")[2] or name_key(name)


def search_text(name: str) -> str:
    """Return all that a name is found by: its key, initials and syllables."""
    return f"{name_key(name)} {pinyin(name)}".strip()
