from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from engine.tracks.keyframes import INTERPOLATED
from engine.values import Annotation, Box, FrameId, Polyline, Sample
from gui.panels.object_rows import (
    COLUMNS,
    KIND,
    LABEL,
    LOCKED,
    ORIGIN,
    PLACE,
    SCORE,
    SHOWN,
    SIZE,
    STATE,
)
from gui.panels.objects import ObjectsPanel
from tests.make import LABELS, make_sample

DECORATION = Qt.ItemDataRole.DecorationRole
BACKGROUND = Qt.ItemDataRole.BackgroundRole
PROPOSAL = Annotation(Box(1, 1, 9, 9), 2, origin="unet32/tiny", score=0.75, id="waits")


@pytest.fixture
def panel(qtbot):
    panel = ObjectsPanel()
    qtbot.addWidget(panel)
    return panel


def texts(panel, columns=(LABEL, KIND, STATE)):
    model = panel.model
    return [[model.data(model.index(r, c)) for c in columns] for r in range(model.rowCount())]


def with_proposal():
    sample = make_sample()
    return Sample(sample.frame_id, sample.size_hw, sample.annotations, (PROPOSAL,))


def test_proposals_come_first_and_are_named_so(panel):
    panel.set_sample(with_proposal(), LABELS)
    assert texts(panel) == [
        ["dog", "box", "proposed 0.75"],
        ["cat", "box", "drawn"],
        ["dog", "mask", "drawn"],
    ]


def test_the_state_shows_its_score_whole(panel):
    for score in (0.75, 0.77, 0.88):
        waits = replace(PROPOSAL, score=score)
        sample = make_sample()
        panel.set_sample(Sample(sample.frame_id, sample.size_hw, (), (waits,)), LABELS)
        state = panel.model.index(0, STATE)
        assert panel._view.sizeHintForIndex(state).width() <= panel._view.columnWidth(STATE)


def test_what_a_model_said_and_a_person_took_is_accepted_with_or_without_a_score(panel):
    scoreless = Annotation(Box(1, 1, 9, 9), 2, origin="unet32/tiny", id="mask")
    sample = make_sample()
    panel.set_sample(Sample(sample.frame_id, sample.size_hw, (PROPOSAL, scoreless)), LABELS)
    assert [row[2] for row in texts(panel)] == ["accepted 0.75", "accepted"]


def test_what_a_file_says_was_accepted_by_nobody(panel):
    found = Annotation(Box(1, 1, 9, 9), 2, origin="import")
    panel.set_sample(Sample(FrameId("a.png"), (48, 64), (found,)), LABELS)
    assert texts(panel) == [["dog", "box", "from a file"]]
    assert not panel.model.data(panel.model.index(0, STATE), DECORATION).isNull()


def test_what_is_interpolated_says_so_and_a_track_has_its_number(panel):
    between = Annotation(Box(1, 1, 9, 9), 2, origin=INTERPOLATED, track=7)
    sample = Sample(FrameId("clip.mp4", 3), (48, 64), proposals=(between,))
    panel.set_sample(sample, LABELS)
    assert texts(panel) == [["dog 7", "box", "interpolated"]]
    assert not panel.model.data(panel.model.index(0, STATE), DECORATION).isNull()
    panel.set_sample(replace(sample, annotations=(between,), proposals=()), LABELS)
    assert texts(panel) == [["dog 7", "box", "accepted"]]


def test_the_square_of_a_proposal_is_hollow(panel):
    panel.set_sample(with_proposal(), LABELS)
    squares = [panel.model.data(panel.model.index(row, LABEL), DECORATION) for row in (0, 2)]
    middles = [icon.pixmap(12, 12).toImage().pixelColor(6, 6).alpha() for icon in squares]
    assert middles == [0, 255]


def test_selecting_a_row_asks_for_the_object(qtbot, panel):
    panel.set_sample(with_proposal(), LABELS)
    with qtbot.waitSignal(panel.selection_requested) as asked:
        panel._view.selectRow(1)
    assert asked.args[0] == ("box",)


