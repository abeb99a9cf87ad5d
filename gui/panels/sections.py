"""Sections one above the other that share the height by what is in them."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from gui.panels.section import Section

ANY_HEIGHT = 16777215
"""Qt's word for a widget that may be as high as it likes."""


def shares(room: int, wanted: Sequence[int]) -> list[int]:
    """Of this room each gets what it wants, as far as all others get as much or what they want;
    what is left is the last one's."""
    given, left = [0] * len(wanted), room
    by_wish = sorted(range(len(wanted)), key=lambda number: wanted[number])
    for place, number in enumerate(by_wish):
        given[number] = min(wanted[number], left // (len(wanted) - place))
        left -= given[number]
    given[-1] += left
    return given


class Sections(QSplitter):
    """Each can be folded. Until the person drags a handle, the heights follow the contents."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self.setObjectName("panel")
        self.setChildrenCollapsible(False)
        self._is_own = False
        self._sections: list[Section] = []
        self.splitterMoved.connect(self._on_moved)

    def add(self, title: str, body: QWidget) -> Section:
        """One more, open, below the others; `body` says by its size hint what it wants."""
        body.setAccessibleName(title)
        section = Section(title, body, is_open=True)
        section.setContentsMargins(0, 4, 0, 0)
        section.toggled.connect(self._on_folded)
        self.addWidget(section)
        self._sections.append(section)
        return section

    def event(self, event: QEvent) -> bool:
        """Qt: what is in a section has another size."""
        is_handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self.share()
        return is_handled

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: there is another height to share."""
        super().resizeEvent(event)
        self.share()

    @Slot()
    def share(self) -> None:
        """Give each section its share, unless the person has chosen the heights."""
        if self._is_own or not self._sections:
            return
        room = self.height() - self.handleWidth() * (len(self._sections) - 1)
        self.setSizes(shares(room, [section.sizeHint().height() for section in self._sections]))

    @Slot()
    def _on_moved(self) -> None:
        self._is_own = True

    @Slot()
    def _on_folded(self) -> None:
        """What is folded is as high as its title."""
        for section in self._sections:
            folded = section.title.sizeHint().height() + 8
            section.setMaximumHeight(ANY_HEIGHT if section.is_open else folded)
        self._is_own = False
        self.share()
