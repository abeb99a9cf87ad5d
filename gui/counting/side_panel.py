"""Registers the side panel: Count."""

from typing import TYPE_CHECKING

from gui.actions import QT_TRANSLATE_NOOP as _T
from gui.side_panels import SidePanel, opens, register

if TYPE_CHECKING:
    from gui.counting.link import CountingLink
    from gui.main_window import MainWindow
    from gui.session.session import Session


def build(session: "Session", window: "MainWindow") -> "CountingLink":
    """Imported when it is first needed: the window is on screen sooner without it."""
    from gui.counting.link import CountingLink

    return CountingLink(session, window)


register(
    SidePanel(
        opens(
            "counting",
            _T("actions", "Count at lines and in zones"),
            "Ctrl+Alt+N",
            icon="mdi6.counter",
            short=_T("actions", "Count"),
            menu="model",
            after="tracks",
        ),
        title=_T("side_panels", "Count"),
        build=build,
        place=46,
        has_button=False,
    )
)