def test_showing_a_selection_asks_for_nothing(panel):
    panel.set_sample(with_proposal(), LABELS)
    asked = []
    panel.selection_requested.connect(asked.append)
    panel.set_selection(("mask", "waits"))
    rows = sorted(index.row() for index in panel._view.selectionModel().selectedRows())
    assert rows == [0, 2]
    assert not asked


def test_without_proposals_there_is_nothing_to_accept(panel):
    panel.set_sample(make_sample(), LABELS)
    assert not panel._button["accept"].isEnabled()
    assert panel._button["delete"].isEnabled()
    panel.set_sample(with_proposal(), LABELS)
    assert panel._button["all"].isEnabled()


def test_every_empty_state_has_a_hint(panel):
    panel.set_sample(None, ())
    without_frame = panel._hint.text()
    panel.set_sample(Sample(FrameId("a.png")), LABELS)
    assert without_frame
    assert panel._hint.text() != without_frame


def test_accepting_from_a_score_says_the_score(qtbot, panel):
    panel.set_sample(with_proposal(), LABELS)
    panel._score.setValue(0.7)
    with qtbot.waitSignal(panel.accept_above_requested) as asked:
        panel._button["all"].click()
    assert asked.args[0] == 0.7


def test_ten_thousand_objects_are_ordered_chosen_and_no_trouble(panel):
    panel.show()
    many = tuple(Annotation(Box(n, n, n + 5, n + 5), 1, id=str(n)) for n in range(10_000))
    panel.set_sample(Sample(FrameId("a.png"), (10_005, 10_005), many), LABELS)
    panel._view.sortByColumn(PLACE, Qt.SortOrder.DescendingOrder)
    panel.set_selection(tuple(a.id for a in many))
    assert panel.model.rows[0].id == "9999"
    assert len(panel._view.selected_ids()) == 10_000


def test_an_object_added_at_the_end_is_scrolled_into_view(panel):
    panel.resize(300, 220)
    panel.show()
    many = tuple(Annotation(Box(n, 1, n + 9, 9), 1, id=str(n)) for n in range(30))
    for count in (29, 30):
        panel.set_sample(Sample(FrameId("a.png"), (96, 128), many[:count]), LABELS)
        panel.set_selection((str(count - 1),))
    view = panel._view
    row = view.visualRect(panel.model.index(29, 0))
    assert view.viewport().rect().contains(row)


def test_another_picture_shows_its_first_objects(panel):
    panel.resize(300, 220)
    panel.show()
    many = tuple(Annotation(Box(n, 1, n + 9, 9), 1, id=str(n)) for n in range(60))
    bar = panel._view.verticalScrollBar()
    panel.set_sample(Sample(FrameId("a.png"), (96, 128), many), LABELS)
    bar.setValue(bar.maximum())
    panel.set_sample(Sample(FrameId("a.png"), (96, 128), many[1:]), LABELS)
    assert bar.value() > 0, "an edit of the same picture leaves the list where it is"
    panel.set_sample(Sample(FrameId("b.png"), (96, 128), many), LABELS)
    assert bar.value() == 0


def test_proposed_accepted_and_drawn_have_badges_of_their_own(panel):
    accepted, drawn = (Annotation(Box(1, 1, 9, 9), 1, origin) for origin in ("m", "person"))
    waiting = Annotation(Box(1, 1, 9, 9), 1, "m", 0.9)
    panel.set_sample(Sample(FrameId("a.png"), (96, 128), (accepted, drawn), (waiting,)), LABELS)
    icons = [
        panel.model.data(panel.model.index(row, STATE), Qt.ItemDataRole.DecorationRole)
        for row in range(3)
    ]
    pictures = [icon.pixmap(16, 16).toImage() for icon in icons]
    assert all(a != b for a, b in pairwise((*pictures, pictures[0])))


