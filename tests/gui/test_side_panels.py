"""What every side panel promises, and that registering is all a new one needs."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

import gui
from gui import icon_font, side_panels
from gui.actions import ActionSpec
from gui.app import App, Opening
from gui.desk import Desk
from gui.side_panels import SidePanel, opens
from gui.tools import load_all as load_tools
from gui.tools import registry as tools
from tests.gui.conftest import PATIENCE_MS

side_panels.load_all()
PANELS = [panel.name for panel in side_panels.registered()]


def panel_of(name):
    return next(panel for panel in side_panels.registered() if panel.name == name)


class NotesLink:
    """The smallest link there can be."""

    def __init__(self, session, window):
        self.panel = QLabel("notes")
        self.closed = []
        session.at_close(lambda: self.closed.append(True))

    def say(self, text):
        self.panel.setText(text)


@pytest.fixture
def notes():
    """A side panel that only this test knows."""
    action = opens("notes", "Notes", "Ctrl+F12", icon="mdi6.note", short="Notes", menu="view")
    say = ActionSpec("say", "Say", "say", ("Ctrl+F11",), ("hello",), menu="view")
    side_panels.register(SidePanel(action, "Notes", NotesLink, actions=(say,)))
    yield
    side_panels.unregister("notes")


def test_the_panels_come_from_their_folders():
    folder = Path(gui.__file__).parent
    assert len(PANELS) == len(list(folder.glob("*/side_panel.py")))
    assert {"import", "export", "train", "inside", "compare", "evaluate"} <= set(PANELS)


@pytest.mark.parametrize("name", PANELS)
def test_a_panel_has_all_that_the_window_shows_of_it(name):
    panel = panel_of(name)
    assert panel.title
    assert panel.action.text
    assert panel.action.short
    assert panel.action.icon in icon_font.characters()
    assert panel.action.shortcuts
    assert (panel.action.call, panel.action.arguments) == ("toggle_panel", (name,))
    assert callable(Desk.toggle_panel)


@pytest.mark.parametrize("name", PANELS)
def test_its_keys_mean_nothing_else(name):
    load_tools()
    rows, panel = side_panels.all_actions(), panel_of(name)
    own = {row.id for row in (panel.action, *panel.actions)}
    taken = {key for row in rows if row.id not in own for key in row.shortcuts}
    taken |= {key for tool in tools.names() for key in tools.get(tool).shortcuts}
    assert not taken & {key for row in rows if row.id in own for key in row.shortcuts}


def test_its_action_opens_and_closes_it_and_nothing_is_made_before(qtbot, app):
    for name in PANELS:
        dock = app.window.docks[name]
        assert dock.widget().widget() is None, name
        app.actions[name].trigger()
        qtbot.waitUntil(dock.isVisible)
        assert dock.widget().widget() is app.side(name).panel
        assert app.side(name).panel.isVisible(), name
        assert app.actions[name].isChecked(), name
        app.actions[name].trigger()
        assert not dock.isVisible(), name
        assert not app.actions[name].isChecked(), name
    qtbot.waitUntil(lambda: not app.session.jobs.running)


def test_its_further_actions_are_methods_of_its_link(app):
    for name in PANELS:
        for action in panel_of(name).actions:
            assert callable(getattr(app.side(name), action.call)), action.id


def test_registered_twice_is_refused():
    with pytest.raises(ValueError, match="export is registered twice"):
        side_panels.register(panel_of("export"))


def test_a_new_panel_needs_no_other_edit(qtbot, notes, store):
    app = App(store)
    app.show(Opening())
    assert app.actions["notes"] in app.window.tool_bar.actions()
    menus = [menu for menu in app.window.menuBar().actions() if menu.text() == "View"]
    assert app.actions["notes"] in menus[0].menu().actions()
    app.actions["notes"].trigger()
    qtbot.waitUntil(lambda: app.side("notes").panel.isVisible(), timeout=PATIENCE_MS)
    app.actions["say"].trigger()
    assert app.side("notes").panel.text() == "hello"
    link = app.side("notes")
    app.window.close()
    assert link.closed
    app.window.deleteLater()
