"""Fills what has one color: click, or press and drag to take in more or less."""

from functools import partial

from engine.annotations.edits import Edit
from engine.regions.brush import FARTHEST, MOST_FILLED
from engine.regions.masks import flood_fill
from engine.values import Annotation, Mask, Polygon
from gui.tools.brush import paint_sparing
from gui.tools.registry import NOTHING, Ability, Preview, register
from gui.tools.scene import PointerEvent, Scene


@register(
    "fill",
    text="Fill",
    shortcut="F",
    hint="Click an area of one color. Drag right to take in more, left for less.",
    icon="mdi6.format-color-fill",
    place=60,
    abilities=(Ability.EXTENDS_MASKS, Ability.TOLERANCE),
)
class FillTool:
    """Adds the connected area around the click to the selected mask, or begins a new one.

    Pixels of other masks are spared: an area too large would swallow them whole.
    """

    def __init__(self) -> None:
        self.preview = NOTHING
        self.selection: tuple[str, ...] | None = None
        self.message = ""
        self._start: PointerEvent | None = None
        self._tolerance = -1
        self._mask: Mask | None = None

    def press(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """Where to begin."""
        self._begin_event()
        self._start, self._tolerance = event, -1
        self._fill(event, scene)
        return None

    def move(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """To the right more, to the left less."""
        self._begin_event()
        if self._start is not None and event.is_pressed:
            self._fill(event, scene)
        return None

    def release(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """Take what is shown."""
        self._begin_event()
        started, mask = self._start is not None, self._mask
        self._give_up()
        if mask is None:
            if started:
                self.message = "There is nothing to fill here."
            return None
        if scene.size_hw[0] * scene.size_hw[1] > MOST_FILLED:
            self.message = f"In a picture so large, a fill reaches {FARTHEST} pixels to each side."
        target = next((a for a in scene.selected if isinstance(a.region, Mask | Polygon)), None)
        drawn = target or Annotation(mask, scene.label_id)
        self.selection = (drawn.id,)
        return Edit("Fill", partial(paint_sparing, annotation=drawn, mask=mask))

    def double_click(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """A press like any other."""
        return self.press(event, scene)

    def key(self, name: str, scene: Scene) -> Edit | None:
        """Esc gives up; without a press, the next fill makes a new mask."""
        self._begin_event()
        if name == "escape":
            if self._start is None:
                self.selection = ()
            self._give_up()
        return None

    def wants(self, name: str, scene: Scene) -> bool:
        """Esc, as long as there is something to give up."""
        return name == "escape" and (self._start is not None or bool(scene.selection))

    def cursor(self, event: PointerEvent, scene: Scene) -> str:
        """A cross."""
        return "cross"

    def _begin_event(self) -> None:
        self.selection, self.message = None, ""

    def _give_up(self) -> None:
        self._start = self._mask = None
        self.preview = NOTHING

    def _fill(self, event: PointerEvent, scene: Scene) -> None:
        """Show what the tolerance at this distance from the press takes in."""
        assert self._start is not None
        # A click's reach is about seven pixels of the screen: two of them are one step.
        steps = (event.x - self._start.x) / max(event.tolerance, 1e-6) * 3.5
        tolerance = min(max(round(scene.tolerance + steps), 0), 255)
        if tolerance == self._tolerance or scene.pixels is None:
            return
        self._tolerance = tolerance
        seed = int(self._start.x // 1), int(self._start.y // 1)
        self._mask = flood_fill(scene.pixels, seed, tolerance)
        self.preview = NOTHING if self._mask is None else Preview(regions=(self._mask,))
