import pytest

from gui.train.runs import RunsController
from tests.gui.conftest import PATIENCE_MS
from tests.make_run import run


@pytest.fixture
def runs(qtbot, jobs):
    runs = RunsController(jobs)
    yield runs
    qtbot.waitUntil(lambda: not jobs.running, timeout=PATIENCE_MS)


def look(qtbot, runs, folder):
    with qtbot.waitSignal(runs.changed, timeout=PATIENCE_MS):
        runs.look(folder)


def test_runs_are_found_and_those_laid_over_stay_so(qtbot, runs, plain):
    folder = plain.parent / "runs"
    for name in ("one", "two"):
        run(plain, f"run={folder / name}", "max_steps=1")
    look(qtbot, runs, folder)
    assert {record.name for record in runs.records} == {"one", "two"}
    runs.set_overlaid(folder / "two", True)
    runs.set_overlaid(folder / "one", True)
    assert [record.name for record in runs.overlaid] == ["two", "one"]
    look(qtbot, runs, folder)
    assert [record.name for record in runs.overlaid] == ["two", "one"]
    runs.set_overlaid(folder / "two", False)
    look(qtbot, runs, None)
    assert (runs.records, runs.overlaid) == ((), ())
    look(qtbot, runs, folder)
    assert [record.name for record in runs.overlaid] == ["one"]
