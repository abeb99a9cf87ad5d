"""Registers the side panel: Train a model."""

from typing import TYPE_CHECKING

from gui.actions import QT_TRANSLATE_NOOP as _T
from gui.side_panels import SidePanel, opens, register

if TYPE_CHECKING:
    from gui.main_window import MainWindow
    from gui.session.session import Session
    from gui.train.link import TrainLink


def build(session: "Session", window: "MainWindow") -> "TrainLink":
    """Imported when it is first needed: the window is on screen sooner without it."""
    from gui.train.link import TrainLink

    return TrainLink(session, window)


register(
    SidePanel(
        opens(
            "train",
            _T("actions", "Train a model"),
            "Ctrl+T",
            icon="mdi6.school-outline",
            short=_T("actions", "Train"),
            menu="model",
            after="live",
        ),
        title=_T("side_panels", "Train"),
        build=build,
        place=20,
    )
)
