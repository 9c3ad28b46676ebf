"""The benches are run by hand, and rarely: what they import must still be there."""

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts) for path in (ROOT / "tests" / "bench").rglob("*.py")
)
TRAINING = {"sklearn.cluster": "KMeans", "sklearn.linear_model": "LogisticRegression", "sklearn.svm": "SVC"}
"""What only the recogniser's training needs, and no test has."""


@pytest.mark.parametrize("name", MODULES)
def test_every_bench_can_be_imported(name, monkeypatch):
    for module, machine in TRAINING.items():
        made_up = ModuleType(module)
        setattr(made_up, machine, object)
        monkeypatch.setitem(sys.modules, module, made_up)
    monkeypatch.setattr(sys, "path", [*sys.path])
    import_module(name)
