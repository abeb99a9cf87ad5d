"""Between the field above the filmstrip, the project and the pictures that are gone through."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Slot

from engine.errors import AppError
from engine.values import FrameId
from engine.words import counted
from gui.controllers.listing import Listing
from gui.controllers.search import SearchController, SearchQuestion
from gui.main_window import MainWindow
from gui.session.session import Session

Arranged = Callable[[Sequence[FrameId]], Sequence[FrameId]]


class SearchLink(QObject):
    """Filters the filmstrip: D and A then go through what is found, in the order of `arranged`."""

    def __init__(self, session: Session, window: MainWindow, arranged: Arranged) -> None:
        super().__init__(window)
        self._arranged = arranged
        self._session, self._window = session, window
        self._all: Sequence[FrameId] = ()
        self._text = ""
        self._controller = SearchController(session.jobs, self)
        self._controller.found.connect(self._on_found)
        self._controller.failed.connect(self._on_failed)
        session.project.listed.connect(self._on_listed)
        window.search.asked.connect(self._on_asked)
        window.search.typed.connect(self._on_typed)
        window.search.field.given_up.connect(window.canvas.setFocus)

    @Slot(object)
    def _on_listed(self, listing: Listing) -> None:
        """Other pictures are open: a question about those before means nothing."""
        self._all, self._text = listing.ids, ""
        self._controller.forget()
        self._window.search.field.clear()
        self._window.search.hide()

    @Slot(str)
    def _on_typed(self, text: str) -> None:
        from engine.project.query import completions

        names = [label.name for label in self._session.annotations.labels]
        self._window.search.set_words(completions(text, names))

    @Slot(str)
    def _on_asked(self, text: str) -> None:
        project = self._session.project.project
        if text == self._text or project is None:
            return
        if not self._text:  # Frames that were frozen since belong to all of them.
            self._all = self._session.frames.ids
        self._text = text
        if text:
            self._controller.ask(SearchQuestion(project.place, text, self._all))
        else:
            self._controller.forget()
            self._window.search.set_count("")
            self._show(self._all)

    @Slot(object)
    def _on_found(self, ids: Sequence[FrameId]) -> None:
        total = counted(len(self._all), "picture")
        text = self.tr("{0} of {1}").format(f"{len(ids):,}", total)
        hint = self.tr("fewer words, or Esc for all")
        self._window.search.set_count(text if ids else f"{text}: {hint}")
        if ids:  # Where nothing is found, what is shown stays.
            self._show(ids)

    @Slot(object)
    def _on_failed(self, error: AppError) -> None:
        self._window.search.set_count(f"{error.message} {error.hint}", is_wrong=True)

    def _show(self, found: Sequence[FrameId]) -> None:
        frames = self._session.frames
        here, ids = frames.frame_id, self._arranged(found)
        frames.set_ids(ids, ids.index(here) if here in ids else 0)
