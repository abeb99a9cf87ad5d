"""Registers the side panel: Import labels."""

from typing import TYPE_CHECKING

from gui.actions import QT_TRANSLATE_NOOP as _T
from gui.side_panels import SidePanel, opens, register

if TYPE_CHECKING:
    from gui.importing.link import ImportLink
    from gui.main_window import MainWindow
    from gui.session.session import Session


def build(session: "Session", window: "MainWindow") -> "ImportLink":
    """Imported when it is first needed: the window is on screen sooner without it."""
    from gui.importing.link import ImportLink

    return ImportLink(session, window)


register(
    SidePanel(
        opens(
            "import",
            _T("actions", "Import labels"),
            "Ctrl+Shift+I",
            icon="mdi6.import",
            short=_T("actions", "Import"),
            menu="file",
            after="open_weights",
        ),
        title=_T("side_panels", "Import"),
        build=build,
        place=5,
    )
)
