"""Between the session and the Import panel."""

from pathlib import Path

from PySide6.QtCore import QObject, Slot

from engine.errors import AppError
from gui.dialogs import ask, choose
from gui.importing.controller import ImportController, Imported, ImportPreview, ImportQuestion
from gui.importing.panel import ImportPanel
from gui.main_window import MainWindow
from gui.session.session import Session


class ImportLink(QObject):
    """The Import panel."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._path: Path | None = None
        self._reference: Path | None = None
        self._layout = ""
        self.controller = ImportController(session.jobs, self)
        self.panel = ImportPanel()
        self.panel.file_requested.connect(self._on_file)
        self.panel.folder_requested.connect(self._on_folder)
        self.panel.reference_requested.connect(self._on_reference)
        self.panel.choice_changed.connect(self._look)
        self.panel.import_requested.connect(self._on_import)
        self.panel.cancel_requested.connect(self.controller.cancel)
        self.controller.previewed.connect(self._on_preview)
        self.controller.finished.connect(self._on_finished)
        self.controller.failed.connect(self._on_failed)
        self.controller.progressed.connect(self.panel.set_progress)
        self.controller.running_changed.connect(self.panel.set_running)
        session.project.opened.connect(self._on_project)
        session.project.closed.connect(self._on_project)
        window.ask_before_closing(self._may_close)

    def _may_close(self) -> bool:
        busy = self.tr("Labels are being imported.")
        return not self.controller.is_running or ask.ends_work(self._window, busy)

    def choose(self, path: Path, layout: str = "") -> None:
        """Look what these labels would do to the open project; `layout` is their Format, where
        it does not show by itself."""
        self._path, self._layout, self._reference = path, layout, None
        self.panel.set_source(path)
        self.panel.set_reference("", is_wanted=False)
        self.controller.forget()
        self._look()

    @property
    def _start_folder(self) -> str:
        root = self._session.project.root
        return str(root if root is not None else Path.home())

    @Slot()
    def _on_file(self) -> None:
        path = choose.labels_file(self._window, self._start_folder)
        if path:
            self.choose(Path(path))

    @Slot()
    def _on_folder(self) -> None:
        folder = choose.folder(self._window, self._start_folder, self.tr("Import labels"))
        if folder:
            self.choose(Path(folder))

    @Slot()
    def _on_reference(self) -> None:
        start = str(self._path.parent) if self._path is not None else self._start_folder
        path = choose.reference_file(self._window, start)
        if path:
            self._reference = Path(path)
            self.panel.set_reference(path, is_wanted=True)
            self._look()

    @Slot()
    def _on_project(self) -> None:
        """What was counted was counted in another project."""
        self.controller.forget()
        self.panel.set_source(self._path)
        if self._path is not None and self._session.project.project is not None:
            self._look()

    @Slot()
    def _look(self) -> None:
        place = self._session.project.place
        if self._path is None:
            return
        if place is None:
            hint = self.tr("Open the pictures of these labels first: a folder, or the labels.")
            self._window.notice.show_error(AppError(self.tr("No project is open."), hint=hint))
            return
        panel = self.panel
        layout = panel.format or self._layout
        question = ImportQuestion(place, self._path, panel.policy, layout, self._reference)
        self.controller.look(question)

    @Slot(object)
    def _on_preview(self, preview: ImportPreview) -> None:
        from engine.project.import_report import import_lines

        lines = import_lines(preview.result)
        reference = preview.question.reference
        text = str(reference) if reference is not None else self.tr("the COCO file beside it")
        self.panel.set_reference(text, is_wanted=preview.dataset.is_predicted)
        self.panel.set_preview(
            preview.formats,
            preview.question.format,
            [self.tr("This import would bring:"), *lines],
            is_any=preview.result.changed > 0,
        )

    @Slot(object)
    def _on_failed(self, error: AppError) -> None:
        from engine.formats.coco import ReferenceMissingError

        if isinstance(error, ReferenceMissingError):
            self.panel.set_reference(self.tr("not chosen"), is_wanted=True)
        self.panel.set_report([f"{error.message} {error.hint}"], is_good=False)
        self._window.notice.show_error(error)

    @Slot()
    def _on_import(self) -> None:
        replaces = self.panel.policy == "replace_all"
        question = self.tr(
            "Replace all labels of these pictures, also those drawn or corrected by hand?\n"
            "Undo brings them back."
        )
        if not replaces or ask.is_sure(self._window, question):
            self.controller.start()

    @Slot(object)
    def _on_finished(self, imported: Imported) -> None:
        from engine.project.import_report import import_lines

        session = self._session
        if session.project.root != imported.question.place.root:
            return
        session.project.reload_labels()
        session.project.note_states(imported.states)
        new = [i for i in imported.states if i not in set(session.frames.ids)]
        if new:
            session.frames.set_ids((*session.frames.ids, *new), max(0, session.frames.index))
        session.annotations.reload()
        lines = import_lines(imported.result)
        report = imported.result.report
        lines += ["", self.tr("This report is kept in {0}.").format(imported.report_path)]
        is_any = imported.result.changed > 0
        is_good = is_any and not report.skipped and not report.converted
        title = self.tr("Imported:") if is_any else self.tr("Nothing was imported:")
        self.panel.set_report([title, *lines], is_good=is_good)
        text = self.tr("Nothing was imported: the Import panel says why.")
        if is_any:
            text = self.tr("Labels were imported; Ctrl+Z or the History takes all of it back.")
        self._window.say(text)
