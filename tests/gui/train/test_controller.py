import json
import sys

import pytest
import yaml

from engine.errors import TrainingError
from engine.training.events import (
    CheckpointWritten,
    Ended,
    EpochEnded,
    Event,
    Failed,
    Progressed,
    Started,
    Stepped,
    to_line,
)
from gui.train.controller import RunController
from tests.gui.conftest import PATIENCE_MS


def command(*lines: str) -> list[str]:
    """A child process that prints these lines of Python's."""
    return [sys.executable, "-c", "\n".join(("import json, sys, time", *lines))]


def say(event: Event) -> str:
    return f"print({to_line(event)!r}, flush=True)"


START = Started("run", "m", "cpu", "CPU", 1, "float32", 1, 1, 1, 0, 9)


@pytest.fixture
def training(qtbot):
    training = RunController()
    yield training
    training.close()
    assert not training.is_running


def test_events_become_signals_in_order(qtbot, training):
    seen = []
    step = Stepped(1, 1, 1.0, {"dice": 1.0}, 0.1, 9.0, 8.0, 60.0)
    epoch = EpochEnded(1, 1, 1.0, 2.0, val={"miou": 0.5}, metric="miou", value=0.5)
    for signal in (training.started, training.stepped, training.epoch_ended):
        signal.connect(seen.append)
    lines = [
        say(START),
        say(step),
        "print('something else', flush=True)",
        say(epoch),
        say(CheckpointWritten("c")),
        say(Ended("w", "c")),
    ]
    with qtbot.waitSignal(training.ended, timeout=PATIENCE_MS) as ended:
        training.run_command(command(*lines))
    assert seen == [START, step, epoch]
    assert ended.args == [Ended("w", "c")]
    qtbot.waitUntil(lambda: not training.is_running, timeout=PATIENCE_MS)


def test_an_error_event_is_shown_once_with_its_hint(qtbot, training):
    failed = []
    training.failed.connect(failed.append)
    lines = [say(Failed("Out of memory.", "Smaller batch.")), "sys.exit(1)"]
    training.run_command(command(*lines))
    qtbot.waitUntil(lambda: not training.is_running, timeout=PATIENCE_MS)
    assert [(e.message, e.hint) for e in failed] == [("Out of memory.", "Smaller batch.")]


def test_trouble_with_the_config_is_said_in_its_own_words(qtbot, training):
    line = json.dumps({"error": "No list.", "hint": "Check the path."})
    with qtbot.waitSignal(training.failed, timeout=PATIENCE_MS) as failed:
        training.run_command(command(f"print({line!r}, flush=True)", "sys.exit(1)"))
    assert (failed.args[0].message, failed.args[0].hint) == ("No list.", "Check the path.")
    qtbot.waitUntil(lambda: not training.is_running, timeout=PATIENCE_MS)


def test_a_crash_is_said_with_the_last_words(qtbot, training):
    with qtbot.waitSignal(training.failed, timeout=PATIENCE_MS) as failed:
        training.run_command(command("raise MemoryError('no room')"))
    assert "no room" in failed.args[0].hint


def test_a_killed_process_is_said(qtbot, training):
    lines = ["import os, signal", "os.kill(os.getpid(), signal.SIGKILL)"]
    with qtbot.waitSignal(training.failed, timeout=PATIENCE_MS) as failed:
        training.run_command(command(*lines))
    assert "killed" in failed.args[0].message


def test_a_program_that_is_not_there_is_said(qtbot, training, tmp_path):
    with qtbot.waitSignal(training.failed, timeout=PATIENCE_MS) as failed:
        training.run_command([str(tmp_path / "nothing")])
    assert "could not be started" in failed.args[0].message
    assert not training.is_running


def test_stop_asks_and_waits_for_the_checkpoint(qtbot, training):
    lines = [
        "import signal, threading",
        "asked = threading.Event()",
        "signal.signal(signal.SIGTERM, lambda *_: asked.set())",
        say(START),
        "asked.wait(30)",
        say(Ended(None, "c", stopped=True)),
    ]
    with qtbot.waitSignal(training.started, timeout=PATIENCE_MS):
        training.run_command(command(*lines))
    with qtbot.waitSignal(training.ended, timeout=PATIENCE_MS) as ended:
        training.stop()
    assert ended.args[0].stopped
    qtbot.waitUntil(lambda: not training.is_running, timeout=PATIENCE_MS)


def test_the_config_is_written_and_only_one_run_is_allowed(qtbot, training, tmp_path, in_vain):
    with qtbot.waitSignal(training.failed, timeout=PATIENCE_MS):
        training.start({"model": "모델", "data": {"train": "none.txt"}}, tmp_path / "run")
        assert training.is_running
        with pytest.raises(TrainingError, match="running"):
            training.start({}, tmp_path / "other")
    written = yaml.safe_load((tmp_path / "run" / "train.yaml").read_text(encoding="utf-8"))
    assert written["model"] == "모델"
    qtbot.waitUntil(lambda: not training.is_running, timeout=PATIENCE_MS)


def test_closing_after_a_stop_waits_for_the_checkpoint(qtbot, training, tmp_path):
    kept = tmp_path / "checkpoint"
    lines = [
        "import pathlib, signal, threading, time",
        "asked = threading.Event()",
        "signal.signal(signal.SIGTERM, lambda *_: asked.set())",
        say(START),
        "asked.wait(30)",
        "time.sleep(0.5)",
        f"pathlib.Path({str(kept)!r}).write_text('kept')",
    ]
    with qtbot.waitSignal(training.started, timeout=PATIENCE_MS):
        training.run_command(command(*lines))
    training.stop()
    training.close()
    assert kept.exists()


def test_a_stop_before_the_first_step_is_no_lack_of_memory(qtbot, training):
    lines = [
        say(Progressed(0, 1, "Finding")),
        "import time",
        "time.sleep(60)",
    ]
    with qtbot.waitSignal(training.progressed, timeout=PATIENCE_MS):
        training.run_command(command(*lines))
    failures = []
    training.failed.connect(failures.append)
    with qtbot.waitSignal(training.stopped, timeout=PATIENCE_MS) as stopped:
        training.stop()
    assert "Stopped" in stopped.args[0]
    assert failures == []


@pytest.mark.parametrize("cancelled", [True, False])
def test_a_run_that_gives_up_when_it_is_asked_to_has_not_failed(qtbot, training, cancelled):
    lines = [
        "import signal, threading",
        "asked = threading.Event()",
        "signal.signal(signal.SIGTERM, lambda *_: asked.set())",
        say(START),
        "asked.wait(30)",
        say(Failed("Told so.", cancelled=cancelled)),
    ]
    failures = []
    training.failed.connect(failures.append)
    with qtbot.waitSignal(training.started, timeout=PATIENCE_MS):
        training.run_command(command(*lines))
    signal = training.stopped if cancelled else training.failed
    with qtbot.waitSignal(signal, timeout=PATIENCE_MS):
        training.stop()
    assert [error.message for error in failures] == ([] if cancelled else ["Told so."])
