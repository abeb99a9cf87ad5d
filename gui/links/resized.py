"""Pictures that have another size than when their objects were drawn: nothing is scaled unasked."""

from pathlib import Path

from PySide6.QtCore import QObject, Slot

from engine.errors import AppError
from engine.values import Sample
from gui.main_window import MainWindow
from gui.session.session import Session


class ResizedLink(QObject):
    """Says so until an edit stores the size of now, or another picture is shown."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._said = ""
        session.annotations.sample_changed.connect(self._on_sample)

    @Slot(object)
    def _on_sample(self, sample: Sample | None) -> None:
        stored, notice = self._session.annotations.stored_sample, self._window.notice
        notice.withdraw(self._said)
        self._said = ""
        if sample is None or stored is None or not (stored.annotations or stored.proposals):
            return
        if stored.size_hw in ((0, 0), sample.size_hw):
            return
        name = Path(sample.frame_id.path).name
        message = self.tr("{0} was labelled at {1}x{2}, and is {3}x{4} now.")
        sizes = (*reversed(stored.size_hw), *reversed(sample.size_hw))
        hint = self.tr("Its objects are where they were: look whether they still fit.")
        notice.show_error(AppError(message.format(name, *sizes), hint=hint))
        self._said = notice.text
