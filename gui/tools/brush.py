"""Paints masks pixel by pixel, and erases them."""

from dataclasses import replace
from functools import partial

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.regions.masks import region_to_mask, stroke_mask, subtract
from engine.regions.shaping import intersect
from engine.values import Annotation, Box, Mask, Polygon, Polyline, Sample
from gui.tools.hits import hits
from gui.tools.registry import NOTHING, Ability, Preview, Stroke, register
from gui.tools.scene import Point, PointerEvent, Scene, bounds_of


def paint_sparing(sample: Sample, annotation: Annotation, mask: Mask, around: str = "") -> Sample:
    """Paint only where no other annotation's pixels are, but for the one of the id `around`."""
    left: Mask | None = mask
    own = (annotation.id, around)
    for other in sample.annotations:
        if left is not None and other.id not in own and _is_near(other, left):
            left = subtract(left, region_to_mask(other.region, sample.size_hw))
    return sample if left is None else edits.paint(sample, annotation, left)


def paint_inside(
    sample: Sample, annotation: Annotation, mask: Mask, around: str, *, keeps_others: bool
) -> Sample:
    """Paint only where the annotation of the id `around` is, which keeps its pixels."""
    outer = sample.find(around)
    pixels = None if outer is None else region_to_mask(outer.region, sample.size_hw)
    left = intersect(mask, pixels)
    if left is None:
        return sample
    if keeps_others:
        return paint_sparing(sample, annotation, left, around)
    return edits.paint(sample, annotation, left)


class _Painter:
    """Press, drag, release: one stroke, one Edit. Esc gives up, or lets go of the mask."""

    erases = False

    def __init__(self) -> None:
        self.preview = NOTHING
        self.selection: tuple[str, ...] | None = None
        self.message = ""
        self._stroke: Stroke | None = None
        self._around, self._made = "", ""  # What is painted inside of, and what was begun there.

    def press(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """The stroke begins."""
        self._begin_event()
        erases = self.erases or event.ctrl
        if not (erases or self._may_paint(scene)):
            return None
        target = self._target(event, scene, erases=erases)
        if erases and target is None:
            self.message = "There is no mask here to erase from."
            return None
        around = None if erases else scene.sample.find(self._around)
        self._stroke = Stroke(
            (event.point,),
            scene.radius,
            target.id if target else "",
            erases,
            keeps_others=not (erases or around) and scene.keeps_others,
            is_square=scene.is_square,
            within=region_to_mask(around.region, scene.size_hw) if around else None,
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

    def _may_paint(self, scene: Scene) -> bool:
        """Remember what is painted inside of: what was selected before something was begun there;
        False if that is to be and nothing is selected."""
        if not scene.paints_inside:
            self._around, self._made = "", ""
            return True
        areas = [a for a in scene.selected if not isinstance(a.region, Polyline)]
        chosen = areas[0].id if areas else ""
        if not chosen:
            self._around, self._made = "", ""
            self.message = "Select the object first that you want to paint inside of."
        elif chosen != self._made or scene.sample.find(self._around) is None:
            self._around, self._made = chosen, ""
        elif areas[0].label_id != scene.label_id:
            self._made = ""  # One of another label begins, inside the same object.
        return bool(chosen)

    def _target(self, event: PointerEvent, scene: Scene, *, erases: bool) -> Annotation | None:
        """The selected mask; for erasing, else the one under the pointer."""
        pixels = [a for a in scene.selected if isinstance(a.region, Mask | Polygon)]
        if self._around and not erases:
            return scene.sample.find(self._made)
        if pixels:
            return pixels[0]
        if not erases:
            return None
        under = [a for a in hits(event, scene) if isinstance(a.region, Mask | Polygon)]
        return under[0] if under else None

    def _extend(self, point: Point) -> None:
        stroke = self._stroke
        if stroke is not None and stroke.points_xy[-1] != point:
            self._stroke = replace(stroke, points_xy=(*stroke.points_xy, point))

    def _show(self, event: PointerEvent, scene: Scene) -> None:
        disc = (event.x, event.y, scene.radius)
        self.preview = Preview(stroke=self._stroke, disc=disc, is_square=scene.is_square)

    def _edit_of(self, stroke: Stroke, scene: Scene) -> Edit | None:
        """What the stroke does to the Sample."""
        is_square, size = stroke.is_square, scene.size_hw
        mask = stroke_mask(stroke.points_xy, stroke.radius, size, is_square=is_square)
        if mask is None:
            self.message = "The stroke is outside the picture."
            return None
        if stroke.is_erasing:
            erase = partial(edits.erase, ids=frozenset({stroke.target}), mask=mask)
            return Edit("Erase", erase)
        drawn = scene.sample.find(stroke.target) or Annotation(mask, scene.label_id)
        if stroke.within is not None:
            if intersect(mask, stroke.within) is None:
                self.message = "The stroke is beside the object that it is to be painted in."
                return None
            self.selection, self._made = (drawn.id,), drawn.id
            inside = partial(paint_inside, annotation=drawn, mask=mask, around=self._around)
            return Edit("Brush stroke", partial(inside, keeps_others=scene.keeps_others))
        self.selection = (drawn.id,)
        if stroke.keeps_others:
            return Edit("Brush stroke", partial(paint_sparing, annotation=drawn, mask=mask))
        paint = partial(edits.paint, annotation=drawn, mask=mask, overlap="replace")
        return Edit("Brush stroke", paint)


@register(
    "brush",
    text="Brush",
    shortcut="B",
    hint="Paint into the selected mask, or a new one. [ ] or Alt+drag: size. Ctrl erases.",
    icon="mdi6.brush-variant",
    place=40,
    family="brush",
    abilities=(
        Ability.EXTENDS_MASKS,
        Ability.SIZE,
        Ability.SPARES_OTHERS,
        Ability.PAINTS_INSIDE,
    ),
    gestures=(("Erase with the brush", "hold Ctrl"), ("Size of the brush", "drag with Alt")),
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
    if isinstance(other.region, Box | Polyline):
        return False
    x1, y1, x2, y2 = bounds_of(other.region)
    left, top, right, bottom = bounds_of(mask)
    return x1 < right and y1 < bottom and x2 > left and y2 > top
