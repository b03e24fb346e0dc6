"""Chao et al. 2014, Ecol. Monogr. 84: 45-67: extrapolation to twice the documents, and its bands (appendix G)."""

import numpy as np
import pytest

from intercoder.stats.saturation.bands import _resample, bands, universe
from intercoder.stats.saturation.coverage import Prospect
from intercoder.stats.saturation.incidence import Frequencies, Incidence
from intercoder.stats.saturation.report import saturation
from intercoder.stats.saturation.richness import chao2

RABBITS = Frequencies(18, {1: 43, 2: 16, 3: 8, 4: 6, 6: 2, 7: 1})


def test_the_imagined_universe_holds_per_document_what_the_documents_hold() -> None:
    prospect = Prospect.of(RABBITS)
    seen, unseen, hidden = universe(prospect)
    assert unseen == 55  # 54.6 rounded up
    assert unseen * hidden == pytest.approx(43 / 18 * prospect.again)
    assert seen @ list(RABBITS.q.values()) + unseen * hidden == pytest.approx(142 / 18)


def test_the_bands_are_those_of_drawing_every_code_on_its_own() -> None:
    prospect = Prospect.of(RABBITS)
    seen, unseen, hidden = universe(prospect)
    p = np.concatenate([np.repeat(seen, list(RABBITS.q.values())), np.full(unseen, hidden)])
    generator = np.random.Generator(np.random.PCG64(9))
    codes, coverage = [], []
    for _ in range(1500):
        y = generator.binomial(18, p)
        q = {int(k): int((y == k).sum()) for k in range(1, 19) if (y == k).any()}
        other = Prospect.of(Frequencies(18, q))
        codes.append([other.codes(t) for t in (9, 18, 36)])
        coverage.append([other.coverage(t) for t in (9, 18, 36)])
    band = bands(prospect, [9, 18, 36], resamples=1500, seed=4)
    assert band.codes == pytest.approx(np.std(codes, axis=0, ddof=1), rel=0.08)
    assert band.coverage == pytest.approx(np.std(coverage, axis=0, ddof=1), rel=0.08)


def test_every_figure_is_computed_anew_in_every_imagined_study() -> None:
    prospect = Prospect.of(RABBITS)
    ks, studies = _resample(prospect, 50, 7)
    every = [Prospect.of(Frequencies(18, {int(k): int(c) for k, c in zip(ks, q, strict=True) if c})) for q in studies]
    band = bands(prospect, [9, 18, 30], resamples=50, seed=7)
    for i, t in enumerate((9, 18, 30)):
        assert band.codes[i] == pytest.approx(np.std([imagined.codes(t) for imagined in every], ddof=1))
        assert band.coverage[i] == pytest.approx(np.std([imagined.coverage(t) for imagined in every], ddof=1))


def test_they_are_the_same_every_time_and_say_with_which_seed() -> None:
    prospect = Prospect.of(RABBITS)
    assert bands(prospect, [18, 36], seed=3) == bands(prospect, [18, 36], seed=3)
    assert bands(prospect, [18, 36], seed=3) != bands(prospect, [18, 36], seed=4)


def test_millions_of_unseen_codes_take_no_memory() -> None:
    f = Frequencies(9, {1: 5000})
    assert chao2(f).estimate > 10_000_000
    assert bands(Prospect.of(f), [18], resamples=20).codes[0] > 0


def test_without_uniques_the_band_ahead_comes_from_the_seen_codes_only() -> None:
    prospect = Prospect.of(Frequencies(4, {4: 3}))
    band = bands(prospect, [4, 8])
    assert band.codes == (0.0, 0.0)
    assert band.coverage_interval(0, prospect.coverage()) == (1.0, 1.0)


def test_the_figures_of_a_study_carry_the_bands_within_their_range() -> None:
    documents = [frozenset({f"a{i}", f"b{i // 2}", f"c{i // 4}", "d"}) for i in range(12)]
    figures = saturation(documents, seed=5)
    assert (figures.resamples, figures.seed) == (200, 5)
    assert figures.coverage_ci95 == figures.extrapolation[0].coverage_ci95
    assert [p.documents for p in (figures.interpolation[0], figures.interpolation[-1])] == [1, 11]
    for point in (*figures.interpolation, *figures.extrapolation):
        assert point.codes_ci95 is not None
        assert point.coverage_ci95 is not None
        assert 0 <= point.codes_ci95[0] <= point.codes <= point.codes_ci95[1]
        assert 0 <= point.coverage_ci95[0] <= point.coverage <= point.coverage_ci95[1] <= 1
    prospect = Prospect.of(Incidence.of(documents).frequencies)
    assert [p.coverage for p in figures.interpolation] == pytest.approx([prospect.coverage(t) for t in range(1, 12)])
    assert [p.codes for p in figures.interpolation] == pytest.approx([prospect.codes(t) for t in range(1, 12)])


def test_no_bands_when_none_were_asked_for() -> None:
    figures = saturation([frozenset("ab"), frozenset("bc")], resamples=0)
    assert figures.coverage_ci95 is None
    assert figures.extrapolation[0].codes_ci95 is None
