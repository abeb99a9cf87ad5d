"""Keeps what was drawn and not stored: nobody has to draw it twice."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from engine.errors import AppError
from engine.values import Sample
from gui.main_window import MainWindow
from gui.session.session import Session

if TYPE_CHECKING:
    from engine.annotations.edits import Edit


class KeptDrawing(QObject):
    """Offers it in the notice bar until an Edit is stored or another frame is shown."""

    wished = Signal(object)
    """The Edit that is to be made once more."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._annotations, self._notice = session.annotations, window.notice
        self._edit: Edit | None = None
        self._sample: Sample | None = None
        self._error: AppError | None = None
        self._annotations.stored.connect(self._forget)
        self._annotations.failed.connect(self._on_failed)
        self._annotations.sample_changed.connect(self._on_sample)

    def begin(self, edit: "Edit") -> None:
        """This is about to be made."""
        self._edit, self._sample, self._error = edit, self._annotations.sample, None

    def end(self) -> None:
        """It is made, or it has failed, or the person gave no label."""
        from engine.annotations.labelled import drawn

        edit, sample = self._edit, self._sample
        if edit is None or sample is None or not drawn(edit, sample):
            self._edit = None
        elif self._error is None:
            text = self.tr("What you drew was not added: it has no label.")
            self._notice.show_note(text, button=self.tr("Name it…"), act=self._again)
        elif not self._notice.has_offer:
            choices = ((self.tr("Try again"), self._again),)
            self._notice.show_choices(self._error, choices)

    @Slot()
    def _again(self) -> None:
        if self._edit is not None:
            self.wished.emit(self._edit)

    @Slot()
    def _forget(self) -> None:
        self._edit = None
        self._notice.dismiss(self._again)

    @Slot(object)
    def _on_failed(self, error: AppError) -> None:
        self._error = error

    @Slot(object)
    def _on_sample(self, sample: Sample | None) -> None:
        before = self._sample
        if sample is None or before is None or sample.frame_id != before.frame_id:
            self._forget()
