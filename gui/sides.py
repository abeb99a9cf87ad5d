"""The side panels of one window: each is made when it is first needed, and not before."""

from pathlib import Path
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QObject, Slot

from gui import side_panels
from gui.main_window import MainWindow
from gui.session.session import Session
from gui.side_panels import PanelLink, SidePanel

IMPORT = "import"
TRAIN = "train"


@runtime_checkable
class TakesLabels(Protocol):
    """The link of a side panel that imports labels."""

    def choose(self, path: Path, layout: str = "") -> None:
        """Look what labels here would do to the open project; `layout` is their Format."""


@runtime_checkable
class ResumesRuns(Protocol):
    """The link of a side panel that trains."""

    def resume(self, run: Path) -> None:
        """Go on with the Run in this folder."""


class Sides(QObject):
    """Builds a panel's link when its dock is first shown, or when an action of it is called."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._panels: dict[str, SidePanel] = {p.name: p for p in side_panels.registered()}
        self._links: dict[str, PanelLink] = {}
        for name in self._panels:
            window.docks[name].visibilityChanged.connect(self._on_visible)

    def link(self, name: str) -> PanelLink:
        """The link of this panel."""
        if name not in self._links:
            link = self._panels[name].build(self._session, self._window)
            self._links[name] = link
            self._window.set_side_panel(name, link.panel)
        return self._links[name]

    def import_labels(self, path: Path, layout: str) -> None:
        """Open the panel that imports labels, with these."""
        if IMPORT in self._panels:
            self._window.show_side(IMPORT)
            link = self.link(IMPORT)
            if isinstance(link, TakesLabels):
                link.choose(path, layout)

    def resume_run(self, run: Path) -> None:
        """Open the panel that trains, and go on with this Run."""
        if TRAIN in self._panels:
            self._window.show_side(TRAIN)
            link = self.link(TRAIN)
            if isinstance(link, ResumesRuns):
                link.resume(run)

    @Slot(bool)
    def _on_visible(self, is_visible: bool) -> None:
        if not is_visible:
            return
        for name in self._panels:
            if self._window.docks[name] is self.sender():
                self.link(name).panel.show()
