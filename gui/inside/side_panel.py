"""Registers the side panel: Look inside."""

from typing import TYPE_CHECKING

from gui.actions import QT_TRANSLATE_NOOP as _T
from gui.side_panels import SidePanel, opens, register

if TYPE_CHECKING:
    from gui.inside.link import InsideLink
    from gui.main_window import MainWindow
    from gui.session.session import Session


def build(session: "Session", window: "MainWindow") -> "InsideLink":
    """Imported when it is first needed: the window is on screen sooner without it."""
    from gui.inside.link import InsideLink

    return InsideLink(session, window)


register(
    SidePanel(
        opens(
            "inside",
            _T("actions", "Look inside the network"),
            "Ctrl+L",
            icon="mdi6.eye-outline",
            short=_T("actions", "Inside"),
            menu="view",
            after="fit",
        ),
        title=_T("side_panels", "Look inside"),
        build=build,
        place=30,
    )
)
