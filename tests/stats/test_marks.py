"""Marks of codes: hue by construct, lightness by concept, shape among siblings; and that eyes can tell them apart."""

import math
import re
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest

from intercoder.stats.marks import GREY, HUES, PRIVATE, Mark, Marked, marks, number_of
from intercoder.stats.tree import Level

TOKENS = Path(__file__).parents[2] / "static/css/tokens.css"


def construct(name: str, concepts: int, chosen: int | None = None) -> list[Marked[str]]:
    """A construct with two themes over ``concepts`` concepts in all, each with two labels."""
    made = [Marked(name, None, Level.CONSTRUCT, chosen=chosen)]
    made += [Marked(f"{name}.t{t}", name, Level.THEME) for t in range(2)]
    for c in range(concepts):
        made.append(Marked(f"{name}.c{c}", f"{name}.t{c % 2}", Level.CONCEPT))
        made += [Marked(f"{name}.c{c}.l{n}", f"{name}.c{c}", Level.LABEL) for n in range(2)]
    return made


@pytest.mark.parametrize(
    "names", [("资源行动", "信任嵌入", "价值重塑", "合法性建构"), ("resourcing", "trust", "value")]
)
def test_each_construct_has_a_hue_that_everything_below_it_has(names: tuple[str, ...]) -> None:
    codes = [code for name in names for code in construct(name, 6)]
    made = marks(codes)
    assert [made[name].hue for name in names] == list(range(len(names)))
    for code in codes:
        assert made[code.code].hue == made[code.code.split(".")[0]].hue


def test_through_a_construct_up_to_eight_concepts_never_share_a_shape_nor_neighbours_a_step() -> None:
    made = marks(construct("信任嵌入", 8))
    concepts = [made[f"信任嵌入.c{c}"] for c in (0, 2, 4, 6, 1, 3, 5, 7)]  # the themes one after the other
    assert len({mark.shape for mark in concepts}) == 8
    assert all(first.step != second.step for first, second in pairwise(concepts))
    assert not any(mark.hollow for mark in concepts)


def test_a_label_has_the_tone_of_its_concept_and_another_shape_than_it_and_its_siblings() -> None:
    labels = [Marked(n, "概念", Level.LABEL) for n in map(str, range(16))]
    made = marks([Marked("概念", None, Level.CONCEPT), *labels])
    assert {(made[c.code].hue, made[c.code].step) for c in labels} == {(made["概念"].hue, made["概念"].step)}
    assert len({(made[c.code].shape, made[c.code].hollow) for c in labels}) == 16
    assert [made[c.code].shape for c in labels[:7]].count(made["概念"].shape) == 0


def test_a_flat_codebook_of_thirty_codes_has_thirty_marks() -> None:
    for level in (Level.CONCEPT, Level.LABEL):
        made = marks([Marked(n, None, level) for n in range(30)])
        assert len(set(made.values())) == 30
        assert {mark.hue for mark in made.values()} == set(range(HUES))


def test_a_hue_that_somebody_chose_goes_down_and_one_that_is_its_parents_is_no_choice() -> None:
    made = marks([*construct("a", 2), *construct("b", 2, chosen=5)])
    assert made["b.c1.l0"].hue == 5
    kept = [Marked("k", None, Level.CONSTRUCT, chosen=2), Marked("t", "k", Level.THEME, chosen=2)]
    assert marks([*kept, Marked("u", "k", Level.THEME, chosen=3)]) == {"k": Mark(2), "t": Mark(2), "u": Mark(3)}


def test_what_is_added_or_private_changes_no_other_mark() -> None:
    before = [Marked(str(n), None, Level.CONCEPT, number=n + 1) for n in range(5)]
    added = [Marked("new", None, Level.CONCEPT, number=6), *before, Marked("own", "2", Level.LABEL, private=True)]
    made = marks(added)
    assert {code: made[code] for code in map(str, range(5))} == marks(before)
    assert made["own"] == PRIVATE
    assert PRIVATE.hue == GREY


def test_a_number_is_written_as_papers_write_it() -> None:
    assert [number_of(level, 12) for level in Level] == ["a12", "A12", "AA12", "AAA12"]
    assert number_of(Level.LABEL, 0) == ""


# --- the tones -----------------------------------------------------------------------------------

