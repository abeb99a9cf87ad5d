"""Registers the side panel: History."""

from typing import TYPE_CHECKING

from gui.actions import QT_TRANSLATE_NOOP as _T
from gui.side_panels import SidePanel, opens, register

if TYPE_CHECKING:
    from gui.history.link import HistoryLink
    from gui.main_window import MainWindow
    from gui.session.session import Session


def build(session: "Session", window: "MainWindow") -> "HistoryLink":
    """Imported when it is first needed: the window is on screen sooner without it."""
    from gui.history.link import HistoryLink

    return HistoryLink(session, window)


register(
    SidePanel(
        opens(
            "history",
            _T("actions", "History"),
            "Ctrl+Shift+H",
            icon="mdi6.history",
            short=_T("actions", "History"),
            menu="edit",
            after="redo",
        ),
        title=_T("side_panels", "History"),
        build=build,
        place=70,
    )
)
