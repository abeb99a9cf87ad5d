"""What a classifier says of the whole picture: the likeliest labels, each with its probability."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QProgressBar, QSizePolicy, QWidget

from engine.values import Prediction
from gui.panels.elided import Elided

ROWS = 5
STEPS = 1000
NAME_WIDTH = 120


class RankingPanel(QWidget):
    """Rows of name, bar and per cent; as many as there are labels, five at most."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("What the picture shows"))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 4, 0, 4)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        self._rows = [_Row(grid, number) for number in range(ROWS)]
        grid.setColumnStretch(1, 1)
        self._shown: tuple[bool, tuple[tuple[str, float], ...]] | None = None
        self.set_prediction(None)

    def set_prediction(self, prediction: Prediction | None) -> None:
        """Show the best of its ranking; empty rows until there is one."""
        ranking = prediction.ranking[:ROWS] if prediction is not None else ()
        names = {label.id: label.name for label in prediction.labels} if prediction else {}
        best = tuple((names.get(label_id, str(label_id)), score) for label_id, score in ranking)
        if (prediction is None, best) == self._shown:
            return  # Each live frame of a detector says anew that there is no ranking.
        self._shown = prediction is None, best
        for number, row in enumerate(self._rows):
            if number < len(best):
                row.show_score(*best[number])
            else:
                row.clear(is_kept=prediction is None and number == 0)

    @property
    def lines(self) -> list[tuple[str, str]]:
        """The names and percentages on screen."""
        return [(row.name.whole, row.percent.text()) for row in self._rows if row.name.whole]


class _Row:
    """One label of the ranking."""

    def __init__(self, grid: QGridLayout, number: int) -> None:
        self.name, self.bar, self.percent = Elided(), QProgressBar(), QLabel()
        self.name.setObjectName("value")
        self.name.setFixedWidth(NAME_WIDTH)
        self.name.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.bar.setObjectName("score")
        self.bar.setRange(0, STEPS)
        self.bar.setTextVisible(False)
        self.percent.setMinimumWidth(40)
        self.percent.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for column, widget in enumerate((self.name, self.bar, self.percent)):
            grid.addWidget(widget, number, column)

    def show_score(self, name: str, score: float) -> None:
        self.name.set_text(name)
        self.bar.setValue(round(STEPS * score))
        self.percent.setText(f"{100 * score:.0f} %")
        self._set_visible(True)

    def clear(self, *, is_kept: bool) -> None:
        """Nothing; a kept row stands for those that will come."""
        self.name.set_text("")
        self.bar.setValue(0)
        self.percent.setText("–")
        self._set_visible(is_kept)

    def _set_visible(self, is_visible: bool) -> None:
        for widget in (self.name, self.bar, self.percent):
            widget.setVisible(is_visible)
