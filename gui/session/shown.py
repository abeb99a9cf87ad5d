"""What has the canvas now: one value, and one signal that tells every change of it."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from engine.values import Frame
from gui.session.mode import CanvasMode

if TYPE_CHECKING:
    from engine.pipeline.pipeline import RawResult


@dataclass(frozen=True, eq=False)
class Shown:
    """What has the canvas. `frame` is None when nothing is open, and while a picture is read.

    `raw` is what the loaded weights gave for the frame, None where that is not known;
    `is_asked` says that it is on its way. `is_playing` is true while the frames of a video or
    camera follow each other by themselves.
    """

    mode: CanvasMode = CanvasMode.EMPTY
    frame: Frame | None = None
    raw: "RawResult | None" = None
    is_asked: bool = False
    is_playing: bool = False

    @property
    def is_live(self) -> bool:
        """Whether a video or camera has the canvas."""
        return self.mode is CanvasMode.LIVE


class ShownController(QObject):
    """Holds it. `changed` gives what is shown now and what was shown before."""

    changed = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.now = Shown()

    def show(self, frame: Frame, *, is_asked: bool) -> None:
        """A picture; the one that is shown already is shown anew."""
        before = replace(self.now, frame=None, raw=None)
        self._set(Shown(CanvasMode.PICTURES, frame, is_asked=is_asked), before)

    def play(self, frame: Frame, raw: "RawResult | None", *, is_playing: bool) -> None:
        """A frame of a video or camera."""
        self._set(Shown(CanvasMode.LIVE, frame, raw, is_playing=is_playing))

    def clear(self, mode: CanvasMode) -> None:
        """Nothing yet, or nothing any more."""
        self._set(Shown(mode))

    def change(self, **values: Any) -> None:
        """Of the same frame something else is known."""
        self._set(replace(self.now, **values))

    def _set(self, now: Shown, before: Shown | None = None) -> None:
        before = before or self.now
        self.now = now
        self.changed.emit(now, before)
