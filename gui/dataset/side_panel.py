"""Registers the side panel: Dataset."""

from typing import TYPE_CHECKING

from gui.actions import QT_TRANSLATE_NOOP as _T
from gui.side_panels import SidePanel, opens, register

if TYPE_CHECKING:
    from gui.dataset.link import DatasetLink
    from gui.main_window import MainWindow
    from gui.session.session import Session


def build(session: "Session", window: "MainWindow") -> "DatasetLink":
    """Imported when it is first needed: the window is on screen sooner without it."""
    from gui.dataset.link import DatasetLink

    return DatasetLink(session, window)


register(
    SidePanel(
        opens(
            "dataset",
            _T("actions", "Look at the dataset"),
            "Ctrl+Shift+B",
            icon="mdi6.chart-bar",
            short=_T("actions", "Dataset"),
            menu="view",
        ),
        title=_T("side_panels", "Dataset"),
        build=build,
        place=8,
    )
)
