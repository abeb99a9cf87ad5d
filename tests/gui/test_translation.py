"""What the window says itself goes through the translation, trouble from a Job included."""

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator

from tests.gui.conftest import PATIENCE_MS


class Loud(QTranslator):
    """Another language: the same in capitals."""

    def translate(self, context, source, disambiguation=None, n=-1):
        return source.upper()


@pytest.fixture
def loud(qapp):
    translator = Loud()
    QCoreApplication.installTranslator(translator)
    yield
    QCoreApplication.removeTranslator(translator)


def test_trouble_in_a_job_is_said_in_the_language_of_the_person(qtbot, loud, app, tmp_path):
    with qtbot.waitSignal(app.session.failed, timeout=PATIENCE_MS):
        app.desk.open_paths([str(tmp_path / "gone")])
    assert "gone DOES NOT EXIST" in app.window.notice.text


def test_the_tools_say_what_they_do_in_the_language_of_the_person(loud, app):
    brush = next(action for action in app.tools if action.data() == "brush")
    assert brush.text() == "BRUSH"
    assert "PAINT" in brush.toolTip()
    brush.trigger()
    assert "PAINT" in app.window.tool_options._hint.whole
