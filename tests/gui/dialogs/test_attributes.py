"""The dialog in which the attributes of a label are defined."""

import pytest
from PySide6.QtWidgets import QWidget

from engine.attributes import AttributeKind, AttributeSpec
from gui.dialogs.attributes import AttributesDialog

COLOR = AttributeSpec("color", AttributeKind.CHOICE, ("red", "dark, blue"))
AGE = AttributeSpec("age", AttributeKind.NUMBER)


@pytest.fixture
def dialog(qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = AttributesDialog("cat", (COLOR, AGE), parent)
    dialog.show()
    yield dialog  # Its parent is to live as long.
    dialog.reject()


def test_it_gives_back_what_it_was_given(dialog):
    dialog.accept()
    assert dialog.specs == (COLOR, AGE)
    assert dialog.result() == dialog.DialogCode.Accepted


def test_attributes_are_added_changed_and_taken_away(dialog):
    dialog._on_add()
    first, second, third = dialog.rows
    third._name.setText(" mood ")
    third._kind.setCurrentIndex(1)
    third._choices.setText("good, bad,, good")
    first.removed.emit()
    second._kind.setCurrentIndex(3)
    dialog.accept()
    assert dialog.specs == (
        AttributeSpec("age", AttributeKind.FLAG),
        AttributeSpec("mood", AttributeKind.CHOICE, ("good", "bad")),
    )


@pytest.mark.parametrize(
    ("name", "kind", "said"),
    [("", 0, "needs a name"), ("age", 0, "Two attributes"), ("mood", 1, "choose from")],
)
def test_what_makes_no_sense_is_said_and_keeps_it_open(dialog, name, kind, said):
    dialog._on_add()
    dialog.rows[-1]._name.setText(name)
    dialog.rows[-1]._kind.setCurrentIndex(kind)
    dialog.accept()
    assert said in dialog._trouble.text()
    assert dialog.isVisible()
    assert dialog.specs == (COLOR, AGE)


def test_choices_are_asked_for_only_where_there_is_a_choice(dialog):
    assert [row._choices.isVisible() for row in dialog.rows] == [True, False]
