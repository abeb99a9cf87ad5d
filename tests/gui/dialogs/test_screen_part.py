import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from gui.dialogs.screen_part import ScreenPart, ScreenPicture

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def picture(qtbot):
    screen = QGuiApplication.primaryScreen()
    pixmap = QPixmap(screen.size())
    pixmap.fill(Qt.GlobalColor.darkGreen)
    picture = ScreenPicture(screen, pixmap)
    qtbot.addWidget(picture)
    picture.show()
    return picture


def test_what_is_dragged_over_is_chosen_in_pixels(qtbot, picture):
    told = []
    picture.chosen.connect(told.append)
    QTest.mousePress(picture, LEFT, pos=QPoint(300, 200))
    QTest.mouseMove(picture, QPoint(200, 150))
    assert picture.grab().toImage().pixelColor(250, 175) == Qt.GlobalColor.darkGreen, "not dimmed"
    QTest.mouseRelease(picture, LEFT, pos=QPoint(100, 80))
    origin = picture.screen().geometry().topLeft()
    ratio = picture.screen().devicePixelRatio()
    part = [round(value * ratio) for value in (100, 80, 200, 120)]
    assert told == [(origin.x() + part[0], origin.y() + part[1], part[2], part[3])]


def test_a_click_chooses_nothing_and_escape_gives_up(qtbot, picture):
    told = []
    picture.chosen.connect(told.append)
    QTest.mouseClick(picture, LEFT, pos=QPoint(50, 50))
    QTest.keyClick(picture, Qt.Key.Key_A)
    with qtbot.waitSignal(picture.given_up):
        QTest.keyClick(picture, Qt.Key.Key_Escape)
    with qtbot.waitSignal(picture.given_up):
        QTest.mouseClick(picture, Qt.MouseButton.RightButton, pos=QPoint(50, 50))
    assert told == []


def test_enter_takes_the_whole_screen(qtbot, picture):
    with qtbot.waitSignal(picture.chosen) as chosen:
        QTest.keyClick(picture, Qt.Key.Key_Return)
    assert chosen.args[0][2:] == (picture.width(), picture.height())


def test_the_window_is_away_while_it_is_asked(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    part = ScreenPart(window)
    part.ask()
    part.ask()
    assert not window.isVisible()
    qtbot.waitUntil(lambda: part.pictures != ())
    with qtbot.waitSignal(part.chosen):
        QTest.keyClick(part.pictures[0], Qt.Key.Key_Return)
    assert window.isVisible()
    assert not part.is_asking
    part.ask()
    qtbot.waitUntil(lambda: part.pictures != ())
    QTest.keyClick(part.pictures[0], Qt.Key.Key_Escape)
    assert window.isVisible()
