import pytest
from PySide6.QtWidgets import QToolButton

from gui.panels.tool_bar import ICONS_ONLY, WITH_TEXT


@pytest.mark.parametrize("style", [WITH_TEXT, ICONS_ONLY])
def test_every_button_shows_at_any_height(qtbot, app, style):
    bar, window = app.window.tool_bar, app.window
    qtbot.waitUntil(lambda: not app.actions["evaluate"].icon().isNull())
    window.resize(1280, 600 if style == WITH_TEXT else 1000)  # It comes from the other style.
    qtbot.waitUntil(lambda: bar.toolButtonStyle() != style)
    window.resize(1280, 1000 if style == WITH_TEXT else 600)
    qtbot.waitUntil(lambda: bar.toolButtonStyle() == style)
    buttons = [bar.widgetForAction(action) for action in bar.actions()]
    shown = [button for button in buttons if isinstance(button, QToolButton)]
    qtbot.waitUntil(lambda: all(button.isVisible() for button in shown))


def test_it_never_hides_a_button_whatever_the_height(qtbot, app):
    bar = app.window.tool_bar
    qtbot.waitUntil(lambda: not app.actions["evaluate"].icon().isNull())
    last = bar.widgetForAction(bar.actions()[-1])
    for height in range(600, 900, 20):
        app.window.resize(1280, height)
        qtbot.waitUntil(last.isVisible)
