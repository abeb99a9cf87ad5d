import pytest

from engine.errors import ConfigError
from engine.export.labels import table_of
from engine.export.options import LabelChoice
from engine.values import IGNORE, Label


def label(number, name):
    return Label(number, name, (number, 0, 0))


def test_ids_are_dense_behind_the_background_and_in_order():
    table = table_of((label(9, "b"), label(0, "bg"), label(4, "a")), LabelChoice())
    assert [(x.id, x.name) for x in table.labels] == [(0, "bg"), (1, "b"), (2, "a")]
    assert table.ids == {IGNORE: IGNORE, 0: 0, 9: 1, 4: 2}


def test_a_background_that_nobody_named_is_named():
    table = table_of((label(3, "a"),), LabelChoice())
    assert [(x.id, x.name) for x in table.labels] == [(0, "background"), (1, "a")]


def test_labels_that_begin_at_0_do_so_afterwards():
    labels = (label(0, "Sky"), label(5, "Road"), label(7, "Car"))
    table = table_of(labels, LabelChoice(left_out=frozenset({"Sky"})))
    assert [(x.id, x.name) for x in table.labels] == [(0, "Road"), (1, "Car")]
    assert table.left_out == {0}


def test_names_that_agree_merge_also_into_the_background():
    labels = (label(0, "background"), label(1, "a"), label(2, "b"), label(3, "c"))
    table = table_of(labels, LabelChoice({"a": "x", "b": "X ", "c": "background"}))
    assert [(x.id, x.name) for x in table.labels] == [(0, "background"), (1, "x")]
    assert table.ids == {IGNORE: IGNORE, 0: 0, 1: 1, 2: 1, 3: 0}


def test_an_unknown_name_and_too_many_labels_are_refused():
    with pytest.raises(ConfigError, match="no label z"):
        table_of((label(1, "a"),), LabelChoice(ignored=frozenset({"z"})))


def test_labels_that_differ_in_capitals_alone_stay_apart():
    labels = (label(0, "background"), label(1, "a"), label(2, "A"))
    table = table_of(labels, LabelChoice())
    assert [x.name for x in table.labels] == ["background", "a", "A"]
    assert table.ids == {IGNORE: IGNORE, 0: 0, 1: 1, 2: 2}
