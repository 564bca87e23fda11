"""The examples in the docstrings are true."""

import doctest
import importlib
import pkgutil

import pytest

import tutor

MODULES = [
    module.name for module in pkgutil.walk_packages(tutor.__path__, "tutor.") if not module.name.endswith("__main__")
]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_there_are_examples() -> None:
    finder = doctest.DocTestFinder(exclude_empty=True)
    assert sum(len(found.examples) for name in MODULES for found in finder.find(importlib.import_module(name))) > 50
