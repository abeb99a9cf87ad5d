import numpy as np
import pytest

from engine.errors import DatasetError
from engine.formats.pictures import write_picture
from engine.sources.picture import read_picture


def test_a_png_comes_back_as_it_was(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 255, (5, 7, 3), np.uint8)
    write_picture(tmp_path / "a.png", pixels)
    assert np.array_equal(read_picture(tmp_path / "a.png"), pixels)


@pytest.mark.parametrize(("name", "size_hw"), [("a.jpg", (1, 70_000)), ("a.unknown", (4, 4))])
def test_what_cannot_be_encoded_is_said(tmp_path, name, size_hw):
    with pytest.raises(DatasetError, match="cannot be written"):
        write_picture(tmp_path / name, np.zeros((*size_hw, 3), np.uint8))
