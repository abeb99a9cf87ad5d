"""Between the session and the docks of labels and objects, filmstrip, timeline and status bar."""

from collections import Counter
from pathlib import PurePath

from PySide6.QtCore import QObject, Slot

from engine.errors import AppError
from engine.values import Sample
from gui.controllers.live import LiveInfo
from gui.dialogs import ask
from gui.main_window import MainWindow
from gui.mode import Mode
from gui.session import Session


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


class ObjectsLink(QObject):
    """The dock of this frame's objects."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        panel, annotations = window.objects, session.annotations
        panel.selection_requested.connect(annotations.select)
        panel.accept_above_requested.connect(annotations.accept_all)
        panel.reject_all_requested.connect(annotations.reject_all)
        panel.delete_requested.connect(annotations.delete_selected)
        annotations.sample_changed.connect(self._show)
        annotations.selection_changed.connect(panel.set_selection)
        session.project.labels_changed.connect(self._show)
        panel.model.color_of = window.canvas.color_of
        session.store.changed.connect(panel.show_colors)
        session.weights.loaded_changed.connect(panel.show_colors)

    @Slot()
    def _show(self) -> None:
        annotations = self._session.annotations
        self._window.objects.set_sample(annotations.sample, self._session.project.labels)
        self._window.objects.set_selection(annotations.selection)


class StripLink(QObject):
    """Filmstrip, timeline, title and the texts of the status bar."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        strip, timeline, live = window.filmstrip, window.timeline, session.live
        strip.index_requested.connect(session.frames.go)
        session.frames.list_changed.connect(self._on_list)
        session.frames.index_changed.connect(self._on_index)
        session.project.states_changed.connect(self._on_states)
        session.annotations.stored.connect(self._on_stored)
        timeline.play_requested.connect(session.toggle_play)
        timeline.index_requested.connect(session.seek)
        timeline.freeze_requested.connect(session.freeze)
        timeline.leave_requested.connect(session.close_live)
        live.opened.connect(self._on_live)
        live.ended.connect(timeline.hide)
        live.ended.connect(self._on_live_ended)
        live.position_changed.connect(timeline.set_index)
        live.playing_changed.connect(timeline.set_playing)

    @Slot()
    def _on_list(self) -> None:
        self._window.filmstrip.set_ids(self._session.frames.ids, self._session.project.state_of)
        self._on_states()

    @Slot(int)
    def _on_index(self, index: int) -> None:
        self._window.filmstrip.set_current(index)
        self._on_states()

    @Slot()
    def _on_states(self) -> None:
        frames = self._session.frames
        self._window.filmstrip.viewport().update()
        name = PurePath(frames.frame_id.path).name if frames.frame_id is not None else ""
        if name:
            reviewed = self._session.project.reviewed
            text = self.tr("{0} of {1}   {2}   reviewed {3}")
            self._window.place.setText(
                text.format(frames.index + 1, len(frames.ids), name, reviewed)
            )
            self._window.setWindowTitle(f"{name} – Maskloop")
        elif self._session.mode is not Mode.LIVE:
            self._window.place.setText("")
            self._window.setWindowTitle("Maskloop")

    @Slot(object)
    def _on_stored(self, sample: Sample) -> None:
        self._window.saved.setText(self.tr("Saved"))

    @Slot()
    def _on_live_ended(self) -> None:
        self._window.filmstrip.set_hint("")
        self._on_states()

    @Slot(object)
    def _on_live(self, info: LiveInfo) -> None:
        self._window.timeline.set_source(info.count, info.fps)
        self._window.timeline.show()
        self._window.filmstrip.set_hint(self.tr("Frames that you freeze are kept here."))
        if info.warning:
            hint = self.tr("What can be read is shown.")
            self._window.notice.show_error(AppError(info.warning, hint=hint))
        self._window.place.setText(info.name)
        self._window.setWindowTitle(f"{info.name} – Maskloop")
