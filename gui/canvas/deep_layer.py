"""A frame of more than 8 bits: what is on the screen is mapped from its own numbers."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.painting.tone import SAMPLES, Tone, shares_of, windowed
from gui.canvas.frame_layer import GROUND, FrameLayer, Pixels, sample, spans
from gui.canvas.view import CRISP_FROM, Area, View


class DeepLayer(FrameLayer):
    """Numbers (H, W) or (H, W, 3), uint16 or float32, shown through the window of a Tone."""

    def __init__(self, values: NDArray[Any]) -> None:
        super().__init__(values)
        self._window: tuple[float, float] | None = None

    def _sample(
        self, source: NDArray[Any], inside: View, area: Area, rgb: Pixels, tone: Tone
    ) -> None:
        assert tone.window is not None
        is_smooth = inside.scale < CRISP_FROM
        numbers = np.empty((area.height, area.width, *source.shape[2:]), source.dtype)
        sample(source, inside, area, numbers, smooth=is_smooth)
        rgb[:] = GROUND
        # What is around the frame is no number of its.
        shown = spans(inside, (source.shape[0], source.shape[1]), is_smooth=is_smooth)
        rgb[shown] = windowed(numbers[shown], tone.window)

    def _shares_of(self, tone: Tone) -> NDArray[np.float64]:
        """Those of what the window shows."""
        assert tone.window is not None
        if self._shares is None or self._window != tone.window:
            rows, columns = (max(side // SAMPLES, 1) for side in self.size_hw)
            self._window = tone.window
            self._shares = shares_of(windowed(self.pixels[::rows, ::columns], tone.window))
        return self._shares
