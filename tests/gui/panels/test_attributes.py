"""The form of attributes below the objects."""

import pytest
from PySide6.QtCore import Qt

from engine.annotations.attribute_fields import AttributeField
from engine.attributes import AttributeKind, AttributeSpec
from gui.panels.attributes import HIGHEST, AttributesForm

NOTE = AttributeSpec("note")
COLOR = AttributeSpec("색", AttributeKind.CHOICE, ("빨강", "파랑"))
AGE = AttributeSpec("age", AttributeKind.NUMBER)
FLAG = AttributeSpec("occluded", AttributeKind.FLAG)
SHOWN = (
    AttributeField(NOTE, ("hello",)),
    AttributeField(COLOR, ("파랑",)),
    AttributeField(AGE, ("",)),
    AttributeField(FLAG, ("true",)),
    AttributeField(AttributeSpec("from"), ("cvat",), is_defined=False),
)


@pytest.fixture
def form(qtbot):
    form = AttributesForm()
    form.resize(300, 200)
    qtbot.addWidget(form)
    form.set_fields(SHOWN, "a")
    form.show()
    return form


def test_each_kind_has_its_field_and_shows_its_value(form):
    assert form.box("note").text() == "hello"
    assert form.box("색").key == "파랑"
    assert form.box("age").text() == ""
    assert form.box("occluded").isChecked()
    assert form.box("from").text() == "cvat"


def test_nothing_to_say_takes_no_room(form):
    form.set_fields((), None)
    assert not form.isVisible()
    form.set_fields([AttributeField(AttributeSpec(str(n)), ("",)) for n in range(30)], "b")
    assert form.isVisible()
    assert form.maximumHeight() == HIGHEST


def test_what_a_person_gives_is_told_once(qtbot, form):
    told = []
    form.changed.connect(lambda *args: told.append(args))
    form.box("age").setFocus()
    qtbot.keyClicks(form.box("age"), "12")
    qtbot.keyClick(form.box("age"), Qt.Key.Key_Return)
    form.set_fields((*SHOWN[:2], AttributeField(AGE, ("12",)), *SHOWN[3:]), "a")
    form.box("note").setFocus()
    form.box("색").setCurrentIndex(1)
    form.box("색").activated.emit(1)
    form.box("occluded").click()
    assert told == [("age", "12"), ("색", "빨강"), ("occluded", "false")]


def test_where_values_differ_it_says_so_and_the_same_choice_is_told(form):
    told = []
    form.changed.connect(lambda *args: told.append(args))
    form.set_fields(
        (
            AttributeField(NOTE, ("a", "b")),
            AttributeField(COLOR, ("빨강", "파랑")),
            AttributeField(FLAG, ("true", "false")),
        ),
        "ab",
    )
    assert form.box("note").placeholderText() == "several values"
    assert form.box("색").currentText() == "several values"
    assert form.box("occluded").checkState() is Qt.CheckState.PartiallyChecked
    form.box("색").activated.emit(0)
    form.box("색").setCurrentIndex(3)
    form.box("색").activated.emit(3)
    assert told == [("색", "파랑")]


def test_a_value_that_is_no_choice_is_shown_as_such(form):
    form.set_fields((AttributeField(COLOR, ("초록",)),), "a")
    assert form.box("색").currentText() == "초록 (no choice)"
    form.set_fields((AttributeField(FLAG, ("perhaps",)),), "a")
    assert form.box("occluded").text() == "perhaps"


def test_what_is_being_typed_stays_for_its_object_and_goes_with_another(qtbot, form):
    told = []
    form.changed.connect(lambda *args: told.append(args))
    form.box("note").setFocus()
    form.box("note").setText("typing")
    form.set_fields(SHOWN, "a")
    assert form.box("note").text() == "typing"
    form.set_fields(SHOWN, "b")
    assert form.box("note").text() == "hello"
    form.box("note").setText("typing")
    form.set_fields(SHOWN[1:], "c")
    assert told == [], "nothing is told for an object it was not typed for"
