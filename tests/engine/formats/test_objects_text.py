"""Objects as a text: it comes back exactly, and what is no such text is said."""

import json
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import DatasetError
from engine.formats import objects_text
from engine.values import IGNORE, PERSON, Annotation, Box, Label, Mask, Polygon, Polyline
from tests.make import LABELS

RING = np.array([[1, 1], [20.5, 1], [20, 30]], np.float32)
HOLE = np.array([[5, 4], [9, 4], [9, 7]], np.float32)
PIXELS = np.array([[1, 0, 1], [1, 1, 1]], bool)
ALL = (
    Annotation(Box(1.25, 2, 30, 40), 1, attributes=(("색", "빨강"), ("n", "3")), id="box"),
    Annotation(Polygon(RING, (HOLE,)), 2, track=7, z=2, id="polygon"),
    Annotation(Mask(5, 6, PIXELS), 2, z=-1, id="mask"),
    Annotation(Box(0, 0, 5, 5), IGNORE, id="ignored"),
    Annotation(Polyline([[1.5, 2]]), 1, id="point"),
    Annotation(Polyline([[1, 2], [3, 4], [9.25, 2]]), 2, id="line"),
)


def test_objects_come_back_exactly_with_their_labels_by_name():
    found, labels = objects_text.read(objects_text.write(ALL, LABELS, (48, 64)))
    names = {label.id: (label.name, label.color) for label in labels}
    known = {label.id: (label.name, label.color) for label in LABELS}
    assert [a.region for a in found] == [a.region for a in ALL]
    assert [names.get(a.label_id) for a in found] == [known.get(a.label_id) for a in ALL]
    for name in ("attributes", "track", "z"):
        assert [getattr(a, name) for a in found] == [getattr(a, name) for a in ALL]


def test_the_text_is_json_that_an_editor_may_lay_out_anew():
    text = objects_text.write(ALL, LABELS, (48, 64))
    again = json.dumps(json.loads(text), indent=4)
    assert [a.region for a in objects_text.read(f"\n  {again}\n")[0]] == [a.region for a in ALL]
    assert "빨강" in text, "it can be read"
    assert len(text.splitlines()) == len(ALL) + 2


def test_the_background_stays_the_background():
    text = objects_text.write([Annotation(Box(0, 0, 5, 5), 0)], LABELS, (48, 64))
    found, labels = objects_text.read(text)
    assert (found[0].label_id, labels[0].id) == (0, 0)


def test_where_it_came_from_does_not_come_along():
    text = objects_text.write([Annotation(Box(0, 0, 5, 5), 1, "net", 0.5)], LABELS, (48, 64))
    (found,), _ = objects_text.read(text)
    assert (found.origin, found.score) == (PERSON, None)


BOX = {"label": "cat", "box": [0, 0, 5, 5]}


def wrapped(*objects, **head):
    return json.dumps({"maskloop": "objects", "version": 1, "objects": objects} | head)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no text of objects"),
        ("hello", "no text of objects"),
        ("[1, 2]", "no text of objects"),
        ("{", "no valid JSON"),
        ('{"a": 1}', "no text of objects"),
        (wrapped(version=2), "another version"),
        (wrapped(BOX, 3), "object 2"),
        (wrapped({"label": "cat"}), "its region is no table"),
        (wrapped({"label": "cat", "box": [5, 0, 1, 9]}), "object 1"),
        (wrapped({"label": "cat", "box": [5, 0, 9]}), "four numbers"),
        (wrapped({"label": "cat", "box": [0, 0, 1e300, 9]}), "a number is"),
        (wrapped({"label": "", "box": [0, 0, 5, 5]}), "its label is missing"),
        (wrapped({"label": 4, "box": [0, 0, 5, 5]}), "its label is missing"),
        (wrapped({"label": "cat", "polygon": [[1, 1], [2, 2]]}), "2 points"),
        (wrapped({"label": "cat", "polygon": [[1, 1], [2, 2], [3]]}), "two numbers"),
        (wrapped({"label": "cat", "mask": {"size": [9, 9], "counts": "!"}}), "object 1"),
        (wrapped({"label": "cat", "mask": {"size": [9], "counts": "0"}}), "two numbers"),
        (wrapped({"label": "cat", "mask": {"size": [2, 2], "counts": [4]}}), "empty"),
        (wrapped({"label": "cat", "mask": {"size": [99999, 99999], "counts": "0"}}), "too large"),
        (wrapped(BOX | {"attributes": [["a"]]}), "a name and a value"),
        (wrapped(BOX | {"attributes": {"a": "b"}}), "no list"),
        (wrapped(BOX | {"track": "x"}), "its track"),
        (wrapped(*({"label": f"l{n}", "box": [0, 0, 5, 5]} for n in range(300))), "too many"),
    ],
)
def test_what_is_no_text_of_objects_is_said(text, said):
    with pytest.raises(DatasetError) as trouble:
        objects_text.read(text)
    assert said in trouble.value.message
    assert trouble.value.hint


def test_a_color_that_is_none_is_no_reason_to_refuse():
    text = wrapped(BOX, labels=[{"name": "cat", "color": "#zz"}, 3, {"name": 1, "color": 2}])
    assert objects_text.read(text)[1][0].name == "cat"


def test_too_much_text_is_refused_on_both_ways(monkeypatch):
    monkeypatch.setattr(objects_text, "MOST_BYTES", 200)
    with pytest.raises(DatasetError, match="megabytes"):
        objects_text.write(ALL, LABELS, (48, 64))
    with pytest.raises(DatasetError, match="megabytes"):
        objects_text.read(wrapped(BOX, BOX, BOX, BOX, BOX, BOX, BOX))


@given(st.text() | st.binary().map(lambda b: b.decode("latin-1")))
def test_no_text_crashes_it(text):
    for given_text in (text, "{" + text, wrapped(BOX)[: len(text)], wrapped({"label": text})):
        with suppress(DatasetError):
            objects_text.read(given_text)


@given(st.integers(0, 400), st.characters())
def test_a_damaged_text_is_read_or_refused(place, letter):
    text = objects_text.write(ALL[:3], (*LABELS, Label(3, "cow", (1, 2, 3))), (48, 64))
    place = place % len(text)
    with suppress(DatasetError):
        objects_text.read(text[:place] + letter + text[place + 1 :])
