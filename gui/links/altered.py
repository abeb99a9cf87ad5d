"""Tells that another program has changed the shown picture: its objects stay as they were."""

from PySide6.QtCore import QObject, Slot

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
        self.pictures = AlteredController(session.jobs, session.frames, self)
        self.pictures.altered.connect(self._on_altered)
        self.pictures.failed.connect(session.failed)
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
