"""What the actions call: asks the person where needed, then tells the session."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QMessageBox

from engine.errors import AppError
from gui import actions
from gui.auto_label import AutoLabel
from gui.coloring import Coloring
from gui.controllers.demo import make_demo
from gui.copying import Copying
from gui.dialogs import choose
from gui.dialogs.palette import Palette
from gui.dialogs.settings import SettingsDialog
from gui.drawing import Drawing
from gui.editing import Editing
from gui.keyboard.keyboard import Keyboard
from gui.main_window import MainWindow
from gui.session.mode import CanvasMode
from gui.session.session import Session
from gui.shaping import Shaping
from gui.sources import Sources
from gui.tracking import Tracking


class Desk(QObject):
    """One method for each row of the table in `gui.actions` whose call has no dot."""

    recording_wished = Signal()
    tour_wished = Signal()

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self.editing, self.shaping = Editing(session, window), Shaping(session, window)
        self.copying, self.coloring = Copying(session, window), Coloring(session, window)
        self.drawing = Drawing(session, window, self.editing)
        self.keyboard = Keyboard(session.store, window)
        self.auto_label = AutoLabel(session, window, self._say_what_is_missing)
        self.tracking = Tracking(session, window)
        self.sources = Sources(session, window)
        self.sources.path_given.connect(self.open_paths)

    # Opening

    def _start_folder(self) -> str:
        last = self._session.store.now.last_folder
        return last if last and Path(last).is_dir() else str(Path.home())

    def open_paths(self, dropped: Sequence[str | Path]) -> None:
        """Open these, and begin there the next time."""
        paths = [str(path) for path in dropped]
        if paths:
            first = Path(paths[0])
            if first.exists():
                folder = first if first.is_dir() else first.parent
                self._session.store.change(last_folder=str(folder.absolute()))
            self._session.open(paths)

    def open_files(self) -> None:
        """Ask for files and open them."""
        self.open_paths(choose.files(self._window, self._start_folder()))

    def open_folder(self) -> None:
        """Ask for a folder and open it."""
        folder = choose.folder(self._window, self._start_folder())
        if folder:
            self.open_paths([folder])

    def open_weights(self) -> None:
        """Ask for a weights file and load it."""
        path = choose.weights_file(self._window, self._start_folder())
        if path:
            self._session.load_weights(path)

    @Slot()
    def open_demo(self) -> None:
        """Open the pictures that the demo makes on this machine, with bundled weights."""
        job = self._session.jobs.create(make_demo, text=self.tr("Preparing the demo"))
        job.finished.connect(self._on_demo)
        job.failed.connect(self._session.failed)
        self._session.jobs.start(job)

    @Slot(object)
    def _on_demo(self, demo: tuple[list[str], str]) -> None:
        paths, weights = demo
        self._session.open(paths)
        if weights and self._session.weights.loaded is None:
            self._session.load_weights(weights)

    def toggle_panel(self, name: str) -> None:
        """Open or close one of the panels beside the canvas."""
        self._window.toggle_side(name)

    def say_saved(self) -> None:
        """There is nothing to do: say so to whoever is used to Ctrl+S. Where something could not be
        saved, it is tried again."""
        if self._session.project.trouble is not None:
            self._session.project.try_again()
        else:
            self._window.say(self.tr("Every edit is saved the moment it is made."))

    def quit(self) -> None:
        """Close the window."""
        self._window.close()

    # Going

    def step(self, count: int) -> None:
        """Move by so many pictures, or frames of a video."""
        if self._session.mode is CanvasMode.LIVE:
            self._session.live.step(count)
        else:
            self._session.frames.step(count)

    def go_to_end(self, is_last: bool) -> None:
        """Go to the first or the last picture, or frame of a video."""
        if self._session.mode is CanvasMode.LIVE:
            info = self._session.live.info
            self._session.live.seek(info.count or 0 if is_last and info is not None else 0)
        else:
            self._session.frames.go(len(self._session.frames.ids) - 1 if is_last else 0)

    def step_unreviewed(self, direction: int) -> None:
        """Go to the next picture that nobody has dealt with."""
        project = self._session.project
        if not self._session.frames.find(project.is_unreviewed, direction):
            self._window.say(self.tr("No unreviewed picture in this direction."))

    def begin_search(self) -> None:
        """Ask which pictures to go through."""
        self._window.search.begin()

    def begin_order(self) -> None:
        """Ask in which order the pictures stand."""
        self._window.order.begin()

    def toggle_play(self) -> None:
        """Play or pause the video or camera."""
        self._session.toggle_play()

    def freeze(self) -> None:
        """Keep the live frame to correct it."""
        if not self._session.freezing.freeze():
            self._window.say(self.tr("The project is still opening: try again in a moment."))

    def record(self) -> None:
        """Record what is seen, or finish that."""
        self.recording_wished.emit()

    # The model

    def predict_here(self) -> None:
        """Run the model on the shown picture and keep what it says."""
        if not self._session.asking.predict(is_stored=True):
            self._say_what_is_missing()

    def _say_what_is_missing(self) -> None:
        if self._session.weights.loaded is None:
            text = self.tr("No model is loaded.")
            hint = self.tr("Choose weights in the Model panel.")
        elif self._session.frames.frame is None:
            text, hint = self.tr("No picture is open."), self.tr("Open one: menu File.")
        elif self._session.project.is_opening:
            text = self.tr("The pictures are still being opened.")
            hint = self.tr("Ask again when they are here.")
        else:
            text = self.tr("The project of this picture is not open.")
            hint = self.tr("Open the picture again: menu File.")
        self._window.notice.show_error(AppError(text, hint=hint))

    def toggle_live(self) -> None:
        """Run the model on every picture shown, or only when asked."""
        self._session.store.change(live=not self._session.store.now.live)

    def toggle_compare(self, is_over: bool) -> None:
        """Show the weights loaded before beside those loaded now, or under or over them."""
        compare = self._session.compare
        is_so = compare.is_on and compare.is_over == is_over
        compare.set_over(is_over)
        compare.set_on(not is_so)

    # The view

    def fit(self) -> None:
        """Fit the picture in the canvas."""
        self._window.canvas.fit()

    def zoom_100(self) -> None:
        """One pixel of the picture on one of the screen."""
        self._window.canvas.zoom_to(1.0)

    def zoom(self, steps: int) -> None:
        """Closer, or further away."""
        self._window.canvas.zoom_step(steps)

    def toggle_setting(self, name: str) -> None:
        """Switch a preference on or off, and say so."""
        store = self._session.store
        is_on = not getattr(store.now, name)
        store.change(**{name: is_on})
        text = next(actions.tr(a.text) for a in actions.ACTIONS if a.arguments == (name,))
        self._window.say((self.tr("{0}: on") if is_on else self.tr("{0}: off")).format(text))

    def show_other_way(self) -> None:
        """Objects filled, then their outlines only, then none, then filled again."""
        visibility, store = self._session.annotations.visibility, self._session.store
        if visibility.is_all_hidden:
            is_outlined, is_hidden, text = False, False, self.tr("Objects are filled.")
        elif store.now.outlines_only:
            is_outlined, is_hidden, text = False, True, self.tr("Objects are hidden.")
        else:
            is_outlined, is_hidden, text = True, False, self.tr("Objects are outlines only.")
        store.change(outlines_only=is_outlined)
        visibility.set_all_hidden(is_hidden)
        self._window.say(text)

    def hide_selected(self) -> None:
        """Hide the selected objects, or show all."""
        annotations = self._session.annotations
        annotations.visibility.toggle(annotations.selection)

    def toggle_all_hidden(self) -> None:
        """Hide all objects, or show them."""
        visibility = self._session.annotations.visibility
        visibility.set_all_hidden(not visibility.is_all_hidden)

    def go_to_part(self, step: int) -> None:
        """Give the keys to the next part of the window, or the one before."""
        self._window.go_to_part(step)

    def ask_settings(self) -> None:
        """Show the settings; each change acts at once."""
        dialog = SettingsDialog(self._session.store.now, self._window)
        dialog.change_requested.connect(self._on_settings)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    @Slot(dict)
    def _on_settings(self, values: dict[str, object]) -> None:
        self._session.store.change(**values)

    def show_palette(self) -> None:
        """Find any action by its words."""
        palette = Palette(self._window.actions(), self._window)
        palette.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        palette.open()

    def show_around(self) -> None:
        """Begin the tour of the window."""
        self.tour_wished.emit()

    def show_about(self) -> None:
        """Say what this is."""
        from importlib import metadata

        try:
            version = metadata.version("maskloop")
        except metadata.PackageNotFoundError:
            version = ""
        text = self.tr("The whole loop of a vision model in one light native window.")
        box = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle(self.tr("About Maskloop"))
        box.setText(f"Maskloop {version}\n\n{text}\n\nApache-2.0")
        box.open()
