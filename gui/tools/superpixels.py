"""Paints superpixels: small areas of one color, which end where the picture does."""

from functools import partial

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.regions.crops import join
from engine.regions.superpixels import Superpixels
from engine.values import Annotation, Mask, Polygon
from gui.tools.brush import paint_sparing
from gui.tools.hits import hits
from gui.tools.registry import NOTHING, Ability, Preview, register
from gui.tools.scene import Point, PointerEvent, Scene


@register(
    "superpixels",
    text="Superpixels",
    shortcut="S",
    hint="Paint small areas of one color into the selected mask. Ctrl or Alt takes them away.",
    icon="mdi6.hexagon-multiple-outline",
    place=45,
    family="brush",
    abilities=(Ability.EXTENDS_MASKS, Ability.SUPERPIXELS, Ability.SPARES_OTHERS),
    gestures=(("Take superpixels away", "hold Ctrl or Alt"),),
)
class SuperpixelTool:
    """Every superpixel that the stroke meets: press, drag, release. Esc gives up."""

    def __init__(self) -> None:
        self.preview = NOTHING
        self.selection: tuple[str, ...] | None = None
        self.message = ""
        self._last: Point | None = None
        self._met: Mask | None = None
        self._erased = ""

    def press(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """The first superpixel."""
        self._give_up()
        self._begin_event()
        if _known(scene) is None:
            self.message = "The picture is still being divided into superpixels."
            return None
        if event.ctrl or event.alt:
            target = _target(scene) or _under(event, scene)
            if target is None:
                self.message = "There is no mask here to take superpixels from."
                return None
            self._erased = target.id
        self._last = event.point
        self._extend(event, scene)
        return None

    def move(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """More of them, or those around the pointer light up."""
        self._begin_event()
        if self._last is not None:
            self._extend(event, scene)
        else:
            self.preview = NOTHING if event.is_pressed else _around(event, scene)
        return None

    def release(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """Take what the stroke has met."""
        self._begin_event()
        if self._last is None:
            return None
        self._extend(event, scene)
        met, erased = self._met, self._erased
        self._give_up()
        if met is None:
            self.message = "The stroke is outside the picture."
            return None
        if erased:
            erase = partial(edits.erase, ids=frozenset({erased}), mask=met)
            return Edit("Erase superpixels", erase)
        drawn = _target(scene) or Annotation(met, scene.label_id)
        self.selection = (drawn.id,)
        if scene.keeps_others:
            return Edit("Superpixels", partial(paint_sparing, annotation=drawn, mask=met))
        paint = partial(edits.paint, annotation=drawn, mask=met, overlap="replace")
        return Edit("Superpixels", paint)

    def double_click(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """A press like any other."""
        return self.press(event, scene)

    def key(self, name: str, scene: Scene) -> Edit | None:
        """Esc gives up the stroke; without one, the next stroke makes a new mask."""
        self._begin_event()
        if name == "escape":
            if self._last is None:
                self.selection = ()
            self._give_up()
        return None

    def wants(self, name: str, scene: Scene) -> bool:
        """Esc, as long as there is something to give up."""
        return name == "escape" and (self._last is not None or bool(scene.selection))

    def cursor(self, event: PointerEvent, scene: Scene) -> str:
        """A cross."""
        return "cross"

    def _begin_event(self) -> None:
        self.selection, self.message = None, ""

    def _give_up(self) -> None:
        self._last = self._met = None
        self._erased, self.preview = "", NOTHING

    def _extend(self, event: PointerEvent, scene: Scene) -> None:
        """The stroke goes on to the pointer."""
        known = _known(scene)
        if known is None or self._last is None:
            return
        for number in known.along(self._last, event.point):
            self._met = join(self._met, known.mask(number))
        self._last = event.point
        self.preview = NOTHING if self._met is None else Preview(regions=(self._met,))


def _known(scene: Scene) -> Superpixels | None:
    """The superpixels of the shown frame, once they are there."""
    found = scene.superpixels
    return found if found is not None and found.size_hw == scene.size_hw else None


def _target(scene: Scene) -> Annotation | None:
    """The selected mask."""
    return next((a for a in scene.selected if isinstance(a.region, Mask | Polygon)), None)


def _under(event: PointerEvent, scene: Scene) -> Annotation | None:
    """The mask under the pointer."""
    return next((a for a in hits(event, scene) if isinstance(a.region, Mask | Polygon)), None)


def _around(event: PointerEvent, scene: Scene) -> Preview:
    """The superpixel under the pointer, and thinly those near it."""
    known = _known(scene)
    number = known.at(event.point) if known is not None else None
    if known is None or number is None:
        return NOTHING
    near = tuple(known.mask(n) for n in known.around(number))
    return Preview(regions=(known.mask(number),), thin=near)
