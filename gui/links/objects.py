"""Between the session and the dock of this frame's objects."""

from PySide6.QtCore import QObject, Slot

from engine.words import counted
from gui.main_window import MainWindow
from gui.session.session import Session


class ObjectsLink(QObject):
    """The dock of this frame's objects."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        panel, annotations = window.objects, session.annotations
        window.objects_section.set_open(session.store.now.are_objects_open)
        window.objects_section.toggled.connect(self._on_folded)
        panel.selection_requested.connect(annotations.select)
        panel.delete_requested.connect(annotations.delete_selected)
        for asked in (panel.accept_above_requested, panel.reject_all_requested):
            asked.connect(self._leave)
        annotations.sample_changed.connect(self._show)
        annotations.selection_changed.connect(panel.set_selection)
        annotations.visibility.changed.connect(self._mark)
        annotations.locks.changed.connect(self._mark)
        annotations.locks.held.connect(self._on_held)
        panel.shown_requested.connect(self._on_shown)
        panel.locked_requested.connect(annotations.locks.set_locked)
        panel.hovered.connect(window.canvas.hand.light_up)
        window.canvas.hovered.connect(panel.set_hovered)
        panel.set_columns(session.store.now.object_columns)
        panel.columns_requested.connect(self._on_columns)
        session.project.labels_changed.connect(self._show)
        panel.model.color_of = window.canvas.color_of
        session.store.changed.connect(panel.show_colors)
        session.weights.loaded_changed.connect(panel.show_colors)
        session.weights.unloaded.connect(panel.show_colors)

    @Slot(bool)
    def _on_folded(self, is_open: bool) -> None:
        self._session.store.change(are_objects_open=is_open)

    @Slot()
    def _leave(self) -> None:
        """All is decided: the keys are the canvas's again, not those of a field or grey button."""
        self._window.canvas.setFocus()

    @Slot(tuple, bool)
    def _on_shown(self, ids: tuple[str, ...], is_shown: bool) -> None:
        self._session.annotations.visibility.set_hidden(ids, not is_shown)

    @Slot(str)
    def _on_columns(self, names: str) -> None:
        self._session.store.change(object_columns=names)
        self._window.objects.set_columns(names)

    @Slot(int)
    def _on_held(self, count: int) -> None:
        text = self.tr("{0} stayed as they are: unlock them in the list of objects.")
        if count == 1:
            text = self.tr("{0} stayed as it is: unlock it in the list of objects.")
        self._window.say(text.format(counted(count, "locked object")))

    @Slot()
    def _mark(self) -> None:
        annotations = self._session.annotations
        self._window.canvas.set_locked(annotations.locks.ids)
        self._window.objects.set_marks(annotations.visibility.hidden_ids, annotations.locks.ids)

    @Slot()
    def _show(self) -> None:
        annotations = self._session.annotations
        self._mark()
        self._window.objects.set_sample(annotations.sample, self._session.shown_labels)
        self._window.objects.set_selection(annotations.selection)
