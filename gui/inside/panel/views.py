"""The Look inside panel as a whole: which view of the model, and below it that view's fields."""

from collections.abc import Mapping

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gui.inside.boxes import LEARNERS, STEPS, SUPPRESSION
from gui.panels import fields

MAPS, SEARCH = "maps", "search"
DETECTORS = (STEPS, SUPPRESSION, LEARNERS)
"""Views that only a detector has."""


class InsideViews(QWidget):
    """One page at a time; a choice says which."""

    view_changed = Signal(str)

    def __init__(self, pages: Mapping[str, QWidget], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._pages = dict(pages)
        self._wanted = MAPS
        self._choice = fields.ChoiceField()
        self._choice.setAccessibleName(self.tr("View"))
        row = QHBoxLayout()
        row.setContentsMargins(8, 8, 8, 0)
        row.setSpacing(8)
        row.addWidget(QLabel(self.tr("View")))
        row.addWidget(self._choice, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(row)
        for view, page in self._pages.items():
            if view != MAPS:
                page.setContentsMargins(8, 8, 8, 8)
            layout.addWidget(page)
        layout.addStretch(1)
        self._choice.activated.connect(self._on_chosen)
        self.set_detector(False)

    @property
    def view(self) -> str:
        """The view that is shown."""
        return str(self._choice.currentData())

    def choose(self, view: str) -> None:
        """Show this view, as if a person had chosen it."""
        self._choice.setCurrentIndex(max(0, self._choice.findData(view)))
        self._on_chosen()

    def set_detector(self, is_detector: bool) -> None:
        """Offer the views that the loaded model has; one it lacks comes back with the next."""
        before = self.view if self._choice.count() else ""
        texts = {
            MAPS: self.tr("Feature maps"),
            STEPS: self.tr("Boxes on the way to the answer"),
            SUPPRESSION: self.tr("Suppression, step by step"),
            LEARNERS: self.tr("What learns an object"),
            SEARCH: self.tr("Selective search"),
        }
        with QSignalBlocker(self._choice):
            self._choice.clear()
            for view in self._pages:
                if is_detector or view not in DETECTORS:
                    self._choice.addItem(texts[view], view)
            self._choice.setCurrentIndex(max(0, self._choice.findData(self._wanted)))
        self._show()
        if before and before != self.view:
            self.view_changed.emit(self.view)

    def _show(self) -> None:
        for view, page in self._pages.items():
            page.setVisible(view == self.view)

    @Slot()
    def _on_chosen(self) -> None:
        self._wanted = self.view
        self._show()
        self.view_changed.emit(self.view)
