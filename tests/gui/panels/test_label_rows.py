import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt

from engine.values import Label
from gui.panels.label_rows import COUNT, KEY, NAME, SHOWN, LabelRows
from tests.make import LABELS

MANY = [Label(n, f"label {n}", (n, n, n)) for n in range(1, 7)]
orders = st.lists(st.sampled_from(MANY), max_size=6, unique_by=lambda label: label.id)


@pytest.fixture
def model(qtbot):
    model = LabelRows()
    model.set_labels(LABELS[1:], frozenset({2}))
    return model


def test_a_row_shows_name_count_key_and_whether_it_is_visible(model):
    model.set_counts({1: 3})
    assert [model.data(model.index(0, c)) for c in (NAME, COUNT, KEY)] == ["cat", "3", "1"]
    assert model.data(model.index(1, COUNT)) == ""
    checks = [model.data(model.index(row, SHOWN), Qt.ItemDataRole.CheckStateRole) for row in (0, 1)]
    assert checks == [Qt.CheckState.Checked, Qt.CheckState.Unchecked]


def test_typing_a_name_asks_for_it_and_changes_nothing_here(qtbot, model):
    with qtbot.waitSignal(model.rename_requested) as asked:
        model.setData(model.index(0, NAME), "  고양이 ")
    assert asked.args == [1, "고양이"]
    assert model.data(model.index(0, NAME)) == "cat"
    assert not model.setData(model.index(0, NAME), "   ")


def test_ticking_asks_to_show(qtbot, model):
    with qtbot.waitSignal(model.visible_requested) as asked:
        model.setData(
            model.index(1, SHOWN), Qt.CheckState.Checked.value, Qt.ItemDataRole.CheckStateRole
        )
    assert asked.args == [2, True]


@given(orders, orders)
def test_rows_are_the_labels_whatever_they_were_before(before, after):
    model = LabelRows()
    model.set_labels(before, frozenset())
    model.set_labels(after, frozenset({1}))
    assert list(model.rows) == after


def test_a_row_that_stays_is_known_wherever_it_goes(model):
    from PySide6.QtCore import QPersistentModelIndex

    dog = QPersistentModelIndex(model.index(1, NAME))
    model.set_labels((MANY[4], *reversed(LABELS[1:])), frozenset())
    assert (dog.row(), dog.data()) == (1, "dog")
    model.set_labels((MANY[4],), frozenset())
    assert not dog.isValid()


@pytest.mark.parametrize(("label_id", "row", "wanted"), [(3, 0, (3, 1, 2)), (1, 3, (2, 3, 1))])
def test_a_row_let_go_elsewhere_asks_for_that_order(qtbot, label_id, row, wanted):
    model = LabelRows()
    model.set_labels(MANY[:3], frozenset())
    dragged = model.mimeData([model.index(model.ids.index(label_id), NAME)])
    with qtbot.waitSignal(model.order_requested) as asked:
        model.dropMimeData(dragged, Qt.DropAction.MoveAction, row, 0, model.index(-1, -1))
    assert asked.args == [wanted]
    assert model.ids == (1, 2, 3)


def test_a_row_let_go_where_it_was_asks_for_nothing(qtbot, model):
    with qtbot.assertNotEmitted(model.order_requested):
        model.ask_order(1, 0)
        model.ask_order(1, 1)
        model.ask_order(9, 0)
