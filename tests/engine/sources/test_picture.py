import io
import struct
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from engine import endings
from engine.errors import SourceError
from engine.sources.picture import (
    is_huge,
    picture_size,
    read_picture,
    read_preview,
    read_thumbnail,
)
from tests.damaged_pictures import SIZE_HW, pictures, png_chunk
from tests.make import make_pixels

# Red, green over blue, white: asymmetric, so that every wrong turn shows.
CORNERS = np.array([[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [255, 255, 255]]], np.uint8)


def scene(height: int = 48, width: int = 64) -> np.ndarray:
    return cv2.resize(CORNERS, (width, height), interpolation=cv2.INTER_NEAREST)


def textured(height: int = 200, width: int = 300) -> np.ndarray:
    noise = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return cv2.GaussianBlur(noise, (5, 5), 0)


@pytest.mark.parametrize("ending", ["png", "bmp", "tif", "webp", "ppm", "gif", "PNG"])
def test_lossless_pictures_read_as_written(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    Image.fromarray(scene()).save(path, **({"lossless": True} if ending == "webp" else {}))
    assert np.array_equal(read_picture(path), scene())
    assert picture_size(path) == (48, 64)
    assert path.suffix.lower() in endings.PICTURES


def test_jpeg_reads_close_to_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "a.JPG"
    Image.fromarray(scene()).save(path, quality=95, subsampling=0)
    difference = read_picture(path).astype(int) - scene()
    assert np.abs(difference).mean() < 2


def test_korean_folder_and_file_names(tmp_path: Path) -> None:
    path = tmp_path / "사진 모음" / "고양이 1.png"
    path.parent.mkdir()
    Image.fromarray(scene()).save(path)
    assert np.array_equal(read_picture(path), scene())
    assert picture_size(path) == (48, 64)


def test_single_pixel(tmp_path: Path) -> None:
    path = tmp_path / "dot.png"
    Image.fromarray(np.array([[[1, 2, 3]]], np.uint8)).save(path)
    assert read_picture(path).tolist() == [[[1, 2, 3]]]


def test_grey_becomes_three_equal_channels(tmp_path: Path) -> None:
    grey = np.arange(256, dtype=np.uint8).reshape(16, 16)
    for name in ("a.png", "a.jpg"):
        Image.fromarray(grey).save(tmp_path / name, quality=100)
        pixels = read_picture(tmp_path / name)
        assert pixels.shape == (16, 16, 3)
        assert np.abs(pixels.astype(int) - grey[..., None]).max() <= 2


def test_two_valued_picture(tmp_path: Path) -> None:
    path = tmp_path / "bits.png"
    Image.fromarray(np.eye(9, dtype=np.uint8) * 255).convert("1").save(path)
    assert np.array_equal(read_picture(path)[..., 0], np.eye(9, dtype=np.uint8) * 255)


def test_transparency_lies_over_white(tmp_path: Path) -> None:
    rgba = np.array([[[255, 0, 0, 255], [255, 0, 0, 0], [0, 0, 0, 51]]], np.uint8)
    Image.fromarray(rgba).save(tmp_path / "a.png")
    assert read_picture(tmp_path / "a.png").tolist() == [
        [[255, 0, 0], [255, 255, 255], [204, 204, 204]]
    ]


def test_grey_with_transparency(tmp_path: Path) -> None:
    Image.fromarray(np.array([[[10, 255], [10, 0]]], np.uint8), "LA").save(tmp_path / "a.png")
    assert read_picture(tmp_path / "a.png").tolist() == [[[10] * 3, [255] * 3]]


def test_palette_with_and_without_a_transparent_entry(tmp_path: Path) -> None:
    image = Image.fromarray(scene()).quantize(4)
    image.save(tmp_path / "plain.png")
    assert np.array_equal(read_picture(tmp_path / "plain.png"), scene())
    red = image.getpixel((0, 0))
    image.save(tmp_path / "hole.png", transparency=red)
    pixels = read_picture(tmp_path / "hole.png")
    assert pixels[0, 0].tolist() == [255, 255, 255]
    assert pixels[0, -1].tolist() == [0, 255, 0]


def test_cmyk_jpeg(tmp_path: Path) -> None:
    Image.fromarray(scene()).convert("CMYK").save(tmp_path / "a.jpg", quality=95)
    assert np.abs(read_picture(tmp_path / "a.jpg").astype(int) - scene()).mean() < 6


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("ending", ["jpg", "png", "tif", "webp"])
def test_rotated_pictures_are_shown_upright(tmp_path: Path, ending: str, orientation: int) -> None:
    # The stored pixels are the upright ones turned back, as a camera held so would store them.
    turned = {
        1: lambda p: p,
        2: lambda p: p[:, ::-1],
        3: lambda p: p[::-1, ::-1],
        4: lambda p: p[::-1],
        5: lambda p: p.transpose(1, 0, 2),
        6: lambda p: np.rot90(p),
        7: lambda p: np.rot90(p, 2).transpose(1, 0, 2),
        8: lambda p: np.rot90(p, -1),
    }
    stored = np.ascontiguousarray(turned[orientation](scene()))
    exif = Image.Exif()
    exif[274] = orientation
    path = tmp_path / f"a.{ending}"
    options = {"exif": exif} if ending != "tif" else {"tiffinfo": {274: orientation}}
    Image.fromarray(stored).save(path, quality=95, **options)
    pixels = read_picture(path)
    assert pixels.shape == scene().shape
    assert np.abs(pixels.astype(int) - scene()).mean() < 8
    assert pixels.flags.c_contiguous
    assert picture_size(path) == (48, 64)
    assert read_thumbnail(path, 32).shape == (24, 32, 3)


@pytest.mark.parametrize("ending", ["jpg", "png", "bmp", "tif", "webp", "gif", "ppm"])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.95])
def test_truncated_pictures_are_refused(tmp_path: Path, ending: str, share: float) -> None:
    whole = io.BytesIO()
    Image.fromarray(textured()).save(whole, format=Image.registered_extensions()["." + ending])
    path = tmp_path / f"cut.{ending}"
    path.write_bytes(whole.getvalue()[: int(len(whole.getvalue()) * share)])
    with pytest.raises(SourceError, match=r"cut\.") as caught:
        read_picture(path)
    assert caught.value.hint


