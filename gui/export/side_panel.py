"""Registers the side panel: Export dataset."""

from typing import TYPE_CHECKING

from gui.actions import QT_TRANSLATE_NOOP as _T
from gui.side_panels import SidePanel, opens, register

if TYPE_CHECKING:
    from gui.export.link import ExportLink
    from gui.main_window import MainWindow
    from gui.session.session import Session


def build(session: "Session", window: "MainWindow") -> "ExportLink":
    """Imported when it is first needed: the window is on screen sooner without it."""
    from gui.export.link import ExportLink

    return ExportLink(session, window)


register(
    SidePanel(
        opens(
            "export",
            _T("actions", "Export dataset"),
            "Ctrl+Shift+E",
            icon="mdi6.export-variant",
            short=_T("actions", "Export"),
            menu="file",
            after="open_weights",
        ),
        title=_T("side_panels", "Export"),
        build=build,
        place=10,
    )
)
