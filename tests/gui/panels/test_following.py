import pytest
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from gui.panels.following import SLACK, FollowingArea

LIMIT = 200


def block(height):
    label = QLabel("block")
    label.setFixedHeight(height)
    return label


@pytest.fixture
def area(qtbot):
    page = QWidget()
    QVBoxLayout(page).setContentsMargins(0, 0, 0, 0)
    area = FollowingArea(page)
    area.set_limit(LIMIT)
    qtbot.addWidget(area)
    area.resize(300, 300)
    area.show()
    return area


def put(area, *blocks):
    for each in blocks:
        area.widget().layout().addWidget(each)


def test_it_wants_to_be_as_high_as_its_page(qtbot, area):
    with qtbot.waitSignal(area.wanted_changed) as wanted:
        put(area, block(100))
    assert wanted.args == [100]
    assert area.maximumHeight() == 100 + SLACK


def test_beyond_the_limit_it_scrolls_but_may_be_made_higher(qtbot, area):
    put(area, block(500))
    qtbot.waitUntil(lambda: area.wanted == LIMIT)
    assert area.maximumHeight() == 500 + SLACK
    area.set_limit(300)
    assert area.wanted == 300


def test_it_follows_what_comes_and_goes(qtbot, area):
    first, second = block(60), block(60)
    put(area, first, second)
    qtbot.waitUntil(lambda: area.wanted > 100)
    second.hide()
    qtbot.waitUntil(lambda: area.wanted == 60)
