import json

import pytest
from PySide6.QtCore import Qt

from gui import keymap
from gui.dialogs import ask, choose
from gui.keyboard.editor import KeyboardEditor, KeyOwner

OWNERS = (
    KeyOwner("tool_box", "Box", "Tools", ("R", "W")),
    KeyOwner("tool_polygon", "Polygon", "Tools", ("P",)),
    KeyOwner("next", "Next picture", "Go", ("D", "Right")),
    KeyOwner("grow", "Grow", "Shape", ()),
)


@pytest.fixture
def editor(qtbot):
    editor = KeyboardEditor(OWNERS, "maskloop", {})
    qtbot.addWidget(editor)
    editor.show()
    return editor


def press(qtbot, editor, id_, key):
    editor._tree.choose(id_)
    editor._row.begin()
    qtbot.keyClick(editor._row.field, key)


def test_a_free_key_is_given_at_once(qtbot, editor):
    with qtbot.waitSignal(editor.change_requested) as asked:
        press(qtbot, editor, "grow", Qt.Key.Key_J)
    assert asked.args == ["maskloop", {"grow": ("J",)}]
    assert editor._tree.changed == {"grow"}


@pytest.mark.parametrize("is_agreed", [True, False])
def test_a_key_that_something_has_is_taken_when_agreed(qtbot, editor, monkeypatch, is_agreed):
    asked = []
    monkeypatch.setattr(ask, "is_agreed", lambda *texts: asked.append(texts[1]) or is_agreed)
    press(qtbot, editor, "grow", Qt.Key.Key_W)
    assert "“Box”" in asked[0]
    assert editor.keys["grow"] == (("W",) if is_agreed else ())
    assert editor.keys["tool_box"] == (("R",) if is_agreed else ("R", "W"))


def test_a_key_can_come_beside_the_others(qtbot, editor):
    editor._row._adds.setChecked(True)
    press(qtbot, editor, "tool_polygon", Qt.Key.Key_F7)
    assert editor.keys["tool_polygon"] == ("P", "F7")


def test_what_the_canvas_takes_itself_cannot_be_given(qtbot, editor):
    press(qtbot, editor, "grow", Qt.Key.Key_BracketLeft)
    assert editor.keys["grow"] == ()
    assert "use of its own" in editor._said.text()


def test_one_is_reset_and_takes_its_key_back(qtbot, editor, monkeypatch):
    monkeypatch.setattr(ask, "is_agreed", lambda *_: True)
    press(qtbot, editor, "grow", Qt.Key.Key_P)
    assert editor.keys["tool_polygon"] == ()
    editor._tree.choose("tool_polygon")
    qtbot.mouseClick(editor._row._reset, Qt.MouseButton.LeftButton)
    assert editor.keys["tool_polygon"] == ("P",)
    assert editor.keys["grow"] == ()


def test_all_are_reset_only_when_agreed(qtbot, editor, monkeypatch):
    press(qtbot, editor, "grow", Qt.Key.Key_J)
    monkeypatch.setattr(ask, "is_agreed", lambda *_: False)
    editor._on_reset_all()
    assert editor.keys["grow"] == ("J",)
    monkeypatch.setattr(ask, "is_agreed", lambda *_: True)
    editor._on_reset_all()
    assert editor.keys["grow"] == ()


def test_no_key_takes_all_away(qtbot, editor):
    editor._tree.choose("next")
    qtbot.mouseClick(editor._row._clear, Qt.MouseButton.LeftButton)
    assert editor.keys["next"] == ()


def test_a_preset_keeps_what_the_person_chose(qtbot, editor):
    press(qtbot, editor, "grow", Qt.Key.Key_J)
    editor._presets.setCurrentIndex(editor._presets.findData("CVAT"))
    editor._presets.activated.emit(editor._presets.currentIndex())
    assert editor.keys["next"] == ("F", "Right")
    assert editor.keys["grow"] == ("J",)


def test_rows_are_found_by_name_and_by_key(qtbot, editor):
    editor._search.setText("poly")
    assert editor._tree.shown == ["tool_polygon"]
    editor._search.setText("right")
    assert editor._tree.shown == ["next"]
    editor._search.setText("no such thing")
    assert editor._tree.shown == []
    assert not editor._tree._nothing.isHidden()


def test_keys_go_to_a_file_and_come_back(qtbot, editor, monkeypatch, tmp_path):
    path = str(tmp_path / "열쇠.json")
    monkeypatch.setattr(choose, "keys_target", lambda *_: path)
    monkeypatch.setattr(choose, "keys_file", lambda *_: path)
    press(qtbot, editor, "grow", Qt.Key.Key_J)
    editor._on_export()
    monkeypatch.setattr(ask, "is_agreed", lambda *_: True)
    editor._on_reset_all()
    with qtbot.waitSignal(editor.change_requested) as asked:
        editor._on_import()
    assert asked.args == ["maskloop", {"grow": ("J",)}]


def test_keys_of_a_file_replace_those_chosen_only_when_agreed(qtbot, editor, monkeypatch, tmp_path):
    path = tmp_path / "keys.json"
    content = keymap.to_file("CVAT", {"grow": ("F4",)})
    path.write_text(json.dumps(content))
    monkeypatch.setattr(choose, "keys_file", lambda *_: str(path))
    press(qtbot, editor, "grow", Qt.Key.Key_J)
    monkeypatch.setattr(ask, "is_agreed", lambda *_: False)
    editor._on_import()
    assert editor.keys["grow"] == ("J",)
    monkeypatch.setattr(ask, "is_agreed", lambda *_: True)
    editor._on_import()
    assert editor.keys["grow"] == ("F4",)


def test_another_file_is_refused_and_changes_nothing(qtbot, editor, monkeypatch, tmp_path):
    (tmp_path / "a.json").write_text("[]")
    monkeypatch.setattr(choose, "keys_file", lambda *_: str(tmp_path / "a.json"))
    before = editor.keys
    editor._on_import()
    assert editor.keys == before
    assert "no file of keys" in editor._said.text()


def test_tab_leaves_the_field(qtbot, editor):
    editor._tree.choose("grow")
    editor._row.begin()
    qtbot.keyClick(editor._row.field, Qt.Key.Key_Tab)
    assert editor.keys["grow"] == ()
