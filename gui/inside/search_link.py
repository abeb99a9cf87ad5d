"""Between the session, the Look inside panel's view of selective search, and the canvas."""

from PySide6.QtCore import QObject, Slot

from engine.errors import AppError
from gui.inside.panel.search import SearchPage
from gui.inside.search import SearchController, SearchSeen
from gui.main_window import MainWindow
from gui.session.mode import CanvasMode
from gui.session.session import Session


class SearchLink(QObject):
    """Groups the shown picture, or the frame on which a video is paused."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._search = session, SearchController(session.jobs, session.shown, self)
        self._layer = window.canvas.inside
        self.page = SearchPage()
        self.page.wish_changed.connect(self._search.set_wish)
        self.page.opacity_changed.connect(self._on_opacity)
        self._search.seen.connect(self._on_seen)
        self._search.failed.connect(self._on_failed)
        self._search.set_wish(self.page.wish)

    def set_open(self, is_open: bool) -> None:
        """Begin or end."""
        self._search.set_open(is_open)
        self._show_hint(None)

    @Slot(object)
    def _on_seen(self, seen: SearchSeen | None) -> None:
        self.page.set_seen(seen)
        self._show_hint(seen)
        if seen is not None:
            self._layer.set_film(seen.pixels, self.page.opacity)
            self._layer.set_drawing(seen.drawing)
        elif self._search.is_open:
            self._layer.clear()

    def _show_hint(self, seen: SearchSeen | None) -> None:
        """Say why there is nothing to see."""
        now, text = self._session.shown.now, ""
        if seen is None:
            if now.mode is CanvasMode.EMPTY:
                text = self.tr("Open a picture to see its regions.")
            elif now.is_playing:
                text = self.tr("Pause the video to see the regions of a frame.")
            else:
                text = self.tr("The regions are being grouped…")
        self.page.set_hint(text)

    @Slot(float)
    def _on_opacity(self, opacity: float) -> None:
        self._layer.set_film_opacity(opacity)

    @Slot(object)
    def _on_failed(self, error: AppError) -> None:
        self.page.set_hint(f"{error.message} {error.hint}".strip())
