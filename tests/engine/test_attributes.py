"""Definitions of attributes, and which values they allow."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.attributes import (
    AttributeKind,
    AttributeSpec,
    checked_specs,
    specs_of,
    specs_text,
    value_of,
    with_value,
)
from engine.errors import ConfigError

TEXT = AttributeSpec("note")
CHOICE = AttributeSpec("색", AttributeKind.CHOICE, ("빨강", "파랑"))
NUMBER = AttributeSpec("age", AttributeKind.NUMBER)
FLAG = AttributeSpec("occluded", AttributeKind.FLAG)
ALL = (TEXT, CHOICE, NUMBER, FLAG)


@pytest.mark.parametrize(
    ("spec", "typed", "stored"),
    [
        (TEXT, " any thing ", "any thing"),
        (CHOICE, "파랑", "파랑"),
        (NUMBER, " 12 ", "12"),
        (NUMBER, "-0.5", "-0.5"),
        (NUMBER, "1,5", "1.5"),
        (FLAG, "Yes", "true"),
        (FLAG, "0", "false"),
        *((spec, "  ", "") for spec in ALL),
    ],
)
def test_what_is_typed_becomes_what_is_stored(spec, typed, stored):
    assert spec.checked(typed) == stored
    assert spec.checked(stored) == stored


@pytest.mark.parametrize(
    ("spec", "typed"),
    [
        (TEXT, "x" * 3000),
        (CHOICE, "green"),
        (NUMBER, "ten"),
        (NUMBER, "nan"),
        (NUMBER, "inf"),
        (NUMBER, "1_000"),
        (NUMBER, "1,2,3"),
        (FLAG, "perhaps"),
    ],
)
def test_a_wrong_value_is_said_with_what_would_be_right(spec, typed):
    with pytest.raises(ConfigError) as trouble:
        spec.checked(typed)
    assert spec.name in trouble.value.message
    assert trouble.value.hint


@pytest.mark.parametrize(
    "fields",
    [
        ("",),
        ("  ",),
        ("x" * 100,),
        ("a", AttributeKind.CHOICE),
        ("a", AttributeKind.CHOICE, ("x", "x")),
        ("a", AttributeKind.CHOICE, ("x", " ")),
        ("a", AttributeKind.TEXT, ("x",)),
    ],
)
def test_a_definition_that_makes_no_sense_is_none(fields):
    with pytest.raises(ValueError, match=r"name|choose|choice"):
        AttributeSpec(*fields)


def test_two_attributes_of_a_label_have_two_names():
    with pytest.raises(ConfigError, match="Two attributes are called note"):
        checked_specs((TEXT, NUMBER, TEXT))
    with pytest.raises(ConfigError, match="at most"):
        checked_specs([AttributeSpec(str(n)) for n in range(100)])


def test_definitions_come_back_from_their_text():
    assert specs_of(specs_text(ALL)) == ALL
    assert specs_text(()) == ""
    assert specs_of("") == ()


@given(
    st.text() | st.sampled_from(["{}", "[1]", '[["a"]]', '[["a", "odd", []]]', '[[1, "text", []]]'])
)
def test_an_odd_text_is_no_definition(text):
    with suppress(ValueError, TypeError):
        specs_of(text)


def test_a_value_is_replaced_in_its_place_added_behind_and_taken_away():
    pairs = (("a", "1"), ("b", "2"))
    assert with_value(pairs, "a", "3") == (("a", "3"), ("b", "2"))
    assert with_value(pairs, "c", "3") == (*pairs, ("c", "3"))
    assert with_value(pairs, "a", "") == (("b", "2"),)
    assert with_value(pairs, "c", "") == pairs
    assert [value_of(pairs, name) for name in "abc"] == ["1", "2", ""]
