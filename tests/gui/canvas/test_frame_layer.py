import cv2
import numpy as np
import pytest

from engine.painting.tone import PLAIN, Tone
from gui.canvas import frame_layer
from gui.canvas.frame_layer import GROUND, Buffers, FrameLayer, sample
from gui.canvas.view import Area, View, fitted


@pytest.mark.parametrize("view", [View(), View(1, 5, -3), View(4, 8, 8), View(3.3, -20.5, 7.25)])
def test_a_screen_pixel_shows_the_frame_pixel_it_lies_on(view: View) -> None:
    source = np.arange(1, 1 + 12 * 20, dtype=np.uint8).reshape(12, 20)
    area = Area(2, 1, 60, 40)
    out = np.full((40, 60), 77, np.uint8)
    sample(source, view, area, out, smooth=False)
    for v in range(0, 40, 3):
        for u in range(0, 60, 3):
            x, y = view.to_frame(u + area.x + 0.5, v + area.y + 0.5)
            if min(abs(x - round(x)), abs(y - round(y))) < 0.02:
                continue  # on the border of two pixels either may show
            is_inside = 0 <= x < 20 and 0 <= y < 12
            assert out[v, u] == (source[int(y), int(x)] if is_inside else 0)


def test_the_ground_around_a_frame_is_dark() -> None:
    pixels = np.full((10, 10, 3), 200, np.uint8)
    shown = FrameLayer(pixels).render(View(1, 5, 5), (30, 30), Buffers())
    assert shown[0, 0, :3].tolist() == [GROUND] * 3
    assert shown[10, 10, :3].tolist() == [200] * 3


def test_colors_arrive_as_qt_wants_them() -> None:
    pixels = np.zeros((4, 4, 3), np.uint8)
    pixels[:] = (250, 120, 10)
    shown = FrameLayer(pixels).render(View(), (4, 4), Buffers())
    assert shown[2, 2].tolist() == [10, 120, 250, 255]


def test_a_frame_made_small_is_averaged_and_a_live_one_is_thinned() -> None:
    stripes = np.zeros((64, 64, 3), np.uint8)
    stripes[:, ::2] = 200
    small = View(0.25, 0, 0)
    averaged = FrameLayer(stripes).render(small, (16, 16), Buffers())
    assert np.unique(averaged[..., :3]).tolist() == [100]
    thinned = FrameLayer(stripes, is_live=True).render(small, (16, 16), Buffers())
    assert np.unique(thinned[..., :3]).tolist() == [200]


def test_a_frame_far_wider_than_high_is_at_least_a_line() -> None:
    pixels = np.full((10, 30_000, 3), 200, np.uint8)
    view = fitted((10, 30_000), (900, 600))
    shown = FrameLayer(pixels).render(view, (900, 600), Buffers())
    assert (shown[300, 20:880, :3] == 200).all()
    assert (shown[302, 20:880, :3] == GROUND).all()


def test_a_preview_fills_the_place_of_the_true_frame() -> None:
    preview = np.full((10, 20, 3), 90, np.uint8)
    layer = FrameLayer(preview, size_hw=(100, 200))
    shown = layer.render(View(0.5, 0, 0), (120, 60), Buffers())
    assert shown[49, 99, 0] == 90
    assert shown[51, 99, 0] == GROUND


@pytest.mark.parametrize("scale", [0.5, 0.37, 0.26, 0.2])
def test_what_is_too_large_to_keep_is_halved_where_it_is_seen(scale, monkeypatch) -> None:
    random = np.random.default_rng(2)
    small = random.integers(0, 255, (40, 50, 3), dtype=np.uint8)
    pixels = cv2.resize(small, (800, 640), interpolation=cv2.INTER_CUBIC)
    for x, y in ((0, 0), (-60, -40), (30, 50), (-100, 20)):
        view = View(scale, x, y)
        kept = FrameLayer(pixels).render(view, (200, 150), Buffers()).copy()
        with monkeypatch.context() as patched:
            patched.setattr(frame_layer, "MOST_KEPT", 0)
            cut = FrameLayer(pixels).render(view, (200, 150), Buffers()).copy()
        assert np.abs(kept.astype(int) - cut).max() <= 3


def test_of_a_giant_a_part_of_the_pixels_will_do(monkeypatch) -> None:
    random = np.random.default_rng(2)
    small = random.integers(0, 255, (20, 25, 3), dtype=np.uint8)
    pixels = cv2.resize(small, (1600, 1280), interpolation=cv2.INTER_CUBIC)
    whole = FrameLayer(pixels).render(View(0.0625), (100, 80), Buffers()).copy()
    monkeypatch.setattr(frame_layer, "GIANT", 0)
    part = FrameLayer(pixels).render(View(0.0625), (100, 80), Buffers()).copy()
    assert np.abs(whole.astype(int) - part).mean() < 2


def toned(pixels: np.ndarray, tone: Tone, view: View | None = None) -> np.ndarray:
    """What the screen gets, (40, 60, 3) RGB."""
    layer = FrameLayer(pixels)
    return layer.render(view or View(), (60, 40), Buffers(), tone)[..., 2::-1].copy()


def frame(red: int, green: int, blue: int) -> np.ndarray:
    return np.full((20, 30, 3), (red, green, blue), np.uint8)


def test_the_frame_alone_is_changed_on_the_screen_and_never_in_memory() -> None:
    pixels = frame(100, 100, 100)
    for view in (View(1.0, 5, 7), View(0.5, 5, 7), View(3.0, -11, 4), View(0.7, 2.5, 3.5)):
        seen = toned(pixels, Tone(brightness=40), view)
        inside = view.to_screen(15, 10)
        assert (seen[int(inside[1]), int(inside[0])] > 150).all()
        plain = toned(pixels, PLAIN, view)
        assert np.array_equal(seen[plain == GROUND], plain[plain == GROUND])
    assert (pixels == 100).all()


@pytest.mark.parametrize(
    ("channel", "grey"), [("red", 10), ("green", 200), ("blue", 90), ("grey", 131)]
)
def test_one_channel_is_shown_as_grey(channel: str, grey: int) -> None:
    seen = toned(frame(10, 200, 90), Tone(channel=channel))[5, 5]
    assert abs(seen.astype(int) - grey).max() <= 1


def test_equalising_uses_all_greys_of_a_dull_picture() -> None:
    dull = np.repeat(np.linspace(100, 120, 30).astype(np.uint8)[None, :, None], 20, 0)
    seen = toned(np.repeat(dull, 3, 2), Tone(is_equalised=True))[:20, :30]
    assert seen.min() == 0
    assert seen.max() == 255
