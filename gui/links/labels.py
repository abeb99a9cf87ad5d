"""Between the session and the dock of labels."""

from collections import Counter
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from engine.errors import AppError
from engine.values import Label, Sample
from engine.words import counted
from gui.dialogs import ask
from gui.main_window import MainWindow
from gui.session.session import Session

if TYPE_CHECKING:
    from engine.project.label_rows import LabelUse


class LabelsLink(QObject):
    """The Labels dock."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        panel = window.labels
        window.labels_section.set_open(session.store.now.are_labels_open)
        window.labels_section.toggled.connect(self._on_folded)
        panel.label_chosen.connect(session.annotations.choose_label)
        panel.add_requested.connect(self._on_add)
        panel.recolor_requested.connect(self._on_recolor)
        panel.rename_requested.connect(session.labels.rename)
        panel.order_requested.connect(session.labels.reorder)
        panel.merge_requested.connect(self._on_merge)
        panel.delete_requested.connect(self._on_delete)
        panel.visible_requested.connect(session.annotations.visibility.set_label_visible)
        session.project.labels_changed.connect(self._show)
        session.annotations.visibility.changed.connect(self._show)
        session.annotations.label_changed.connect(self._show)
        session.annotations.sample_changed.connect(self._on_sample)
        session.labels.edited.connect(self._on_edited)
        session.labels.objects_edited.connect(self._on_edited)

    @Slot(bool)
    def _on_folded(self, is_open: bool) -> None:
        self._session.store.change(are_labels_open=is_open)

    @Slot()
    def _show(self) -> None:
        annotations = self._session.annotations
        self._window.labels.set_labels(
            annotations.labels, annotations.visibility.hidden_labels, annotations.label_id
        )
        self._show_lent()

    def _show_lent(self) -> None:
        annotations = self._session.annotations
        lent = annotations.drawing.lent  # An id alone may be that of another label.
        chosen = lent.id if lent is not None else None
        self._window.labels.set_lent(annotations.offered_labels, chosen)

    @Slot(object)
    def _on_sample(self, sample: Sample | None) -> None:
        objects = (*sample.annotations, *sample.proposals) if sample is not None else ()
        self._show_lent()
        self._window.labels.set_counts(Counter(a.label_id for a in objects))

    @Slot()
    @Slot(object)
    def _on_edited(self, states: object = None) -> None:
        """Ctrl+Z is of the picture: say where this is undone."""
        for step in self._session.annotations.history.rows(0, 1):
            text = self.tr("{0}. The History panel undoes it.")
            self._window.say(text.format(step.text))

    @Slot(str)
    def _on_add(self, name: str) -> None:
        if self._session.project.project is None:
            message = self.tr("Labels belong to a project.")
            hint = self.tr("Open pictures first; their project is made beside them.")
            self._window.notice.show_error(AppError(message, hint=hint))
            return
        self._session.labels.add(self._session.labels.named(name, ()))
        for label in self._session.annotations.labels:
            if label.name == name.strip():
                self._session.annotations.choose_label(label.id)

    @Slot(int)
    def _on_recolor(self, label_id: int) -> None:
        label = self._find(label_id)
        color = ask.color(self._window, label.color) if label is not None else None
        if color is not None:
            self._session.labels.recolor(label_id, color)

    @Slot(int, int)
    def _on_merge(self, label_id: int, into: int) -> None:
        label, other = self._find(label_id), self._find(into)
        use = self._session.labels.use(label_id)
        if label is None or other is None or use is None:
            return
        question = self.tr("Merge the label {0} into {1}?\n{2}")
        texts = label.name, other.name, self._count(use)
        if ask.is_agreed(self._window, question.format(*texts), self.tr("Merge")):
            self._session.labels.merge(label_id, into)
            self._session.annotations.choose_label(into)

    @Slot(int)
    def _on_delete(self, label_id: int) -> None:
        label, use = self._find(label_id), self._session.labels.use(label_id)
        if label is None or use is None:
            return
        question = self.tr("Delete the label {0} with all its objects?\n{1}")
        text = question.format(label.name, self._count(use))
        is_used = use.objects or self._count_beside
        if not is_used or ask.is_agreed(self._window, text, self.tr("Delete")):
            self._session.labels.delete(label_id)

    def _find(self, label_id: int) -> Label | None:
        return next((x for x in self._session.project.labels if x.id == label_id), None)

    def _count(self, use: "LabelUse") -> str:
        """How many objects are concerned."""
        parts = counted(use.annotations, "annotation"), counted(use.proposals, "proposal")
        text = self.tr("It has {0} and {1}, on {2}.")
        text = text.format(*parts, counted(use.frames, "picture"))
        more = self.tr("What the label files of {0} say of it is stored in the project first.")
        more = more.format(counted(self._count_beside, "picture"))
        if not self._count_beside:
            return text
        return f"{text}\n{more}" if use.objects else more  # Nobody has counted in the files.

    @property
    def _count_beside(self) -> int:
        """Of how many pictures label files say something."""
        project = self._session.project.project
        return project.count_beside if project is not None else 0
