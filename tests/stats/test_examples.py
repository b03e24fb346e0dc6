"""The examples in the docstrings of the statistics run, and say what they print."""

import doctest
import importlib
import pkgutil

import pytest

import intercoder.stats

MODULES = [module.name for module in pkgutil.walk_packages(intercoder.stats.__path__, "intercoder.stats.")]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_the_module_run(name: str) -> None:
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    failed, _ = doctest.testmod(importlib.import_module(name), optionflags=flags)
    assert failed == 0
