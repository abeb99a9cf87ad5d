from collections import Counter

import pytest
from PySide6.QtGui import QKeySequence

from gui import actions, side_panels
from gui.auto_label import AutoLabel
from gui.coloring import Coloring
from gui.copying import Copying
from gui.desk import Desk
from gui.editing import Editing
from gui.keyboard.keyboard import Keyboard
from gui.shaping import Shaping
from gui.sources import Sources
from gui.tools import load_all, registry
from gui.tracking import Tracking

side_panels.load_all()
ROWS = side_panels.all_actions()


def test_every_action_calls_something_that_is_there():
    owners = {"": Desk, "editing": Editing, "shaping": Shaping, "copying": Copying}
    owners |= {
        "keyboard": Keyboard,
        "auto_label": AutoLabel,
        "coloring": Coloring,
        "tracking": Tracking,
        "sources": Sources,
    }
    for spec in actions.ACTIONS:
        owner, _, name = spec.call.rpartition(".")
        assert callable(getattr(owners[owner], name)), spec.id


def test_ids_are_unique():
    ids = [spec.id for spec in ROWS]
    assert len(ids) == len(set(ids))


def test_no_key_means_two_things():
    load_all()
    keys = [key for spec in ROWS for key in spec.shortcuts]
    keys += [key for name in registry.names() for key in registry.get(name).shortcuts]
    keys += ["[", "]", "Tab"]  # The canvas takes these itself.
    counts = Counter(QKeySequence(key).toString() for key in keys)
    assert [key for key, count in counts.items() if count > 1] == []


def test_the_bar_and_the_menus_know_only_actions_that_exist():
    ids = {spec.id for spec in actions.ACTIONS}
    assert {key for group in actions.BAR for key in group} <= ids
    menus = {menu for menu, _ in actions.MENUS}
    assert {spec.menu for spec in ROWS if spec.menu} <= menus


@pytest.mark.parametrize(
    ("id_", "keys"),
    [
        ("next", ("D", "Right")),
        ("previous", ("A", "Left")),
        ("undo", ("Ctrl+Z",)),
        ("redo", ("Ctrl+Shift+Z", "Ctrl+Y")),
        ("verify", ("Ctrl+Space",)),
        ("predict", ("I",)),
        ("label_9", ("9",)),
    ],
)
def test_the_keys_annotators_know(id_, keys):
    spec = next(spec for spec in actions.ACTIONS if spec.id == id_)
    assert spec.shortcuts == keys


def test_no_icon_without_a_text_and_every_tip_shows_the_key(app):
    bar = app.window.tool_bar
    for row in bar.actions():
        if not row.isSeparator():
            action = bar.widgetForAction(row).defaultAction()
            assert action.iconText()
            first = action.shortcuts()[0].toString(QKeySequence.SequenceFormat.NativeText)
            assert first in action.toolTip()
