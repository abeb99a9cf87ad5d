"""The levels of deep pictures: shown, set, kept from picture to picture, and never in the file."""

import cv2
import numpy as np
import pytest
from PySide6.QtWidgets import QDoubleSpinBox, QPushButton, QSlider

from engine.values import Frame, FrameId
from gui.links.levels import LevelsLink

DEEP = np.tile(np.linspace(1000, 3000, 320).astype(np.uint16), (48, 1))


@pytest.fixture
def deep(qtbot, app, tmp_path):
    """A deep picture, a second one, and one of 8 bits, with the Picture section open."""
    cv2.imwrite(str(tmp_path / "a.png"), DEEP)
    cv2.imwrite(str(tmp_path / "b.tif"), DEEP.astype(np.float32) / 1000)
    cv2.imwrite(str(tmp_path / "c.png"), np.full((48, 64, 3), 90, np.uint8))
    app.window.picture_section.set_open(True)
    app.desk.open_paths([str(tmp_path)])
    qtbot.waitUntil(lambda: app.window.canvas.deep_values is not None)
    return app


def shown(app):
    canvas = app.window.canvas
    image = canvas.grab().toImage()
    return [image.pixelColor(x, canvas.height() // 2).lightness() for x in range(canvas.width())]


def told(app):
    return app.window.picture._hint.text()


def levels(app):
    return app.window.picture.levels


def test_the_values_are_there_and_what_the_model_sees_is_said(deep):
    assert np.array_equal(deep.window.canvas.deep_values, DEEP)
    assert not levels(deep).isHidden()
    assert levels(deep).findChild(QDoubleSpinBox, "white").value() == 4095
    assert "sees 0 as black and 4,095 as white" in told(deep)


def test_the_window_changes_the_screen_and_not_the_frame(deep):
    pixels, before = deep.window.canvas.scene.pixels.copy(), shown(deep)
    levels(deep).findChild(QDoubleSpinBox, "white").setValue(2000)
    after = shown(deep)
    assert max(after) > max(before)
    assert np.array_equal(deep.window.canvas.scene.pixels, pixels)
    assert "alues 0 to 2000" in deep.window.canvas.aids.badge.text()
    levels(deep).findChild(QSlider, "black_slider").setValue(500)  # Half of 1000 to 3000.
    assert levels(deep).findChild(QDoubleSpinBox, "black").value() == 2000
    assert levels(deep).findChild(QDoubleSpinBox, "white").value() == 2001


def test_whole_range_and_middle(deep):
    whole, middle = levels(deep).findChildren(QPushButton)
    white = levels(deep).findChild(QDoubleSpinBox, "white")
    whole.click()
    assert white.value() == 3000
    middle.click()
    assert 2900 < white.value() < 3000


def test_it_stays_from_picture_to_picture_and_is_nothing_for_8_bits(qtbot, deep):
    levels(deep).findChild(QDoubleSpinBox, "white").setValue(2000)
    deep.session.frames.step(2)
    qtbot.waitUntil(lambda: levels(deep).isHidden() and deep.session.frames.frame is not None)
    assert deep.window.canvas.deep_values is None
    assert not deep.window.canvas.aids.badge.isVisible()
    assert "true picture" in told(deep)
    deep.session.frames.step(-2)
    qtbot.waitUntil(lambda: deep.window.canvas.deep_values is not None)
    assert levels(deep).findChild(QDoubleSpinBox, "white").value() == 2000
    assert "2000" in deep.window.canvas.aids.badge.text()


def test_floats_have_digits(qtbot, deep):
    white = levels(deep).findChild(QDoubleSpinBox, "white")
    deep.session.frames.step(1)
    qtbot.waitUntil(lambda: white.decimals() > 1)
    assert levels(deep).findChild(QDoubleSpinBox, "black").value() == pytest.approx(1, abs=1e-3)


def test_the_readout_tells_the_value_in_the_file(deep):
    deep.window.canvas.cursor_moved.emit(5.5, 7.5)
    assert str(DEEP[7, 5]) in deep.window.readout.text


def test_from_frame_to_frame_of_a_video_nothing_is_told_anew(deep):
    said = []
    deep.window.findChild(LevelsLink).deep_changed.connect(lambda: said.append("anew"))
    for index in range(5):
        frame = Frame(FrameId("clip.mp4", index), np.zeros((48, 64, 3), np.uint8))
        deep.session.shown.play(frame, None, is_playing=True)
        assert len(said) == 1, "but that there are no levels any more"
    assert levels(deep).isHidden()
