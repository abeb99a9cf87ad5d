"""Tells that another program has changed the shown picture, or taken it away: its objects stay."""

from PySide6.QtCore import QObject, Slot

from engine.errors import AppError
from engine.formats.report import sample_name
from engine.values import FrameId
from gui.controllers.altered import AlteredController
from gui.main_window import MainWindow
from gui.session.session import Session


class AlteredLink(QObject):
    """`ResizedLink` says beside this what becomes of objects if the size is another one."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._said = ""  # of a picture that is gone, until another one is shown
        self.pictures = AlteredController(session.jobs, session.frames, self)
        self.pictures.altered.connect(self._on_altered)
        self.pictures.missing.connect(self._on_missing)
        self.pictures.failed.connect(session.failed)
        session.frames.index_changed.connect(self._on_index)
        session.at_close(self.pictures.close)

    @Slot(object)
    def _on_altered(self, frame_id: FrameId) -> None:
        self._window.filmstrip.thumbnails.forget(frame_id)
        text = self.tr("{0} was changed by another program, and is shown as it is now.")
        text = text.format(sample_name(frame_id))
        sample, notice = self._session.annotations.stored_sample, self._window.notice
        has_objects = sample is not None and bool(sample.annotations or sample.proposals)
        if has_objects and not notice.is_error:
            hint = self.tr("Its objects are where they were: look whether they still fit.")
            notice.show_note(text, hint)
        else:
            self._window.say(text)

    @Slot(object)
    def _on_missing(self, frame_id: FrameId) -> None:
        text = self.tr("{0} is no longer in its folder, and is shown as it was.")
        hint = self.tr("Its objects are kept. Put the picture back, and all goes on.")
        notice = self._window.notice
        if not notice.has_offer:
            notice.show_error(AppError(text.format(sample_name(frame_id)), hint=hint))
            self._said = notice.text

    @Slot()
    def _on_index(self) -> None:
        self._window.notice.withdraw(self._said)
