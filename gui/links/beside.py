"""Says which labels in files came with the pictures, and what is wrong with them."""

from PySide6.QtCore import QObject, Slot

from engine.errors import AppError
from engine.values import FrameId, Sample
from engine.words import counted
from gui.main_window import MainWindow
from gui.session.session import Session


class BesideLink(QObject):
    """Between the project and what lay beside its pictures when they were opened."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._said: FrameId | None = None
        session.project.opened.connect(self._on_opened)
        session.annotations.sample_changed.connect(self._on_sample)

    @Slot()
    def _on_opened(self) -> None:
        opened = self._session.project.beside
        if opened is None:
            return
        from engine.formats import registry

        for at, dataset in opened.chosen:
            text = self.tr("{0} labels of {1}: they are part of this project with its first edit.")
            number = counted(len(dataset.frame_ids), "picture")
            self._window.say(text.format(registry.get(at.format).text, number))
        if opened.problems:
            first = opened.problems[0]
            hint = self.tr("The pictures are open without these labels. {0}").format(first.hint)
            self._window.notice.show_error(AppError(first.message, hint=hint))

    @Slot(object)
    def _on_sample(self, sample: Sample | None) -> None:
        """Its label file cannot be read: that is not the same as nothing there."""
        project = self._session.project.project
        if sample is None or project is None or sample.frame_id == self._said:
            return
        self._said = sample.frame_id
        problem = project.beside(sample.frame_id)
        if problem is not None:
            hint = self.tr("The picture counts as not labelled. {0}").format(problem.hint)
            self._window.notice.show_error(AppError(problem.message, hint=hint))
