"""What is told while pictures open is not wiped away by the first of them."""

from tests.gui.conftest import PATIENCE_MS


def test_the_first_picture_leaves_what_is_told(qtbot, app, pictures):
    app.window.say("Labels of three pictures.")
    with qtbot.waitSignal(app.session.frames.frame_shown, timeout=PATIENCE_MS):
        app.desk.open_paths([str(pictures)])
    qtbot.waitUntil(lambda: app.window.canvas.scene.pixels is not None, timeout=PATIENCE_MS)
    assert app.window.statusBar().currentMessage() == "Labels of three pictures."
