"""Shows one error of a report on its picture, with the labels of its list to be corrected.

Looking at errors writes nothing: the labels are those of the list until somebody corrects one.
"""

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from engine.errors import AppError
from engine.formats.remarks import summary
from engine.values import Annotation, Box, Frame, FrameId, Sample
from gui.dialogs import ask
from gui.evaluate.controller import EvaluateController
from gui.evaluate.corrections import CorrectionBook, Corrections
from gui.evaluate.error_marks import marks_of, nearest
from gui.evaluate.list_labels import ListedSample, ListLabelsController
from gui.main_window import MainWindow
from gui.session.session import Session
from gui.session.shown import Shown

if TYPE_CHECKING:
    from engine.evaluation.stored import ErrorRow, StoredReport
    from engine.formats.save_back import SavedLabels


class ErrorBrowser(QObject):
    """Opens the picture of the current error and marks it.

    `changed` says how many pictures were corrected and not yet saved back to the list.
    """

    changed = Signal(int)
    hint_changed = Signal(str)

    def __init__(
        self, session: Session, window: MainWindow, evaluation: EvaluateController
    ) -> None:
        super().__init__(window)
        self._session, self._window, self._evaluation = session, window, evaluation
        self._labels = ListLabelsController(session.jobs, self)
        self._error: ErrorRow | None = None
        self._is_opening = self._is_awaited = False
        self._book = CorrectionBook()
        self._agreed: StoredReport | None = None
        evaluation.report_changed.connect(self._on_report)
        evaluation.current_changed.connect(self._on_current)
        session.shown.changed.connect(self._on_shown)
        session.project.opened.connect(self._on_project)
        session.project.closed.connect(self._show_count)
        session.failed.connect(self._on_failed)
        session.annotations.sample_changed.connect(self._on_sample)
        session.annotations.stored.connect(self._on_stored)
        self._labels.read.connect(self._on_read)
        self._labels.saved.connect(self._on_saved)
        self._labels.save_failed.connect(self._on_save_failed)
        self._labels.failed.connect(window.notice.show_error)

    # Which picture

    @property
    def _list_path(self) -> Path | None:
        report = self._evaluation.report
        return report.list_path if report is not None else None

    @property
    def _corrections(self) -> Corrections:
        """Those of the open project to the report's list."""
        return self._book.of(self._session.project.project, self._list_path)

    @Slot()
    def _show_count(self) -> None:
        self.changed.emit(len(self._corrections.changed))

    @Slot(object)
    def _on_report(self, report: object) -> None:
        self._show_count()
        self.hint_changed.emit(self._what_is_saved_where())

    @Slot(object)
    def _on_current(self, error: "ErrorRow | None") -> None:
        self._error = error
        self._is_opening = self._is_awaited = False
        self._window.canvas.set_marks(())
        report = self._evaluation.report
        if error is None or report is None:
            return
        if self._session.compare.is_on:
            self._session.compare.set_on(False)
        frames, frame_id = self._session.frames, FrameId(error.image)
        if frames.frame is not None and frames.frame.id == frame_id:
            self._show(frames.frame)
            self._on_sample(self._session.annotations.sample)
        elif frame_id in frames.ids and self._session.project.project is not None:
            self._session.go_to(frame_id)
        elif self._may_open(report.list_path or Path(error.image)):
            self._is_opening = True
            self._session.open([str(report.list_path or error.image)])

    def _may_open(self, path: Path) -> bool:
        """Whether its pictures may take the place of others; asked once for each report."""
        report, name = self._evaluation.report, self._session.project.root
        if name is not None and report is not self._agreed:
            question = self.tr("Open the pictures of {0} in place of {1}?")
            button = self.tr("Open")
            if not ask.is_agreed(self._window, question.format(path.name, name.name), button):
                return False
        self._agreed = report
        return True

    @Slot()
    def _on_project(self) -> None:
        self._show_count()
        if not self._is_opening or self._error is None:
            return
        self._is_opening = False
        frame_id = FrameId(self._error.image)
        if frame_id in self._session.frames.ids:
            self._on_current(self._error)
        else:
            message = self.tr("{0} is not there any more.").format(frame_id.path)
            hint = self.tr("Evaluate the list as it is now.")
            self._window.notice.show_error(AppError(message, hint=hint))

    @Slot(object)
    def _on_failed(self, error: object) -> None:
        self._is_opening = False

    @Slot(object, object)
    def _on_shown(self, now: Shown, before: Shown) -> None:
        if now.mode is before.mode and now.frame is before.frame:
            return
        frame = now.frame if not now.is_live else None
        if frame is not None and frame.id == self._wanted_id:
            self._show(frame)
        elif now.mode is not before.mode or frame is not None:
            self._window.canvas.set_marks(())

    @property
    def _wanted_id(self) -> FrameId | None:
        """The picture of the current error."""
        return FrameId(self._error.image) if self._error is not None else None

    def _show(self, frame: Frame) -> None:
        """Point the error out; its labels follow when the Sample is there."""
        assert self._error is not None
        self._is_awaited = True
        canvas, marks = self._window.canvas, marks_of(self._error)
        canvas.set_marks(marks)
        if marks:
            boxes = [mark.box for mark in marks]
            canvas.show_box(
                Box(
                    min(b.x1 for b in boxes), min(b.y1 for b in boxes),
                    max(b.x2 for b in boxes), max(b.y2 for b in boxes),
                )
            )  # fmt: skip
        else:
            canvas.fit()

    # Its labels

    @Slot(object)
    def _on_sample(self, sample: Sample | None) -> None:
        """The Sample of the picture that was waited for."""
        error, report = self._error, self._evaluation.report
        if not self._is_awaited or sample is None or error is None or report is None:
            return
        if sample.frame_id != FrameId(error.image) or self._session.project.project is None:
            return
        self._is_awaited = False
        path, project = report.list_path, self._session.project.project
        if path is not None and project.is_beside(sample.frame_id):
            self._set_known(sample.frame_id, True)
        if path is not None and sample.frame_id not in self._corrections.known:
            self._labels.ask(path, sample.frame_id)
        else:
            self._offer_correction()

    @Slot(object)
    def _on_read(self, listed: ListedSample) -> None:
        """Whether all that the list says is in the project; what is missing is proposed."""
        from engine.annotations.missing import missing_from
        from engine.project.base import labels_in, relabelled_by

        project, annotations = self._session.project, self._session.annotations
        stored = annotations.stored_sample
        if listed.sample is None or stored is None or stored.frame_id != listed.frame_id:
            return
        _, table = labels_in(listed.opened.labels, project.labels)
        said = tuple(relabelled_by(table, listed.sample.annotations))
        missing = missing_from(stored, said, listed.sample.size_hw)
        if missing:
            annotations.set_draft(stored.frame_id, (*stored.proposals, *missing))
        else:
            self._set_known(listed.frame_id, True)
        self._offer_correction()

    def _offer_correction(self) -> None:
        """Select the object that the error is about; propose one that may be missing."""
        error, sample = self._error, self._session.annotations.stored_sample
        if error is None or sample is None:
            return
        if error.label is None:
            self._propose(error, sample)
            return
        wanted = error.truth or error.box
        found = nearest(sample, wanted) if wanted is not None else None
        self._session.annotations.select((found.id,) if found is not None else ())

    def _propose(self, error: "ErrorRow", sample: Sample) -> None:
        """A false alarm may be an object that nobody labelled: one key takes it over."""
        report, now = self._evaluation.report, self._session.store.now
        ids = [label.id for label in self._session.project.labels if label.name == error.said]
        is_box = report is not None and report.task == "detection" and error.box is not None
        if not ids or not is_box or now.live:  # A live model proposes it itself.
            return
        assert report is not None
        assert error.box is not None
        box, score = Box(*error.box), error.score
        proposal = Annotation(box, ids[0], origin=Path(report.weights).stem, score=score)
        annotations = self._session.annotations
        annotations.set_draft(sample.frame_id, (*sample.proposals, proposal))
        annotations.select((proposal.id,))
        self._window.say(self.tr("If this is an object without a label, Y accepts it."))

    # Back to the list

    def _set_known(self, frame_id: FrameId, on: bool) -> None:
        if (project := self._session.project.project) is not None:
            self._book.set_known(project, self._list_path, frame_id, on)

    @Slot(object)
    def _on_stored(self, sample: Sample) -> None:
        corrections = self._corrections
        if sample.frame_id in corrections.known:
            corrections.changed.add(sample.frame_id)
            self._show_count()

    @Slot()
    def save_labels(self) -> None:
        """Ask, then write the corrected pictures' labels over their files in the list."""
        path, project = self._list_path, self._session.project.project
        corrections = self._corrections
        if path is None or project is None or not corrections.changed or corrections.saving:
            return
        question = self.tr(
            "Write the labels of {0} corrected pictures into the label files of {1}?\n"
            "The first time a file is replaced, what it was is kept beside it, ending in .bak."
        )
        if ask.is_sure(self._window, question.format(len(corrections.changed), path.name)):
            samples = [project.sample(frame_id) for frame_id in sorted(corrections.changed)]
            corrections.begin_saving()
            self._labels.save(path, samples, project.labels)

    @Slot(object)
    def _on_save_failed(self, error: AppError) -> None:
        self._book.end_saving(is_written=False)
        self._show_count()

    @Slot(object)
    def _on_saved(self, saved: "SavedLabels") -> None:
        self._book.end_saving(is_written=True)
        self._show_count()
        text = self.tr("{0} label files were written; what they were at first is in .bak files.")
        self._window.say(text.format(len(saved.written)))
        if saved.left_out:
            lines = "; ".join(islice(summary(saved.left_out), 3))
            message = self.tr("Left out: {0}.").format(lines)
            self._window.notice.show_error(AppError(message))

    def _what_is_saved_where(self) -> str:
        report = self._evaluation.report
        if report is None:
            return ""
        if report.task == "classification":
            return self.tr("Labels of whole pictures are in the list: correct its line.")
        if report.list_path is None:
            return self.tr(
                "What you draw is saved in the project of these pictures; export it as a dataset."
            )
        return self.tr(
            "What you correct of {0} is kept in the project of its pictures. The list's own files "
            "stay as they are until you save them back."
        ).format(report.list_path.name)
