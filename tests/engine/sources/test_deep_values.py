from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from engine.errors import SourceError
from engine.sources.deep_values import read_deep_values
from engine.sources.picture import read_picture
from tests.make import make_pixels

GREY = np.arange(24 * 32, dtype=np.uint16).reshape(24, 32) * 5 + 100


@pytest.mark.parametrize("ending", ["png", "tif"])
def test_grey_of_16_bits_is_as_stored(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{ending}"
    cv2.imwrite(str(path), GREY)
    found = read_deep_values(path)
    assert found is not None
    assert np.array_equal(found.values, GREY)
    assert found.ends == (100, 100 + 5 * (24 * 32 - 1))
    assert found.seen == (0, 4095)  # Twelve bits, as `read_picture` scales it.
    assert found.is_whole


def test_the_pixels_that_models_see_are_the_values_between_black_and_white(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), GREY)
    found = read_deep_values(tmp_path / "a.png")
    assert found is not None
    black, white = found.seen
    scaled = np.rint((found.values - black) * (255 / (white - black)))
    assert np.array_equal(read_picture(tmp_path / "a.png")[..., 1], scaled)


@pytest.mark.parametrize("ending", ["png", "tif"])
def test_colours_of_16_bits_keep_their_order(ending: str, tmp_path: Path) -> None:
    rgb = make_pixels((20, 30)).astype(np.uint16) * 257
    cv2.imwrite(str(tmp_path / f"a.{ending}"), rgb[..., ::-1])
    found = read_deep_values(tmp_path / f"a.{ending}")
    assert found is not None
    assert np.array_equal(found.values, rgb)


def test_floats_keep_their_fractions_and_what_is_no_number_is_0(tmp_path: Path) -> None:
    values = np.array([[-3.5, 7.25, np.nan, np.inf]], np.float32)
    Image.fromarray(values).save(tmp_path / "a.tif")
    found = read_deep_values(tmp_path / "a.tif")
    assert found is not None
    assert found.values.tolist() == [[-3.5, 7.25, 0, 0]]
    assert found.ends == found.seen == (-3.5, 7.25)
    assert not found.is_whole


def test_a_turned_one_is_upright(tmp_path: Path) -> None:
    Image.fromarray(GREY).save(tmp_path / "a.tif", tiffinfo={274: 6})
    found = read_deep_values(tmp_path / "a.tif")
    assert found is not None
    assert np.array_equal(found.values, np.rot90(GREY, -1))


def test_the_middle_leaves_out_the_rare(tmp_path: Path) -> None:
    values = np.full((50, 50), 1000, np.uint16)
    values[10:40, 10:40] = 2000
    values[0, 0], values[1, 1] = 0, 65535
    cv2.imwrite(str(tmp_path / "a.png"), values)
    found = read_deep_values(tmp_path / "a.png")
    assert found is not None
    assert found.middle(1) == (1000, 2000)


def test_other_pictures_have_none(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), make_pixels())
    cv2.imwrite(str(tmp_path / "b.png"), np.zeros((4, 5, 4), np.uint16))
    cv2.imwrite(str(tmp_path / "c.png"), np.full((4, 5), 7, np.uint16))
    assert read_deep_values(tmp_path / "a.png") is None
    assert read_deep_values(tmp_path / "b.png") is None
    found = read_deep_values(tmp_path / "c.png")
    assert found is not None
    assert found.middle(1) == found.ends == (7, 7)


def test_a_damaged_one_is_refused(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), GREY)
    data = (tmp_path / "a.png").read_bytes()
    (tmp_path / "a.png").write_bytes(data[: len(data) // 2])
    with pytest.raises(SourceError):
        read_deep_values(tmp_path / "a.png")
