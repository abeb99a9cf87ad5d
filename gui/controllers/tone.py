"""How the canvas shows frames now; it stays from frame to frame and ends with the window."""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from engine.painting.tone import PLAIN, Tone


class ToneController(QObject):
    """Holds the Tone; what the model and the files get is never changed by it."""

    changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.now = PLAIN

    @Slot(dict)
    def change(self, values: dict[str, Any]) -> None:
        """Set some of it."""
        self._set(replace(self.now, **values))

    @Slot()
    def reset(self) -> None:
        """Show frames as they are."""
        self._set(PLAIN)

    def _set(self, tone: Tone) -> None:
        if tone != self.now:
            self.now = tone
            self.changed.emit(tone)
