import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import preprocess
from engine.preprocess import Preprocessing, normalize, place, prepare, resize

sides = st.integers(1, 700)


@settings(max_examples=60, deadline=None)
@given(sides, sides, st.sampled_from(["letterbox", "stretch"]))
def test_boxes_come_back_where_they_were(height, width, rule):
    placement = place((height, width), Preprocessing((96, 128), resize=rule))
    boxes = np.array([[0, 0, width, height], [0, 0, width / 2, height / 3]], np.float32)
    back = placement.boxes_to_frame(placement.boxes_to_input(boxes))
    np.testing.assert_allclose(back, boxes, atol=1e-2)


@settings(max_examples=60, deadline=None)
@given(sides, sides)
def test_letterbox_fills_one_side_and_keeps_the_ratio(height, width):
    placement = place((height, width), Preprocessing((96, 128)))
    content_h, content_w = placement.content_hw
    assert content_h == 96 or content_w == 128
    assert 1 <= content_h <= 96
    assert 1 <= content_w <= 128
    assert abs(content_h - height * min(96 / height, 128 / width)) <= 1


def test_input_is_normalised_and_padded_with_the_mean():
    preprocessing = Preprocessing((32, 64), mean=(0.5, 0.5, 0.5), std=(0.25, 0.5, 1.0))
    tensor, placement = prepare(np.full((32, 32, 3), 255, np.uint8), preprocessing)
    assert tensor.shape == (3, 32, 64)
    assert tensor.dtype == np.float32
    assert placement.content_hw == (32, 32)
    np.testing.assert_allclose(tensor[:, 0, 0], [2.0, 1.0, 0.5])
    assert (tensor[:, :, 32:] == 0).all()


def test_a_frame_of_the_input_size_is_not_resampled():
    pixels = np.random.default_rng(0).integers(0, 256, (16, 24, 3)).astype(np.uint8)
    placement = place((16, 24), Preprocessing((16, 24)))
    assert resize(pixels, placement) is pixels
    back = normalize(pixels, Preprocessing((16, 24), mean=(0, 0, 0), std=(1, 1, 1)))
    np.testing.assert_allclose(back.transpose(1, 2, 0) * 255, pixels, atol=1e-3)


@pytest.mark.parametrize(
    "wrong", [{"size_hw": (4, 64)}, {"std": (0, 1, 1)}, {"resize": "crop"}, {"mean": (1,)}]
)
def test_nonsense_is_refused(wrong):
    with pytest.raises(ValueError, match=r"."):
        Preprocessing(**{"size_hw": (64, 64), **wrong})


def test_a_picture_that_lies_in_a_file_is_made_small_part_by_part(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pixels = cv2.resize(
        np.random.default_rng(0).integers(0, 255, (9, 12, 3), np.uint8), (1200, 900)
    )
    placement = place(pixels.shape[:2], Preprocessing((96, 128)))
    whole = resize(pixels, placement)
    monkeypatch.setattr(preprocess, "MAPPED_FROM", 1000)
    by_parts = resize(pixels, placement)
    assert np.array_equal(by_parts, whole)
