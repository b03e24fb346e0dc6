"""How a Chinese name is typed on a Latin keyboard: full pinyin and initials, for every search field."""

import functools


@functools.lru_cache(maxsize=20_000)
def search_key(name: str) -> str:
    """Return the pinyin of a name without blanks and tones, and its initials: ``"xinren xr"``.

    Empty for a name without Chinese characters, which is found by itself. Heteronyms are read as the
    phrase wants.
    """
    if all(ord(sign) < 0x3400 for sign in name):
        return ""
    from pypinyin import Style, lazy_pinyin  # its dictionaries take a moment, and pages without Chinese need none

    def spell(style: Style) -> str:
        return "".join(lazy_pinyin(name, style=style, errors="default", v_to_u=False)).casefold().replace(" ", "")

    return f"{spell(Style.NORMAL)} {spell(Style.FIRST_LETTER)}"
