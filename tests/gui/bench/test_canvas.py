import pytest
from pytestqt.qtbot import QtBot

from gui import tools
from gui.bench import canvas as bench_canvas

KEYS = {"id", "value", "unit", "rival", "rival_value", "ratio", "budget", "ok"}


def test_a_row_says_whether_it_is_within_its_budget() -> None:
    row = bench_canvas._row("canvas.x", 4.0, 5.0, ("napari", 12.0))
    assert row.keys() == KEYS
    assert (row["ratio"], row["ok"]) == (3.0, True)
    assert bench_canvas._row("canvas.x", 6.0, 5.0, None)["ok"] is False


@pytest.mark.slow
@pytest.mark.parametrize("name", ["live_overlay", "live_frame", "hover_polygons"])
def test_measuring_gives_a_time_and_leaves_no_window(name: str, qtbot: QtBot) -> None:
    tools.load_all()
    assert 0 < getattr(bench_canvas, name)() < 10_000
