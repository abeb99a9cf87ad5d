"""One training Run as a child process: the command a person would type, its events as signals."""

import json
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal, Slot

import engine
from engine.errors import TrainingError
from engine.files import replacing
from engine.jobs import CancelToken, Progress
from engine.model_facts import ModelFacts
from engine.model_table import all_facts
from engine.training.events import (
    Ended,
    EpochEnded,
    Failed,
    Fitted,
    Progressed,
    Started,
    Stepped,
    read_line,
)

logger = logging.getLogger(__name__)

STOP_SECONDS = 30
TAIL = 4000


class RunController(QObject):
    """Starts, watches and stops the Run; a crash there never touches the window."""

    progressed = Signal(object)
    started = Signal(object)
    stepped = Signal(object)
    epoch_ended = Signal(object)
    fitted = Signal(object)
    ended = Signal(object)
    stopped = Signal(str)
    """It was asked to stop and has saved nothing new; what is to be said of that."""
    failed = Signal(object)
    running_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None
        self._rest = b""
        self._errors = b""
        self._has_ended = self._is_stopping = False
        self._kill = QTimer(self)
        self._kill.setSingleShot(True)
        self._kill.setInterval(STOP_SECONDS * 1000)
        self._kill.timeout.connect(self._on_kill)

    @property
    def is_running(self) -> bool:
        """Whether the child process lives."""
        return self._process is not None

    @property
    def is_over(self) -> bool:
        """Whether the Run has said its last word; its process may live a moment longer."""
        return self._process is None or self._has_ended

    def start(self, config: Mapping[str, Any], folder: Path) -> None:
        """Write the config into `folder` and run it. TrainingError if one is running."""
        import yaml

        if self._process is not None:
            hint = self.tr("Stop it first.")
            raise TrainingError(self.tr("A training is running."), hint=hint)
        path = folder / "train.yaml"
        try:
            text = yaml.safe_dump(dict(config), allow_unicode=True, sort_keys=False)
            with replacing(path) as temporary:
                temporary.write_text(text, encoding="utf-8")
        except OSError as error:
            message = self.tr("Cannot write into {0}: {1}.").format(folder, error.strerror)
            raise TrainingError(message, hint=self.tr("Choose another folder.")) from error
        self.run_command([*engine_command(), "train", str(path), "--json"])

    def resume(self, run: Path, epochs: int = 0) -> None:
        """Go on with the Run in this folder, as its config says, wherever the folder lies now; to
        so many epochs, if it is to become more. Nothing happens while one is running."""
        if self._process is not None:
            return
        changes = ["resume=true", f"run={json.dumps(str(run))}"]
        changes += [f"epochs={epochs}"] * bool(epochs)
        sets = [word for change in changes for word in ("--set", change)]
        self.run_command([*engine_command(), "train", str(run / "config.yaml"), *sets, "--json"])

    def run_command(self, command: Sequence[str]) -> None:
        """Run a command that reports events as JSON lines."""
        self._rest = self._errors = b""
        self._has_ended = self._is_stopping = False
        process = QProcess(self)
        process.setProgram(command[0])
        process.setArguments(list(command[1:]))
        process.setProcessEnvironment(engine_environment())
        process.readyReadStandardOutput.connect(self._on_output)
        process.readyReadStandardError.connect(self._on_errors)
        process.errorOccurred.connect(self._on_process_error)
        process.finished.connect(self._on_finished)
        self._process = process
        self.running_changed.emit(True)
        process.start()

    @Slot()
    def stop(self) -> None:
        """Ask the Run to save a checkpoint and end; a second call, or half a minute, kills it."""
        if self._process is None:
            return
        self._is_stopping = True
        if self._kill.isActive():
            self._process.kill()
            return
        if self._process.state() == QProcess.ProcessState.Starting:
            self._process.kill()
            return
        # Windows has no SIGTERM for a console program; there the line on stdin is read.
        self._process.write(b"stop\n")
        if sys.platform != "win32":
            self._process.terminate()
        self._kill.start()

    def close(self) -> None:
        """End the child before the window goes; the checkpoint of the last epoch stays."""
        if self._process is None:
            return
        process = self._process
        if not self._kill.isActive():  # A second stop would kill it.
            self.stop()
        # The window is closed already: waiting here blocks nothing a person sees. A validation
        # goes on for ten seconds after a stop, and the checkpoint comes after it.
        if not process.waitForFinished(1000 * STOP_SECONDS):
            process.kill()
            process.waitForFinished(2_000)

    @Slot()
    def _on_kill(self) -> None:
        if self._process is not None:
            logger.warning("The training did not stop in %d s and is killed.", STOP_SECONDS)
            self._process.kill()

    @Slot()
    def _on_output(self) -> None:
        if self._process is None:
            return
        self._rest += bytes(self._process.readAllStandardOutput().data())
        *lines, self._rest = self._rest.split(b"\n")
        for line in lines:
            self._read_event(line)

    def _read_event(self, line: bytes) -> None:
        event = read_line(line)
        match event:
            case None:
                logger.info("The training said: %s", line[:200].decode("utf-8", "replace"))
            case Progressed():
                self.progressed.emit(event)
            case Started():
                self.started.emit(event)
            case Stepped():
                self.stepped.emit(event)
            case EpochEnded():
                self.epoch_ended.emit(event)
            case Fitted():
                self.fitted.emit(event)
            case Ended():
                self._has_ended = True
                self.ended.emit(event)
            case Failed(cancelled=True) if self._is_stopping:
                pass  # That is what was asked for: `_finish` tells of it.
            case Failed():
                self._has_ended = True
                self.failed.emit(TrainingError(event.error, hint=event.hint))

    @Slot()
    def _on_errors(self) -> None:
        if self._process is not None:
            new = bytes(self._process.readAllStandardError().data())
            self._errors = (self._errors + new)[-TAIL:]

    @Slot(QProcess.ProcessError)
    def _on_process_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._finish(self.tr("The training could not be started."))

    @Slot(int, QProcess.ExitStatus)
    def _on_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._on_output()
        self._on_errors()
        if self._rest:
            self._read_event(self._rest)
        crashed = status == QProcess.ExitStatus.CrashExit
        if crashed:
            self._finish(self.tr("The training was killed, perhaps because memory ran out."))
        else:
            text = self.tr("The training ended with exit code {0} and no result.")
            self._finish(text.format(code))

    def _finish(self, message: str) -> None:
        process, self._process = self._process, None
        self._kill.stop()
        if process is not None:
            process.deleteLater()
        if not self._has_ended and self._is_stopping:
            text = self.tr("Stopped before anything new was saved.")
            self.stopped.emit(text)
        elif not self._has_ended:
            lines = self._errors.decode("utf-8", "replace").strip().splitlines()
            usual = self.tr("Try a smaller batch, or smaller pictures.")
            self.failed.emit(TrainingError(message, hint=lines[-1] if lines else usual))
        self.running_changed.emit(False)


def engine_environment() -> QProcessEnvironment:
    """The child finds the engine where this program found it, whatever folder it starts in."""
    environment = QProcessEnvironment.systemEnvironment()
    paths = [str(Path(engine.__file__).parents[1]), environment.value("PYTHONPATH")]
    environment.insert("PYTHONPATH", os.pathsep.join(path for path in paths if path))
    return environment


def engine_command() -> list[str]:
    """What runs the engine's commands: this Python, or the program itself when it is frozen."""
    if getattr(sys, "frozen", False):
        return [sys.executable]
    return [sys.executable, "-m", "engine"]


def list_models(progress: Progress, cancel: CancelToken) -> list[ModelFacts]:
    """What there is to know of every model that can be trained; the work of a Job."""
    return [facts for facts in all_facts() if facts.trainable]
