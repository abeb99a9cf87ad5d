"""The Pictures panel in the real window, and the review that goes through the proposals."""

from functools import partial

import pytest
from PySide6.QtCore import Qt

from engine.annotations.edits import Edit, set_proposals
from engine.values import Annotation, Box, FrameId, Label, SampleState
from gui.controllers import project as opening
from gui.files.rows import BADGE, STATE, FileRows
from gui.panels.notice import PROPOSALS
from tests.gui.conftest import PATIENCE_MS
from tests.make_labels import set_labels

LABELS = (Label(1, "고양이", (255, 0, 0)), Label(2, "big dog", (0, 0, 255)))
SCORES = (0.6, 0.2, 0.4)


@pytest.fixture
def listed(qtbot, opened):
    """The three pictures with a proposal each, and the panel open."""
    set_labels(opened.session.project, LABELS)
    project = opened.session.project.project
    for frame_id, score in zip(opened.session.frames.ids, SCORES, strict=True):
        found = (Annotation(Box(3, 3, 30, 30), 1, "m", score),)
        project.apply(frame_id, Edit("Run m", partial(set_proposals, proposals=found)))
    opened.session.project.reload_states()
    opened.session.annotations.reload()
    opened.actions["files"].trigger()
    qtbot.waitUntil(lambda: opened.window.docks["files"].isVisible(), timeout=PATIENCE_MS)
    return opened


def panel_of(app):
    return app.sides.link("files").panel


def names(app):
    rows = panel_of(app).rows
    return [rows.index(n).data().rsplit(" ", 1)[1] for n in range(rows.rowCount())]


def wait_for(qtbot, app, index):
    qtbot.waitUntil(
        lambda: app.session.frames.index == index and app.session.annotations.sample is not None,
        timeout=PATIENCE_MS,
    )


def test_a_row_says_state_and_badge(listed):
    rows = panel_of(listed).rows
    assert rows.index(1).data(STATE) == SampleState.PREDICTED
    assert rows.index(1).data(BADGE).lowest == 0.2
    listed.actions["accept_all"].trigger()
    badge = rows.index(0).data(BADGE)
    assert (badge.labels, badge.lowest) == (((1, 1),), None)


def test_a_click_and_a_number_go_to_a_picture(qtbot, listed):
    panel = panel_of(listed)
    panel.view.clicked.emit(panel.rows.index(2))
    wait_for(qtbot, listed, 2)
    listed.actions["go_to_number"].trigger()
    panel.number.setValue(2)
    panel.number.editingFinished.emit()
    wait_for(qtbot, listed, 1)
    assert panel.view.currentIndex().row() == 1


def test_filters_are_one_question_with_the_search(qtbot, listed):
    panel, search = panel_of(listed), listed.window.search
    panel.state.setCurrentIndex(panel.state.findData("verified"))
    panel.label.setCurrentIndex(panel.label.findData("big dog"))
    panel.label.activated.emit(0)
    assert search.field.text() == 'state:verified label:"big dog"'
    panel.label.setCurrentIndex(0)
    panel.state.setCurrentIndex(panel.state.findData("predicted"))
    panel.state.activated.emit(0)
    qtbot.waitUntil(lambda: "3 of 3" in search._count.text(), timeout=PATIENCE_MS)
    search.field.setText("10")
    search.field.returnPressed.emit()
    qtbot.waitUntil(lambda: names(listed) == ["10.png"], timeout=PATIENCE_MS)
    assert panel.state.key == ""
    search.give_up()
    assert names(listed) == ["1.png", "2.png", "10.png"]


def test_two_keys_go_through_all_proposals_the_least_sure_first(qtbot, listed):
    for _ in range(2):  # Begun again, it stays where it is.
        listed.actions["begin_review"].trigger()
        qtbot.waitUntil(lambda: not listed.session.jobs.running, timeout=PATIENCE_MS)
        wait_for(qtbot, listed, 1)
    listed.actions["accept_on"].trigger()
    wait_for(qtbot, listed, 2)
    listed.actions["reject_on"].trigger()
    wait_for(qtbot, listed, 0)
    said, notice = [], listed.window.notice
    listed.window.say = said.append
    notice.show_note("The model ran.", "U accepts, M rejects.", about=PROPOSALS)
    listed.actions["accept_on"].trigger()
    qtbot.waitUntil(lambda: bool(said), timeout=PATIENCE_MS)
    project = listed.session.project.project
    samples = [project.sample(each) for each in listed.session.frames.ids]
    assert notice.text == "", "nothing is left to be decided"
    assert [len(each.annotations) for each in samples] == [1, 1, 0]
    assert not any(each.proposals for each in samples)
    listed.actions["undo"].trigger()
    assert len(listed.session.annotations.sample.proposals) == 1


def test_what_is_to_be_reviewed_is_shown_once_the_project_is_open(qtbot, listed, hold):
    may_open = hold(opening, "prepare_project")
    folder = listed.session.project.root
    with qtbot.waitSignal(listed.session.project.closed):
        listed.desk.open_paths([str(folder)])
    listed.actions["begin_review"].trigger()
    may_open.set()
    wait_for(qtbot, listed, 1)


def test_rows_that_are_not_looked_at_cost_nothing(qtbot):
    asked = []
    rows = FileRows()
    rows.set_sources(lambda frame_id: SampleState.NEW, asked.append)
    rows.set_ids([FrameId(f"{n}.jpg") for n in range(100_000)])
    assert rows.rowCount() == 100_000
    assert rows.index(99_999).data(Qt.ItemDataRole.DisplayRole) == "99999.jpg"
    assert asked == []
    rows.index(5).data(BADGE)
    assert asked == [FrameId("5.jpg")]
