import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel

from engine.values import Label
from gui.dialogs.label_popup import LabelPopup
from tests.make import LABELS

COW = Label(7, "cow", (1, 2, 3))


@pytest.fixture
def popup(qtbot):
    popup = LabelPopup(LABELS[1:], (COW,))
    qtbot.addWidget(popup)
    popup.show()
    return popup


def press(popup, *keys):
    for key in keys:
        if isinstance(key, str):
            QTest.keyClicks(popup._field, key)
        else:
            QTest.keyClick(popup._field, key)
    return popup.name


def test_it_offers_the_labels_and_what_the_model_knows(popup):
    assert [text.split(",")[0] for text in popup.texts] == ["cat", "dog", "cow"]
    assert press(popup, Qt.Key.Key_Return) == "cat"


def test_typing_finds_a_label_and_enter_takes_it(popup):
    assert press(popup, "DO", Qt.Key.Key_Return) == "dog"
    assert popup.result() == QDialog.DialogCode.Accepted


def test_a_name_that_is_not_there_makes_a_label(popup):
    popup._field.setText("고양이")
    assert popup.texts == ["New label “고양이”"]
    assert press(popup, Qt.Key.Key_Enter) == "고양이"


def test_what_begins_like_another_name_is_the_last_row(popup):
    press(popup, "c")
    assert popup.texts[-1] == "New label “c”"
    assert press(popup, Qt.Key.Key_Up, Qt.Key.Key_Return) == "c"


def test_the_same_name_in_capitals_makes_no_second_label(popup):
    assert press(popup, "Cow", Qt.Key.Key_Return) == "cow"


def test_arrows_go_round(popup):
    assert press(popup, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return) == "cow"


def test_escape_takes_nothing(popup):
    assert press(popup, "dog", Qt.Key.Key_Escape) == ""
    assert popup.result() == QDialog.DialogCode.Rejected


def test_without_labels_enter_waits_for_a_name(qtbot):
    popup = LabelPopup(())
    qtbot.addWidget(popup)
    assert press(popup, Qt.Key.Key_Return) == ""
    assert press(popup, "first", Qt.Key.Key_Return) == "first"


def test_it_stays_on_the_screen(popup):
    popup.show_at(popup.screen().availableGeometry().bottomRight() + QPoint(50, 50))
    assert popup.screen().availableGeometry().contains(popup.geometry())


def test_what_it_is_anyway_is_marked_first_and_esc_keeps_it(qtbot):
    popup = LabelPopup(LABELS[1:], (COW,), chosen="dog")
    qtbot.addWidget(popup)
    popup.show()
    assert any("Esc keeps “dog”" in label.text() for label in popup.findChildren(QLabel))
    assert press(popup, Qt.Key.Key_Return) == "dog"


def test_typing_finds_another_than_it_is_anyway(qtbot):
    popup = LabelPopup(LABELS[1:], (COW,), chosen="dog")
    qtbot.addWidget(popup)
    popup.show()
    assert press(popup, "c", Qt.Key.Key_Return) == "cat"
