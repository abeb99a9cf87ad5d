import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QLabel, QToolButton

from gui.app import App
from gui.keyboard.page import ShortcutsDialog
from gui.panels.tool_bar import ICONS_ONLY, WITH_TEXT
from gui.tools import registry
from gui.tools.box import BoxTool
from gui.tools.registry import Ability
from tests.make_labels import add_label


def test_every_icon_is_there_before_the_window_shows(qtbot, store):
    app = App(store)
    bar = app.window.tool_bar
    buttons = [bar.widgetForAction(action) for action in bar.actions()]
    shown = [button for button in buttons if isinstance(button, QToolButton)]
    assert all(not button.icon().isNull() for button in shown)
    app.window.close()
    app.window.deleteLater()


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


def test_tools_of_a_family_share_a_button_that_shows_the_last_one(app):
    bar = app.window.tool_bar
    tools = {str(action.data()): action for action in app.tools}
    row = next(each for each in bar.actions() if shows(bar, each, tools["box"]))
    button = bar.widgetForAction(row)
    assert [a.data() for a in button.menu().actions()] == ["box", "ellipse", "rotated_box"]
    tools["ellipse"].trigger()
    assert button.defaultAction() is tools["ellipse"]
    assert button.isChecked()
    tools["fill"].trigger()
    assert button.defaultAction() is tools["ellipse"], "a press takes it up again"
    assert not button.isChecked()
    button.click()
    assert app.window.canvas.tool_name == "ellipse"


def test_the_last_tool_is_shown_when_the_window_opens_again(qtbot, store):
    store.change(last_tool="scissors")
    app = App(store)
    tool = next(action for action in app.tools if action.data() == "scissors")
    assert any(shows(app.window.tool_bar, a, tool) for a in app.window.tool_bar.actions())
    app.window.close()
    app.window.deleteLater()


def shows(bar, row, action):
    button = bar.widgetForAction(row)
    return isinstance(button, QToolButton) and button.defaultAction() is action


@pytest.fixture
def stamp():
    """A tool of one class, registered as long as the test lasts."""
    registry.register(
        "stamp",
        text="Stamp",
        shortcut="Shift+F9",
        hint="Click where it shall be.",
        icon="mdi6.stamper",
        place=12,
        abilities=(Ability.SIZE,),
        gestures=(("Stamp twice", "hold Alt"),),
    )(BoxTool)
    yield registry.get("stamp")
    registry.unregister("stamp")


def test_a_new_tool_needs_no_other_edit(qtbot, stamp, opened):
    window, action = opened.window, opened.tools[1]
    assert action.data() == "stamp"  # Its place is behind the first tool.
    assert action in window.tool_bar.actions()
    qtbot.waitUntil(lambda: not action.icon().isNull())
    action.trigger()
    assert window.canvas.tool_name == "stamp"
    options = window.tool_options
    assert not options._size.isHidden()
    assert options._tolerance.isHidden()
    assert options._hint.whole == stamp.hint
    add_label(opened.session.project, "cat")
    with qtbot.waitSignal(opened.session.annotations.stored):
        _drag(qtbot, window.canvas, (20, 20), (60, 60))
    assert len(opened.session.annotations.sample.annotations) == 1
    opened.actions["help"].trigger()
    (dialog,) = window.findChildren(ShortcutsDialog)
    texts = [label.text() for label in dialog.findChildren(QLabel)]
    assert {"Stamp", "Shift+F9", "Stamp twice"} <= set(texts)
    dialog.close()


def _drag(qtbot, canvas, *points):
    """From one point of the frame to another."""
    first, last = (QPointF(*canvas.view.to_screen(*point)).toPoint() for point in points)
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=first)
    qtbot.mouseMove(canvas, last)
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=last)
