import numpy as np
import pytest
from PySide6.QtCore import Qt

from gui.train.panel.glimpses import GlimpsesView

PICTURES = [np.zeros((32, 64, 3), np.uint8)] * 4


@pytest.fixture
def view(make):
    view = make(GlimpsesView)
    view.set_pictures((1, 3, 4), 3, PICTURES)
    return view


def test_one_steps_through_the_epochs_that_have_pictures(qtbot, view):
    assert "epoch 3" in view.title.text()
    assert (view.count, view.is_at_end) == (4, False)
    for button, epoch in ((view.earlier, 1), (view.later, 4)):
        with qtbot.waitSignal(view.epoch_requested) as asked:
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert asked.args == [epoch]


def test_there_is_nothing_before_the_first_and_after_the_last(view):
    view.set_pictures((1, 3, 4), 1, PICTURES)
    assert (view.earlier.isEnabled(), view.later.isEnabled()) == (False, True)
    view.set_pictures((1, 3, 4), 4, PICTURES[:1])
    assert (view.earlier.isEnabled(), view.later.isEnabled()) == (True, False)
    assert (view.count, view.is_at_end) == (1, True)


def test_without_pictures_nothing_is_shown(view):
    view.clear()
    assert view.isHidden()
    assert view.is_at_end
