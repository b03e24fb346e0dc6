"""The test of blindness finds every leak that is planted in a copy of the program."""

from collections.abc import Mapping

import pytest

from web.planted_leaks import LEAKS, plant, what_the_test_says

pytestmark = pytest.mark.xdist_group("planted leaks")  # one copy for all of them


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    root = tmp_path_factory.mktemp("planted")
    plant(root)
    return what_the_test_says(root)


@pytest.mark.parametrize("leak", LEAKS)
def test_a_planted_leak_is_found(said: Mapping[str, str], leak: str) -> None:
    assert said[leak], "the test of blindness saw nothing"
