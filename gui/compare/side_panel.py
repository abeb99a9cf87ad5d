"""Registers the side panel: Compare models."""

from typing import TYPE_CHECKING

from gui.actions import QT_TRANSLATE_NOOP as _T
from gui.side_panels import SidePanel, opens, register

if TYPE_CHECKING:
    from gui.compare.link import CompareLink
    from gui.main_window import MainWindow
    from gui.session.session import Session


def build(session: "Session", window: "MainWindow") -> "CompareLink":
    """Imported when it is first needed: the window is on screen sooner without it."""
    from gui.compare.link import CompareLink

    return CompareLink(session, window)


register(
    SidePanel(
        opens(
            "compare",
            _T("actions", "Compare models"),
            "Ctrl+M",
            icon="mdi6.compare",
            short=_T("actions", "Compare"),
            menu="model",
            after="over",
        ),
        title=_T("side_panels", "Compare"),
        build=build,
        place=40,
    )
)