Colour = tuple[float, float, float]
#: Machado, Oliveira & Fernandes (2009), severity 1: what protan, deutan and tritan sight makes of linear RGB
SIGHT = {
    "normal": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritan": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}


def linear(written: str) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    values = np.array([int(written[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def luminance(written: str) -> float:
    return float(linear(written) @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def lab(written: str, sight: str) -> Colour:
    seen = np.clip(SIGHT[sight] @ linear(written), 0, 1)
    to_xyz = [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
    xyz = np.array(to_xyz) @ seen / [0.95047, 1.0, 1.08883]
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return float(116 * f[1] - 16), float(500 * (f[0] - f[1])), float(200 * (f[1] - f[2]))


def apart(one: Colour, other: Colour) -> float:
    """CIEDE2000 (Sharma, Wu & Dalal 2005, doi 10.1002/col.20070)."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    mean = (math.hypot(a1, b1) + math.hypot(a2, b2)) / 2
    g = 0.5 * (1 - math.sqrt(mean**7 / (mean**7 + 25**7)))
    c1, c2 = math.hypot((1 + g) * a1, b1), math.hypot((1 + g) * a2, b2)
    h1, h2 = (math.degrees(math.atan2(b, (1 + g) * a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = 0.0 if c1 * c2 == 0 else (h2 - h1 + 180) % 360 - 180
    lm, cm = (l1 + l2) / 2, (c1 + c2) / 2
    hm = h1 + h2 if c1 * c2 == 0 else (h1 + turn / 2) % 360
    t = 1 - 0.17 * _cos(hm - 30) + 0.24 * _cos(2 * hm) + 0.32 * _cos(3 * hm + 6) - 0.2 * _cos(4 * hm - 63)
    sl = 1 + 0.015 * (lm - 50) ** 2 / math.sqrt(20 + (lm - 50) ** 2)
    sc, sh = 1 + 0.045 * cm, 1 + 0.015 * cm * t
    rc = 2 * math.sqrt(cm**7 / (cm**7 + 25**7))
    rt = -math.sin(math.radians(60 * math.exp(-(((hm - 275) / 25) ** 2)))) * rc
    dl, dc, dh = (l2 - l1) / sl, (c2 - c1) / sc, 2 * math.sqrt(c1 * c2) * math.sin(math.radians(turn / 2)) / sh
    return math.sqrt(dl**2 + dc**2 + dh**2 + rt * dc * dh)


def _cos(degrees: float) -> float:
    return math.cos(math.radians(degrees))


def tones(theme: int) -> dict[tuple[int, int], str]:
    """The tones of a theme, 0 light, 1 dark, by hue and step."""
    text = TOKENS.read_text()
    written = re.findall(r"--h(\d)s(\d): light-dark\((#\w{6}), (#\w{6})\)", text)
    assert len(written) == 40
    return {(int(hue), int(step)): pair[theme] for hue, step, *pair in written}


@pytest.mark.parametrize("theme", [0, 1])
def test_every_tone_stands_out_from_paper_and_ground(theme: int) -> None:
    grounds = re.findall(r"--(?:surface|bg): light-dark\((#\w{6}), (#\w{6})\)", TOKENS.read_text())
    assert len(grounds) == 2
    assert min(contrast(tone, pair[theme]) for tone in tones(theme).values() for pair in grounds) >= 3.1


@pytest.mark.parametrize(("theme", "siblings", "any_two"), [(0, 13.0, 10.0), (1, 12.4, 9.1)])
def test_the_first_four_hues_are_told_apart_whatever_somebody_sees(theme: int, siblings: float, any_two: float) -> None:
    given = {key: tone for key, tone in tones(theme).items() if key[0] < 4}
    for sight in SIGHT:
        seen = {key: lab(tone, sight) for key, tone in given.items()}
        distances = {pair: apart(seen[pair[0]], seen[pair[1]]) for pair in combinations(given, 2)}
        across = [d for (one, other), d in distances.items() if one[0] != other[0]]
        assert min(across) >= any_two, sight
        assert min(distances.values()) >= 5.5, sight
        two_apart = [d for (one, other), d in distances.items() if one[0] == other[0] and abs(one[1] - other[1]) >= 2]
        assert min(two_apart) >= siblings, sight
