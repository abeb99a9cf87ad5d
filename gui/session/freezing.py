"""Keeps live frames as pictures of the project."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from engine.errors import AppError
from engine.values import Frame, FrameId
from gui.session.mode import CanvasMode
from gui.session.parts import Parts

if TYPE_CHECKING:
    from engine.pipeline.live import LiveResult
    from engine.pipeline.pipeline import RawResult


class Freezing(QObject):
    """`newest` is what was frozen last, until it has been shown."""

    failed = Signal(object)

    def __init__(self, parts: Parts, parent: QObject) -> None:
        super().__init__(parent)
        self._parts = parts
        self.newest: FrameId | None = None
        self._raw: RawResult | None = None
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

    def take_raw(self) -> "RawResult | None":
        """What the loaded weights said of the frozen frame while it was live, once: it need not be
        asked again, and its times are those of a network at work."""
        raw, self.newest, self._raw = self._raw, None, None
        return raw

    @Slot(object)
    def _on_frozen(self, shot: "LiveResult") -> None:
        frame, frames = shot.frame, self._parts.frames
        self._arrive(frame)
        frames.put(frame)
        loaded = self._parts.weights.loaded
        is_own = loaded is not None and shot.pipeline is loaded.pipeline
        self.newest, self._raw = frame.id, shot.raw if is_own else None
        frames.go(frames.append(frame.id))

    def _arrive(self, frame: Frame) -> None:
        """It enters the project by a step that can be undone."""
        from engine.annotations.edits import Edit, set_size

        project = self._parts.project.project
        if project is None:
            return
        self._parts.project.note_listed((frame.id,))
        try:
            edit = Edit(self.tr("Freeze a frame"), partial(set_size, size_hw=frame.size_hw))
            project.arrive(frame.id, edit)
        except AppError as error:
            self.failed.emit(error)
