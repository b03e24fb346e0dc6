"""Agreement on free spans, computed again character by character: formulas of this file, none of the program's."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

Stretch = tuple[int, int]


@dataclass(frozen=True)
class Text:
    """One document: its length, and what each coder who finished it marked, as (start, end, code)."""

    length: int
    layers: Mapping[str, Sequence[tuple[int, int, str]]]


def joined(stretches: Iterable[Stretch], *, touching: bool) -> list[Stretch]:
    """Return stretches with those that overlap made one, or that touch too."""
    made: list[Stretch] = []
    for start, end in sorted(stretches):
        if made and (start < made[-1][1] or (touching and start == made[-1][1])):
            made[-1] = (made[-1][0], max(made[-1][1], end))
        else:
            made.append((start, end))
    return made


def of_code(text: Text, coder: str, code: str | None, *, touching: bool = True) -> list[Stretch]:
    """Return what a coder marked with a code, or with any."""
    found = ((start, end) for start, end, applied in text.layers[coder] if code in {None, applied})
    return joined(found, touching=touching)


def covered(stretches: Iterable[Stretch]) -> set[int]:
    """Return the characters of stretches."""
    return {i for start, end in stretches for i in range(start, end)}


def binary_u_alpha(texts: Sequence[Text], code: str | None) -> float | None:
    """|u-alpha of a code: observed against expected text that one coder marked and another did not."""
    total = marked = squares = apart = 0.0
    for text in texts:
        if len(text.layers) < 2:
            continue
        total += len(text.layers) * text.length
        units = {coder: of_code(text, coder, code) for coder in text.layers}
        places = {coder: covered(stretches) for coder, stretches in units.items()}
        marked += sum(map(len, places.values()))
        squares += sum((end - start) ** 2 for stretches in units.values() for start, end in stretches)
        apart += sum(len(places[a] - places[b]) for a, b in permutations(places, 2)) / (len(places) - 1)
    gap = total - marked
    if not marked or not gap:
        return None
    return 1 - apart / (total * gap * marked / (total**2 - squares - gap))


def u_alpha(texts: Sequence[Text]) -> float:
    """u-alpha of spans that do not overlap, each code and no code a value."""
    total = same = 0.0
    lengths: dict[str, float] = {}
    squares: dict[str, float] = {}
    for text in texts:
        if len(text.layers) < 2:
            continue
        total += len(text.layers) * text.length
        values = {coder: [""] * text.length for coder in text.layers}
        for coder, layer in text.layers.items():
            for code in {applied for *_, applied in layer}:
                for start, end in of_code(text, coder, code, touching=False):
                    values[coder][start:end] = [code] * (end - start)
                    squares[code] = squares.get(code, 0.0) + (end - start) ** 2
        for row in values.values():
            for value in row:
                lengths[value] = lengths.get(value, 0.0) + 1
        pairs = permutations(values, 2)
        same += sum(x == y for a, b in pairs for x, y in zip(values[a], values[b], strict=True)) / (len(values) - 1)
    squares[""] = lengths[""]
    below = total**2 - sum(squares.values())
    expected = sum(total * (n**2 - squares[value]) / below for value, n in lengths.items())
    return 1 - (total - same) / (total - expected)


def character_kappa(texts: Sequence[Text], pair: tuple[str, str], code: str) -> float | None:
    """Cohen's kappa of two coders over characters, a code marked or not."""
    length = agreed = 0
    marks = [0, 0]
    for text in texts:
        if not set(pair) <= text.layers.keys():
            continue
        first, second = (covered(of_code(text, coder, code)) for coder in pair)
        length += text.length
        marks = [marks[0] + len(first), marks[1] + len(second)]
        agreed += text.length - len(first ^ second)
    chance = (marks[0] * marks[1] + (length - marks[0]) * (length - marks[1])) / length**2
    return None if chance == 1 else (agreed / length - chance) / (1 - chance)


def matched(texts: Sequence[Text], pair: tuple[str, str], code: str, threshold: float) -> tuple[int, int, int, int]:
    """Return how many spans two coders have, how many pairs have the same ends, how many overlap one to one, how many find another."""
    total = exact = overlapping = near = 0
    for text in texts:
        if not set(pair) <= text.layers.keys():
            continue
        mine, theirs = (of_code(text, coder, code, touching=False) for coder in pair)
        total += len(mine) + len(theirs)
        exact += len(set(mine) & set(theirs))
        meet = {a: [b for b in theirs if min(a[1], b[1]) > max(a[0], b[0])] for a in mine}
        taken: dict[Stretch, Stretch] = {}

        def finds(
            a: Stretch, seen: set[Stretch], meet: Mapping[Stretch, Sequence[Stretch]], taken: dict[Stretch, Stretch]
        ) -> bool:
            for b in meet[a]:
                if b not in seen:
                    seen.add(b)
                    if b not in taken or finds(taken[b], seen, meet, taken):
                        taken[b] = a
                        return True
            return False

        overlapping += sum(finds(a, set(), meet, taken) for a in mine)
        close = [(a, b) for a in mine for b in meet[a] if share(a, b) >= threshold]
        near += len({a for a, _ in close}) + len({b for _, b in close})
    return total, exact, overlapping, near


def share(a: Stretch, b: Stretch) -> float:
    """Return the shared text of two stretches by what both take up together."""
    return (min(a[1], b[1]) - max(a[0], b[0])) / (max(a[1], b[1]) - min(a[0], b[0]))
