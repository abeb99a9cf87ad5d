"""Registers the side panel: Collect."""

from typing import TYPE_CHECKING

from gui.actions import QT_TRANSLATE_NOOP as _T
from gui.actions import ActionSpec
from gui.side_panels import SidePanel, opens, register

if TYPE_CHECKING:
    from gui.collect.link import CollectLink
    from gui.main_window import MainWindow
    from gui.session.session import Session


def build(session: "Session", window: "MainWindow") -> "CollectLink":
    """Imported when it is first needed: the window is on screen sooner without it."""
    from gui.collect.link import CollectLink

    return CollectLink(session, window)


register(
    SidePanel(
        opens(
            "collect",
            _T("actions", "Collect live frames"),
            "Ctrl+Alt+C",
            icon="mdi6.archive-arrow-down-outline",
            short=_T("actions", "Collect"),
            menu="model",
            after="side_by_side",
        ),
        title=_T("side_panels", "Collect"),
        build=build,
        place=45,
        actions=(
            ActionSpec(
                "collect_now",
                _T("actions", "Collect this live frame and go on"),
                "take_now",
                ("Shift+C",),
                menu="go",
                after="freeze",
            ),
        ),
        has_button=False,
    )
)
