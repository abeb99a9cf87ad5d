"""Between the settings and what helps to see and aim on the canvas."""

from PySide6.QtCore import QObject, Slot

from engine.values import FrameId
from gui.controllers.frames import FrameDraft
from gui.main_window import MainWindow
from gui.session.session import Session
from gui.session.shown import Shown
from gui.settings import Settings


class AidsLink(QObject):
    """Outlines, dimming, crosshair, rulers, map; and whether the view stays."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._store, self._canvas = session.store, window.canvas
        self._last_id: FrameId | None = None
        session.shown.changed.connect(self._on_shown)
        session.frames.preview_shown.connect(self._on_preview)
        session.store.changed.connect(self._apply)
        self._apply(session.store.now)

    @Slot(object)
    def _apply(self, settings: Settings) -> None:
        self._canvas.set_outlines_only(settings.outlines_only)
        self._canvas.aids.set_dims_others(settings.dims_others)
        self._canvas.aids.crosshair.set_on(settings.has_crosshair)
        self._canvas.aids.set_rulers(settings.has_rulers)
        self._canvas.aids.navigator.set_on(settings.has_navigator)

    @Slot(object, object)
    def _on_shown(self, now: Shown, _: Shown) -> None:
        if now.frame is not None and not now.is_live:
            self._arrive(now.frame.id)

    @Slot(object)
    def _on_preview(self, preview: FrameDraft) -> None:
        self._arrive(preview.frame_id)

    def _arrive(self, frame_id: FrameId) -> None:
        """The canvas fits what has another size by itself."""
        if frame_id != self._last_id:
            self._last_id = frame_id
            if not self._store.now.keeps_view:
                self._canvas.fit()
