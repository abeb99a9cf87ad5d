"""A picture renamed while Maskloop was closed keeps its labels, and that is said."""

import shutil
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from engine.project.project import Project
from tests.gui.conftest import PATIENCE_MS, open_pictures
from tests.make import write_picture
from tests.make_project import add_box


def opened(qtbot, app, pictures):
    open_pictures(qtbot, app, pictures)
    return app.session


def noted(place):
    with Project.open(place, read_only=True) as project:
        return project._store.query("SELECT path FROM contents")


def digests(place):
    with Project.open(place, read_only=True) as project:
        return project._store.query("SELECT path, digest FROM contents")


def test_a_renamed_picture_keeps_its_labels(qtbot, app, pictures):
    session = opened(qtbot, app, pictures)
    first = session.frames.ids[0]
    session.annotations.apply(add_box())
    place = session.project.place
    session.annotations.apply(add_box(2))
    app.desk.step(1)
    qtbot.waitUntil(lambda: session.frames.frame is not None, timeout=PATIENCE_MS)
    session.annotations.apply(add_box())
    qtbot.waitUntil(lambda: len(noted(place)) == 2, timeout=PATIENCE_MS)
    session.project.close()
    new = pictures / "sub" / "renamed.png"
    new.parent.mkdir()
    shutil.move(first.path, new)
    session = opened(qtbot, app, pictures)
    assert app.window.notice.text == "1 renamed picture keeps its labels."
    (mine,) = [i for i in session.frames.ids if i.path == str(new)]
    with Project.open(place, read_only=True) as project:
        assert len(project.sample(mine).annotations) == 2
        assert project.step_count == 3


def test_where_two_files_are_equal_that_is_said(qtbot, app, pictures):
    session = opened(qtbot, app, pictures)
    first = session.frames.ids[0]
    session.annotations.apply(add_box())
    place = session.project.place
    qtbot.waitUntil(lambda: len(noted(place)) == 1, timeout=PATIENCE_MS)
    session.project.close()
    shutil.copy(first.path, pictures / "one.png")
    shutil.move(first.path, pictures / "two.png")
    opened(qtbot, app, pictures)
    assert "several files have the same content" in app.window.notice.text


def test_a_picture_that_was_changed_and_seen_so_keeps_its_labels_when_it_is_renamed(
    qtbot, app, pictures
):
    session = opened(qtbot, app, pictures)
    first = session.frames.ids[0]
    session.annotations.apply(add_box())
    place = session.project.place
    qtbot.waitUntil(lambda: len(noted(place)) == 1, timeout=PATIENCE_MS)
    before = digests(place)
    session.project.close()
    write_picture(Path(first.path), (96, 128), seed=77)
    opened(qtbot, app, pictures)
    qtbot.waitUntil(lambda: digests(place) != before, timeout=PATIENCE_MS)
    session.project.close()
    shutil.move(first.path, pictures / "renamed.png")
    opened(qtbot, app, pictures)
    assert app.window.notice.text == "1 renamed picture keeps its labels."


def test_a_picture_that_is_changed_while_it_is_seen_is_noted_anew(qtbot, app, pictures):
    session = opened(qtbot, app, pictures)
    session.annotations.apply(add_box())
    place = session.project.place
    qtbot.waitUntil(lambda: len(noted(place)) == 1, timeout=PATIENCE_MS)
    before = digests(place)
    write_picture(Path(session.frames.frame_id.path), (96, 128), seed=77)
    QGuiApplication.instance().applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    qtbot.waitUntil(lambda: digests(place) != before, timeout=PATIENCE_MS)
    assert len(digests(place)) == 1
