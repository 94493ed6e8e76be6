"""Every public name is typed, documented the numpydoc way, and its example runs."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
from types import FunctionType, ModuleType

import pytest

import pcanalytics


def _modules() -> list[ModuleType]:
    found = pkgutil.walk_packages(pcanalytics.__path__, "pcanalytics.")
    return [importlib.import_module(info.name) for info in found if not info.name.endswith("__main__")]


MODULES = _modules()
FUNCTIONS = sorted(
    {
        f"{member.__module__}.{member.__qualname__}": member
        for module in MODULES
        for name in getattr(module, "__all__", ())
        if isinstance(member := getattr(module, name), FunctionType)
    }.items()
)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_module_says_what_it_is_and_what_is_public(module):
    assert module.__doc__, f"{module.__name__} has no docstring"
    is_package = hasattr(module, "__path__")
    assert not is_package or hasattr(module, "__all__"), f"{module.__name__} has no __all__"
    for name in getattr(module, "__all__", ()):
        assert hasattr(module, name), f"{module.__name__}.__all__ names {name}, which is not there"


@pytest.mark.parametrize(("name", "function"), FUNCTIONS, ids=[name for name, _ in FUNCTIONS])
def test_public_function_is_typed_and_documented(name, function):
    signature = inspect.signature(function)
    hints = function.__annotations__
    assert "return" in hints, f"{name} does not say what it returns"
    untyped = [parameter for parameter in signature.parameters if parameter not in hints]
    assert not untyped, f"{name}: no type for {untyped}"
    doc = inspect.getdoc(function) or ""
    assert doc, f"{name} has no docstring"
    missing = [parameter for parameter in signature.parameters if parameter not in doc]
    assert not missing, f"{name}: the docstring does not name {missing}"
    assert "Examples\n--------" in doc, f"{name} has no example"


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_examples_run(module):
    finder = doctest.DocTestFinder(exclude_empty=True)
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    for case in finder.find(module, module.__name__):
        runner.run(case)
    assert runner.summarize(verbose=False).failed == 0
