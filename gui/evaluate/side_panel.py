"""Registers the side panel: Evaluate a model."""

from typing import TYPE_CHECKING

from gui.actions import QT_TRANSLATE_NOOP as _T
from gui.actions import ActionSpec
from gui.side_panels import SidePanel, opens, register

if TYPE_CHECKING:
    from gui.evaluate.link import EvaluateLink
    from gui.main_window import MainWindow
    from gui.session.session import Session


def build(session: "Session", window: "MainWindow") -> "EvaluateLink":
    """Imported when it is first needed: the window is on screen sooner without it."""
    from gui.evaluate.link import EvaluateLink

    return EvaluateLink(session, window)


register(
    SidePanel(
        opens(
            "evaluate",
            _T("actions", "Evaluate a model"),
            "Ctrl+R",
            icon="mdi6.chart-box-outline",
            short=_T("actions", "Evaluate"),
            menu="model",
            after="compare",
        ),
        title=_T("side_panels", "Evaluate"),
        build=build,
        place=50,
        actions=(
            ActionSpec(
                "next_error",
                _T("actions", "Next error of the model"),
                "step_error",
                ("X",),
                (1,),
                menu="review",
            ),
            ActionSpec(
                "previous_error",
                _T("actions", "Previous error of the model"),
                "step_error",
                ("Shift+X",),
                (-1,),
                menu="review",
            ),
        ),
    )
)
