"""Between the session and the Train panel."""

import os
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Slot

from engine import folders
from engine.errors import AppError, TrainingError
from engine.export.report import ExportReport
from engine.export.staging import aside
from engine.formats.remarks import summary
from engine.training.events import Ended, Started
from engine.training.run_record import RunState
from gui import unfinished_runs
from gui.controllers.export import ExportController, ExportRequest, training_options
from gui.dialogs import ask
from gui.main_window import MainWindow
from gui.session.session import Session
from gui.train.controller import RunController
from gui.train.form import TrainForm
from gui.train.form_link import TrainFormLink
from gui.train.glimpses_link import GlimpsesLink
from gui.train.panel.panel import TrainPanel
from gui.train.runs_link import RunsLink
from gui.train.watch_link import WatchLink
from models.task import Task


class TrainLink(QObject):
    """The Train panel: exports where needed, then starts the Run, or goes on with one."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self.training = RunController(self)
        self.export = ExportController(session.jobs, self)
        self.panel = self._make_panel()
        self._form: TrainForm | None = None
        self._told = ""
        """The trouble that the bar tells of: it is over once another Run begins."""
        self._is_closing = False
        session.at_close(self._close)
        window.ask_before_closing(self._may_close)
        self.training.started.connect(self._on_started)
        self.training.ended.connect(self._on_ended)
        self.training.stopped.connect(self._on_stopped)
        self.training.failed.connect(self._fail)
        self.training.running_changed.connect(self._on_running)
        self.export.finished.connect(self._on_exported)
        self.export.failed.connect(self._fail)
        self.export.running_changed.connect(self._on_export_running)

    def _make_panel(self) -> TrainPanel:
        panel = TrainPanel()
        self._window.dress(panel.set_colors)
        panel.start_requested.connect(self._on_start)
        panel.stop_requested.connect(self._on_stop)
        self.training.running_changed.connect(panel.set_running)
        self.watch = WatchLink(self._session, self._window, panel, self.training)
        self.runs = RunsLink(self._session, self._window, panel)
        self.runs.resume_requested.connect(self.resume)
        self.glimpses = GlimpsesLink(self._session, panel, self.training)
        TrainFormLink(self._session, self._window, panel)
        return panel

    # Starting

    @Slot(object)
    def _on_start(self, form: TrainForm) -> None:
        folder = self._session.project.folder
        if folder is None:
            hint = self.tr("Open the pictures to train on; the Run is kept beside them.")
            error = AppError(self.tr("No project is open."), hint=hint)
            self._window.notice.show_error(self._session.project.trouble or error)
            return
        if not form.model or self.export.is_running:  # A second press changes nothing.
            return
        named = self._with_free_name(form, folder / folders.RUNS)
        if named is None:
            return
        self._form = form = named
        self._window.notice.withdraw(self._told)
        self.watch.begin()
        if form.train_list:
            self._run(form.train_list, form.val_list)
            return
        place = self._session.project.place
        if place is None or not self._session.project.has_labelled:
            self._fail(self._nothing_to_train_on())
            return
        facts = self.panel.picker.facts
        task = Task(facts.task) if facts is not None else Task.SEMANTIC
        try:
            options = training_options(task)
        except AppError as error:
            self._fail(error)
            return
        request = ExportRequest(folder / folders.DATASETS / form.name, options)
        self.panel.set_status(self.tr("Writing the labelled pictures as a dataset…"))
        self.export.start(place, request)

    def _with_free_name(self, form: TrainForm, runs: Path) -> TrainForm | None:
        """The form, under a name that no Run has; None where it is not to be started."""
        run = runs / form.name
        if not os.path.lexists(run / "checkpoint.safetensors"):
            return form
        record = self.runs.controller.find(run)
        more = None
        if record is not None and (record.can_resume or record.epochs < form.epochs):
            more = 0 if record.can_resume else form.epochs
        chosen = ask.taken_run(self._window, form.name, more=more)
        if chosen == ask.RESUME:
            self.resume(run, more or 0)
        elif chosen == ask.RENAME:
            number = 2
            while os.path.lexists(runs / f"{form.name}-{number}"):
                number += 1
            form = replace(form, name=f"{form.name}-{number}")
            self.panel.set_name(form.name)
            return form
        elif chosen == ask.REPLACE:
            try:
                self._put_aside(run)
            except AppError as error:
                self._fail(error)
                return None
            return form
        return None

    def _put_aside(self, run: Path) -> None:
        record = self.runs.controller.find(run)
        if record is not None and record.state is RunState.RUNNING:
            hint = self.tr("Wait until it ends, or choose another name.")
            raise TrainingError(self.tr("{0} is being trained now.").format(run.name), hint=hint)
        try:
            os.rename(run, kept := aside(run))
        except OSError as error:
            message = self.tr("Cannot rename {0}: {1}.").format(run, error.strerror)
            raise TrainingError(message, hint=self.tr("Choose another name.")) from error
        self._window.say(self.tr("The Run of before is kept as {0}.").format(kept.name))

    @Slot(object)
    def _on_exported(self, exported: ExportReport) -> None:
        folder = self._session.project.folder
        if self._form is None or folder is None:
            return
        train, val = exported.lists.get("train"), exported.lists.get("val")
        if train is None:
            self._fail(self._nothing_to_train_on())
        else:
            self._tell_of_losses(exported)
            self._run(str(train), str(val) if val is not None else "")

    def _tell_of_losses(self, exported: ExportReport) -> None:
        """Converted is what the task asks for; what is left out or not found again is missed."""
        lost = list(summary(exported.objects.skipped))
        if not exported.verification.ok:
            lost.append(exported.verification.text)
        if lost:
            self._window.say(self.tr("Not trained on: {0}").format("; ".join(lost)))

    def _nothing_to_train_on(self) -> AppError:
        hint = self.tr("Label or verify some pictures first, or choose txt lists as data.")
        return AppError(self.tr("There is nothing to train on yet."), hint=hint)

    def _run(self, train: str, val: str) -> None:
        form, folder = self._form, self._session.project.folder
        if form is None or folder is None:
            return
        run = folder / folders.RUNS / form.name
        device = self._session.store.now.device
        config = form.config(train, val, str(run)) | {"device": device}
        self.panel.set_status(self.tr("Starting the training in a process of its own…"))
        self._follow(run)
        try:
            self.training.start(config, run)
        except AppError as error:
            unfinished_runs.forget(self._session.store.folder, run)
            self._fail(error)

    @Slot(object)
    def resume(self, run: Path, epochs: int = 0) -> None:
        """Go on with a Run that was stopped, as it was begun; to so many epochs, if it was done."""
        if self.training.is_running or self.export.is_running:
            return
        self.watch.begin()
        self.panel.set_name(run.name)
        self.panel.set_status(
            self.tr("Going on with {0} in a process of its own…").format(run.name)
        )
        self._follow(run)
        self.training.resume(run, epochs)

    def _follow(self, run: Path) -> None:
        unfinished_runs.note(self._session.store.folder, run)
        self._window.notice.settle(run)
        self.runs.set_current(run)
        self.glimpses.set_run(run)

    @Slot(bool)
    def _on_export_running(self, is_running: bool) -> None:
        """A dataset that was not finished, as it was cancelled, trains nothing."""
        form = self._form
        if is_running or form is None or form.train_list or self.training.is_running:
            return
        self._form = None
        self.panel.set_status(self.tr("The dataset was not written, so nothing is trained."))

    @Slot(object)
    def _on_started(self, event: Started) -> None:
        self.runs.look()

    # Ending

    @Slot()
    def _on_stop(self) -> None:
        self.panel.set_stopping()
        self.training.stop()

    @Slot(object)
    def _on_ended(self, event: Ended) -> None:
        self._form = None

    @Slot(str)
    def _on_stopped(self, text: str) -> None:
        self._form = None
        self.panel.set_status(text)
        self._window.say(text)

    @Slot(bool)
    def _on_running(self, is_running: bool) -> None:
        if is_running:
            QTimer.singleShot(0, self, self._bring_up)  # The layout comes first.
        elif not self._is_closing:
            if self.runs.current is not None:
                unfinished_runs.forget(self._session.store.folder, self.runs.current)
            self.runs.look()

    @Slot()
    def _bring_up(self) -> None:
        """How the Run goes stands below a long form."""
        self._window.bring_up("train", self.panel.stop)

    @Slot(object)
    def _fail(self, error: AppError) -> None:
        self._form, self._told = None, f"{error.message} {error.hint}".strip()
        self.panel.set_status(self._told)
        self._window.notice.show_error(error)

    def _may_close(self) -> bool:
        """Whether the window may close, which ends the Run."""
        run = self.runs.current
        if self.training.is_over or run is None:
            return True
        return ask.ends_training(self._window, run.name, *self.watch.epochs)

    def _close(self) -> None:
        # What is noted of the Run stays: the next start tells of it.
        self._is_closing = True
        self.training.close()
