"""Putting the lines of one paragraph together again."""

import re

_CJK = re.compile(
    "[\u2e80-\u303f\u3040-\u30ff\u3100-\u312f\u31c0-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]"
)
# Used in Chinese and in Latin text alike: they go with their neighbour.
_SHARED = frozenset("“”‘’…—·")


def is_cjk(sign: str) -> bool:
    """Return whether a character is Han, kana or CJK punctuation (Hangul is not: it is spaced)."""
    return _CJK.match(sign) is not None


def separator(before: str, after: str) -> str:
    """Return what stands between two lines of one paragraph: nothing in CJK text, else a space.

    Parameters
    ----------
    before, after : str
        The last character of one line and the first of the next.
    """
    left, right = is_cjk(before), is_cjk(after)
    if (left and right) or (left and after in _SHARED) or (before in _SHARED and right):
        return ""
    return " "
