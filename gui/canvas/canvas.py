"""The Canvas: shows a Frame and its Sample, and reports what the person does with it."""

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from engine.regions.edge_lines import EdgeLines
from engine.regions.superpixels import Superpixels
from engine.values import Label, Prediction, Sample
from gui.canvas.aids import Aids
from gui.canvas.foreground import Foreground
from gui.canvas.frame_layer import GROUND
from gui.canvas.hand import Hand
from gui.canvas.inside_layer import InsideLayer
from gui.canvas.items import Color
from gui.canvas.marks import Mark, MarkPainter
from gui.canvas.painter import paint_hint
from gui.canvas.pointed_view import PointedView
from gui.canvas.pointer import KeyFilter, Pointer
from gui.canvas.sketch import Sketch
from gui.tools.scene import NO_SAMPLE, Scene


class Canvas(PointedView):
    """Holds no truth: everything is set from outside, every change is a signal."""

    brush_changed = Signal(float)
    tool_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(160, 120)
        self.setAccessibleName(self.tr("Canvas"))
        self._foreground = Foreground(self._painter.overlay)
        self._marks = MarkPainter()
        self.aids = Aids(self, self._foreground)
        self.inside = InsideLayer(self, self._painter)
        self.sketch = Sketch(self)
        self.hand = Hand(self, self._foreground, self.inside, self.sketch)
        self.pointer = Pointer(self, self.hand)
        self._keys = KeyFilter(self.pointer, self)
        self.installEventFilter(self._keys)
        # What the person does is known to those two; whoever listens need not know that.
        self.edit_made, self.message = self.hand.edit_made, self.hand.message
        self.selection_changed, self.hovered = self.hand.selection_changed, self.hand.hovered
        self.context_requested = self.hand.context_requested
        self.relabel_requested = self.hand.relabel_requested
        self.question_changed = self.hand.question_changed
        self.edge_start_changed = self.hand.edge_start_changed
        self.cursor_moved, self.space_tapped = self.pointer.cursor_moved, self.pointer.space_tapped
        self._scene = Scene()
        self._labels: tuple[Label, ...] = ()
        self._last_id = NO_SAMPLE.frame_id
        self._is_live = False

    # What is shown

    def set_frame(
        self, pixels: NDArray[np.uint8] | None, size_hw: tuple[int, int] | None = None
    ) -> None:
        """Show this frame, (H, W, 3) uint8 RGB, without annotations; None for nothing.

        The array is not copied and must not change. `size_hw` is the frame's true size where the
        pixels are only a smaller preview of it.
        """
        self._take_frame(pixels, size_hw, is_live=False)
        if pixels is not None:
            self._painter.clear(self._scene.size_hw)
            self._set_scene(self._scene.changed(sample=NO_SAMPLE, selection=()))
        self.update()

    def set_sample(
        self,
        sample: Sample,
        labels: Sequence[Label],
        visible_ids: Collection[int] | None = None,
        selection: Sequence[str] = (),
        hidden_ids: Collection[str] = (),
    ) -> None:
        """Draw this Sample. Only labels in `visible_ids` show (None: all), less `hidden_ids`."""
        visible = None if visible_ids is None else frozenset(visible_ids)
        self._labels = tuple(labels)
        self._foreground.colors = {label.id: label.color for label in labels}
        self._set_scene(
            self._scene.changed(
                sample=sample,
                visible_ids=visible,
                selection=tuple(selection),
                hidden_ids=frozenset(hidden_ids),
            )
        )
        if sample.frame_id != self._last_id:
            self._last_id = sample.frame_id
            self.hand.give_up()
        self._is_live = False
        self._show_scene()
        self.update()

    def set_selection(self, selection: Sequence[str]) -> None:
        """Select these annotations, without a signal."""
        self.update_area(self._foreground.area_of_selection(self._view))
        self._set_scene(self._scene.changed(selection=tuple(selection)))
        self.update_area(self._foreground.area_of_selection(self._view))
        self.aids.selection_changed()

    def set_locked(self, ids: Collection[str]) -> None:
        """No Tool takes hold of these annotations."""
        self._set_scene(self._scene.changed(locked_ids=frozenset(ids)))

    def set_live(self, pixels: NDArray[np.uint8], prediction: Prediction | None) -> None:
        """Show a live frame together with what the model says of exactly that frame."""
        self._take_frame(pixels, None, is_live=True)
        if prediction is None or prediction.size_hw != self._scene.size_hw:
            self._painter.clear(self._scene.size_hw)
        else:
            self._painter.show_prediction(prediction)
        if self._scene.sample.annotations or self._scene.sample.proposals:
            self._set_scene(self._scene.changed(sample=NO_SAMPLE, selection=()))
        self.update()

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Point these boxes out, above everything else; none to point out nothing."""
        self._marks.set_marks(marks)
        self.update()

    def set_colored_by(self, colored_by: str) -> None:
        """What colors tell apart: `label`, `object`, `track` or `origin`."""
        if colored_by != self._painter.colored_by:
            self._painter.colored_by = colored_by
            if not self._is_live:
                self._show_scene()
            self.update()

    def color_of(self, annotation_id: str) -> Color | None:
        """The color an object of the Sample is drawn in, if it is drawn."""
        return self._foreground.object_colors.get(annotation_id)

    def _show_scene(self) -> None:
        self._foreground.object_colors = self._painter.show_scene(self._scene, self._labels)

    # What the person works with

    def set_tool(self, name: str) -> None:
        """Take up this Tool; one in the middle of something gives up."""
        self.hand.take(name)
        self.tool_changed.emit(name)

    @property
    def tool_name(self) -> str:
        """The name of the Tool in use."""
        return self.hand.name

    def set_label(self, label_id: int) -> None:
        """New Regions get this label."""
        self._set_scene(self._scene.changed(label_id=label_id))
        self.hand.let_go_of_other_labels()

    def set_brush(self, radius: float, **ways: bool) -> None:
        """Radius in frame pixels; `keeps_others`, `is_square`, `paints_inside` where given."""
        self._set_scene(self._scene.changed(radius=radius, **ways))
        self.hand.refresh()
        self.brush_changed.emit(radius)

    def set_tolerance(self, tolerance: int) -> None:
        """How much each color channel may differ in a fill that is not dragged."""
        self._set_scene(self._scene.changed(tolerance=tolerance))

    def set_superpixels(self, found: Superpixels | None) -> None:
        """The shown frame divided; None while that is not known."""
        self._set_scene(self._scene.changed(superpixels=found))
        self.hand.refresh()

    def set_edge_lines(self, found: EdgeLines | None) -> None:
        """The lines along edges from where one was begun; None while they are not known."""
        self._set_scene(self._scene.changed(edge_lines=found))
        if found is not None:
            self.hand.refresh()

    @property
    def scene(self) -> Scene:
        """What the Tools get to see."""
        return self._scene

    @property
    def is_editable(self) -> bool:
        """Whether there is a Sample to draw in: not on a preview or a live frame."""
        has_frame = self._painter.size_hw is not None and self._scene.pixels is not None
        is_covered = self.is_comparing or self.inside.is_on
        return has_frame and not self._is_live and not is_covered

    @property
    def is_live(self) -> bool:
        """Whether frames come by themselves."""
        return self._is_live

    # Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what is asked for, from the layers kept."""
        with QPainter(self) as painter:
            self._paint(painter, event.rect())

    def _paint(self, painter: QPainter, rect: QRect) -> None:
        painter.fillRect(rect, QColor(GROUND, GROUND, GROUND))
        if self._painter.size_hw is None:
            text = self.tr("Drop pictures, a folder or a video here, or open one: menu File")
            paint_hint(painter, text, self.rect())
            return
        density = self.devicePixelRatioF()
        self._painter.set_density(density)
        self._foreground.painter.density = density
        painter.scale(1 / density, 1 / density)
        width, height = self.screen_wh
        part = self.part_on_screen(rect)
        self._painter.paint(painter, self._view, (width, height), part)
        self.painted()
        if not self._painter.is_bare and self.is_editable:
            self._foreground.paint(painter, self._view, (width, height))
            self._marks.paint(painter, self._view, density)
        self.sketch.paint(painter, self._view, density)
        painter.scale(density, density)
        self.aids.paint(painter)

    # Inside

    def _set_scene(self, scene: Scene) -> None:
        self._scene = scene
        self._foreground.set_scene(scene)

    def _take_frame(
        self, pixels: NDArray[np.uint8] | None, size_hw: tuple[int, int] | None, *, is_live: bool
    ) -> None:
        """Show these pixels; a frame of another size is fitted."""
        self._is_live = is_live
        self._painter.set_frame(pixels, size_hw=size_hw, is_live=is_live)
        size = self._painter.size_hw
        if size is not None:
            whole = pixels if pixels is not None and pixels.shape[:2] == size else None
            known = self._scene.superpixels if whole is self._scene.pixels else None
            self._set_scene(self._scene.changed(size_hw=size, pixels=whole, superpixels=known))
        self.set_frame_size(size)
        self.aids.navigator.forget()
