"""How bright and in which channels the canvas shows a frame; the frame itself stays as it is."""

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

CHANNELS = ("all", "red", "green", "blue", "grey")
MOST = 100
"""Brightness and contrast go from minus this to plus this."""
DARKEST, BRIGHTEST = 0.2, 5.0
"""Gamma: below 1 the middle gets darker, above it brighter."""
SAMPLES = 512
"""A histogram is counted on no more rows and columns than this."""


@dataclass(frozen=True, slots=True)
class Tone:
    """Everything that can be set; the defaults show the frame as it is."""

    brightness: int = 0
    contrast: int = 0
    gamma: float = 1.0
    channel: str = "all"
    is_equalised: bool = False
    window: tuple[float, float] | None = None
    """What is black and what is white of a picture of more than 8 bits; None: as the model sees
    it."""

    def __post_init__(self) -> None:
        if max(abs(self.brightness), abs(self.contrast)) > MOST:
            raise ValueError(f"Brightness and contrast are {-MOST} to {MOST}.")
        if not DARKEST <= self.gamma <= BRIGHTEST:
            raise ValueError(f"Gamma is {DARKEST} to {BRIGHTEST}, not {self.gamma}.")
        if self.window is not None and not self.window[0] < self.window[1]:
            raise ValueError("Black lies below white.")
        if self.channel not in CHANNELS:
            raise ValueError(f"The channel is one of {', '.join(CHANNELS)}.")

    @property
    def is_plain(self) -> bool:
        """Whether the frame is shown as it is."""
        return self == PLAIN

    def table(self, shares: NDArray[np.float64] | None = None) -> Pixels:
        """What each of the 256 values becomes, (256,); `shares` is needed to equalise."""
        values = np.arange(256) / 255
        if self.is_equalised and shares is not None:
            values = shares
        values = values ** (1 / self.gamma)
        # Almost upright at the most, almost level at the least.
        steepness = math.tan(math.pi / 4 * (1 + 0.98 * self.contrast / MOST))
        values = (values - 0.5) * steepness + 0.5 + self.brightness / MOST
        return np.round(values.clip(0, 1) * 255).astype(np.uint8)

    def apply(self, pixels: Pixels, table: Pixels) -> None:
        """Change (h, w, 3) RGB pixels of the screen in place."""
        if self.channel == "grey":
            grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
            cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB, pixels)
        elif self.channel != "all":
            number = CHANNELS.index(self.channel) - 1
            cv2.cvtColor(pixels[..., number].copy(), cv2.COLOR_GRAY2RGB, pixels)
        cv2.LUT(pixels, table, pixels)


PLAIN = Tone()


def windowed(values: NDArray[Any], window: tuple[float, float]) -> Pixels:
    """Numbers (h, w) or (h, w, 3) -> (h, w, 3) uint8: black up to the first, white from the
    second."""
    low, high = window
    scaled = (values.astype(np.float32) - low) * (255 / (high - low))
    pixels = np.rint(scaled.clip(0, 255)).astype(np.uint8)
    return pixels if pixels.ndim == 3 else np.repeat(pixels[..., None], 3, axis=2)


def shares_of(pixels: Pixels) -> NDArray[np.float64]:
    """For each of 256 greys the share of a frame's pixels that are darker, 0 to 1: (256,)."""
    rows, columns = (max(side // SAMPLES, 1) for side in pixels.shape[:2])
    sample = np.ascontiguousarray(pixels[::rows, ::columns])
    counts = np.bincount(cv2.cvtColor(sample, cv2.COLOR_RGB2GRAY).ravel(), minlength=256)
    below = np.cumsum(counts).astype(np.float64)
    first = float(below[below > 0][0])
    if first == below[-1]:  # One grey alone has nothing to be spread.
        return np.arange(256) / 255
    return ((below - first) / (below[-1] - first)).clip(0, 1)
