import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from engine.errors import SourceError
from engine.sources.deep_picture import to_8_bit
from engine.sources.picture import picture_size, read_picture
from tests.damaged_pictures import png_chunk
from tests.make import make_pixels
from tests.make_tiff import tiff


@pytest.mark.parametrize("ending", ["png", "tif"])
def test_16_bit_grey_keeps_its_range(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    cv2.imwrite(str(path), np.array([[0, 32896, 65535]], np.uint16))
    assert read_picture(path)[0, :, 0].tolist() == [0, 128, 255]


@pytest.mark.parametrize("ending", ["png", "tif"])
def test_16_bit_colour_keeps_its_order(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    bgr = np.array([[[0, 32896, 65535], [257, 0, 0]]], np.uint16)
    cv2.imwrite(str(path), bgr)
    assert read_picture(path).tolist() == [[[255, 128, 0], [0, 0, 1]]]


def test_12_bits_in_16_are_not_shown_black(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), np.array([[0, 2048, 4095]], np.uint16))
    assert read_picture(tmp_path / "a.png")[0, :, 0].tolist() == [0, 128, 255]


def test_16_bit_colour_with_transparency(tmp_path: Path) -> None:
    bgra = np.array([[[0, 0, 65535, 65535], [0, 0, 65535, 0]]], np.uint16)
    cv2.imwrite(str(tmp_path / "a.png"), bgra)
    assert read_picture(tmp_path / "a.png").tolist() == [[[255, 0, 0], [255, 255, 255]]]


def test_float_tiff(tmp_path: Path) -> None:
    Image.fromarray(np.array([[0.0, 0.5, 1.0]], np.float32)).save(tmp_path / "a.tif")
    assert read_picture(tmp_path / "a.tif")[0, :, 0].tolist() == [0, 128, 255]
    assert to_8_bit(np.array([[-3.0, 7.0, np.nan]], np.float32)).tolist() == [[0, 255, 76]]


def test_rotated_16_bit_tiff_fits_its_size(tmp_path: Path) -> None:
    path = tmp_path / "deep.tif"
    stored = np.zeros((4, 6), np.uint16)
    stored[0, 0] = 65535
    Image.fromarray(stored).save(path, tiffinfo={274: 6})
    assert read_picture(path).shape[:2] == picture_size(path) == (6, 4)
    assert read_picture(path)[0, -1, 0] == 255


RED = np.array([[[65535, 0, 0], [0, 65535, 0], [0, 0, 32896]]], np.uint16)
RED_8 = [[[255, 0, 0], [0, 255, 0], [0, 0, 128]]]


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("is_planar", [False, True])
def test_planes_of_16_bits_are_read_one_by_one(tmp_path: Path, is_planar: bool, order: str) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(tiff(RED, order=order, is_planar=is_planar))
    assert [read_picture(path).tolist() for _ in range(3)] == [RED_8] * 3


@pytest.mark.parametrize("is_planar", [False, True])
@pytest.mark.parametrize("compression", ["none", "deflate", "differences"])
def test_16_bit_colour_in_every_layout(tmp_path: Path, is_planar: bool, compression: str) -> None:
    pixels = make_pixels().astype(np.uint16) * 257
    path = tmp_path / "a.tif"
    path.write_bytes(tiff(pixels, is_planar=is_planar, compression=compression, rows=7))
    assert np.array_equal(read_picture(path), make_pixels())


@pytest.mark.parametrize("compression", [5, 8, 32773])
def test_16_bit_colour_as_other_programs_pack_it(tmp_path: Path, compression: int) -> None:
    bgr = make_pixels().astype(np.uint16)[..., ::-1] * 257
    options = [cv2.IMWRITE_TIFF_COMPRESSION, compression]
    assert cv2.imwrite(str(tmp_path / "a.tif"), bgr, options)
    assert np.array_equal(read_picture(tmp_path / "a.tif"), make_pixels())


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("is_planar", [False, True])
def test_cmyk_tiff(tmp_path: Path, dtype: type, is_planar: bool) -> None:
    cmyk = np.array([[[0, 255, 255, 0], [0, 0, 0, 255], [255, 0, 255, 127]]], dtype)
    cmyk *= 257 if dtype is np.uint16 else 1
    path = tmp_path / "a.tif"
    path.write_bytes(tiff(cmyk, photometric=5, is_planar=is_planar))
    assert read_picture(path).tolist() == [[[255, 0, 0], [0, 0, 0], [0, 128, 0]]]


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        (0, [[128, 0, 0], [0, 0, 0]]),  # a channel of no known meaning
        (1, [[255, 127, 127], [255, 255, 255]]),  # colours already multiplied by alpha
        (2, [[191, 127, 127], [255, 255, 255]]),
        (None, [[191, 127, 127], [255, 255, 255]]),
    ],
)
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_alpha_is_applied_once(tmp_path: Path, extra: int, expected: list, dtype: type) -> None:
    rgba = np.array([[[128, 0, 0, 128], [0, 0, 0, 0], [255, 255, 255, 255]]], dtype)
    rgba *= 257 if dtype is np.uint16 else 1
    path = tmp_path / "a.tif"
    path.write_bytes(tiff(rgba, extra=extra))
    assert read_picture(path)[0, :2].tolist() == expected


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_turned_16_bit_colour_is_upright(tmp_path: Path, orientation: int) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(tiff(RED.repeat(2, axis=0), orientation=orientation))
    turns = {1: 0, 3: 2, 6: -1, 8: 1}[orientation]
    upright = np.rot90(np.array(RED_8).repeat(2, axis=0), turns)
    assert read_picture(path).tolist() == upright.tolist()
    assert picture_size(path) == upright.shape[:2]


