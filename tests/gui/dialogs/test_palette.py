"""Any action is found by its words and done with Enter."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from gui.dialogs.palette import Palette


def opened_palette(app):
    app.actions["palette"].trigger()
    return app.window.findChild(Palette)


def test_it_finds_what_has_all_the_words_and_does_it(app):
    palette = opened_palette(app)
    assert len(palette.shown) > 40
    QTest.keyClicks(palette._field, "zoom 100")
    assert palette.shown == ["Zoom to 100 %"]
    palette._field.clear()
    QTest.keyClicks(palette._field, "polyg")
    QTest.keyClick(palette._field, Qt.Key.Key_Return)
    assert app.window.canvas.tool_name == "polygon"
    assert not palette.isVisible()


def test_arrows_move_in_what_is_found(app):
    palette = opened_palette(app)
    QTest.keyClicks(palette._field, "mark as")
    assert len(palette.shown) == 3
    QTest.keyClick(palette._field, Qt.Key.Key_Down)
    assert palette._list.currentItem().text(0) == palette.shown[1]
    palette.reject()


def test_what_cannot_be_done_now_does_nothing(app):
    palette = opened_palette(app)
    QTest.keyClicks(palette._field, "freeze")
    assert palette._list.topLevelItem(0).isDisabled()
    QTest.keyClick(palette._field, Qt.Key.Key_Return)
    assert not palette.isVisible()


def test_nothing_is_found_and_nothing_happens(app):
    palette = opened_palette(app)
    QTest.keyClicks(palette._field, "xyzzy")
    assert palette.shown == []
    QTest.keyClick(palette._field, Qt.Key.Key_Return)
    assert not palette.isVisible()


def test_where_nothing_is_found_it_says_so(qtbot, app):
    palette = Palette(app.window.actions(), app.window)
    qtbot.addWidget(palette)
    palette.show()
    palette._field.setText("no such thing")
    assert any("No action has" in label.text() for label in shown_labels(palette))
    palette._field.clear()
    assert not any("No action has" in label.text() for label in shown_labels(palette))


def shown_labels(palette):
    return [label for label in palette.findChildren(QLabel) if label.isVisible()]
