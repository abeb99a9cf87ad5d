"""Paints masks pixel by pixel, and erases them."""

from functools import partial

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.regions.masks import region_to_mask, stroke_mask, subtract
from engine.values import Annotation, Box, Mask, Sample
from gui.tools.hits import hits
from gui.tools.registry import NOTHING, Ability, Preview, Stroke, register
from gui.tools.scene import Point, PointerEvent, Scene, bounds_of


def paint_sparing(sample: Sample, annotation: Annotation, mask: Mask) -> Sample:
    """Paint only where no other annotation's pixels are."""
    left: Mask | None = mask
    for other in sample.annotations:
        if left is not None and other.id != annotation.id and _is_near(other, left):
            left = subtract(left, region_to_mask(other.region, sample.size_hw))
    return sample if left is None else edits.paint(sample, annotation, left)


class _Painter:
    """Press, drag, release: one stroke, one Edit. Esc gives up, or lets go of the mask."""

    erases = False

    def __init__(self) -> None:
        self.preview = NOTHING
        self.selection: tuple[str, ...] | None = None
        self.message = ""
        self._stroke: Stroke | None = None

    def press(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """The stroke begins."""
        self._begin_event()
        erases = self.erases or event.ctrl
        target = self._target(event, scene, erases=erases)
        if erases and target is None:
            self.message = "There is no mask here to erase from."
            return None
        keeps_others = not erases and (scene.keeps_others or event.alt)
        self._stroke = Stroke(
            (event.point,), scene.radius, target.id if target else "", erases, keeps_others
        )
        self._show(event, scene)
        return None

    def move(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """The stroke goes on, or the brush hovers."""
        self._begin_event()
        self._extend(event.point)
        self._show(event, scene)
        return None

    def release(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """The stroke ends."""
        self._begin_event()
        self._extend(event.point)
        stroke, self._stroke = self._stroke, None
        self._show(event, scene)
        return None if stroke is None else self._edit_of(stroke, scene)

    def double_click(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """A press like any other."""
        return self.press(event, scene)

    def key(self, name: str, scene: Scene) -> Edit | None:
        """Esc gives up the stroke; without one, the next stroke makes a new mask."""
        self._begin_event()
        if name == "escape":
            if self._stroke is None:
                self.selection = ()
            self._stroke, self.preview = None, NOTHING
        return None

    def wants(self, name: str, scene: Scene) -> bool:
        """Esc, as long as there is something to give up."""
        return name == "escape" and (self._stroke is not None or bool(scene.selection))

    def cursor(self, event: PointerEvent, scene: Scene) -> str:
        """A cross within the circle of the brush."""
        return "cross"

    def _begin_event(self) -> None:
        self.selection, self.message = None, ""

    def _target(self, event: PointerEvent, scene: Scene, *, erases: bool) -> Annotation | None:
        """The selected mask; for erasing, else the one under the pointer."""
        pixels = [a for a in scene.selected if not isinstance(a.region, Box)]
        if pixels:
            return pixels[0]
        if not erases:
            return None
        under = [a for a in hits(event, scene) if not isinstance(a.region, Box)]
        return under[0] if under else None

    def _extend(self, point: Point) -> None:
        stroke = self._stroke
        if stroke is not None and stroke.points_xy[-1] != point:
            self._stroke = Stroke(
                (*stroke.points_xy, point),
                stroke.radius,
                stroke.target,
                stroke.is_erasing,
                stroke.keeps_others,
            )

    def _show(self, event: PointerEvent, scene: Scene) -> None:
        self.preview = Preview(stroke=self._stroke, disc=(event.x, event.y, scene.radius))

    def _edit_of(self, stroke: Stroke, scene: Scene) -> Edit | None:
        """What the stroke does to the Sample."""
        mask = stroke_mask(stroke.points_xy, stroke.radius, scene.size_hw)
        if mask is None:
            self.message = "The stroke is outside the picture."
            return None
        if stroke.is_erasing:
            erase = partial(edits.erase, ids=frozenset({stroke.target}), mask=mask)
            return Edit("Erase", erase)
        drawn = scene.sample.find(stroke.target) or Annotation(mask, scene.label_id)
        self.selection = (drawn.id,)
        if stroke.keeps_others:
            return Edit("Brush stroke", partial(paint_sparing, annotation=drawn, mask=mask))
        paint = partial(edits.paint, annotation=drawn, mask=mask, overlap="replace")
        return Edit("Brush stroke", paint)


@register(
    "brush",
    text="Brush",
    shortcut="B",
    hint="Paint into the selected mask, or a new one. [ ] size, Ctrl erases, Alt spares others.",
    icon="mdi6.brush-variant",
    place=40,
    family="brush",
    abilities=(Ability.EXTENDS_MASKS, Ability.SIZE, Ability.SPARES_OTHERS),
    gestures=(("Erase with the brush", "hold Ctrl"),),
)
class BrushTool(_Painter):
    """Adds pixels; with Ctrl it takes them away."""


@register(
    "eraser",
    text="Eraser",
    shortcut="E",
    hint="Take pixels away from the mask under the eraser.",
    icon="mdi6.eraser-variant",
    place=50,
    family="eraser",
    abilities=(Ability.SIZE,),
)
class EraserTool(_Painter):
    """Takes pixels away."""

    erases = True


def _is_near(other: Annotation, mask: Mask) -> bool:
    """Whether another annotation has pixels of its own that may lie in the mask."""
    if isinstance(other.region, Box):
        return False
    x1, y1, x2, y2 = bounds_of(other.region)
    left, top, right, bottom = bounds_of(mask)
    return x1 < right and y1 < bottom and x2 > left and y2 > top
