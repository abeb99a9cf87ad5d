"""A bar over the canvas that says what went wrong or what can be done next; never modal."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from engine.errors import AppError

Choice = tuple[str, Callable[[], None]]
"""What a button says, and what it does."""
PROPOSALS = "proposals"
"""What a note is about that says of proposals how to decide them."""


class NoticeBar(QFrame):
    """One message with its hint, perhaps buttons for what can be done, and a way to close it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("error_bar")
        self._acts: list[Callable[[], None]] = []
        self._about: object = None
        self._message, self._hint = QLabel(), QLabel()
        self._hint.setObjectName("hint")
        for label in (self._message, self._hint):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._buttons = (QPushButton(), QPushButton())
        self._buttons[0].setObjectName("primary")
        close = QPushButton(self.tr("Close"))
        texts = QVBoxLayout()
        texts.setSpacing(4)
        texts.addWidget(self._message)
        texts.addWidget(self._hint)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(8)
        row.addLayout(texts, 1)
        for button in self._buttons:
            button.hide()
            button.clicked.connect(self._on_action)
            row.addWidget(button)
        row.addWidget(close)
        close.clicked.connect(self.hide)
        self.hide()

    @property
    def text(self) -> str:
        """What the bar says now, nothing when it is hidden."""
        return "" if self.isHidden() else f"{self._message.text()} {self._hint.text()}".strip()

    @property
    def has_offer(self) -> bool:
        """Whether there is a button to press."""
        return bool(self._acts)

    @property
    def is_error(self) -> bool:
        """Whether it says trouble with nothing to press: an offer waits for its answer."""
        return not self.isHidden() and self.property("kind") == "error" and not self._acts

    def show_error(self, error: AppError) -> None:
        """Say what happened and what the person can do."""
        self._show("error", error.message, error.hint)

    def show_note(
        self,
        text: str,
        hint: str = "",
        *,
        button: str = "",
        act: Callable[[], None] | None = None,
        about: object = None,
    ) -> None:
        """Say that something is done; the button does what comes next."""
        choices = ((button, act),) if button and act is not None else ()
        self._show("done", text, hint, choices)
        self._about = about

    def show_choices(self, error: AppError, choices: Sequence[Choice]) -> None:
        """Say what happened, with buttons for what the person can do: two at most."""
        self._show("error", error.message, error.hint, choices)

    def withdraw(self, text: str) -> None:
        """Close the bar if this is what it says: it holds no longer."""
        if text and text == self.text:
            self.hide()

    def dismiss(self, act: Callable[[], None]) -> None:
        """Close the note that offers this: it has been done in another way."""
        if act in self._acts:
            self.hide()

    def settle(self, about: object) -> None:
        """Close the note about this: it is taken care of."""
        if self._about == about:
            self.hide()

    def _show(self, kind: str, message: str, hint: str, choices: Sequence[Choice] = ()) -> None:
        self._acts, self._about = [act for _, act in choices], None
        self._message.setText(message)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        for place, button in enumerate(self._buttons):
            button.setVisible(place < len(choices))
            button.setText(choices[place][0] if place < len(choices) else "")
        self.setProperty("kind", kind)
        self.style().unpolish(self)
        self.style().polish(self)
        self.show()

    @Slot()
    def _on_action(self) -> None:
        self.hide()
        for button, act in zip(self._buttons, tuple(self._acts), strict=False):
            if self.sender() is button:
                act()
