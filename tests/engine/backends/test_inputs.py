"""Inputs made on the network's device; here that is the CPU, where `prepare` can be asked, too."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.backends import inputs
from engine.backends.inputs import Inputs, matrix
from engine.preprocess import Preprocessing, place, prepare_batch

HERE = torch.device("cpu")
SMALLER, LARGER, BOTH = 0.51, 0.9, 1.4
"""Of 255. `prepare` rounds to whole colours after making small and, again, after making large; then
it counts in 2048ths, too."""
sides = st.integers(1, 300)


def off(frames: list[np.ndarray], preprocessing: Preprocessing) -> float:
    """The largest difference from `prepare`, in 255ths, whatever the normalisation."""
    made = Inputs(preprocessing, HERE).batch(frames).numpy()
    assert made.dtype == np.float32
    expected = prepare_batch(frames, preprocessing)
    assert made.shape == expected.shape
    scale = 255 * np.array(preprocessing.std, np.float32)[:, None, None]
    return float((np.abs(made - expected) * scale).max())


def noise(height: int, width: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


@settings(max_examples=150, deadline=None)
@given(sides, sides, sides.filter(lambda s: s >= 8), sides.filter(lambda s: s >= 8), st.booleans())
def test_any_size_is_as_near_as_rounding(
    height: int, width: int, input_h: int, input_w: int, is_stretched: bool
) -> None:
    rule = "stretch" if is_stretched else "letterbox"
    preprocessing = Preprocessing((input_h, input_w), resize=rule)
    content_hw = place((height, width), preprocessing).content_hw
    has_smaller = content_hw[0] < height or content_hw[1] < width
    has_larger = content_hw[0] > height or content_hw[1] > width
    most = (BOTH if has_smaller else LARGER) if has_larger else SMALLER
    assert off([noise(height, width)], preprocessing) <= most


@pytest.mark.parametrize("size_hw", [(1080, 1920), (720, 1280), (480, 640), (512, 512), (97, 1501)])
@pytest.mark.parametrize("side", [256, 512])
def test_sizes_of_videos_are_as_near_as_rounding(size_hw: tuple[int, int], side: int) -> None:
    assert off([noise(*size_hw)], Preprocessing((side, side))) <= SMALLER


def test_a_frame_of_the_input_size_is_not_resampled() -> None:
    assert off([noise(64, 96)], Preprocessing((64, 96))) < 1e-3


def test_frames_of_several_sizes_are_padded_with_the_mean() -> None:
    preprocessing = Preprocessing((64, 96), mean=(0.1, 0.5, 0.9), std=(0.5, 1.0, 2.0))
    frames = [noise(64, 64), noise(200, 90), noise(30, 300)]
    assert off(frames, preprocessing) <= LARGER
    made = Inputs(preprocessing, HERE).batch(frames)
    assert (made[0, :, :, 64:] == 0).all()
    assert made[0, :, :, :64].any()


def test_a_part_of_a_frame_and_one_that_is_read_only_are_taken() -> None:
    frame = noise(100, 120)
    frame.flags.writeable = False
    assert off([frame[10:70, 5:99], frame], Preprocessing((32, 32))) <= SMALLER


def test_a_huge_frame_is_made_small_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "_MOST_PIXELS", 5000)
    preprocessing = Preprocessing((32, 32))
    assert off([noise(100, 120)], preprocessing) < 1e-3, "as `prepare` makes it"
    assert off([noise(50, 60)], replace(preprocessing, resize="stretch")) > 0.1


@settings(max_examples=100, deadline=None)
@given(sides, sides)
def test_each_pixel_is_made_of_shares_of_a_whole(length: int, wanted: int) -> None:
    shares = matrix(HERE, length, wanted)
    assert shares.shape == (wanted, length)
    assert shares.min() >= 0
    assert torch.allclose(shares.sum(1), torch.ones(wanted), atol=1e-5)
    if wanted < length:
        assert torch.allclose(shares.sum(0), torch.full((length,), wanted / length), atol=1e-5)
