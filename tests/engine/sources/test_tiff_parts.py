import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine import mapped_pixels
from engine.errors import SourceError
from engine.sources import picture_header, tiff_parts
from engine.sources.picture import read_picture, read_thumbnail
from engine.sources.tiff_parts import parts_of
from tests.make import make_pixels
from tests.make_tiff import tiff

SIZE_HW = (300, 170)
COMPRESSIONS = (None, "packbits", "tiff_lzw", "tiff_adobe_deflate", "zstd", "jpeg")


@pytest.fixture
def is_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every picture of the test is so large that it is decoded into a file, part by part."""
    monkeypatch.setenv("MASKLOOP_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(mapped_pixels, "MAPPED_FROM", 1000)
    monkeypatch.setattr(picture_header, "MAPPED_FROM", 1000)
    monkeypatch.setattr(tiff_parts, "_PART", 4000)


def header_of(path: Path) -> Image.Image:
    return Image.open(io.BytesIO(path.read_bytes()))


def written(path: Path, kind: str, **options: object) -> np.ndarray:
    """A picture of this mode in a file; what is read of it whole."""
    Image.fromarray(make_pixels(SIZE_HW)).convert(kind).save(path, **options)
    return read_picture(path)


@pytest.mark.parametrize("compression", COMPRESSIONS)
@pytest.mark.parametrize("kind", ["RGB", "L", "P", "RGBA"])
def test_strips_give_the_same_pixels_as_the_whole(
    kind: str, compression: str | None, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if compression == "jpeg" and kind in ("P", "RGBA"):
        pytest.skip("no such files")
    path = tmp_path / "a.tif"
    whole = written(path, kind, compression=compression)
    request.getfixturevalue("is_large")
    assert parts_of(header_of(path))
    assert np.array_equal(read_picture(path), whole)


@pytest.mark.parametrize("order", ["<", ">"])
def test_unpacked_pixels_in_one_strip_are_cut_by_rows(
    order: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    path, pixels = tmp_path / "a.tif", make_pixels(SIZE_HW)
    path.write_bytes(tiff(pixels, order=order))
    request.getfixturevalue("is_large")
    assert len(parts_of(header_of(path))) > 5
    assert np.array_equal(read_picture(path), pixels)


def tiled(pixels: np.ndarray, **options: object) -> bytes:
    """In tiles of 64 x 32 pixels."""
    tifffile = pytest.importorskip("tifffile")
    file = io.BytesIO()
    tifffile.imwrite(file, pixels, tile=(32, 64), photometric="rgb", **options)
    return file.getvalue()


@pytest.mark.parametrize(
    "options", [{}, {"compression": "zlib"}, {"byteorder": ">"}, {"bigtiff": True}]
)
def test_tiles_give_the_same_pixels_as_the_whole(
    options: dict[str, object], tmp_path: Path, is_large: None
) -> None:
    path, pixels = tmp_path / "a.tif", make_pixels(SIZE_HW)
    path.write_bytes(tiled(pixels, **options))
    assert len(parts_of(header_of(path))) > 5
    assert np.array_equal(read_picture(path), pixels)


def test_what_has_no_parts_is_decoded_whole(tmp_path: Path, is_large: None) -> None:
    path, pixels = tmp_path / "a.tif", make_pixels(SIZE_HW)
    path.write_bytes(tiff(pixels, is_planar=True, rows=10))
    assert parts_of(header_of(path)) == ()
    assert np.array_equal(read_picture(path), pixels)


@pytest.mark.parametrize("ending", ["png", "jpg", "bmp"])
@pytest.mark.parametrize("kind", ["L", "RGB"])
def test_other_kinds_are_the_same_in_a_file(
    kind: str, ending: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    path = tmp_path / f"a.{ending}"
    whole = written(path, kind)
    small = read_thumbnail(path, 60)
    request.getfixturevalue("is_large")
    assert np.array_equal(read_picture(path), whole)
    assert np.array_equal(read_thumbnail(path, 60), small)
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_turned_one_is_upright_and_in_order(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    path, exif = tmp_path / "a.jpg", Image.Exif()
    exif[0x0112] = 6
    whole = written(path, "RGB", exif=exif)
    request.getfixturevalue("is_large")
    found = read_picture(path)
    assert found.shape == (170, 300, 3)
    assert found.flags.c_contiguous
    assert np.array_equal(found, whole)


@pytest.mark.parametrize("name", ["a.tif", "a.png", "a.jpg"])
@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_damaged_one_is_refused(share: float, name: str, tmp_path: Path, is_large: None) -> None:
    path = tmp_path / name
    Image.fromarray(make_pixels(SIZE_HW)).save(path)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(SourceError):
        read_picture(path)
