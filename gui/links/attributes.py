"""Between the session and the attributes of labels and objects."""

from functools import partial

from PySide6.QtCore import QObject, Slot

from engine.errors import AppError
from engine.values import Annotation
from gui.dialogs import ask
from gui.main_window import MainWindow
from gui.session.session import Session


class AttributesLink(QObject):
    """The form below the objects, and the dialog that the labels ask for."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._annotations = session.annotations
        self._form = window.objects.attributes
        self._annotations.sample_changed.connect(self._show)
        self._annotations.selection_changed.connect(self._show)
        self._annotations.history.grown.connect(self._show)  # Also when definitions change.
        self._form.changed.connect(self._on_changed)
        window.labels.attributes_requested.connect(self._on_requested)

    def _selected(self) -> tuple[Annotation, ...]:
        sample, wanted = self._annotations.sample, set(self._annotations.selection)
        if sample is None or not wanted:
            return ()
        everything = (*sample.annotations, *sample.proposals)
        return tuple(a for a in everything if a.id in wanted)

    @Slot()
    def _show(self) -> None:
        from engine.annotations.attribute_fields import fields_of

        chosen = self._selected()
        specs = self._session.labels.attributes if chosen else {}
        self._form.set_fields(fields_of(chosen, specs), self._annotations.selection)

    @Slot(str, str)
    def _on_changed(self, name: str, value: str) -> None:
        from engine.annotations.attribute_fields import checked_for
        from engine.annotations.edits import Edit, set_attribute

        chosen = self._selected()
        try:
            value = checked_for(chosen, self._session.labels.attributes, name, value)
        except AppError as error:
            self._window.notice.show_error(error)
            self._form.show_again()
            return
        change = partial(set_attribute, ids=[a.id for a in chosen], name=name, value=value)
        self._annotations.apply(Edit(self.tr("Change {0}").format(name), change))

    @Slot(int)
    def _on_requested(self, label_id: int) -> None:
        labels = {label.id: label for label in self._session.project.labels}
        if label_id not in labels:
            return
        specs = self._session.labels.attributes.get(label_id, ())
        wanted = ask.attributes(self._window, labels[label_id].name, specs)
        if wanted is not None and wanted != specs:
            self._session.labels.define(label_id, wanted)
