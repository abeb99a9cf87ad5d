"""The Picture section changes what is shown, tells it on the canvas, and takes it back."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QSlider

from engine.painting.tone import Tone
from gui.panels.picture import PicturePanel


def brightness_of(canvas):
    QApplication.processEvents()
    image = canvas.grab().toImage()
    middle = canvas.rect().center()
    return [image.pixelColor(middle.x() + dx, middle.y()).lightness() for dx in range(-20, 20)]


def test_a_slider_brightens_the_canvas_and_the_badge_takes_it_back(opened):
    window, canvas = opened.window, opened.window.canvas
    badge = canvas.aids.badge
    window.picture_section.set_open(True)
    before, pixels = brightness_of(canvas), canvas.scene.pixels.copy()
    assert not badge.isVisible()
    window.picture.findChild(QSlider, "brightness").setValue(40)
    assert np.mean(brightness_of(canvas)) > np.mean(before)
    assert badge.isVisible()
    assert "rightness +40" in badge.text()
    assert badge.geometry().right() <= canvas.width()
    assert np.array_equal(canvas.scene.pixels, pixels)
    QTest.mouseClick(badge, Qt.MouseButton.LeftButton)
    assert brightness_of(canvas) == before
    assert not badge.isVisible()
    assert window.picture.findChild(QSlider, "brightness").value() == 0


def test_what_the_model_gets_is_not_touched(opened):
    shown = opened.session.shown.now.frame.pixels.copy()
    opened.window.picture.findChild(QCheckBox).click()
    assert np.array_equal(opened.session.shown.now.frame.pixels, shown)
    assert "spread" in opened.window.canvas.aids.badge.text()


def test_the_section_stays_as_it_was_left(opened):
    assert not opened.window.picture_section.is_open
    opened.window.picture_section.title.click()
    assert opened.store.now.is_picture_open


@pytest.mark.parametrize("gamma", [0.2, 0.5, 1.0, 2.0, 5.0])
def test_the_gamma_slider_shows_what_is_set(qtbot, make, gamma):
    panel = make(PicturePanel)
    panel.set_tone(Tone(gamma=gamma))
    slider = panel.findChild(QSlider, "gamma")
    place = slider.value()
    with qtbot.waitSignal(panel.change_requested) as asked:
        slider.setValue(place - 1 if place > 0 else place + 1)
    assert asked.args[0]["gamma"] == pytest.approx(gamma, rel=0.03)
