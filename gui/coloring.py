"""What the actions call that say by what objects are colored."""

from PySide6.QtCore import QCoreApplication, QObject

from gui.actions import QT_TRANSLATE_NOOP
from gui.main_window import MainWindow
from gui.session.session import Session

_T = QT_TRANSLATE_NOOP

SAID = {
    "label": _T("coloring", "Colors tell labels apart."),
    "object": _T("coloring", "Each object has a color of its own."),
    "track": _T("coloring", "Colors tell tracks apart; what has no track is grey."),
    "origin": _T("coloring", "Green: drawn by a person. Each model has a color of its own."),
}
"""In the order of the key that goes from one to the next."""


class Coloring(QObject):
    """One method for each row of the table in `gui.actions` whose call begins with `coloring.`"""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window

    def choose(self, way: str) -> None:
        """Color by `label`, `object`, `track` or `origin` from now on."""
        self._session.store.change(colored_by=way)
        self._window.say(QCoreApplication.translate("coloring", SAID[way]))

    def go_on(self) -> None:
        """Color by the next of them."""
        ways = list(SAID)
        self.choose(ways[(ways.index(self._session.colored_by) + 1) % len(ways)])
