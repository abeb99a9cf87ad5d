import numpy as np
import pytest

from engine.painting.tone import Tone
from gui.canvas.deep_layer import DeepLayer
from gui.canvas.frame_layer import GROUND, Buffers
from gui.canvas.view import View

RAMP = np.tile(np.arange(2000, dtype=np.uint16) * 30, (1000, 1))


def shown(values: np.ndarray, view: View, tone: Tone) -> np.ndarray:
    """What is on a screen of 400 x 300, (h, w, 3) RGB."""
    return DeepLayer(values).render(view, (400, 300), Buffers(), tone)[..., 2::-1].copy()


@pytest.mark.parametrize("scale", [0.1, 0.5, 1.0, 2.5, 30.0])
@pytest.mark.parametrize("kind", [np.uint16, np.float32])
def test_values_are_mapped_at_any_zoom(scale: float, kind: type) -> None:
    window = (1000.0 * 30, 1000.0 * 30 + 400 / scale * 30)
    view = View(scale, -1000 * scale, 0)  # The left edge of the screen is black, the right white.
    seen = shown(RAMP.astype(kind), view, Tone(window=window))[50, :]
    within = min(round(1000 * scale), 400)
    share = np.linspace(0, 1, 400)[:within]
    assert np.abs(seen[:within, 0] / 255 - share).max() < 0.1
    assert (np.diff(seen[:within, 0].astype(int)) >= 0).all()


def test_what_is_around_the_frame_is_no_value_of_its() -> None:
    seen = shown(RAMP[:100, :100], View(1.0, 150, 100), Tone(window=(-10, -5)))
    assert (seen[100:200, 150:250] == 255).all()
    seen[100:200, 150:250] = GROUND
    assert (seen == GROUND).all()


def test_colours_are_mapped_each_alike() -> None:
    values = np.stack([RAMP, RAMP[:, ::-1], RAMP // 2], axis=2)
    seen = shown(values, View(0.2, 0, 0), Tone(window=(0, 60_000)))
    assert np.abs(seen[100, 100].astype(int) - (64, 191, 32)).max() <= 2


def test_the_other_tones_come_after_the_window() -> None:
    plain = shown(RAMP, View(0.2, 0, 0), Tone(window=(0, 60_000)))
    bright = shown(RAMP, View(0.2, 0, 0), Tone(window=(0, 60_000), brightness=30))
    even = shown(RAMP**2 // 65535, View(0.2, 0, 0), Tone(window=(0, 10), is_equalised=True))
    assert bright[100, 200, 0] > plain[100, 200, 0]
    assert even.shape == plain.shape
