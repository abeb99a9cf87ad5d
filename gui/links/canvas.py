"""Between the session and the canvas: shows what is, reports what the person does."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Slot

from engine.values import Sample
from gui.controllers.compare_job import Compared, compared_live
from gui.controllers.frames import FrameDraft
from gui.main_window import MainWindow
from gui.session.mode import CanvasMode
from gui.session.session import Session
from gui.session.shown import Shown
from gui.settings import Settings
from gui.tools import registry as tools

if TYPE_CHECKING:
    from engine.pipeline.live import LiveResult


class CanvasLink(QObject):
    """Keeps the canvas, the page behind it and the status bar up to date."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self._canvas = window.canvas
        self._of_preview: set[str] = set()
        annotations = session.annotations
        session.shown.changed.connect(self._on_shown)
        session.frames.preview_shown.connect(self._on_preview)
        session.mode_changed.connect(self._on_mode)
        session.frames.frame_failed.connect(self._on_trouble)
        session.live.shown.connect(self._on_shot)
        session.compare.shown.connect(self._on_compare)
        session.compare.changed.connect(self._on_comparing)
        session.project.labels_changed.connect(self._draw)
        session.store.changed.connect(self._on_settings)
        session.weights.loaded_changed.connect(self._color)
        session.weights.unloaded.connect(self._color)
        annotations.sample_changed.connect(self._on_sample)
        annotations.selection_changed.connect(self._on_selection)
        annotations.visibility.changed.connect(self._draw)
        annotations.label_changed.connect(self._canvas.set_label)
        self._canvas.selection_changed.connect(annotations.select)
        self._canvas.zoom_changed.connect(self._on_zoom)
        self._canvas.message.connect(self._on_message)
        self._canvas.tool_changed.connect(self._on_tool)
        self._canvas.brush_changed.connect(self._on_brush)
        window.pages.currentChanged.connect(self._show_options)
        window.tool_options.brush_requested.connect(self._on_brush_wish)
        window.tool_options.tolerance_requested.connect(self._canvas.set_tolerance)
        self._canvas.set_opacity(session.store.now.opacity)
        self._canvas.set_label(annotations.label_id)
        self._color()
        self._opacity = session.store.now.opacity
        if self._canvas.tool_name:
            self._on_tool(self._canvas.tool_name)

    @Slot(str)
    def _on_mode(self, mode: str) -> None:
        if mode == CanvasMode.EMPTY:
            self._window.pages.setCurrentWidget(self._window.welcome)
        self._show_options()
        self._color()

    @Slot()
    def _show_options(self) -> None:
        """Beside live frames, which cannot be drawn on, the timeline takes their place."""
        is_canvas = self._window.pages.currentWidget() is self._canvas
        is_drawing = self._session.mode is CanvasMode.PICTURES
        self._window.tool_options.setVisible(is_canvas and is_drawing)

    @Slot(str)
    def _on_tool(self, name: str) -> None:
        scene, spec = self._canvas.scene, tools.get(name)
        hint = QCoreApplication.translate("tools", spec.hint)
        self._window.tool_options.set_tool(spec.abilities, hint)
        self._window.tool_options.set_brush(scene.radius, keeps_others=scene.keeps_others)
        self._window.tool_options.set_tolerance(scene.tolerance)

    @Slot(float)
    def _on_brush(self, radius: float) -> None:
        keeps_others = self._canvas.scene.keeps_others
        self._window.tool_options.set_brush(radius, keeps_others=keeps_others)

    @Slot(float, bool)
    def _on_brush_wish(self, radius: float, keeps_others: bool) -> None:
        self._canvas.set_brush(radius, keeps_others=keeps_others)

    @Slot(object, object)
    def _on_shown(self, now: Shown, before: Shown) -> None:
        frame = now.frame
        if frame is None or frame is before.frame or now.is_live:
            return
        bar = self._window.statusBar()
        if bar.currentMessage() in self._of_preview:
            bar.clearMessage()
        self._of_preview.clear()
        self._canvas.set_frame(frame.pixels)
        self._show_canvas()

    @Slot(object)
    def _on_shot(self, shot: "LiveResult") -> None:
        if self._session.mode is not CanvasMode.LIVE:  # Decided again behind a picture.
            return
        compared = compared_live(shot) if self._session.compare.is_on else None
        self._canvas.set_live(shot.frame.pixels, None if compared else shot.prediction)
        if compared is not None:
            self._on_compare(compared)
        self._show_canvas()
        self._canvas.repaint()  # Now: what is measured is how late it is on the screen.

    @Slot()
    def _on_comparing(self) -> None:
        self._canvas.set_over(self._session.compare.is_over)

    @Slot(object)
    def _on_compare(self, both: Compared | None) -> None:
        if both is None:
            self._canvas.show_compare(None)
        else:
            self._canvas.show_compare(both.right, both.left)

    @Slot(object)
    def _on_preview(self, preview: FrameDraft) -> None:
        """Nothing can be drawn on a preview: the Sample comes with the whole picture."""
        self._canvas.set_frame(preview.pixels, preview.size_hw)
        self._show_canvas()
        self._on_message(self.tr("A preview: the whole picture is being read…"))

    @Slot(str)
    def _on_message(self, text: str) -> None:
        """Say it; what is said while there is only a preview ends with the whole picture."""
        if self._canvas.scene.pixels is None:
            self._of_preview.add(text)
        self._window.say(text)

    def _show_canvas(self) -> None:
        if self._window.pages.currentWidget() is not self._canvas:
            self._window.pages.setCurrentWidget(self._canvas)
            self._canvas.setFocus()

    @Slot(object)
    def _on_trouble(self, error: object) -> None:
        self._window.trouble.show_error(error)  # type: ignore[arg-type]
        self._window.pages.setCurrentWidget(self._window.trouble)

    @Slot(object)
    def _on_sample(self, sample: Sample | None) -> None:
        if sample is not None:
            self._draw()

    @Slot()
    def _draw(self) -> None:
        annotations = self._session.annotations
        sample = annotations.sample
        if sample is None:
            return
        labels = self._session.shown_labels
        visibility = annotations.visibility
        hidden = visibility.hidden_labels
        visible: set[int] | None = None
        if visibility.is_all_hidden:
            visible = set()
        elif hidden:
            visible = {label.id for label in labels} - hidden
        self._canvas.set_sample(
            sample, labels, visible, annotations.selection, visibility.hidden_ids
        )

    @Slot(tuple)
    def _on_selection(self, ids: tuple[str, ...]) -> None:
        self._canvas.set_selection(ids)

    @Slot(object)
    def _on_settings(self, settings: Settings) -> None:
        if settings.opacity != self._opacity:
            self._opacity = settings.opacity
            self._canvas.set_opacity(settings.opacity)
        self._color()

    @Slot()
    def _color(self) -> None:
        """As the person wants objects told apart."""
        self._canvas.set_colored_by(self._session.colored_by)

    @Slot(float)
    def _on_zoom(self, scale: float) -> None:
        self._window.zoom.setText(f"{100 * scale:.0f} %")
