"""The settings; every change acts at once."""

from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.project.place import BESIDE, DATA
from gui.dialogs import choose
from gui.panels import fields
from gui.settings import COLORED_BY, LABEL_ASKED, THEMES, UNDECIDED, Settings


class SettingsDialog(QDialog):
    """Theme, colors of objects, device, backend, memory, folders, where new projects go."""

    change_requested = Signal(dict)

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Settings"))
        self.setMinimumWidth(400)
        self._theme = QComboBox()
        names = (self.tr("Like the system"), self.tr("Dark"), self.tr("Light"))
        for key, name in zip(THEMES, names, strict=True):
            self._theme.addItem(name, key)
        self._device = QComboBox()
        for key, name in (
            ("auto", self.tr("The best there is")),
            ("cpu", self.tr("Processor (CPU)")),
            ("cuda:0", self.tr("NVIDIA graphics card")),
            ("mps", self.tr("Apple graphics")),
        ):
            self._device.addItem(name, key)
        self._backend = QComboBox()
        for key, name in (
            ("auto", self.tr("The fastest that fits")),
            ("torch", "torch"),
            ("openvino", "OpenVINO"),
        ):
            self._backend.addItem(name, key)
        self._colored_by = QComboBox()
        ways = (
            self.tr("By object with an instance model, else by label"),
            self.tr("By label"),
            self.tr("By object"),
            self.tr("By track"),
            self.tr("By origin"),
        )
        for key, name in zip(COLORED_BY, ways, strict=True):
            self._colored_by.addItem(name, key)
        self._undecided = QComboBox()
        answers = (self.tr("Ask"), self.tr("Accept them"), self.tr("Reject them"))
        for key, name in zip(UNDECIDED, answers, strict=True):
            self._undecided.addItem(name, key)
        self._make_habits()
        self._cache = fields.number(64, 65536, settings.cache_mb, suffix=" MB")
        self._cache.setSingleStep(128)
        self._below = QCheckBox(self.tr("Search folders below"))
        self._below.setToolTip(
            self.tr("A folder that is opened shows the pictures of the folders in it, too")
        )
        self._now = settings.new_projects
        self._projects = self._make_projects(settings.new_projects)
        self._show(settings)
        self._build()

    def _make_habits(self) -> None:
        self._asks_label = QComboBox()
        times = (
            self.tr("Not asked for: the chosen one"),
            self.tr("Asked for the first time with each tool"),
            self.tr("Asked for each time"),
        )
        for key, name in zip(LABEL_ASKED, times, strict=True):
            self._asks_label.addItem(name, key)
        self._keeps_tool = QCheckBox(self.tr("Keep the tool, to draw the next one"))
        self._goes_on = QCheckBox(self.tr("Go on to the next picture"))

    def _show(self, settings: Settings) -> None:
        for box, key in (
            (self._theme, settings.theme),
            (self._colored_by, settings.colored_by),
            (self._asks_label, settings.asks_label),
            (self._undecided, settings.undecided),
            (self._device, settings.device),
            (self._backend, settings.backend),
            (self._projects, settings.new_projects),
        ):
            box.setCurrentIndex(max(0, box.findData(key)))
        self._keeps_tool.setChecked(settings.keeps_tool)
        self._goes_on.setChecked(settings.goes_on)
        self._cache.setValue(settings.cache_mb)
        self._below.setChecked(settings.search_below)

    def _make_projects(self, now: str) -> QComboBox:
        box = QComboBox()
        box.addItem(self.tr("Beside the pictures"), BESIDE)
        box.addItem(self.tr("Into your data folder"), DATA)
        if now not in (BESIDE, DATA):
            box.addItem(now, now)
        box.addItem(self.tr("Into a folder…"), "")
        box.setToolTip(
            self.tr(
                "Where the labels of pictures without a project will be kept. Projects that there"
                " are stay. Pictures in a read-only place always get theirs in your data folder."
            )
        )
        return box

    def _build(self) -> None:
        form = QFormLayout()
        form.setSpacing(8)
        form.addRow(self.tr("Theme"), self._theme)
        form.addRow(self.tr("Colors of objects"), self._colored_by)
        form.addRow(self.tr("Label of a new object"), self._asks_label)
        form.addRow(self.tr("After each object"), self._keeps_tool)
        form.addRow(self.tr("After the last accepted proposal"), self._goes_on)
        form.addRow(self.tr("Undecided proposals, at Verify"), self._undecided)
        form.addRow(self.tr("Device"), self._device)
        form.addRow(self.tr("Backend"), self._backend)
        form.addRow(self.tr("Memory for pictures"), self._cache)
        form.addRow(self.tr("New projects go"), self._projects)
        form.addRow(self.tr("Opening a folder"), self._below)
        hint = QLabel(self.tr("Changes act at once."))
        hint.setObjectName("hint")
        hint.setWordWrap(True)
        reset, close = QPushButton(self.tr("All as at first")), QPushButton(self.tr("Close"))
        reset.setToolTip(self.tr("Set all of these back to what they were at the first start"))
        reset.setAutoDefault(False)
        reset.clicked.connect(self._on_reset)
        close.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(reset)
        buttons.addWidget(close, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(16)
        layout.addLayout(form)
        layout.addWidget(hint)
        layout.addLayout(buttons)
        for box in (
            self._theme,
            self._colored_by,
            self._undecided,
            self._asks_label,
            self._device,
            self._backend,
        ):
            box.activated.connect(self._on_changed)
        self._cache.valueChanged.connect(self._on_changed)
        for check in (self._below, self._keeps_tool, self._goes_on):
            check.toggled.connect(self._on_changed)
        self._projects.activated.connect(self._on_projects)

    @Slot()
    def _on_reset(self) -> None:
        first = Settings()
        with QSignalBlocker(self):  # They change at once, not one after another.
            self._show(first)
        self._now = first.new_projects
        self.change_requested.emit({"new_projects": first.new_projects})
        self._on_changed()

    @Slot()
    def _on_projects(self) -> None:
        chosen = self._projects.currentData() or choose.place(self, str(Path.home()))
        if chosen:
            self._now = chosen
            self.change_requested.emit({"new_projects": chosen})
        if self._projects.findData(self._now) < 0:
            self._projects.insertItem(2, self._now, self._now)
        self._projects.setCurrentIndex(self._projects.findData(self._now))

    @Slot()
    def _on_changed(self) -> None:
        self.change_requested.emit(
            {
                "theme": self._theme.currentData(),
                "colored_by": self._colored_by.currentData(),
                "undecided": self._undecided.currentData(),
                "asks_label": self._asks_label.currentData(),
                "keeps_tool": self._keeps_tool.isChecked(),
                "goes_on": self._goes_on.isChecked(),
                "device": self._device.currentData(),
                "backend": self._backend.currentData(),
                "cache_mb": self._cache.value(),
                "search_below": self._below.isChecked(),
            }
        )
