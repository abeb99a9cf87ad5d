"""The question over which pictures the model is to run."""

import pytest
from PySide6.QtWidgets import QWidget

from gui.controllers.picture_range import PictureRange
from gui.dialogs.auto_label import AutoLabelDialog


@pytest.fixture
def parent(make):
    return make(QWidget)


@pytest.fixture
def asked(parent):
    """Of ten pictures the fourth is shown; half of any range is labelled."""

    def count(chosen):
        total = chosen.last - chosen.first + 1
        return total // 2 if chosen.only_unlabelled else total

    return AutoLabelDialog(10, 4, count, None, parent)  # It goes with its parent.


def test_at_first_it_is_about_all_without_labels(asked):
    assert asked.chosen == PictureRange(1, 10)
    assert asked.run.text() == "Run on 5 pictures"


def test_from_here_on_and_with_labels(asked):
    asked.onward.setChecked(True)
    asked.only_unlabelled.setChecked(False)
    assert asked.chosen == PictureRange(4, 10, only_unlabelled=False)
    assert asked.run.text() == "Run on 7 pictures"


def test_numbers_are_meant_as_soon_as_they_are_typed(asked):
    asked.first.setValue(7)
    asked.last.setValue(6)
    assert asked.some.isChecked()
    assert (asked.chosen.first, asked.chosen.last) == (6, 7)
    assert asked.run.text() == "Run on 1 picture"


def test_nothing_to_do_cannot_be_asked_for(asked):
    asked.first.setValue(3)
    asked.last.setValue(3)
    assert not asked.run.isEnabled()


def test_the_checks_are_as_they_were_the_last_time(parent):
    before = PictureRange(1, 2, only_unlabelled=False, keeps_proposals=True)
    dialog = AutoLabelDialog(10, 4, lambda chosen: 1, before, parent)
    assert dialog.chosen == PictureRange(1, 10, only_unlabelled=False, keeps_proposals=True)
