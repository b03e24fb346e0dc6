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


def spelling(name: str) -> str:
    """Return what a name is put in order by: its syllables, or its key where it has no Chinese."""
    return pinyin(name).rpartition(" ")[2] or name_key(name)


def search_text(name: str) -> str:
    """Return all that a name is found by: its key, initials and syllables."""
    return f"{name_key(name)} {pinyin(name)}".strip()
