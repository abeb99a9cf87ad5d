"""The Tools by name: what each promises, and how it is called and reached by key."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from engine.annotations.edits import Edit
from engine.values import Box, Region
from gui.tools.scene import Point, PointerEvent, Scene


@dataclass(frozen=True, slots=True)
class Stroke:
    """Discs painted while the mouse is down; `target` is a mask's id, "" for a new one."""

    points_xy: tuple[Point, ...]
    radius: float
    target: str = ""
    is_erasing: bool = False
    keeps_others: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """What to draw while the Edit is not made yet."""

    regions: tuple[Region, ...] = ()
    path: tuple[Point, ...] = ()
    stroke: Stroke | None = None
    disc: tuple[float, float, float] | None = None
    band: Box | None = None
    hidden_ids: frozenset[str] = frozenset()


NOTHING = Preview()


class Tool(Protocol):
    """One mouse mode. Every event may give the one Edit it completes.

    After each event `selection` holds the ids to select, or None to leave the selection as it is,
    and `message` a sentence for the person, or nothing. `selects` is whether a click selects.
    """

    selects: bool
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
        """Whether this key now belongs to the Tool rather than to the window."""

    def cursor(self, event: PointerEvent, scene: Scene) -> str:
        """`cross`, `arrow`, `hand`, `move`, `none`, or the direction a handle moves in."""


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A registered Tool."""

    name: str
    text: str
    shortcuts: tuple[str, ...]
    hint: str
    build: Callable[[], Tool]


_SPECS: dict[str, ToolSpec] = {}


def register(
    name: str, *, text: str, shortcut: str, also: tuple[str, ...] = (), hint: str = ""
) -> Callable[[type], type]:
    """Register the decorated Tool class; `also` are further keys for it."""

    def add(cls: type) -> type:
        if name in _SPECS:
            raise ValueError(f"The tool {name} is registered twice.")
        _SPECS[name] = ToolSpec(name, text, (shortcut, *also), hint, cls)
        return cls

    return add


def names() -> list[str]:
    """All registered names, in the order they were registered."""
    return list(_SPECS)


def get(name: str) -> ToolSpec:
    """The spec of a registered Tool. KeyError, with the known names, for any other."""
    if name not in _SPECS:
        raise KeyError(f"No tool is called {name}. Known: {', '.join(names())}.")
    return _SPECS[name]
