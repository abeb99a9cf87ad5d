import numpy as np
from PySide6.QtGui import QImage, QPainter

from engine.values import Box, Detection, FrameId, Label, Prediction
from gui.canvas.items import picture_of_prediction
from gui.canvas.trails import draw_trails
from gui.canvas.view import View

LABELS = (Label(1, "car", (200, 0, 0)), Label(2, "bus", (0, 0, 200)))


def tracked(*tracks: int) -> Prediction:
    found = tuple(
        Detection(Box(40 * n, 10, 40 * n + 30, 40), 1 + n % 2, 0.9, track)
        for n, track in enumerate(tracks)
    )
    trails = tuple((track, ((5.0, 5.0), (50.0, 50.0))) for track in tracks)
    return Prediction(FrameId("a"), (100, 200), LABELS, found, trails=trails)


def test_trails_have_the_colors_of_their_objects():
    shown = picture_of_prediction(tracked(7, 8), colored_by="track")
    assert [color for color, _ in shown.trails] == [item.color for item in shown.items]
    assert shown.trails[0][0] != shown.trails[1][0]
    assert [item.caption for item in shown.items] == ["car 7  90 %", "bus 8  90 %"]
    by_label = picture_of_prediction(tracked(7, 8))
    assert [color for color, _ in by_label.trails] == [(200, 0, 0), (0, 0, 200)]


def test_a_trail_is_drawn_where_the_view_shows_it(qapp):
    image = QImage(60, 60, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    draw_trails(painter, [((0, 255, 0), tuple((x, 10.0) for x in range(21)))], View(2, 5, 5), 1)
    draw_trails(painter, [((0, 255, 0), ((40.0, 40.0),))], View(), 1)
    painter.end()
    pixels = np.array([[image.pixelColor(x, y).green() for x in range(60)] for y in range(60)])
    assert pixels[25, 40] > 200, "where it is now"
    assert 0 < pixels[25, 10] < pixels[25, 40], "where it was"
    assert not pixels[35:, :].any(), "a single place is no line"
