"""A slider whose steps multiply."""

import pytest
from PySide6.QtCore import Qt

from gui.inside.panel.log_slider import LogSlider


@pytest.fixture
def slider(qtbot):
    slider = LogSlider(1, 1000, 100, is_whole=True)
    qtbot.addWidget(slider)
    slider.show()
    return slider


def test_the_middle_is_the_geometric_one(slider):
    slider._slider.setValue(slider._slider.maximum() // 2)
    assert slider.value == pytest.approx(1000**0.5, rel=0.02)
    assert slider._text.text() == "32"


def test_it_stands_where_it_is_put_without_a_signal(qtbot, slider):
    with qtbot.assertNotEmitted(slider.value_changed):
        slider.set_value(17)
    assert slider.value == 17
    slider.set_value(10_000)
    assert slider.value == 1000


def test_a_key_moves_it(qtbot, slider):
    with qtbot.waitSignal(slider.value_changed) as moved:
        qtbot.keyClick(slider._slider, Qt.Key.Key_Left)
    assert 80 < moved.args[0] < 100


def test_another_end_keeps_the_value_but_the_end_stays_the_end(slider):
    slider.set_high(5000)
    assert slider.value == 100
    slider.set_value(5000)
    slider.set_high(300)
    assert slider.value == 300
    slider.set_high(1)
    assert slider.value == 1


def test_parts_of_one_have_two_digits(qtbot):
    slider = LogSlider(0.001, 0.95, 0.05, is_whole=False)
    qtbot.addWidget(slider)
    assert slider.value == pytest.approx(0.05, rel=0.01)
    assert slider._text.text() == "0.05"