def test_a_row_says_number_score_origin_and_pixels(panel):
    panel.set_sample(with_proposal(), LABELS)
    assert texts(panel, (PLACE, SCORE, ORIGIN, SIZE)) == [
        ["1", "0.75", "unet32/tiny", "64"],
        ["2", "", "person", "384"],
        ["3", "", "person", "40"],
    ]


def test_few_columns_are_shown_and_the_menu_of_the_header_has_the_others(qtbot, panel):
    panel.set_columns("shown locked label state")
    shown = [name for n, name in enumerate(COLUMNS) if not panel._view.isColumnHidden(n)]
    assert shown == ["shown", "locked", "label", "state"]
    rows = {row.text(): row for row in panel._view.build_menu().actions()}
    with qtbot.waitSignal(panel.columns_requested) as asked:
        rows["Pixels"].trigger()
    assert asked.args[0] == "shown locked label state size"
    panel.set_columns(asked.args[0])
    rows = {row.text(): row for row in panel._view.build_menu().actions()}
    with qtbot.waitSignal(panel.columns_requested) as asked:
        rows["State"].trigger()
    assert asked.args[0] == "shown locked label size"


def test_the_label_is_always_shown(panel):
    panel.set_columns("nonsense")
    assert not panel._view.isColumnHidden(LABEL)


@pytest.mark.parametrize(
    ("column", "rising", "falling"),
    [
        (PLACE, "waits box mask", "mask box waits"),
        (LABEL, "box waits mask", "waits mask box"),
        (SIZE, "mask waits box", "box waits mask"),
    ],
)
def test_a_click_on_a_title_orders_the_rows_and_keeps_what_is_selected(
    panel, column, rising, falling
):
    panel.set_sample(with_proposal(), LABELS)
    panel.set_selection(("mask",))
    panel._view.sortByColumn(column, Qt.SortOrder.AscendingOrder)
    assert " ".join(a.id for a in panel.model.rows) == rising
    assert panel._view.selected_ids() == ("mask",)
    panel._view.sortByColumn(column, Qt.SortOrder.DescendingOrder)
    assert " ".join(a.id for a in panel.model.rows) == falling
    panel._view.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
    assert [a.id for a in panel.model.rows] == ["waits", "box", "mask"]


def click(qtbot, panel, row, column, key=Qt.KeyboardModifier.NoModifier):
    place = panel._view.visualRect(panel.model.index(row, column)).center()
    qtbot.mouseClick(panel._view.viewport(), Qt.MouseButton.LeftButton, key, place)


def test_the_eye_and_the_lock_act_on_their_row_and_select_nothing(qtbot, panel):
    panel.resize(320, 300)
    panel.show()
    panel.set_sample(with_proposal(), LABELS)
    with qtbot.waitSignal(panel.shown_requested) as asked:
        click(qtbot, panel, 1, SHOWN)
    assert asked.args == [("box",), False]
    panel.set_marks({"box"}, {"mask"})
    with qtbot.waitSignal(panel.shown_requested) as asked:
        click(qtbot, panel, 1, SHOWN)
    assert asked.args == [("box",), True]
    with qtbot.waitSignal(panel.locked_requested) as asked:
        click(qtbot, panel, 2, LOCKED)
    assert asked.args == [("mask",), False]
    assert not panel._view.selected_ids()


def test_the_eye_of_a_selected_row_acts_on_all_that_are_selected(qtbot, panel):
    panel.resize(320, 300)
    panel.show()
    panel.set_sample(with_proposal(), LABELS)
    panel.set_selection(("waits", "box"))
    with qtbot.waitSignal(panel.shown_requested) as asked:
        click(qtbot, panel, 0, SHOWN)
    assert asked.args == [("waits", "box"), False]


