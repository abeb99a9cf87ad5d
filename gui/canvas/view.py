"""Where the frame lies on the screen: the only place that converts between the two.

Screen coordinates here are device pixels, so 100 % is one frame pixel on one pixel of the screen
whatever its density.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

MIN_SCALE, MAX_SCALE = 1 / 256, 64.0
CRISP_FROM = 2.0
"""From this scale on, frame pixels are shown as squares, not blurred."""
ZOOM_STEP = 1.2
REACH = 7.0
"""How far from a line or handle a click still counts, in units of the window system."""


class Area(NamedTuple):
    """A rectangle of whole pixels: left, top, width, height."""

    x: int
    y: int
    width: int
    height: int

    @property
    def is_empty(self) -> bool:
        """Whether there is no pixel in it."""
        return self.width <= 0 or self.height <= 0

    def clipped(self, size_hw: tuple[int, int]) -> "Area":
        """The part inside a picture of this size."""
        x1, y1 = max(self.x, 0), max(self.y, 0)
        x2 = min(self.x + self.width, size_hw[1])
        y2 = min(self.y + self.height, size_hw[0])
        return Area(x1, y1, max(x2 - x1, 0), max(y2 - y1, 0))

    def joined(self, other: "Area | None") -> "Area":
        """The smallest area that holds both."""
        if other is None or other.is_empty:
            return self
        if self.is_empty:
            return other
        x1, y1 = min(self.x, other.x), min(self.y, other.y)
        x2 = max(self.x + self.width, other.x + other.width)
        y2 = max(self.y + self.height, other.y + other.height)
        return Area(x1, y1, x2 - x1, y2 - y1)


@dataclass(frozen=True, slots=True)
class View:
    """Scale in device pixels per frame pixel, and where the frame's top-left corner is."""

    scale: float = 1.0
    x: float = 0.0
    y: float = 0.0

    def to_frame(self, x: float, y: float) -> tuple[float, float]:
        """Screen point -> frame point."""
        return (x - self.x) / self.scale, (y - self.y) / self.scale

    def to_screen(self, x: float, y: float) -> tuple[float, float]:
        """Frame point -> screen point."""
        return x * self.scale + self.x, y * self.scale + self.y

    def area_on_screen(self, area: Area, *, margin: int = 0) -> Area:
        """The whole screen pixels that a frame area touches."""
        x1, y1 = self.to_screen(area.x, area.y)
        x2, y2 = self.to_screen(area.x + area.width, area.y + area.height)
        left, top = int(x1 // 1) - margin, int(y1 // 1) - margin
        return Area(left, top, int(-(-x2 // 1)) + margin - left, int(-(-y2 // 1)) + margin - top)

    def zoomed(self, factor: float, x: float, y: float) -> "View":
        """Zoomed around a screen point, which keeps showing the same frame point."""
        return self.at_scale(self.scale * factor, x, y)

    def at_scale(self, scale: float, x: float, y: float) -> "View":
        """At this scale, around a screen point; whole scales begin at a whole pixel."""
        scale = min(max(scale, MIN_SCALE), MAX_SCALE)
        real = scale / self.scale
        left, top = x - (x - self.x) * real, y - (y - self.y) * real
        return View(scale, round(left), round(top)) if scale % 1 == 0 else View(scale, left, top)

    def moved(self, dx: float, dy: float) -> "View":
        """Shifted on the screen."""
        return replace(self, x=self.x + dx, y=self.y + dy)

    def kept_visible(self, size_hw: tuple[int, int], screen_wh: tuple[int, int]) -> "View":
        """Shifted back so far that the frame can never be lost off the screen."""
        margin = 48.0
        width, height = size_hw[1] * self.scale, size_hw[0] * self.scale
        x = min(max(self.x, margin - width), screen_wh[0] - margin)
        y = min(max(self.y, margin - height), screen_wh[1] - margin)
        return self if (x, y) == (self.x, self.y) else replace(self, x=x, y=y)


def fitted(size_hw: tuple[int, int], screen_wh: tuple[int, int], *, margin: int = 8) -> View:
    """The whole frame, as large as the screen allows, centred on whole pixels."""
    room_x, room_y = max(screen_wh[0] - 2 * margin, 1), max(screen_wh[1] - 2 * margin, 1)
    scale = min(room_x / size_hw[1], room_y / size_hw[0])
    return centred(size_hw, screen_wh, min(max(scale, MIN_SCALE), 8.0))


def centred(size_hw: tuple[int, int], screen_wh: tuple[int, int], scale: float) -> View:
    """The middle of the frame in the middle of the screen at this scale."""
    x = round((screen_wh[0] - size_hw[1] * scale) / 2)
    y = round((screen_wh[1] - size_hw[0] * scale) / 2)
    return View(scale, float(x), float(y))
