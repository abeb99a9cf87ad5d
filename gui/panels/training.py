"""The Train panel: model, data, settings; then curves, the warm start's table and the result."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gui.panels import fields
from gui.panels.curves import Curves
from gui.panels.training_form import TrainingForm
from gui.theme import Colors

SCHEDULES = ("step", "one_cycle", "constant")


class TrainingPanel(QWidget):
    """A form, start and stop, what comes of it."""

    start_requested = Signal(object)
    stop_requested = Signal()
    browse_requested = Signal(str)
    use_requested = Signal()
    compare_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._tasks: dict[str, str] = {}
        self._make_fields()
        self._start, self._stop = QPushButton(self.tr("Start training")), QPushButton()
        self._start.setObjectName("primary")
        self._use = QPushButton(self.tr("Use the new weights"))
        self._use.setObjectName("primary")
        self._compare = QPushButton(self.tr("Compare with the old"))
        self._compare.setCheckable(True)
        self._bar = QProgressBar()
        self._status, self._table = QLabel(), QPlainTextEdit()
        self._status.setObjectName("hint")
        self._status.setWordWrap(True)
        self._table.setReadOnly(True)
        self._table.setFixedHeight(112)
        self._table.setAccessibleName(self.tr("What the warm start took over"))
        self.curves = Curves()
        self._build()
        self.curves.hide()
        self.set_status(
            self.tr("The training runs in a process of its own: go on correcting meanwhile.")
        )
        self.set_running(False)
        self.set_result(None)
        self.set_warm_start(None)

    def _make_fields(self) -> None:
        self._model, self._data = fields.choice(), fields.choice()
        self._warm, self._schedule = fields.choice(), fields.choice()
        self._model.setPlaceholderText(self.tr("Looking for models…"))
        self._data.addItem(self.tr("This project's corrected pictures"), "project")
        self._data.addItem(self.tr("Txt lists"), "lists")
        self._lists = {"train": QLineEdit(), "val": QLineEdit()}
        self._epochs = fields.number(1, 100_000, 20)
        self._batch = fields.number(1, 1024, 8)
        self._step_size = fields.number(1, 100_000, 10)
        self._rate = fields.decimal(0.000001, 10, 0.001, step=0.0005, digits=6)
        self._gamma = fields.decimal(0.001, 1, 0.1, step=0.1, digits=3)
        texts = (
            self.tr("Step: smaller every few epochs"),
            self.tr("One cycle: up, then down"),
            self.tr("Constant"),
        )
        for key, text in zip(SCHEDULES, texts, strict=True):
            self._schedule.addItem(text, key)
        self._name = QLineEdit("my-model")
        self._resume = QCheckBox(self.tr("Resume from its checkpoint"))
        for field, tip in (
            (self._warm, self.tr("Begin with the tensors of these weights, where they fit")),
            (self._batch, self.tr("Pictures in one step: fewer need less memory")),
            (self._step_size, self.tr("After so many epochs the learning rate becomes smaller")),
            (self._gamma, self.tr("The learning rate is multiplied by this each time")),
            (self._name, self.tr("What the new weights are called")),
            (self._resume, self.tr("Go on where the training of this name was stopped")),
        ):
            field.setToolTip(tip)

    def _build(self) -> None:
        form = QFormLayout()
        form.setSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("Model"), self._model)
        form.addRow(self.tr("Data"), self._data)
        self._list_rows = []
        for key, text in (("train", self.tr("Train list")), ("val", self.tr("Val list"))):
            row = QWidget()
            line = QHBoxLayout(row)
            line.setContentsMargins(0, 0, 0, 0)
            line.setSpacing(8)
            button = QPushButton(self.tr("…"))
            button.setAccessibleName(self.tr("Choose the {0}").format(text))
            button.setObjectName("small")
            button.setProperty("key", key)
            button.clicked.connect(self._on_browse)
            line.addWidget(self._lists[key], 1)
            line.addWidget(button)
            form.addRow(text, row)
            self._list_rows.append(row)
        form.addRow(self.tr("Warm start"), self._warm)
        form.addRow(self.tr("Epochs"), self._epochs)
        form.addRow(self.tr("Batch size"), self._batch)
        form.addRow(self.tr("Learning rate"), self._rate)
        form.addRow(self.tr("Schedule"), self._schedule)
        form.addRow(self.tr("Step size"), self._step_size)
        form.addRow(self.tr("Gamma"), self._gamma)
        form.addRow(self.tr("Name"), self._name)
        form.addRow("", self._resume)
        self._form = form
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addLayout(form)
        for pair in ((self._start, self._stop), (self._use, self._compare)):
            row_layout = QHBoxLayout()
            row_layout.setSpacing(8)
            for button in pair:
                row_layout.addWidget(button)
            row_layout.addStretch(1)
            layout.addLayout(row_layout)
        for widget in (self._bar, self._status, self.curves, self._table):
            layout.addWidget(widget)
        layout.addStretch(1)
        self._start.clicked.connect(self._on_start)
        self._stop.clicked.connect(self.stop_requested)
        self._use.clicked.connect(self.use_requested)
        self._compare.clicked.connect(self.compare_requested)
        self._data.currentIndexChanged.connect(self._update)
        self._schedule.currentIndexChanged.connect(self._update)
        self._update()

    # Set from outside

    def set_colors(self, colors: Colors) -> None:
        """Use a theme's colours."""
        self.curves.set_colors(colors)

    def set_models(self, models: Sequence[tuple[str, str, str]]) -> None:
        """Offer these trainable models: name, task, text."""
        self._tasks = {name: task for name, task, _ in models}
        self._model.clear()
        for name, task, text in models:
            self._model.addItem(f"{name} ({task})", name)
            self._model.setItemData(self._model.count() - 1, text, 3)
        # A field with a placeholder chooses nothing by itself.
        self._model.setCurrentIndex(min(0, self._model.count() - 1))
        self._start.setEnabled(not self._is_running and self._model.count() > 0)

    def set_warm_starts(self, choices: Sequence[tuple[str, str]], chosen: str) -> None:
        """Offer these weights to begin with: key and text."""
        now = chosen or str(self._warm.currentData() or "")
        self._warm.clear()
        self._warm.addItem(self.tr("None: from scratch"), "")
        for key, text in choices:
            self._warm.addItem(text, key)
        self._warm.setCurrentIndex(max(0, self._warm.findData(now)))

    def set_model(self, model: str) -> None:
        """Choose this model, where it can be trained."""
        self._model.setCurrentIndex(max(0, self._model.findData(model)))

    def set_list(self, key: str, path: str) -> None:
        """Train or validate on this list."""
        self._lists[key].setText(path)

    def task_of(self, model: str) -> str:
        """The task of a model that is offered."""
        return self._tasks.get(model, "semantic")

    def set_running(self, is_running: bool) -> None:
        """Whether a Run is under way."""
        self._is_running = is_running
        self._start.setEnabled(not is_running and self._model.count() > 0)
        self._stop.setVisible(is_running)
        self._stop.setEnabled(is_running)
        self._stop.setText(self.tr("Stop and keep a checkpoint"))
        self._bar.setVisible(is_running)
        if is_running:
            self._bar.setRange(0, 0)
            self.curves.show()

    def set_stopping(self) -> None:
        """The Run was asked to stop and saves its checkpoint."""
        self._stop.setText(self.tr("Stopping: saving a checkpoint…"))
        self._stop.setEnabled(False)

    def set_status(self, text: str) -> None:
        """Say how the Run goes."""
        self._status.setText(text)

    def set_progress(self, done: int, total: int) -> None:
        """So many steps of so many."""
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        self._bar.setFormat(self.tr("step {0} of {1}").format(done, total))

    def set_warm_start(self, found: Mapping[str, Sequence[str]] | None) -> None:
        """The table of what the warm start took over and what not."""
        self._table.setVisible(found is not None)
        if found is None:
            return
        titles = {
            "matched": self.tr("taken over"),
            "missing": self.tr("not in the file, begins anew"),
            "extra": self.tr("in the file only, left out"),
            "other_shape": self.tr("another shape, begins anew"),
        }
        lines = [f"{len(found.get(key, ()))}  {title}" for key, title in titles.items()]
        for key in ("other_shape", "missing", "extra"):
            lines += [f"{titles[key]}: {name}" for name in found.get(key, ())]
        self._table.setPlainText("\n".join(lines))

    def set_result(self, weights: str | None) -> None:
        """New weights are there to be used, or None."""
        self._use.setVisible(bool(weights))
        self._compare.setVisible(bool(weights))

    def set_comparing(self, is_on: bool) -> None:
        """Whether old and new weights are compared now: the button ends it then."""
        text = self.tr("End comparing (Esc)") if is_on else self.tr("Compare with the old")
        self._compare.setText(text)
        self._compare.setChecked(is_on)

    @property
    def form(self) -> TrainingForm:
        """What is filled in."""
        is_lists = self._data.currentData() == "lists"
        return TrainingForm(
            model=str(self._model.currentData() or ""),
            train_list=self._lists["train"].text().strip() if is_lists else "",
            val_list=self._lists["val"].text().strip() if is_lists else "",
            epochs=self._epochs.value(),
            batch_size=self._batch.value(),
            learning_rate=self._rate.value(),
            schedule=str(self._schedule.currentData()),
            step_size=self._step_size.value(),
            gamma=self._gamma.value(),
            warm_start=str(self._warm.currentData() or ""),
            is_resume=self._resume.isChecked(),
            name=self._name.text().strip() or "my-model",
        )

    @Slot()
    def _update(self) -> None:
        for row in self._list_rows:
            self._form.setRowVisible(row, self._data.currentData() == "lists")
        for box in (self._step_size, self._gamma):
            self._form.setRowVisible(box, self._schedule.currentData() == "step")

    @Slot()
    def _on_browse(self) -> None:
        self.browse_requested.emit(str(self.sender().property("key")))

    @Slot()
    def _on_start(self) -> None:
        self.start_requested.emit(self.form)
