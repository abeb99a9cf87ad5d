"""What a Run says, as the Train panel shows it; and what to do with its weights."""

from pathlib import Path

from PySide6.QtCore import QObject, Slot

from engine.metric_names import metric_name
from engine.training.events import Ended, EpochEnded, Fitted, Progressed, Started, Stepped
from gui.controllers.weights import LoadedWeights
from gui.main_window import MainWindow
from gui.session.session import Session
from gui.train.controller import RunController
from gui.train.panel.panel import TrainPanel


class WatchLink(QObject):
    """Follows the Run from its start to the use of what came of it."""

    def __init__(
        self, session: Session, window: MainWindow, panel: TrainPanel, training: RunController
    ) -> None:
        super().__init__(panel)
        self._session, self._window, self._panel = session, window, panel
        self._started: Started | None = None
        self._epoch = 0
        self._weights, self._metric = "", ""
        self._is_comparing = self._is_used = False
        training.progressed.connect(self._on_progressed)
        training.started.connect(self._on_started)
        training.stepped.connect(self._on_step)
        training.epoch_ended.connect(self._on_epoch)
        training.fitted.connect(self._on_fitted)
        training.ended.connect(self._on_ended)
        panel.report.use_requested.connect(self._on_use)
        panel.report.compare_requested.connect(self._on_compare)
        panel.report.set_comparing(session.compare.is_on)
        session.compare.changed.connect(panel.report.set_comparing)
        session.weights.loaded_changed.connect(self._on_loaded)

    def begin(self) -> None:
        """Another Run is about to start: nothing of the last one is shown."""
        self._started, self._epoch, self._metric = None, 0, ""
        report = self._panel.report
        report.curves.clear()
        report.set_result()
        report.set_encoder("")
        report.set_warm_start(None)

    @property
    def epochs(self) -> tuple[int, int]:
        """How many epochs of how many are done; of none before the Run has begun."""
        return self._epoch, self._started.epochs if self._started is not None else 0

    @Slot(object)
    def _on_progressed(self, event: Progressed) -> None:
        what = event.text or self.tr("Getting ready")
        text = self.tr("{0}: {1} of {2} pictures")
        self._panel.set_status(text.format(what, event.done, event.total))

    @Slot(object)
    def _on_started(self, event: Started) -> None:
        self._started, self._epoch = event, event.epochs_done
        text = self.tr("{0} on {1}: {2} pictures to train on, {3} to validate on")
        text = text.format(event.model, event.device, event.train_samples, event.val_samples)
        if event.steps_done:
            more = self.tr("Goes on in epoch {0} of {1}.")
            first = min(event.epochs_done + 1, event.epochs)
            text = f"{text}. {more.format(first, event.epochs)}"
        report = self._panel.report
        self._panel.set_status(text)
        report.curves.begin(Path(event.run).name, event)
        if event.steps:
            report.set_progress(event.steps_done, event.steps)
        encoder = ", ".join(filter(None, (event.encoder, event.features)))
        report.set_encoder(encoder)
        report.set_warm_start(event.warm_start)

    @Slot(object)
    def _on_step(self, event: Stepped) -> None:
        report, started = self._panel.report, self._started
        report.curves.add_step(event)
        if started is not None:
            report.set_progress(event.step, started.steps)
            report.set_pace(event, started.epochs)

    @Slot(object)
    def _on_epoch(self, event: EpochEnded) -> None:
        self._epoch = event.epoch
        self._panel.report.set_busy(event.device_busy)
        if event.metric is not None:
            self._metric = metric_name(event.metric)
        self._panel.report.curves.add_epoch(event, self._metric)
        if event.metric is None or event.value is None:
            return
        text = self.tr("Epoch {0} of {1}: {2} {3:.3f}, best {4:.3f}")
        self._panel.set_status(
            text.format(event.epoch, event.epochs, self._metric, event.value, event.best)
        )

    @Slot(object)
    def _on_fitted(self, event: Fitted) -> None:
        if event.value is not None:
            text = self.tr("Last part fitted: {0} {1:.3f}")
            self._panel.set_status(text.format(self._metric, event.value))

    @Slot(object)
    def _on_ended(self, event: Ended) -> None:
        self._panel.set_finishing()
        self._weights, self._is_used = event.weights or "", False
        self._show_result()
        name = Path(self._weights).stem
        title = self.tr("The training is done: {0}").format(name)
        if event.stopped:
            title = self.tr("The training was stopped: {0}").format(name)
            self._panel.set_status(self.tr("Stopped. Its checkpoint is kept: Resume goes on."))
        elif event.stopped_early:
            self._panel.set_status(self.tr("Done early: the validation became no better."))
        elif event.best is not None:
            text = self.tr("Done. The new weights reach {0} {1:.3f} in validation.")
            self._panel.set_status(text.format(self._metric, event.best))
        elif self._started is not None and not self._started.val_samples:
            text = self.tr(
                "Done. No picture was left to validate on: how good they are is unknown."
            )
            self._panel.set_status(text)
        else:
            self._panel.set_status(self.tr("Done."))
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
            self._panel.report.set_comparing(False)
            self._on_use()

    @Slot(object)
    def _on_loaded(self, loaded: LoadedWeights) -> None:
        self._is_used = loaded.key == self._weights
        self._show_result()
        if self._is_comparing:
            self._is_comparing = False
            self._session.compare.set_on(True)

    def _show_result(self) -> None:
        """Offer what can be done with the new weights, and no more."""
        weights = self._session.weights
        old = weights.previous if self._is_used else weights.loaded
        is_new = bool(self._weights) and not self._is_used
        can_compare = bool(self._weights) and old is not None
        self._panel.report.set_result(can_use=is_new, can_compare=can_compare)
