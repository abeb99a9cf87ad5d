"""Between the session and the dock of labels."""

from collections import Counter

from PySide6.QtCore import QObject, Slot

from engine.errors import AppError
from engine.values import Sample
from gui.dialogs import ask
from gui.main_window import MainWindow
from gui.session.session import Session


class LabelsLink(QObject):
    """The Labels dock."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        panel = window.labels
        panel.label_chosen.connect(session.annotations.choose_label)
        panel.add_requested.connect(self._on_add)
        panel.recolor_requested.connect(self._on_recolor)
        panel.rename_requested.connect(self._on_rename)
        panel.visible_requested.connect(session.annotations.set_label_visible)
        session.project.labels_changed.connect(self._show)
        session.annotations.visibility_changed.connect(self._show)
        session.annotations.label_changed.connect(self._show)
        session.annotations.sample_changed.connect(self._on_sample)

    @Slot()
    def _show(self) -> None:
        annotations = self._session.annotations
        self._window.labels.set_labels(
            annotations.labels, annotations.hidden_labels, annotations.label_id
        )

    @Slot(object)
    def _on_sample(self, sample: Sample | None) -> None:
        objects = (*sample.annotations, *sample.proposals) if sample is not None else ()
        self._window.labels.set_counts(Counter(a.label_id for a in objects))

    @Slot()
    def _on_add(self) -> None:
        if self._session.project.project is None:
            message = self.tr("Labels belong to a project.")
            hint = self.tr("Open pictures first; their project is made beside them.")
            self._window.notice.show_error(AppError(message, hint=hint))
            return
        name = ask.label_name(self._window)
        label_id = self._session.project.add_label(name) if name else None
        if label_id is not None:
            self._session.annotations.choose_label(label_id)

    @Slot(int)
    def _on_recolor(self, label_id: int) -> None:
        for label in self._session.project.labels:
            if label.id == label_id:
                color = ask.color(self._window, label.color)
                if color is not None:
                    self._session.project.recolor_label(label_id, color)

    @Slot(int, str)
    def _on_rename(self, label_id: int, name: str) -> None:
        self._session.project.rename_label(label_id, name)
