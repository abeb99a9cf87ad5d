"""Maps become pictures that lie on the frame where the network saw it."""

import numpy as np
import pytest

from engine.inside import pictures
from engine.inside.look import Glimpse
from engine.inside.pictures import MapStyle
from engine.inside.stages import Stage
from engine.preprocess import Placement
from models.about import Text
from tests.make import LABELS

# A frame twice as wide as high lies in the upper half of a square input.
WIDE = Placement(size_hw=(60, 120), input_hw=(32, 32), content_hw=(16, 32))


def glimpse(maps, kind="activation", placement=WIDE):
    maps = np.asarray(maps, np.float32)
    return Glimpse(Stage("x", Text("x", "x"), kind, maps.shape), (maps,), placement, 0.0)


def test_a_map_is_laid_over_the_frame_without_the_padding():
    plane = np.zeros((8, 8), np.float32)
    plane[4:] = 1  # All of it in the padding below the frame.
    plane[0, 7] = 5  # The frame's upper right corner.
    laid = pictures.lay(plane, WIDE, is_smooth=False)
    assert laid.shape == (60, 120)
    assert laid[0, -1] == 5
    assert laid[-1].max() == 0


def test_a_map_that_covers_more_than_the_input_is_cut_around_its_middle():
    placement = Placement((32, 32), (32, 32), (32, 32))
    plane = np.zeros((8, 8), np.float32)
    plane[2:6, 2:6] = 1  # The middle 32 of 64 pixels.
    assert pictures.lay(plane, placement, (64, 64), is_smooth=False).min() == 1


def test_a_map_that_covers_less_than_the_input_goes_on_at_its_borders():
    placement = Placement((32, 32), (32, 32), (32, 32))
    laid = pictures.lay(
        np.array([[1, 2], [3, 4]], np.float32), placement, (16, 16), is_smooth=False
    )
    assert (laid[0, 0], laid[0, -1], laid[-1, 0], laid[15, 15]) == (1, 2, 3, 1)


def test_large_frames_get_a_smaller_picture_of_their_proportions():
    placement = Placement((3000, 4000), (256, 256), (192, 256))
    laid = pictures.lay(np.zeros((16, 16), np.float32), placement)
    assert laid.shape == (384, 512)


def test_modes_reduce_the_channels():
    maps = np.array([[[1.0]], [[-3.0]]], np.float32)
    assert pictures.reduce(maps, MapStyle("mean")) == 2
    assert pictures.reduce(maps, MapStyle("maximum")) == 1
    assert pictures.reduce(maps, MapStyle("channel", 1)) == -3
    assert pictures.reduce(maps, MapStyle("channel", 99)) == -3


def test_one_extreme_value_does_not_hide_the_others():
    plane = np.linspace(0, 1, 10_000, dtype=np.float32).reshape(100, 100)
    plane[0, 0] = 1e6
    stretched, low, high = pictures.stretch(plane)
    assert (low, high) == (pytest.approx(0.01, abs=0.01), pytest.approx(0.99, abs=0.01))
    assert 0.4 < stretched[50].mean() < 0.6


@pytest.mark.parametrize("value", [0.0, 7.0, np.nan])
def test_a_plane_of_one_value_is_dark(value):
    stretched, _, _ = pictures.stretch(np.full((4, 4), value, np.float32))
    assert not stretched.any()


def test_brighter_means_more():
    colors = pictures.heat(np.array([[0.0, 0.5, 1.0]], np.float32)).astype(int).sum(axis=2)[0]
    assert colors[0] < colors[1] < colors[2]


def test_scores_are_the_labels_colours_as_opaque_as_probable():
    scores = np.zeros((3, 32, 32), np.float32)
    scores[1, :, :16] = 20  # The cat on the left,
    scores[0, :, 16:] = 20  # background on the right.
    picture = pictures.paint(glimpse(scores, "scores"), MapStyle("labels"), LABELS).pixels
    assert tuple(picture[30, 5]) == (*LABELS[1].color, 255)
    assert picture[30, -5, 3] == 0


def test_one_label_is_shown_by_its_probability():
    scores = np.zeros((3, 32, 32), np.float32)
    picture = pictures.paint(glimpse(scores, "scores"), MapStyle("channel", 2), LABELS)
    assert (picture.low, picture.high) == (0, 1)


def test_the_heat_map_says_which_values_its_colours_stand_for():
    maps = np.linspace(2, 4, 32 * 32).reshape(1, 32, 32)
    picture = pictures.paint(glimpse(maps), MapStyle(), LABELS)
    assert 2 <= picture.low < 2.2
    assert 2.9 < picture.high < 3.1, "the padding below does not count"
    assert picture.pixels.shape == (60, 120, 4)
    assert (picture.pixels[..., 3] == 255).all()


def test_channels_that_vary_most_come_first():
    maps = np.zeros((3, 4, 4), np.float32)
    maps[0] = 9  # Strong, but the same everywhere.
    maps[2, 0, 0] = 5
    maps[1, 0, 0] = 1
    assert pictures.strongest(maps) == [2, 1, 0]


def test_the_grid_lays_channels_side_by_side():
    seen = glimpse(np.random.default_rng(0).random((5, 8, 8)))
    picture = pictures.grid(seen, [4, 0, 2], columns=2, tile=40)
    assert picture.shape == (2 * 20, 2 * 40, 3)
    assert not picture[20:, 40:].any(), "the last row is not full"


def test_objectness_is_the_probability_of_the_surest_anchor():
    logits = np.full((3, 32, 32), -20, np.float32)  # Strong, yet sure that there is nothing.
    logits[1, :, :16] = 20
    picture = pictures.paint(glimpse(logits, "objectness"), MapStyle("maximum"), LABELS)
    bright, dark = picture.pixels[30, 5, :3].astype(int), picture.pixels[30, -5, :3].astype(int)
    assert (picture.low, picture.high) == (0, 1)
    assert bright.sum() > 500 > 50 > dark.sum()
    other = pictures.paint(glimpse(logits, "objectness"), MapStyle("channel", 0), LABELS)
    assert other.pixels[30, 5, :3].sum() < 50
