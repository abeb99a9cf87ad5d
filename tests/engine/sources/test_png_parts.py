"""A PNG some rows at a time is the PNG as a whole."""

import io

import numpy as np
import pytest
from PIL import Image

from engine.sources import png_parts
from engine.sources.png_parts import arrays, has_parts

KINDS = {
    "L": ((33, 21), np.uint8),
    "P": ((33, 21), np.uint8),
    "RGB": ((33, 21, 3), np.uint8),
    "I;16": ((33, 21), np.uint16),
}


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    monkeypatch.setattr(png_parts, "WHOLE", 100)
    monkeypatch.setattr(png_parts, "_PART", 100)


def _file(mode, **options):
    shape, kind = KINDS[mode]
    slopes = np.add.outer(np.arange(shape[0]) * 9, np.arange(shape[1]) * 700)  # for every filter
    noise = np.random.default_rng(3).integers(0, 40, shape)
    values = (slopes.reshape(*slopes.shape, *[1] * (len(shape) - 2)) + noise).astype(kind)
    image = Image.fromarray(values)
    if mode == "P":
        image.putpalette(list(range(256)) * 3)
    data = io.BytesIO()
    image.save(data, "PNG", **options)
    return values, data.getvalue()


@pytest.mark.parametrize("mode", KINDS)
def test_the_rows_come_in_parts(mode):
    values, data = _file(mode)
    with Image.open(io.BytesIO(data)) as header:
        assert header.mode == mode
        assert has_parts(header, data)
        parts = list(arrays(data, header))
    assert [len(part) for part in parts] == [4] * 8 + [1]
    assert np.array_equal(np.concatenate(parts), values)


def test_a_small_file_and_one_with_transparency_are_decoded_whole(monkeypatch):
    _, clear = _file("P", transparency=3)
    with Image.open(io.BytesIO(clear)) as header:
        assert not has_parts(header, clear)
    _, data = _file("L")
    monkeypatch.setattr(png_parts, "WHOLE", 33 * 21)
    with Image.open(io.BytesIO(data)) as header:
        assert not has_parts(header, data)


@pytest.mark.parametrize("cut", [60, 200, -20, -4])
def test_what_is_cut_off_or_changed_is_told(cut):
    _, data = _file("L")
    with Image.open(io.BytesIO(data)) as header:
        with pytest.raises(OSError, match="truncated"):
            list(arrays(data[:cut], header))
        changed = bytearray(data)
        changed[cut - 3] ^= 1
        with pytest.raises(OSError, match=r"checksum|truncated"):
            list(arrays(bytes(changed), header))
