"""The Dataset panel counts the open project, and each part opens its pictures."""

from functools import partial

import pytest

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.values import Annotation, Box
from gui.dataset.panel import DatasetPanel
from tests.gui.conftest import PATIENCE_MS
from tests.make_labels import add_label


@pytest.fixture
def link(qtbot, app, pictures):
    """A project of three pictures, the second with a box."""
    session = app.session
    with qtbot.waitSignal(session.project.opened, timeout=PATIENCE_MS):
        session.open([str(pictures)])
    qtbot.waitUntil(lambda: session.annotations.stored_sample is not None, timeout=PATIENCE_MS)
    label = add_label(session.project, "cat")
    app.desk.step(1)
    qtbot.waitUntil(
        lambda: (
            (sample := session.annotations.stored_sample) is not None
            and sample.frame_id == session.frames.ids[1]
        ),
        timeout=PATIENCE_MS,
    )
    drawn = Annotation(Box(1, 1, 9, 9), label)
    session.annotations.apply(Edit("Draw", partial(edits.add, annotations=drawn)))
    app.actions["dataset"].trigger()
    link = app.side("dataset")
    qtbot.waitUntil(lambda: link.controller.insight is not None, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: link.panel.plot._plot is not None, timeout=PATIENCE_MS)
    return link


def show(link, name):
    link.panel.choose(name)
    link.panel.figure_requested.emit(name)


@pytest.mark.slow
def test_a_part_lists_its_pictures_and_opens_one(qtbot, app, link):
    show(link, "objects_per_picture")
    link.panel.plot.part_chosen.emit(1)
    assert "1 picture" in link.panel._caption.text()
    app.session.frames.go(0)
    (frame_id,) = link.panel._rows.rows
    assert frame_id == app.session.frames.ids[1]
    link.panel.table.activated.emit(link.panel._rows.index(0, 0))
    assert app.session.frames.frame_id == frame_id


def test_every_figure_can_be_shown(qtbot, app, link):
    names = [link.panel._choice.itemData(n) for n in range(link.panel._choice.count())]
    for name in names:
        show(link, name)
        qtbot.waitUntil(
            lambda name=name: name in link.controller.insight.figures, timeout=PATIENCE_MS
        )
        link.panel.plot.part_chosen.emit(0) if link.panel.plot._figure.rows else None
        assert link.panel._said.text()
    qtbot.waitUntil(lambda: not app.session.jobs.running, timeout=PATIENCE_MS)


def test_another_project_is_counted_anew(qtbot, app, link, tmp_path):
    app.session.project.close()
    assert link.controller.insight is None
    assert "Open pictures" in link.panel._said.text()


def test_where_nothing_is_counted_it_says_what_to_do_and_plots_nothing(qtbot):
    panel = DatasetPanel()
    qtbot.addWidget(panel)
    panel.show()
    assert "Open pictures" in panel._said.text()
    assert not panel.plot.isVisible()
    panel.set_empty(is_empty=False)
    assert panel.plot.isVisible()
