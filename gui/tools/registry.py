"""The Tools by name: what each promises, and how it is called, shown and reached by key."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from engine.annotations.edits import Edit
from engine.click.question import Click, Question
from engine.regions.edge_lines import EdgeStart
from engine.values import Box, Mask, Region
from gui.tools.scene import Point, PointerEvent, Scene


@dataclass(frozen=True, slots=True)
class Stroke:
    """Discs or squares painted while the mouse is down; `target` is a mask's id, "" for a new one;
    nothing is painted outside `within`."""

    points_xy: tuple[Point, ...]
    radius: float
    target: str = ""
    is_erasing: bool = False
    keeps_others: bool = False
    is_square: bool = False
    within: Mask | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What to draw while the Edit is not made yet.

    A `path` is a `line` with `dots` at its points; `thin` outlines are for looking at only; the
    `disc` of a brush is a square if `is_square`.
    """

    regions: tuple[Region, ...] = ()
    path: tuple[Point, ...] = ()
    line: tuple[Point, ...] = ()
    dots: tuple[Point, ...] = ()
    stroke: Stroke | None = None
    disc: tuple[float, float, float] | None = None
    is_square: bool = False
    band: Box | None = None
    clicks: tuple[Click, ...] = ()
    thin: tuple[Region, ...] = ()
    hidden_ids: frozenset[str] = frozenset()


NOTHING = Preview()


class Tool(Protocol):
    """One mouse mode. Every event may give the one Edit it completes.

    After each event `selection` holds the ids to select, or None to leave the selection as it is,
    and `message` a sentence for the person, or nothing.
    """

    preview: Preview
    selection: tuple[str, ...] | None
    message: str

    def press(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """The left button goes down."""

    def move(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """The pointer moves, pressed or not."""

    def release(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """The left button goes up."""

    def double_click(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """Comes in place of the second press."""

    def key(self, name: str, scene: Scene) -> Edit | None:
        """`enter`, `backspace`, `escape`, or an arrow with `shift+` before it if held."""

    def wants(self, name: str, scene: Scene) -> bool:
        """Whether this key now belongs to the Tool rather than to the window; `right_button` asks
        the same of that: it comes as the left one with Alt."""

    def cursor(self, event: PointerEvent, scene: Scene) -> str:
        """`cross`, `arrow`, `hand`, `move`, `none`, or the direction a handle moves in."""


class AskingTool(Tool, Protocol):
    """A Tool with `Ability.ASKS`: it says what it asks, and is told the answer when it comes."""

    question: Question

    def answer(self, question: Question, mask: Mask | None, scene: Scene) -> Edit | None:
        """What was found for a question, which need no longer be the one that is asked."""


class EdgeTool(Tool, Protocol):
    """A Tool with `Ability.FOLLOWS_EDGES`: it says where its next line begins."""

    @property
    def edge_start(self) -> EdgeStart | None:
        """None while no line is begun."""


class Ability(Enum):
    """What a Tool can do beyond an Edit: the window offers what belongs to it."""

    SELECTS = auto()
    """A click selects what is there: that lights up before, and a double click relabels it."""
    EXTENDS_MASKS = auto()
    """It adds pixels to the selected mask; another label begins a new one."""
    SIZE = auto()
    """It has the size of `Scene.radius`, and is a square where `Scene.is_square` says so."""
    SPARES_OTHERS = auto()
    """It leaves the pixels of other objects alone where `Scene.keeps_others` says so."""
    PAINTS_INSIDE = auto()
    """It paints only inside what was selected where `Scene.paints_inside` says so."""
    TOLERANCE = auto()
    """It takes in colors that differ by up to `Scene.tolerance`."""
    SUPERPIXELS = auto()
    """It works with `Scene.superpixels`."""
    FOLLOWS_EDGES = auto()
    """It draws along `Scene.edge_lines`, which begin where it says: it is an `EdgeTool`."""
    DIVIDES = auto()
    """It makes several objects of one: what is new is no other thing."""
    PLACES = auto()
    """A click alone makes an object."""
    ASKS = auto()
    """It points at an object, and something else outlines it: it is an `AskingTool`."""


ANY_ICON = "mdi6.shape-outline"
LAST = 1000


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A registered Tool. `place` says where in the tool bar it is, the lowest at the top.

    `icon` is a glyph that `gui.icon_font` knows. `gestures` are what the page of keys says of it
    beyond its shortcuts: a text and how to do it. Tools of one `family` share a button.
    """

    name: str
    text: str
    shortcuts: tuple[str, ...]
    hint: str
    build: Callable[[], Tool]
    icon: str = ANY_ICON
    place: int = LAST
    family: str = ""
    abilities: frozenset[Ability] = frozenset()
    gestures: tuple[tuple[str, str], ...] = ()


_SPECS: dict[str, ToolSpec] = {}


def register(
    name: str,
    *,
    text: str,
    shortcut: str,
    also: tuple[str, ...] = (),
    hint: str = "",
    icon: str = ANY_ICON,
    place: int = LAST,
    family: str = "",
    abilities: Collection[Ability] = (),
    gestures: tuple[tuple[str, str], ...] = (),
) -> Callable[[type], type]:
    """Register the decorated Tool class; `also` are further keys for it."""

    def add(cls: type) -> type:
        if name in _SPECS:
            raise ValueError(f"The tool {name} is registered twice.")
        keys, can = (shortcut, *also), frozenset(abilities)
        _SPECS[name] = ToolSpec(name, text, keys, hint, cls, icon, place, family, can, gestures)
        return cls

    return add


def unregister(name: str) -> None:
    """Forget a Tool, as a test does that registered one."""
    del _SPECS[name]


def names() -> list[str]:
    """All registered names, in the order of the tool bar."""
    return sorted(_SPECS, key=lambda name: (_SPECS[name].place, name))


def get(name: str) -> ToolSpec:
    """The spec of a registered Tool. KeyError, with the known names, for any other."""
    if name not in _SPECS:
        raise KeyError(f"No tool is called {name}. Known: {', '.join(names())}.")
    return _SPECS[name]
