"""Between the session, the Look inside panel and the canvas."""

from PySide6.QtCore import QObject, Slot

from engine.errors import AppError
from gui.controllers.weights import LoadedWeights
from gui.inside.boxes_link import BoxesLink
from gui.inside.maps import MapsController, MapsSeen
from gui.inside.panel.maps import InsidePanel, StageRow
from gui.inside.panel.views import MAPS, SEARCH, InsideViews
from gui.inside.search_link import SearchLink
from gui.language import words
from gui.main_window import MainWindow
from gui.session.mode import CanvasMode
from gui.session.session import Session
from gui.settings import Settings


class InsideLink(QObject):
    """Open while its panel shows; a comparison and a look inside end each other."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._inside = MapsController(session.jobs, session.shown, self)
        self._language = session.store.now.card_language
        self._view = ""
        self._is_shown = False  # Behind another tab it is visible to Qt, but not shown.
        self.maps = InsidePanel()
        self.boxes, self.search = BoxesLink(session, window), SearchLink(session, window)
        pages = {MAPS: self.maps, **self.boxes.pages, SEARCH: self.search.page}
        self.views = InsideViews(pages)
        self._dock = window.docks["inside"]
        self._dock.visibilityChanged.connect(self._on_visible)
        self.views.view_changed.connect(self._show_view)
        self.maps.wish_changed.connect(self._inside.set_wish)
        self.maps.opacity_changed.connect(self._on_opacity)
        self._inside.stages_changed.connect(self._show_stages)
        self._inside.seen.connect(self._on_seen)
        self._inside.failed.connect(self._on_failed)
        session.weights.loaded_changed.connect(self._on_loaded)
        session.weights.unloaded.connect(self._on_unloaded)
        session.weights.loading_changed.connect(self._show_hint)
        session.shown.changed.connect(self._show_hint)
        session.compare.changed.connect(self._on_compare)
        session.store.changed.connect(self._on_settings)
        session.at_close(self._end)
        window.tool_chosen.connect(self.close)  # Wanting to draw ends the look.
        self._start_from_now()

    @property
    def panel(self) -> InsideViews:
        """All views, and which is shown."""
        return self.views

    def _start_from_now(self) -> None:
        """The panel is made when it is first shown: much may be open already."""
        if self._session.weights.loaded is not None:
            self._on_loaded(self._session.weights.loaded)
        self._show_stages()
        self._on_visible(self._dock.isVisible())

    def _end(self) -> None:
        """What is being looked at is given up with the window."""
        self._inside.set_open(False)
        self.boxes.show_view("")
        self.search.set_open(False)

    @Slot()
    def close(self) -> None:
        """Close the panel, and with it the look."""
        if self._dock.isVisible():
            self._window.close_side("inside")

    @Slot(bool)
    def _on_visible(self, is_visible: bool) -> None:
        if is_visible and self._session.compare.is_on:
            self._session.compare.set_on(False)
        self._is_shown = is_visible
        self._show_view()

    @Slot()
    def _show_view(self) -> None:
        """Only what is shown works."""
        view = self.views.view if self._is_shown else ""
        if view == self._view:
            return
        self._view = view
        self._window.canvas.inside.clear()
        self._inside.set_open(view == MAPS)
        self.boxes.show_view(view)
        self.search.set_open(view == SEARCH)
        self._show_hint()

    @Slot(bool)
    def _on_compare(self, is_on: bool) -> None:
        if is_on:
            self.close()

    # What is looked at

    @Slot(object)
    def _on_loaded(self, loaded: LoadedWeights) -> None:
        self._inside.set_loaded(loaded, self._session.store.now.device)
        self.views.set_detector(self.boxes.has_detector)

    @Slot()
    def _on_unloaded(self) -> None:
        self._inside.set_loaded(None, self._session.store.now.device)
        self.boxes.forget_model()
        self.views.set_detector(self.boxes.has_detector)
        self._show_hint()

    @Slot(object)
    def _on_settings(self, settings: Settings) -> None:
        if settings.card_language != self._language:
            self._language = settings.card_language
            self._show_stages()

    # What is shown

    @Slot()
    def _show_stages(self) -> None:
        stages = []
        for stage in self._inside.stages:
            text = words(stage.text, self._language)
            stages.append(StageRow(text, stage.path, stage.kind, stage.shape, stage.calls))
        loaded = self._session.weights.loaded
        labels = [label.name for label in loaded.labels] if loaded is not None else []
        self.maps.set_stages(stages, labels, self._inside.wish)
        self._show_hint()

    @Slot()
    def _show_hint(self) -> None:
        """Say why there is nothing to see."""
        text = ""
        if self._session.weights.is_loading and self._session.weights.loaded is None:
            text = self.tr("The weights are being loaded…")
        elif self._session.weights.loaded is None:
            text = self.tr("No model is loaded. Choose weights in the Model panel.")
        elif self._inside.is_looking_for_stages:
            text = self.tr("Looking for the stages of this network…")
        elif not self._inside.stages:
            text = self.tr("This network has no stage that gives maps of the picture.")
        elif self._session.mode is CanvasMode.EMPTY:
            text = self.tr("Open a picture, a video or a camera to see what the network sees.")
        self.maps.set_hint(text)

    @Slot(object)
    def _on_seen(self, seen: MapsSeen | None) -> None:
        self.maps.set_seen(seen)
        if not self._inside.is_open:
            return
        pixels = seen.picture.pixels if seen is not None else None
        self._window.canvas.inside.set_film(pixels, self.maps.opacity)

    @Slot(float)
    def _on_opacity(self, opacity: float) -> None:
        self._window.canvas.inside.set_film_opacity(opacity)

    @Slot(object)
    def _on_failed(self, error: AppError) -> None:
        self.maps.set_hint(f"{error.message} {error.hint}".strip())
