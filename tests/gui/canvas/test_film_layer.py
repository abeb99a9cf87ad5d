"""A picture over the frame: where it lies, what it hides, and that nothing is drawn then."""

import numpy as np
import pytest


def film(color, size_hw=(30, 40)):
    pixels = np.zeros((*size_hw, 4), np.uint8)
    pixels[:] = color
    return pixels


def test_the_film_hides_the_objects_and_is_as_opaque_as_asked(desk):
    desk.canvas.inside.set_film(film((255, 0, 0, 255)), 0.5)
    red, green, blue = desk.color_at(80, 80)  # In the middle of a mask.
    assert red == pytest.approx(191, abs=2)
    assert green == blue == pytest.approx(64, abs=2)


def test_half_of_the_film_lies_over_half_of_the_frame(desk):
    pixels = film((0, 0, 0, 0))
    pixels[:, 20:] = (0, 255, 0, 255)
    desk.canvas.inside.set_film(pixels)
    assert desk.color_at(100, 150) == (128, 128, 128)
    assert desk.color_at(300, 150) == (0, 255, 0)


def test_the_film_ends_with_the_frame_and_follows_zoom_and_pan(desk):
    desk.canvas.inside.set_film(film((0, 255, 0, 255)))
    outside = desk.color_at(402, 150)
    assert outside[0] == outside[1]
    desk.canvas.zoom_to(0.5)
    assert desk.color_at(390, 290) == (0, 255, 0)
    desk.canvas.zoom_to(4)
    assert desk.color_at(200, 150) == (0, 255, 0)


def test_nothing_is_drawn_on_a_film_and_taking_it_away_brings_all_back(desk):
    said = []
    desk.canvas.message.connect(said.append)
    desk.canvas.inside.set_film(film((0, 255, 0, 255)))
    assert not desk.canvas.is_editable
    desk.drag((80, 80), (120, 90))
    assert not desk.edits
    assert "Esc" in said[0]
    desk.canvas.inside.set_film(None)
    assert desk.canvas.is_editable
    assert desk.color_at(80, 80) != (0, 255, 0)


def test_a_comparison_goes_before_the_film(desk):
    from engine.values import FrameId, Prediction

    desk.canvas.inside.set_film(film((0, 255, 0, 255)))
    desk.canvas.show_compare(Prediction(FrameId("a"), (300, 400), ()))
    assert desk.color_at(350, 250) != (0, 255, 0)
