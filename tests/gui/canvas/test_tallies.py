"""Lines and zones that count lie over a live frame, with their numbers."""

import numpy as np

from engine.counters import Counter, Tally
from engine.painting.tallies import COLOR
from engine.values import FrameId, Prediction
from tests.gui.canvas.conftest import Desk

GATE = Tally(Counter("문", ((40.0, 200.0), (360.0, 200.0))), ((1, 3, 1),))
ROOM = Tally(Counter("room", ((60.0, 60.0), (340.0, 60.0), (340.0, 150.0), (60.0, 150.0))))


def test_they_are_drawn_where_they_are_and_go_with_their_frame(desk: Desk) -> None:
    pixels = np.full((300, 400, 3), 128, np.uint8)
    said = Prediction(FrameId("live"), (300, 400), (), tallies=(GATE, ROOM))
    desk.canvas.set_live(pixels, said)
    for place in ((300, 200), (340, 100), (200, 150), (60, 120)):
        assert np.allclose(desk.color_at(*place), COLOR, atol=60), place
    assert np.allclose(desk.color_at(200, 206), COLOR, atol=60), "the arrow points forward"
    assert desk.color_at(200, 190) == (128, 128, 128)
    desk.canvas.set_live(pixels, None)
    assert desk.color_at(300, 200) == (128, 128, 128)
