"""Closed and opened again, the window is where it was."""

import pytest
from PySide6.QtWidgets import QPushButton

from gui.app import App, Opening
from gui.canvas.view import View
from tests.gui.conftest import PATIENCE_MS


@pytest.fixture
def again(qtbot, store):
    """Another window after the first was closed, with the same settings."""
    made = []

    def make():
        app = App(store)
        app.window.resize(1280, 800)
        app.show(Opening())
        made.append(app)
        return app

    yield make
    for app in made:
        app.window.close()
        app.window.deleteLater()


def wait_for_picture(qtbot, app):
    session = app.session
    qtbot.waitUntil(
        lambda: session.frames.frame is not None and session.project.project is not None,
        timeout=PATIENCE_MS,
    )


def test_picture_view_and_tool_come_back(qtbot, again, pictures):
    first = again()
    first.session.open([str(pictures)])
    wait_for_picture(qtbot, first)
    first.desk.step(1)
    wait_for_picture(qtbot, first)
    first.window.canvas.look(View(9.0, -100.0, -80.0))
    brush = next(action for action in first.tools if action.data() == "brush")
    brush.trigger()
    first.window.close()
    second = again()
    assert second.window.canvas.tool_name == "brush"
    buttons = second.window.welcome.findChildren(QPushButton, "recent")
    assert len(buttons) == 1
    assert pictures.name in buttons[0].text()
    buttons[0].click()
    wait_for_picture(qtbot, second)
    assert second.session.frames.frame_id.path.endswith("강아지 2.png")
    assert second.window.canvas.view == View(9.0, -100.0, -80.0)


def test_what_is_gone_is_not_offered(qtbot, again, pictures):
    first = again()
    first.session.open([str(pictures)])
    wait_for_picture(qtbot, first)
    first.window.close()
    pictures.rename(pictures.with_name("elsewhere"))
    assert not again().window.welcome.findChildren(QPushButton, "recent")
