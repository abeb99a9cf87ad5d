"""Between the Picture section, the canvas and its badge."""

from PySide6.QtCore import QObject, Slot

from engine.painting.tone import Tone
from gui.controllers.tone import ToneController
from gui.links.levels import LevelsLink
from gui.main_window import MainWindow
from gui.session.session import Session


class PictureLink(QObject):
    """How the canvas shows frames; a badge tells that it is not as they are."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._store, self._window = session.store, window
        self.tone = ToneController(self)
        self.levels = LevelsLink(session, window, self.tone)
        section, panel = window.picture_section, window.picture
        section.set_open(session.store.now.is_picture_open)
        section.toggled.connect(self._on_folded)
        panel.change_requested.connect(self.tone.change)
        panel.reset_requested.connect(self.tone.reset)
        window.canvas.aids.badge.clicked.connect(self.tone.reset)
        window.canvas.aids.badge.setToolTip(self.tr("Show pictures as they are again"))
        self.tone.changed.connect(self._show)
        self.levels.deep_changed.connect(self._show_again)

    @Slot(bool)
    def _on_folded(self, is_open: bool) -> None:
        self._store.change(is_picture_open=is_open)

    @Slot(object)
    def _show(self, tone: Tone) -> None:
        self._window.picture.set_tone(tone)
        text = self._told(tone)
        self._window.canvas.aids.set_tone(tone, f"{text}  ×" if text else "")

    @Slot()
    def _show_again(self) -> None:
        self._show(self.tone.now)

    def _told(self, tone: Tone) -> str:
        """What differs, in a few words."""
        channels = {
            "red": self.tr("red alone"),
            "green": self.tr("green alone"),
            "blue": self.tr("blue alone"),
            "grey": self.tr("grey"),
        }
        window = tone.window if self.levels.is_deep else None
        parts = [
            self.tr("values {0:.6g} to {1:.6g}").format(*window) if window else "",
            self.tr("brightness {0:+d}").format(tone.brightness) if tone.brightness else "",
            self.tr("contrast {0:+d}").format(tone.contrast) if tone.contrast else "",
            self.tr("gamma {0:.2f}").format(tone.gamma) if tone.gamma != 1 else "",
            channels.get(tone.channel, ""),
            self.tr("evenly spread") if tone.is_equalised else "",
        ]
        return ", ".join(part for part in parts if part).capitalize()
