"""Measuring models in a Job: rows as they come, cancelled without losing them."""

import pytest
from PySide6.QtCore import QObject

from gui.compare.measuring import MeasureController, MeasureRequest
from tests.gui.conftest import PATIENCE_MS
from tests.make import make_frame


@pytest.fixture
def measuring(qtbot, jobs):
    parent = QObject()
    measuring = MeasureController(jobs, parent)
    yield measuring
    measuring.cancel()
    qtbot.waitUntil(lambda: not jobs.running, timeout=PATIENCE_MS)


def request(*weights):
    return MeasureRequest(tuple(str(path) for path in weights), "cpu", "torch")


@pytest.mark.slow
def test_rows_come_one_by_one(qtbot, measuring, tiny_weights, tmp_path):
    rows = []
    measuring.measured.connect(rows.append)
    with qtbot.waitSignal(
        measuring.running_changed, timeout=PATIENCE_MS, check_params_cb=lambda runs: not runs
    ):
        measuring.start(request(tiny_weights, tmp_path / "gone.safetensors"), make_frame())
        assert measuring.is_running
    assert [bool(row.trouble) for row in rows] == [False, True]
    assert rows[0].device


def test_it_can_be_cancelled(qtbot, measuring, tiny_weights):
    rows = []
    measuring.measured.connect(rows.append)
    with qtbot.waitSignal(
        measuring.running_changed, timeout=PATIENCE_MS, check_params_cb=lambda runs: not runs
    ):
        measuring.start(request(tiny_weights, tiny_weights), make_frame())
        measuring.cancel()
    assert len(rows) < 2
