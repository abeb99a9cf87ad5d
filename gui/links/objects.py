"""Between the session and the dock of this frame's objects."""

from PySide6.QtCore import QObject, Slot

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

    @Slot()
    def _show(self) -> None:
        annotations = self._session.annotations
        self._window.objects.set_sample(annotations.sample, self._session.shown_labels)
        self._window.objects.set_selection(annotations.selection)