def test_an_unknown_kind_of_16_bit_colour_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(tiff(RED, compression="jpeg"))
    with pytest.raises(SourceError):
        read_picture(path)


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_an_animated_png_of_16_bits_is_its_first_picture(tmp_path: Path, channels: int) -> None:
    pixels = np.dstack([make_pixels(), np.full((48, 64), 255, np.uint8)])[..., :channels]
    order = [2, 1, 0, 3][:channels] if channels > 1 else [0]
    done, still = cv2.imencode(".png", pixels[..., order].astype(np.uint16) * 257)
    assert done
    path = tmp_path / "a.png"
    path.write_bytes(_animated(still.tobytes()))
    expected = pixels[..., :3] if channels > 1 else pixels[..., [0, 0, 0]]
    assert np.array_equal(read_picture(path), expected)


def test_grey_with_transparency_of_16_bits(tmp_path: Path) -> None:
    rows = b"\0" + struct.pack(">4H", 2570, 65535, 2570, 0)
    header = struct.pack(">IIBBBBB", 2, 1, 16, 4, 0, 0, 0)
    (tmp_path / "a.png").write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + png_chunk(b"IDAT", zlib.compress(rows))
        + png_chunk(b"IEND", b"")
    )
    assert read_picture(tmp_path / "a.png").tolist() == [[[10] * 3, [255] * 3]]


def _animated(png: bytes) -> bytes:
    """The picture as the first of two frames, each of them the same."""
    size = png[16:24]
    control = size + struct.pack(">IIHHBB", 0, 0, 1, 10, 0, 0)
    at = png.index(b"IDAT") - 4
    end = png.rindex(b"IEND") - 4
    pixels = png[at + 8 : at + 8 + int.from_bytes(png[at : at + 4], "big")]
    return (
        png[:at]
        + png_chunk(b"acTL", struct.pack(">II", 2, 0))
        + png_chunk(b"fcTL", struct.pack(">I", 0) + control)
        + png[at:end]
        + png_chunk(b"fcTL", struct.pack(">I", 1) + control)
        + png_chunk(b"fdAT", struct.pack(">I", 2) + pixels)
        + png[end:]
    )
