from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from engine.training.run_record import EpochLine, RunRecord, RunState
from gui.train.panel.runs import DELETE, RunsList

LINES = (EpochLine(1, 1.0, 1.5, 0.5),)
STOPPED = RunRecord(Path("runs/b"), RunState.STOPPED, 12, 7, 0.5, "miou", LINES)
RECORDS = (
    RunRecord(Path("runs/a"), RunState.RUNNING, 12, 3, best=0.4),
    STOPPED,
    RunRecord(Path("runs/c"), RunState.FINISHED, 12, 12, 0.5, "miou", LINES),
    RunRecord(Path("runs/d"), RunState.NOTHING_KEPT, 12),
)


@pytest.fixture
def runs(make):
    runs = make(RunsList)
    runs.set_runs(RECORDS, {STOPPED.path: "#ff0000"})
    return runs


def test_each_says_how_far_it_came(runs):
    assert [runs.state_text(record) for record in RECORDS] == [
        "running",
        "stopped at 7 of 12",
        "done, 12 epochs · 0.500",
        "ended before its first checkpoint",
    ]
    assert runs.summary == "4, 1 stopped"
    assert runs.state_text(RunRecord(Path("runs/e"), RunState.FINISHED, 1, 1)) == "done, 1 epoch"


def test_one_that_stopped_has_a_button_to_go_on_but_not_while_another_runs(qtbot, runs):
    assert list(runs.buttons) == [STOPPED.path]
    with qtbot.waitSignal(runs.resume_requested) as asked:
        qtbot.mouseClick(runs.buttons[STOPPED.path], Qt.MouseButton.LeftButton)
    assert asked.args == [STOPPED.path]
    runs.set_running(True)
    assert not runs.buttons[STOPPED.path].isEnabled()
    runs.set_runs(RECORDS, {})
    assert not runs.buttons[STOPPED.path].isEnabled()


def test_a_tick_lays_curves_over_where_there_are_some(qtbot, runs):
    assert [tick.isChecked() for tick in runs.ticks.values()] == [False, True, False, False]
    assert [tick.isEnabled() for tick in runs.ticks.values()] == [False, True, True, False]
    with qtbot.waitSignal(runs.overlay_toggled) as asked:
        runs.ticks[Path("runs/c")].click()
    assert asked.args == [Path("runs/c"), True]


def test_without_runs_there_is_nothing(runs):
    runs.set_runs((), {})
    assert (runs.summary, runs.buttons, runs.ticks) == ("", {}, {})


def test_what_can_be_done_with_a_run(qtbot, runs):
    def possible(record):
        return [action.text() for action in runs.menu(record).actions() if action.isEnabled()]

    assert possible(STOPPED) == ["Use its weights", "Show its folder", "Delete…"]
    assert possible(RECORDS[0]) == ["Use its weights", "Show its folder"], "it is running"
    assert possible(RECORDS[3]) == ["Show its folder", "Delete…"], "it kept nothing"
    with qtbot.waitSignal(runs.chosen) as chosen:
        runs.menu(STOPPED).actions()[2].trigger()
    assert chosen.args == [STOPPED.path, DELETE]
