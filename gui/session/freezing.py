"""Keeps live frames as pictures of the project."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from engine.values import FrameId
from gui.session.mode import CanvasMode
from gui.session.parts import Parts

if TYPE_CHECKING:
    from engine.pipeline.live import LiveResult


class Freezing(QObject):
    """`newest` is what was frozen last, until it has been shown."""

    failed = Signal(object)

    def __init__(self, parts: Parts, parent: QObject) -> None:
        super().__init__(parent)
        self._parts = parts
        self.newest: FrameId | None = None
        parts.live.frozen.connect(self._on_frozen)

    def freeze(self) -> bool:
        """Keep the shown live frame; False if its project is not open yet."""
        project, is_live = self._parts.project, self._parts.shown.now.mode is CanvasMode.LIVE
        if is_live and project.folder is not None:
            self._parts.live.freeze(project.folder)
        elif project.trouble is not None:
            self.failed.emit(project.trouble)
        else:
            return not is_live
        return True

    @Slot(object)
    def _on_frozen(self, shot: "LiveResult") -> None:
        frame, frames = shot.frame, self._parts.frames
        self._parts.project.add_frame(frame.id)
        frames.put(frame)
        self.newest = frame.id
        frames.go(frames.append(frame.id))
