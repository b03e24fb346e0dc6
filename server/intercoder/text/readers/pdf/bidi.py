"""From the order in which a right-to-left line is seen to the order in which it is read.

A PDF knows where glyphs are, not in which order they were typed. The rules are those of the Unicode Bidirectional
Algorithm (UAX 9, rules W1 to W7, N0 to N2 and L2) gone backwards, for a line without control characters.
"""

import unicodedata
from collections.abc import Sequence

_RIGHT = frozenset({"R", "AL"})
#: Characters that have a direction of their own to the right.
_MIRROR = {"(": ")", "[": "]", "{": "}", "<": ">", "«": "»", "‹": "›", "≤": "≥", "⟨": "⟩", "（": "）", "【": "】"}
_MIRROR |= {closing: opening for opening, closing in _MIRROR.items()}
_OPENING = "([{«‹⟨（【"


def is_right(sign: str) -> bool:
    """Return whether a character is a letter of a script written from right to left."""
    return "\u0590" <= sign <= "\U0001efff" and unicodedata.bidirectional(sign) in _RIGHT


def strengths(text: str) -> tuple[int, int]:
    """Return how many letters of a text run to the right-to-left side and how many to the other."""
    right = sum(is_right(sign) for sign in text)
    left = sum(sign.isalpha() for sign in text) - right
    return right, left


def logical(seen: Sequence[str]) -> str:
    """Return the text of a right-to-left line whose clusters are given as seen, from left to right.

    Parameters
    ----------
    seen : sequence of str
        A base character with its marks each; blanks are clusters of their own.

    Returns
    -------
    str
        All clusters in the order of reading: runs of Latin and numbers as they stand, the rest turned round.
    """
    turned = list(reversed(seen))
    kinds = _resolved([unicodedata.bidirectional(cluster[0]) for cluster in turned])
    order: list[str] = []
    index = 0
    while index < len(turned):
        end = index
        if kinds[index]:
            while end < len(turned) and kinds[end] == kinds[index]:
                end += 1
            order += reversed(turned[index:end])
        else:
            end += 1
            order.append(turned[index])
        index = end
    return "".join(order)


def _resolved(kinds: list[str]) -> list[int]:
    """Return for each cluster 0 for right to left, else the number of its run of left to right."""
    runs = [0] * len(kinds)
    run = 0
    index = 0
    while index < len(kinds):
        if kinds[index] not in ("L", "EN", "AN"):
            index += 1
            continue
        run += 1
        end = _end_of_run(kinds, index)
        runs[index:end] = [run] * (end - index)
        index = end
    _signs(kinds, runs)
    return runs


def _end_of_run(kinds: list[str], start: int) -> int:
    """Return where a run of Latin or of one number ends; blanks and signs between two parts belong to it."""
    end = start + 1
    latin = kinds[start] == "L"
    index = end
    while index < len(kinds) and kinds[index] not in _RIGHT:
        if kinds[index] == "L":
            latin, end = True, index + 1
        elif kinds[index] in ("EN", "AN") and (latin or _one_number(kinds, end, index) or _latin_follows(kinds, index)):
            end = index + 1
        index += 1
    return end


def _one_number(kinds: list[str], end: int, index: int) -> bool:
    between = kinds[end:index]
    if not between:
        return True
    if len(between) != 1:
        return False
    # Where Arabic letters precede, a minus or plus between two numbers does not hold them together (W2, W4).
    return between[0] == "CS" or (between[0] == "ES" and not _arabic(kinds, end))


def _arabic(kinds: list[str], index: int) -> bool:
    for kind in reversed(kinds[:index]):
        if kind in ("R", "AL"):
            return kind == "AL"
    return "AL" in kinds[index:]


def _latin_follows(kinds: list[str], index: int) -> bool:
    for kind in kinds[index + 1 :]:
        if kind == "L":
            return True
        if kind in _RIGHT:
            return False
    return False


def _signs(kinds: list[str], runs: list[int]) -> None:
    """Give the signs of money and per cent that touch a European number to its run (W5)."""
    for index, kind in enumerate(kinds):
        if kind != "ET" or runs[index]:
            continue
        for near in (index - 1, index + 1):
            if 0 <= near < len(kinds) and kinds[near] == "EN" and not _arabic(kinds, index):
                runs[index] = runs[near]
                break


def balanced(text: str) -> str:
    """Return a right-to-left paragraph with its brackets turned so that each pair opens before it closes.

    Fonts and programs differ in which of the two characters they give for a bracket that is drawn mirrored; only the
    pair tells. Brackets without a partner stay.
    """
    signs = list(text)
    for opening in _OPENING:
        closing = _MIRROR[opening]
        places = [index for index, sign in enumerate(signs) if sign in (opening, closing)]
        if len(places) % 2 or _in_order([signs[place] for place in places], opening):
            continue
        mirrored = [_MIRROR[signs[place]] for place in places]
        if not _in_order(mirrored, opening):
            mirrored = [opening, closing] * (len(places) // 2)
        for place, sign in zip(places, mirrored, strict=True):
            signs[place] = sign
    return "".join(signs)


def _in_order(brackets: list[str], opening: str) -> bool:
    depth = 0
    for bracket in brackets:
        depth += 1 if bracket == opening else -1
        if depth < 0:
            return False
    return depth == 0
