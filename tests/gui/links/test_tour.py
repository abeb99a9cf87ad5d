import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QApplication

from gui.settings import SettingsStore


@pytest.fixture
def tour(app):
    app.window.activateWindow()
    return app.tour


def click(qtbot, button):
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_window_made_by_a_test_shows_nobody_around(app):
    assert app.tour.bubble.isHidden()


def test_it_begins_once_and_never_again(tour, app):
    tour.begin_once()
    assert "Open" in tour.bubble.text
    tour.end()
    tour.begin_once()
    assert tour.bubble.isHidden()
    assert SettingsStore(app.store.folder).now.has_toured


def test_the_menu_shows_around_again(tour, app):
    app.store.change(has_toured=True)
    app.actions["tour"].trigger()
    assert not tour.bubble.isHidden()


def test_five_steps_there_and_back_stay_in_the_window(qtbot, tour, app):
    tour.begin()
    seen = []
    for _ in range(5):
        seen.append(tour.bubble.text)
        inside = QRect(tour.bubble.pos(), tour.bubble.size())
        assert app.window.rect().contains(inside)
        assert tour.bubble._ring.isVisible()
        click(qtbot, tour.bubble._next)
    assert len(set(seen)) == 5
    assert tour.bubble.isHidden()
    tour.begin()
    click(qtbot, tour.bubble._next)
    click(qtbot, tour.bubble._back)
    assert tour.bubble.text == seen[0]
    assert tour.bubble._back.isHidden()


def test_keys_alone_go_through_it(qtbot, tour, app):
    tour.begin()
    first = tour.bubble.text
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert tour.bubble.text != first
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert tour.bubble.isHidden()


def test_what_is_not_there_is_told_of_without_a_ring(tour, app):
    app.window.docks["model"].hide()
    tour.begin()
    tour._on_next()
    assert "model" in tour.bubble.text
    assert not tour.bubble._ring.isVisible()
