"""How what a network says is decided, and followed over time. Known without torch and numpy."""

from dataclasses import dataclass

from engine.counters import NOTHING, Counting

MOST_SMOOTHING = 0.95
"""More would keep what is long gone."""
MOST_AREA = 1_000_000
"""The largest `least_area`, in pixels."""
SMALLEST_TILE = 64


@dataclass(frozen=True)
class Thresholds:
    """The least confidence that counts, and the overlap (IoU) above which a weaker box goes.

    Both are 0 to 1. The defaults are those of the window, the commands and the reports. Of what is
    left, only the labels named by `only` count (None: all), nothing smaller than `least_area`
    pixels; `fills_holes` closes what is enclosed. `tile` looks at pictures larger than that many
    pixels through tiles.

    From frame to frame: `smoothing` is how much of label scores is that of the frames before, and
    `tracks` gives each object a number that it keeps, `trails` shows where it has been. `counting`
    says at which lines and in which zones tracked objects are counted.
    """

    conf: float = 0.25
    iou: float = 0.45
    only: tuple[str, ...] | None = None
    least_area: int = 0
    fills_holes: bool = False
    tile: int = 0
    smoothing: float = 0.0
    tracks: bool = False
    trails: bool = False
    counting: Counting = NOTHING

    def __post_init__(self) -> None:
        for name, value in (("conf", self.conf), ("iou", self.iou)):
            if not 0 <= value <= 1:
                raise ValueError(f"{name} is 0 to 1, not {value}.")
        if not 0 <= self.smoothing <= MOST_SMOOTHING:
            raise ValueError(f"smoothing is 0 to {MOST_SMOOTHING}, not {self.smoothing}.")
        if not 0 <= self.least_area <= MOST_AREA:
            raise ValueError(f"The least area is 0 to {MOST_AREA} pixels, not {self.least_area}.")
        if self.tile and self.tile < SMALLEST_TILE:
            raise ValueError(f"Tiles are at least {SMALLEST_TILE} pixels, or 0 for none.")

    @property
    def follows(self) -> bool:
        """Whether objects are followed from frame to frame: to number them, or to count them."""
        return self.tracks or bool(self.counting.counters)

    @property
    def is_over_time(self) -> bool:
        """Whether what is said of a frame depends on the frames before."""
        return self.follows or self.smoothing > 0
