"""Which of a detector's boxes learn the object that was clicked."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

if TYPE_CHECKING:
    from engine.inside.matched import Learners


class LearnersPage(QWidget):
    """Says what to do, then how many boxes learn the object and how well they fit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hint, self._ask, self._what = QLabel(), QLabel(), QLabel()
        self._hint.setObjectName("hint")
        self._ask.setObjectName("hint")
        self._ask.setText(
            self.tr(
                "Click an object on the canvas: the anchors, default boxes or cells that would "
                "learn it in training are drawn, the brighter the better they fit it."
            )
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for label in (self._hint, self._ask, self._what):
            label.setWordWrap(True)
            layout.addWidget(label)
        self.set_learners(None, "")

    def set_hint(self, text: str) -> None:
        """Say why there is nothing to see, or nothing."""
        self._hint.setText(text)
        self._hint.setVisible(bool(text))
        self._ask.setVisible(not text)

    def set_learners(self, found: "Learners | None", name: str) -> None:
        """Tell what learns the object of this label."""
        self._what.setVisible(found is not None)
        if found is None:
            return
        width, height = found.box.x2 - found.box.x1, found.box.y2 - found.box.y1
        head = self.tr("{0}, {1:.0f} x {2:.0f} pixels").format(name, width, height)
        self._what.setText(f"{head}\n{self._told(found)}")

    def _told(self, found: "Learners") -> str:
        count = len(found.boxes)
        if not found.is_known:
            return self.tr(
                "This model has no fixed answer: which of its boxes learn an object depends on "
                "what the network says of the picture."
            )
        if not count:
            return self.tr(
                "No box of this model learns it: in training it would be passed over. Often it is "
                "too small, or another object takes its box."
            )
        best, worst = found.overlaps.max(), found.overlaps.min()
        if count == 1:
            return self.tr("1 box learns it, at an IoU of {0:.2f}.").format(best)
        text = self.tr("{0:,} boxes learn it, at an IoU of {1:.2f} to {2:.2f}.")
        return text.format(count, worst, best)
