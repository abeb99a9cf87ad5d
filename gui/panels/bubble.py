"""A note beside something in the window, with a ring around that: one step of the tour."""

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.panels.escape import claims_esc

WIDTH, GAP, MARGIN, RING = 320, 12, 8, 3


class Bubble(QFrame):
    """Lies over the window and covers nothing else: all goes on working around it."""

    next_requested = Signal()
    back_requested = Signal()
    end_requested = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._about: QWidget | None = None
        self.setObjectName("bubble")
        self.setFixedWidth(WIDTH)
        self._ring = QFrame(window)
        self._ring.setObjectName("ring")
        self._ring.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._title, self._text, self._place = QLabel(), QLabel(), QLabel()
        self._title.setObjectName("title")
        self._place.setObjectName("hint")
        self._text.setWordWrap(True)
        self._skip, self._back = QPushButton(self.tr("Skip")), QPushButton(self.tr("Back"))
        self._next = QPushButton(self.tr("Next"))
        self._next.setObjectName("primary")
        top, row = QHBoxLayout(), QHBoxLayout()
        top.addWidget(self._title, 1)
        top.addWidget(self._place)
        row.setSpacing(8)
        row.addWidget(self._skip)
        row.addStretch(1)
        for button, signal in (
            (self._skip, self.end_requested),
            (self._back, self.back_requested),
            (self._next, self.next_requested),
        ):
            button.setAutoDefault(True)  # Enter presses it.
            button.clicked.connect(signal)
        row.addWidget(self._back)
        row.addWidget(self._next)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self._text)
        column.addLayout(row)
        window.installEventFilter(self)
        self.close_up()

    @property
    def text(self) -> str:
        """What it says; nothing while it is away."""
        return "" if self.isHidden() else f"{self._title.text()}: {self._text.text()}"

    def show_step(self, number: int, count: int, title: str, text: str, about: QWidget) -> None:
        """Say this of a part of the window; the buttons go on, back, or end it."""
        self._about = about
        self._title.setText(title)
        self._text.setText(text)
        self._place.setText(self.tr("{0} of {1}").format(number + 1, count))
        self._back.setVisible(number > 0)
        is_last = number == count - 1
        self._skip.setVisible(not is_last)
        self._next.setText(self.tr("Done") if is_last else self.tr("Next"))
        self._next.setAccessibleDescription(f"{title}. {text}")
        self.show()
        self._put()
        self._next.setFocus()

    def close_up(self) -> None:
        """Go away."""
        self._about = None
        self._ring.hide()
        self.hide()

    def _put(self) -> None:
        """Beside what it is about, on the side where there is more room, wholly in the window."""
        if self._about is None:
            return
        room = self._window.rect().adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        there = self._place_of(self._about)
        self.adjustSize()
        is_left = there.center().x() < room.center().x()
        x = there.right() + GAP if is_left else there.left() - GAP - self.width()
        x = min(max(x, room.left()), room.right() - self.width())
        y = min(max(there.top(), room.top()), room.bottom() - self.height())
        self.move(x, y)
        self._ring.setGeometry(there.adjusted(-RING, -RING, RING, RING) & self._window.rect())
        self._ring.setVisible(self._about.isVisible())
        self._ring.raise_()
        self.raise_()

    def _place_of(self, about: QWidget) -> QRect:
        corner = self._window.mapFromGlobal(about.mapToGlobal(about.rect().topLeft()))
        return QRect(corner, about.size())

    # Qt's events

    def event(self, event: QEvent) -> bool:
        """Qt: Esc is for this, and no shortcut of the window."""
        return claims_esc(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Esc ends it."""
        if event.key() == Qt.Key.Key_Escape:
            self.end_requested.emit()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: the window has another size."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._put()
        return False