def test_ctrl_and_shift_select_several(qtbot, panel):
    panel.resize(320, 300)
    panel.show()
    panel.set_sample(with_proposal(), LABELS)
    click(qtbot, panel, 0, LABEL)
    click(qtbot, panel, 2, LABEL, Qt.KeyboardModifier.ShiftModifier)
    assert panel._view.selected_ids() == ("waits", "box", "mask")
    click(qtbot, panel, 1, LABEL, Qt.KeyboardModifier.ControlModifier)
    assert panel._view.selected_ids() == ("waits", "mask")


def test_what_is_locked_is_not_chosen_by_a_click(qtbot, panel):
    panel.resize(320, 300)
    panel.show()
    panel.set_sample(with_proposal(), LABELS)
    panel.set_marks((), {"box"})
    click(qtbot, panel, 1, LABEL)
    assert not panel._view.selected_ids()
    panel._view.edit_label(1)
    assert panel._view.state() != panel._view.State.EditingState


def test_the_mouse_on_a_row_tells_the_object_and_leaving_it_none(qtbot, panel):
    panel.resize(320, 300)
    panel.show()
    panel.set_sample(with_proposal(), LABELS)
    told = []
    panel.hovered.connect(told.append)
    view = panel._view.viewport()
    qtbot.mouseMove(view, panel._view.visualRect(panel.model.index(0, LABEL)).center())
    qtbot.mouseMove(view, panel._view.visualRect(panel.model.index(1, LABEL)).center())
    qtbot.waitUntil(lambda: "box" in told)
    qtbot.mouseMove(view, view.rect().bottomLeft())
    qtbot.waitUntil(lambda: told[-1] == "")


def test_the_row_of_the_object_under_the_mouse_is_pointed_out(panel):
    panel.set_sample(with_proposal(), LABELS)
    panel.set_hovered("box")
    grounds = [panel.model.data(panel.model.index(r, LABEL), BACKGROUND) for r in range(3)]
    assert [ground is not None for ground in grounds] == [False, True, False]
    panel.set_hovered("")
    assert panel.model.data(panel.model.index(1, LABEL), BACKGROUND) is None


def type_label(qtbot, panel, row, text):
    panel._view.edit_label(row)
    field = panel._view.findChildren(QLineEdit, "cell")[-1]
    assert field.completer() is not None
    field.setText(text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def test_f2_types_another_label_for_all_that_are_selected(qtbot, panel):
    panel.show()
    panel.set_sample(with_proposal(), LABELS)
    panel.set_selection(("box", "mask"))
    with qtbot.waitSignal(panel.named) as asked:
        type_label(qtbot, panel, 1, " cow ")
    assert asked.args == [("box", "mask"), "cow"]
    assert panel._view.selected_ids() == ("box", "mask")
    with qtbot.waitSignal(panel.named) as asked:
        type_label(qtbot, panel, 0, "cow")
    assert asked.args == [("waits",), "cow"]


def test_a_label_chosen_from_those_that_complete_is_the_answer(qtbot, panel):
    panel.show()
    panel.set_sample(with_proposal(), LABELS)
    panel._view.edit_label(1)
    field = panel._view.findChildren(QLineEdit, "cell")[-1]
    assert field.completer().model().stringList() == ["cat", "dog"]
    field.setText("dog")
    with qtbot.waitSignal(panel.named) as asked:
        field.completer().activated.emit("dog")
    assert asked.args == [("box",), "dog"]


def test_typing_the_same_label_or_nothing_asks_for_nothing(qtbot, panel):
    panel.show()
    panel.set_sample(with_proposal(), LABELS)
    with qtbot.assertNotEmitted(panel.named):
        type_label(qtbot, panel, 1, "cat")
        type_label(qtbot, panel, 1, "  ")


def test_lines_and_points_are_called_so_and_have_no_pixels(panel):
    drawn = (Annotation(Polyline([[1, 1]]), 1), Annotation(Polyline([[1, 1], [9, 9]]), 2))
    panel.set_sample(Sample(FrameId("a"), (48, 64), drawn), LABELS)
    assert texts(panel, (KIND, SIZE)) == [["point", ""], ["line", ""]]
