"""Benchmarks and developers' tools are run by hand, and rarely: what they import must still be there."""

import sys
from importlib import import_module
from types import ModuleType

import pytest

from tests.support.settings import ROOT

MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for folder in ("tests/bench", "tools")
    for path in (ROOT / folder).rglob("*.py")
)
TRAINING = {"sklearn.cluster": "KMeans", "sklearn.linear_model": "LogisticRegression", "sklearn.svm": "SVC"}
"""What only the recogniser's training needs, and no test has."""


@pytest.mark.parametrize("name", MODULES)
def test_it_can_be_imported(name, monkeypatch):
    for module, machine in TRAINING.items():
        made_up = ModuleType(module)
        setattr(made_up, machine, object)
        monkeypatch.setitem(sys.modules, module, made_up)
    import_module(name)
