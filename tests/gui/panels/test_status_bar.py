"""What matters least gives way to what is told, and a text that is cut is whole in its tooltip."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from gui.panels.elided import Elided
from gui.panels.status_bar import EDGES, GAP, StatusBar

TOLD = "COCO JSON labels of 12 pictures: they are part of this project with its first edit."


@pytest.fixture
def bar(qtbot):
    bar = StatusBar()
    qtbot.addWidget(bar)
    bar.device, bar.zoom, bar.saved = QLabel("OpenVINO · CPU"), QLabel("125 %"), QLabel("Saved")
    bar.add((bar.zoom, bar.device, bar.saved), less_important=(bar.device, bar.zoom))
    bar.resize(900, 24)
    with qtbot.waitExposed(bar):
        bar.show()
    return bar


def is_whole(label):
    return label.width() >= label.sizeHint().width()


def needed(bar, *widgets):
    told = bar.fontMetrics().horizontalAdvance(TOLD) + EDGES + 2 * GAP
    return told + sum(widget.sizeHint().width() + GAP for widget in widgets)


def test_a_message_with_room_leaves_all_where_it_is(qtbot, bar):
    bar.resize(needed(bar, bar.device, bar.zoom, bar.saved) + 8, 24)
    bar.showMessage(TOLD)
    qtbot.waitUntil(lambda: bar.shown_message == TOLD and is_whole(bar.device))
    assert is_whole(bar.zoom)


def test_the_least_important_gives_way_and_comes_back(qtbot, bar):
    bar.resize(needed(bar, bar.zoom, bar.saved) + 8, 24)
    bar.showMessage(TOLD)
    qtbot.waitUntil(lambda: bar.shown_message == TOLD)
    assert bar.device.width() == 0
    assert bar.zoom.width() > 0
    qtbot.waitUntil(lambda: is_whole(bar.saved))
    bar.clearMessage()
    qtbot.waitUntil(lambda: bar.device.width() > 0)


def test_what_is_still_too_long_ends_in_dots_and_nothing_important_is_cut(qtbot, bar):
    bar.resize(300, 24)
    bar.showMessage(TOLD)
    qtbot.waitUntil(lambda: bar.device.width() == bar.zoom.width() == 0)
    qtbot.waitUntil(lambda: bar.shown_message.endswith("…") and is_whole(bar.saved))
    assert TOLD.startswith(bar.shown_message[:-1])
    assert bar.currentMessage() == TOLD


def test_a_long_text_at_the_right_is_whole_while_nothing_is_told(qtbot, bar):
    bar.resize(420, 24)
    bar.saved.setText("Not saved: the disk is full; a try every minute")
    qtbot.waitUntil(lambda: bar.device.width() == 0 and is_whole(bar.saved))


def test_a_long_name_is_cut_in_the_middle_and_what_stands_behind_it_stays(qtbot):
    place = Elided(Qt.TextElideMode.ElideMiddle)
    qtbot.addWidget(place)
    place.setStyleSheet("padding: 0 8px")
    whole = f"1 of 3   {'long ' * 40}.jpg   reviewed 2"
    with qtbot.waitExposed(place):
        place.show()
    place.resize(300, 24)
    place.set_text(whole)
    assert place.text().startswith("1 of 3")
    assert place.text().endswith("reviewed 2")
    assert place.fontMetrics().horizontalAdvance(place.text()) <= 300 - 16
    assert place.toolTip() == whole
