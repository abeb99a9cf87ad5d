"""Between the session and the Train panel."""

from pathlib import Path

from PySide6.QtCore import QObject, Slot

from engine import folders
from engine.errors import AppError
from engine.export.report import ExportReport
from engine.metric_names import metric_name
from engine.training.events import Ended, EpochEnded, Fitted, Progressed, Started, Stepped
from gui.controllers.export import ExportController, ExportRequest, training_options
from gui.controllers.weights import LoadedWeights
from gui.main_window import MainWindow
from gui.session.session import Session
from gui.train.controller import RunController
from gui.train.form import TrainForm
from gui.train.form_link import TrainFormLink
from gui.train.panel.panel import TrainPanel
from models.task import Task


class TrainLink(QObject):
    """The Train panel: exports where needed, then follows the Run."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self.training = RunController(self)
        self.export = ExportController(session.jobs, self)
        self.panel = self._make_panel()
        self._form: TrainForm | None = None
        self._steps = (0, 0)
        self._weights, self._metric = "", ""
        self._is_comparing = False
        self._is_used = False
        session.at_close(self.training.close)
        training = self.training
        training.progressed.connect(self._on_progressed)
        training.started.connect(self._on_started)
        training.stepped.connect(self._on_step)
        training.epoch_ended.connect(self._on_epoch)
        training.fitted.connect(self._on_fitted)
        training.ended.connect(self._on_ended)
        training.failed.connect(self._on_failed)
        self.export.finished.connect(self._on_exported)
        self.export.failed.connect(self._on_export_failed)
        self.export.running_changed.connect(self._on_export_running)
        session.weights.loaded_changed.connect(self._on_loaded)

    def _make_panel(self) -> TrainPanel:
        panel = TrainPanel()
        self._window.dress(panel.set_colors)
        panel.start_requested.connect(self._on_start)
        panel.stop_requested.connect(self._on_stop)
        panel.report.use_requested.connect(self._on_use)
        panel.report.compare_requested.connect(self._on_compare)
        panel.report.set_comparing(self._session.compare.is_on)
        self._session.compare.changed.connect(panel.report.set_comparing)
        self.training.running_changed.connect(panel.set_running)
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
        self._form, self._metric = form, ""
        self.panel.report.curves.clear()
        self.panel.report.set_result(None)
        self.panel.report.set_encoder("")
        self.panel.report.set_warm_start(None)
        if form.train_list:
            self._run(form.train_list, form.val_list)
            return
        place = self._session.project.place
        if place is None or not self._session.project.reviewed:
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
        self.panel.set_status(self.tr("Writing the corrected pictures as a dataset…"))
        self.export.start(place, request)

    @Slot(object)
    def _on_exported(self, exported: ExportReport) -> None:
        folder = self._session.project.folder
        if self._form is None or folder is None:
            return
        train, val = exported.lists.get("train"), exported.lists.get("val")
        if train is None:
            self._fail(self._nothing_to_train_on())
        else:
            if not exported.is_flawless:
                self._window.say("  ".join(exported.lines))
            self._run(str(train), str(val) if val is not None else "")

    def _nothing_to_train_on(self) -> AppError:
        hint = self.tr("Correct or verify some pictures first, or choose txt lists as data.")
        return AppError(self.tr("There is nothing to train on yet."), hint=hint)

    def _run(self, train: str, val: str) -> None:
        form, folder = self._form, self._session.project.folder
        if form is None or folder is None:
            return
        run = folder / folders.RUNS / form.name
        device = self._session.store.now.device
        config = form.config(train, val, str(run)) | {"device": device}
        self.panel.set_status(self.tr("Starting the training in a process of its own…"))
        try:
            self.training.start(config, run)
        except AppError as error:
            self._fail(error)

    @Slot(object)
    def _on_export_failed(self, error: AppError) -> None:
        self._fail(error)

    @Slot(bool)
    def _on_export_running(self, is_running: bool) -> None:
        """A dataset that was not finished, as it was cancelled, trains nothing."""
        form = self._form
        if is_running or form is None or form.train_list or self.training.is_running:
            return
        self._form = None
        self.panel.set_status(self.tr("The dataset was not written, so nothing is trained."))

    # Watching

    @Slot()
    def _on_stop(self) -> None:
        self.panel.set_stopping()
        self.training.stop()

    @Slot(object)
    def _on_progressed(self, event: Progressed) -> None:
        what = event.text or self.tr("Getting ready")
        text = self.tr("{0}: {1} of {2} pictures")
        self.panel.set_status(text.format(what, event.done, event.total))

    @Slot(object)
    def _on_started(self, event: Started) -> None:
        self._steps = (0, event.epochs * event.steps_per_epoch)
        text = self.tr("{0} on {1}: {2} pictures to train on, {3} to validate on")
        self.panel.set_status(
            text.format(event.model, event.device, event.train_samples, event.val_samples)
        )
        encoder = ", ".join(filter(None, (event.encoder, event.features)))
        self.panel.report.set_encoder(encoder)
        self.panel.report.set_warm_start(event.warm_start)

    @Slot(object)
    def _on_step(self, event: Stepped) -> None:
        done, total = self._steps
        self._steps = (done + 1, total)
        self.panel.report.set_progress(min(done + 1, total), total)
        self.panel.report.curves.add_step(event.loss)

    @Slot(object)
    def _on_epoch(self, event: EpochEnded) -> None:
        self.panel.report.set_busy(event.device_busy)
        if event.metric is None or event.value is None:
            return
        self._metric = metric_name(event.metric)
        self.panel.report.curves.add_epoch(event.epoch, self._metric, event.value)
        text = self.tr("Epoch {0} of {1}: {2} {3:.3f}, best {4:.3f}")
        self.panel.set_status(
            text.format(event.epoch, event.epochs, self._metric, event.value, event.best)
        )

    @Slot(object)
    def _on_fitted(self, event: Fitted) -> None:
        if event.value is not None:
            text = self.tr("Last part fitted: {0} {1:.3f}")
            self.panel.set_status(text.format(self._metric, event.value))

    @Slot(object)
    def _on_ended(self, event: Ended) -> None:
        self._form = None
        self.panel.set_finishing()
        self._weights, self._is_used = event.weights or "", False
        self.panel.report.set_result(self._weights)
        name = Path(self._weights).stem
        title = self.tr("The training is done: {0}").format(name)
        if event.stopped:
            title = self.tr("The training was stopped: {0}").format(name)
            self.panel.set_status(self.tr("Stopped. The checkpoint is kept: you can go on later."))
        elif event.stopped_early:
            self.panel.set_status(self.tr("Done early: the validation became no better."))
        elif event.best is not None:
            text = self.tr("Done. The new weights reach {0} {1:.3f} in validation.")
            self.panel.set_status(text.format(self._metric, event.best))
        else:
            self.panel.set_status(self.tr("Done."))
        if self._weights:
            self._session.weights.refresh()
            has_old = self._session.weights.loaded is not None
            hint = self.tr("The weights used until now stay at hand for comparison.")
            self._window.notice.show_note(
                title,
                hint if has_old else "",
                button=self.tr("Use the new weights"),
                act=self._on_use,
            )

    @Slot(object)
    def _on_failed(self, error: AppError) -> None:
        self._fail(error)

    def _fail(self, error: AppError) -> None:
        self._form = None
        self.panel.set_status(f"{error.message} {error.hint}".strip())
        self._window.notice.show_error(error)

    # The new weights

    @Slot()
    def _on_use(self) -> None:
        self._window.notice.dismiss(self._on_use)
        if self._weights:
            self._session.load_weights(self._weights)

    @Slot()
    def _on_compare(self) -> None:
        compare = self._session.compare
        if self._is_used:
            compare.set_on(not compare.is_on)
        else:
            self._is_comparing = True
            self.panel.report.set_comparing(False)
            self._on_use()

    @Slot(object)
    def _on_loaded(self, loaded: LoadedWeights) -> None:
        self._is_used = loaded.key == self._weights
        if self._is_comparing:
            self._is_comparing = False
            self._session.compare.set_on(True)
