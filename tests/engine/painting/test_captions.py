import numpy as np
import pytest

from engine.painting.captions import _wide_font, caption, ink_on

BLUE = (20, 40, 200)


def test_letters_stand_on_a_field_of_the_colour() -> None:
    pixels = caption("cat", 16, BLUE)
    assert pixels[0, 0].tolist() == list(BLUE)
    assert (pixels == 255).all(axis=2).any()
    assert pixels.shape[0] == caption("0.87", 16, BLUE).shape[0]


def test_the_same_caption_is_rendered_once() -> None:
    assert caption("dog", 16, BLUE) is caption("dog", 16, BLUE)


def test_korean_names_are_letters_not_boxes() -> None:
    if _wide_font() is None or _wide_font()[0].name == "DejaVuSans.ttf":
        pytest.skip("No font of this machine knows Korean.")
    cat, dog = caption("고양이", 20, BLUE), caption("강아지", 20, BLUE)
    missing = caption("\ue000\ue000\ue000", 20, BLUE)  # Nobody's letters: empty boxes.
    assert cat.shape[0] == caption("cat", 20, BLUE).shape[0]
    assert cat.shape == dog.shape
    assert not np.array_equal(cat, dog)
    assert cat.shape != missing.shape or not np.array_equal(cat, missing)


def test_ink_is_readable() -> None:
    assert ink_on((255, 255, 0)) == (0, 0, 0)
    assert ink_on((0, 0, 120)) == (255, 255, 255)
