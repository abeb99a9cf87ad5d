"""The window's measurements are known to the command, and measure."""

import pytest

from engine.bench import registry
from gui.bench import register as bench
from gui.bench import window as bench_window


@pytest.fixture(autouse=True)
def _own_registry(monkeypatch):
    monkeypatch.setattr(registry, "_MEASURES", {})


def test_the_windows_measurements_register_once():
    bench.register_all()
    bench.register_all()
    assert registry.names() == ["canvas", "window"]


def test_numbers_from_elsewhere_say_so():
    row = bench._row(
        {"id": "live.x", "value": 2.0, "rival": "napari", "rival_value": 8.0, "budget": 4.0}
    )
    assert (row.id, row.rival, row.ratio) == ("canvas.x", "napari, measured earlier", 4.0)


@pytest.mark.slow
def test_a_small_folder_is_measured(qapp, monkeypatch):
    monkeypatch.setattr(bench_window, "PICTURES", 12)
    monkeypatch.setattr(bench_window, "STEPS", 3)
    rows = {row.id: row.value for row in bench_window.folder_rows()}
    assert rows.keys() == {"window.open_folder_20000", "window.next_picture"}
    assert all(value > 0 for value in rows.values())