def test_truncated_jpeg_with_a_whole_preview_inside_is_refused(tmp_path: Path) -> None:
    preview, whole = io.BytesIO(), io.BytesIO()
    Image.fromarray(textured(60, 80)).save(preview, "JPEG")
    Image.fromarray(textured()).save(whole, "JPEG", exif=b"Exif\0\0" + preview.getvalue())
    data = whole.getvalue()
    path = tmp_path / "cut.jpg"
    path.write_bytes(data[: data.index(b"\xff\xda", 10 + len(preview.getvalue())) + 500])
    with pytest.raises(SourceError, match="truncated"):
        read_picture(path)


def test_png_with_damaged_pixels_is_refused(tmp_path: Path) -> None:
    whole = io.BytesIO()
    Image.fromarray(textured()).save(whole, "PNG")
    data = bytearray(whole.getvalue())
    data[len(data) // 2] ^= 0xFF
    path = tmp_path / "bent.png"
    path.write_bytes(data)
    with pytest.raises(SourceError):
        read_picture(path)


@pytest.mark.parametrize("content", [b"", b"not a picture at all", b"\xff\xd8\xff"])
def test_files_that_are_no_pictures_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(content)
    for read in (read_picture, picture_size):
        with pytest.raises(SourceError) as caught:
            read(path)
        assert caught.value.hint


def test_missing_file_and_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.png", tmp_path):
        for read in (read_picture, picture_size):
            with pytest.raises(SourceError):
                read(path)


def test_a_header_that_claims_too_much_is_refused_before_decoding(tmp_path: Path) -> None:
    header = struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
    path = tmp_path / "bomb.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IEND", b""))
    for read in (read_picture, picture_size):
        with pytest.raises(SourceError, match="60000"):
            read(path)


def test_thumbnail_keeps_the_proportions(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    Image.fromarray(textured(400, 800)).save(path)
    assert read_thumbnail(path, 100).shape == (50, 100, 3)
    assert read_thumbnail(path, 5000).shape == (400, 800, 3)


def test_only_a_huge_jpeg_is_worth_a_preview(tmp_path: Path) -> None:
    huge, small, other = tmp_path / "huge.jpg", tmp_path / "small.jpg", tmp_path / "huge.png"
    Image.new("RGB", (6000, 3000), (255, 0, 0)).save(huge)
    Image.new("RGB", (60, 30)).save(small)
    Image.new("RGB", (6000, 3000)).save(other)
    pixels, size_hw = read_preview(huge)
    assert (pixels.shape, size_hw) == ((512, 1024, 3), (3000, 6000))
    assert is_huge(huge)
    assert not is_huge(small)
    assert not is_huge(other)


def test_a_broken_picture_is_not_huge_and_reading_says_why(tmp_path: Path) -> None:
    path = tmp_path / "empty.jpg"
    path.write_bytes(b"")
    assert not is_huge(path)
    with pytest.raises(SourceError, match="empty"):
        read_picture(path)


def test_red_stays_red_however_it_is_decoded(tmp_path: Path) -> None:
    for ending in (".jpg", ".png"):
        path = tmp_path / f"red{ending}"
        Image.new("RGB", (64, 48), (250, 10, 60)).save(path)
        assert np.abs(read_picture(path)[20, 20].astype(int) - (250, 10, 60)).max() <= 3


def test_an_animated_png_is_its_still_picture_whatever_follows(tmp_path: Path) -> None:
    data = pictures()["png-animated"][1]
    at = data.index(b"fcTL", data.index(b"IDAT")) - 4
    # OpenCV's reader of animations has ended the process for less.
    wild = png_chunk(b"fcTL", b"\0\0\0\1" + b"\xff" * 22) + png_chunk(b"fdAT", b"\xff" * 9)
    path = tmp_path / "a.png"
    path.write_bytes(data[:at] + wild + png_chunk(b"IEND", b""))
    assert np.array_equal(read_picture(path), make_pixels(SIZE_HW))
