from itertools import pairwise

import pytest
from PySide6.QtCore import Qt

from engine.tracks.keyframes import INTERPOLATED
from engine.values import Annotation, Box, FrameId, Sample
from gui.panels.objects import ObjectsPanel
from tests.make import LABELS, make_sample

DECORATION = Qt.ItemDataRole.DecorationRole
PROPOSAL = Annotation(Box(1, 1, 9, 9), 2, origin="unet32/tiny", score=0.75, id="waits")


@pytest.fixture
def panel(qtbot):
    panel = ObjectsPanel()
    qtbot.addWidget(panel)
    return panel


def texts(panel):
    model = panel.model
    return [[model.data(model.index(r, c)) for c in range(3)] for r in range(model.rowCount())]


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


def test_what_a_model_said_and_a_person_took_is_accepted_with_or_without_a_score(panel):
    scoreless = Annotation(Box(1, 1, 9, 9), 2, origin="unet32/tiny", id="mask")
    sample = make_sample()
    panel.set_sample(Sample(sample.frame_id, sample.size_hw, (PROPOSAL, scoreless)), LABELS)
    assert [row[2] for row in texts(panel)] == ["accepted 0.75", "accepted"]


def test_what_is_interpolated_says_so_and_a_track_has_its_number(panel):
    between = Annotation(Box(1, 1, 9, 9), 2, origin=INTERPOLATED, track=7)
    panel.set_sample(Sample(FrameId("clip.mp4", 3), (48, 64), (between,)), LABELS)
    assert texts(panel) == [["dog 7", "box", "interpolated"]]
    assert not panel.model.data(panel.model.index(0, 2), DECORATION).isNull()


def test_the_square_of_a_proposal_is_hollow(panel):
    panel.set_sample(with_proposal(), LABELS)
    squares = [panel.model.data(panel.model.index(row, 0), DECORATION) for row in (0, 2)]
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


def test_two_thousand_objects_are_no_trouble(panel):
    many = tuple(Annotation(Box(n, n, n + 5, n + 5), 1) for n in range(2000))
    panel.set_sample(Sample(FrameId("a.png"), (3000, 3000), many), LABELS)
    assert panel.model.rowCount() == 2000


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
        panel.model.data(panel.model.index(row, 2), Qt.ItemDataRole.DecorationRole)
        for row in range(3)
    ]
    pictures = [icon.pixmap(16, 16).toImage() for icon in icons]
    assert all(a != b for a, b in pairwise((*pictures, pictures[0])))
