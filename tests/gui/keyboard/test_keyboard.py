from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLabel, QTreeWidget

from gui.dialogs.palette import Palette
from gui.keyboard.editor import KeyboardEditor
from gui.keyboard.page import ShortcutsDialog
from gui.panels.label_rows import KEY
from gui.settings import SettingsStore


def keys_of(action):
    return [key.toString() for key in action.shortcuts()]


def tool(app, name):
    return next(action for action in app.tools if action.data() == name)


def close(app, kind):
    for dialog in app.window.findChildren(kind):
        dialog.close()


def test_a_preset_acts_on_actions_tools_and_tips_at_once(app):
    app.store.change(key_preset="CVAT")
    assert keys_of(app.actions["next"]) == ["F", "Right"]
    assert keys_of(tool(app, "polygon")) == ["N", "P"]
    assert "(Shift+F)" in tool(app, "fill").toolTip()
    app.store.change(key_preset="maskloop")
    assert keys_of(app.actions["next"]) == ["D", "Right"]


def test_lists_and_buttons_show_the_keys_of_now(opened):
    labels = opened.window.labels.model
    opened.session.labels.add(opened.session.labels.named("cat", {}))
    opened.store.change(key_preset="CVAT", own_keys=(("freeze", "F8"),))
    assert labels.index(0, KEY).data() == "Ctrl+1"
    assert opened.window.timeline._freeze.toolTip().endswith("(F8)")


def test_own_keys_are_remembered(app, tmp_path):
    app.store.change(own_keys=(("tool_box", "J"),))
    assert keys_of(tool(app, "box")) == ["J"]
    assert SettingsStore(app.store.folder).now.own_keys == (("tool_box", "J"),)


def test_the_new_key_works_and_the_old_one_does_not(qtbot, opened):
    opened.store.change(own_keys=(("tool_box", "J"),))
    opened.window.activateWindow()
    opened.window.canvas.setFocus()
    qtbot.keyClick(opened.window.canvas, Qt.Key.Key_J)
    assert opened.window.canvas.tool_name == "box"
    qtbot.keyClick(opened.window.canvas, Qt.Key.Key_P)
    qtbot.keyClick(opened.window.canvas, Qt.Key.Key_R)
    assert opened.window.canvas.tool_name == "polygon"


def test_space_does_what_it_is_the_key_of(qtbot, opened):
    opened.store.change(key_preset="labelImg")
    assert QKeySequence("Space") in opened.actions["verify"].shortcuts()
    done = []
    opened.actions["verify"].triggered.disconnect()
    opened.actions["verify"].triggered.connect(lambda: done.append(1))
    opened.window.canvas.setFocus()
    qtbot.keyClick(opened.window.canvas, Qt.Key.Key_Space)
    assert len(done) == 1


def test_the_page_of_keys_and_the_palette_show_the_keys_of_now(app):
    app.store.change(own_keys=(("verify", "Ctrl+Alt+J"), ("tool_box", "Ctrl+Alt+X")))
    app.actions["help"].trigger()
    texts = {label.text() for label in app.window.findChild(ShortcutsDialog).findChildren(QLabel)}
    assert {"Ctrl+Alt+J", "Ctrl+Alt+X"} <= texts
    close(app, ShortcutsDialog)
    app.actions["palette"].trigger()
    palette = app.window.findChild(Palette)
    rows = palette.findChild(QTreeWidget)
    shown = {rows.topLevelItem(row).text(1) for row in range(rows.topLevelItemCount())}
    assert "Ctrl+Alt+J" in shown
    palette.close()


def test_the_editor_lists_everything_and_acts_at_once(qtbot, app):
    app.actions["keyboard"].trigger()
    editor = app.window.findChild(KeyboardEditor)
    everything = {*app.actions, *(action.objectName() for action in app.tools)}
    assert set(editor._tree.shown) == everything
    editor._tree.choose("grow")
    editor._row.begin()
    qtbot.keyClick(editor._row.field, Qt.Key.Key_F9)
    assert keys_of(app.actions["grow"]) == ["F9"]
    editor.close()
