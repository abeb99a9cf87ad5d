"""A question above the filmstrip says which pictures are gone through."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.gui.conftest import PATIENCE_MS


@pytest.fixture
def search(qtbot, app, pictures):
    with qtbot.waitSignal(app.session.project.opened, timeout=PATIENCE_MS):
        app.session.open([str(pictures)])
    qtbot.waitUntil(lambda: app.session.annotations.stored_sample is not None, timeout=PATIENCE_MS)
    app.actions["search"].trigger()
    return app.window.search


def ask(search, text):
    search.field.setText(text)
    search.field.returnPressed.emit()


def names(app):
    return [frame_id.path.rsplit("/", 1)[1] for frame_id in app.session.frames.ids]


def test_only_what_is_found_is_gone_through(qtbot, app, search):
    assert not search.isHidden()
    ask(search, "1")
    qtbot.waitUntil(lambda: len(app.session.frames.ids) == 2, timeout=PATIENCE_MS)
    assert names(app) == ["강아지 1.png", "강아지 10.png"]
    assert search._count.text() == "2 of 3 pictures"
    app.desk.step(1)
    assert app.session.frames.frame_id.path.endswith("10.png")
    search.field.given_up.emit()
    assert len(app.session.frames.ids) == 3
    assert app.session.frames.frame_id.path.endswith("10.png")
    assert search.isHidden()


def test_esc_in_the_field_shows_all_again(qtbot, app, search):
    app.window.show()
    app.window.activateWindow()
    search.begin()
    QTest.keyClicks(search.field, "10")
    qtbot.waitUntil(lambda: len(app.session.frames.ids) == 1, timeout=PATIENCE_MS)
    QTest.keyClick(search.field, Qt.Key.Key_Escape)
    assert len(app.session.frames.ids) == 3
    assert search.isHidden()


def test_what_is_not_found_or_means_nothing_leaves_the_pictures(qtbot, app, search):
    ask(search, "label:dog")
    qtbot.waitUntil(
        lambda: search._count.text().startswith("0 of 3 pictures: "), timeout=PATIENCE_MS
    )
    ask(search, "colour:red")
    qtbot.waitUntil(lambda: "Nothing is called colour" in search._count.text(), timeout=PATIENCE_MS)
    assert len(app.session.frames.ids) == 3
    search.typed.emit("st")
    assert "state:verified" in search._words.stringList()


def test_other_pictures_end_the_question(qtbot, app, search, tmp_path):
    from tests.make import write_picture

    ask(search, "10")
    qtbot.waitUntil(lambda: len(app.session.frames.ids) == 1, timeout=PATIENCE_MS)
    write_picture(tmp_path / "other" / "x.png")
    with qtbot.waitSignal(app.session.project.opened, timeout=PATIENCE_MS):
        app.session.open([str(tmp_path / "other")])
    assert search.isHidden()
    assert names(app) == ["x.png"]
