"""What a form says of the attributes of several annotations."""

import pytest

from engine.annotations import edits
from engine.annotations.attribute_fields import checked_for, fields_of
from engine.attributes import AttributeKind, AttributeSpec
from engine.errors import ConfigError
from engine.values import PERSON, Annotation, Box, FrameId, Sample

COLOR = AttributeSpec("color", AttributeKind.CHOICE, ("red", "blue"))
AGE = AttributeSpec("age", AttributeKind.NUMBER)
SPECS = {1: (COLOR, AGE), 2: (AGE,)}
A = Annotation(Box(0, 0, 9, 9), 1, attributes=(("color", "red"), ("from", "cvat")), id="a")
B = Annotation(Box(0, 0, 9, 9), 1, attributes=(("color", "blue"),), id="b")
C = Annotation(Box(0, 0, 9, 9), 2, "net", 0.5, attributes=(("age", "3"),), id="c")


def told(*annotations):
    return [(f.spec, f.values, f.is_defined) for f in fields_of(annotations, SPECS)]


def test_of_one_object_its_label_says_what_there_is_and_the_rest_is_text():
    assert told(A) == [
        (COLOR, ("red",), True),
        (AGE, ("",), True),
        (AttributeSpec("from"), ("cvat",), False),
    ]
    assert told() == []


def test_of_several_it_is_what_their_labels_share():
    assert told(A, B)[0] == (COLOR, ("red", "blue"), True)
    assert fields_of([A, B], SPECS)[0].value is None
    assert [(spec.name, is_defined) for spec, _, is_defined in told(B, C)] == [
        ("age", True),
        ("color", False),
    ]


def test_a_value_is_checked_by_the_label_of_each():
    assert checked_for([A, C], SPECS, "age", " 4 ") == "4"
    assert checked_for([A], SPECS, "from", "anywhere") == "anywhere"
    with pytest.raises(ConfigError, match="color cannot be green"):
        checked_for([B, C], SPECS, "color", "green")


def test_setting_one_is_an_edit_of_a_person():
    sample = Sample(FrameId("a.png"), (9, 9), (A, B), (C,))
    after = edits.set_attribute(sample, ["a", "c"], "age", "4")
    ages = [dict(a.attributes).get("age") for a in after.annotations]
    assert ages == ["4", None, "4"]
    assert after.find("c").origin == PERSON
    assert after.proposals == ()
    assert edits.set_attribute(after, ["a", "c"], "age", "4") is after
    gone = edits.set_attribute(after, ["a"], "age", "")
    assert gone.find("a").attributes == A.attributes
