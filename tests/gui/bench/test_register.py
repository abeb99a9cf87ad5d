"""The window's measurements are known to the command, and say what they promise."""

import pytest

from engine.bench import registry, rivals
from gui.bench import register


@pytest.fixture(autouse=True)
def _own_registry(monkeypatch):
    monkeypatch.setattr(registry, "_MEASURES", {})


def test_the_windows_measurements_register_once():
    register.register_all()
    register.register_all()
    assert registry.names() == ["canvas", "window", "large", "live", "click"]


def test_a_number_has_its_budget_and_names_its_rival_without_a_ratio(monkeypatch, tmp_path):
    monkeypatch.setenv("MASKLOOP_CACHE", str(tmp_path))
    (row,) = register.rows_of({"canvas.repaint_2000_polygons": 1.5})
    assert (row.unit, row.budget, row.ok) == ("ms", 2.0, True)
    assert row.rival == "labelme (not installed: scripts/bench_rivals.py)"
    assert (row.rival_value, row.ratio) == (None, None)
    (rivals.environments() / "labelme").mkdir(parents=True)
    (row,) = register.rows_of({"canvas.repaint_2000_polygons": 1.5})
    assert row.rival == "labelme (measured by scripts/bench_rivals.py)"
    assert row.ratio is None


def test_a_number_over_its_budget_says_so():
    (row,) = register.rows_of({"window.open_8192_to_decoder": 1.4})
    assert row.ok is False
