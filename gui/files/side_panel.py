"""Registers the side panel: Pictures, with what goes through them."""

from typing import TYPE_CHECKING

from gui.actions import QT_TRANSLATE_NOOP as _T
from gui.actions import ActionSpec
from gui.side_panels import SidePanel, opens, register

if TYPE_CHECKING:
    from gui.files.link import FilesLink
    from gui.main_window import MainWindow
    from gui.session.session import Session


def build(session: "Session", window: "MainWindow") -> "FilesLink":
    """Imported when it is first needed: the window is on screen sooner without it."""
    from gui.files.link import FilesLink

    return FilesLink(session, window)


register(
    SidePanel(
        opens(
            "files",
            _T("actions", "List of pictures"),
            "Ctrl+Shift+L",
            icon="mdi6.view-list-outline",
            short=_T("actions", "Pictures"),
            menu="go",
            after="order",
        ),
        title=_T("side_panels", "Pictures"),
        build=build,
        place=5,
        has_button=False,
        actions=(
            ActionSpec(
                "go_to_number",
                _T("actions", "Go to picture number…"),
                "ask_number",
                ("Ctrl+Shift+J",),
                menu="go",
                after="files",
            ),
            ActionSpec(
                "begin_review",
                _T("actions", "Review proposals, the least sure picture first"),
                "begin_review",
                ("Shift+U",),
                menu="review",
                after="reject_all",
            ),
            ActionSpec(
                "accept_on",
                _T("actions", "Accept all proposals, go on to the least sure picture"),
                "decide",
                ("U",),
                (True,),
                menu="review",
                after="begin_review",
            ),
            ActionSpec(
                "reject_on",
                _T("actions", "Reject all proposals, go on to the least sure picture"),
                "decide",
                ("M",),
                (False,),
                menu="review",
                after="accept_on",
            ),
        ),
    )
)
