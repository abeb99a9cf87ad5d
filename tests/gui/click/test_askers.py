"""Whom Smart click can ask, and how each of them is made."""

from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.errors import WeightsError
from engine.jobs import CancelToken, no_progress
from engine.values import Mask
from gui.click import askers
from gui.click.askers import MODEL, PAIR, AskerChoice, list_askers, make_asker, may_be_pair
from gui.panels.tool_options import ToolOptions
from tests.gui.conftest import PATIENCE_MS
from tests.make_sam import write_sam_pair


def test_weights_that_answer_clicks_are_listed_those_of_the_project_first(downloaded, tmp_path):
    own = tmp_path / "project" / "weights" / "mine.safetensors"
    own.parent.mkdir(parents=True)
    own.write_bytes((downloaded / "click_tiny.safetensors").read_bytes())
    found = list_askers(own.parent.parent, no_progress, CancelToken())
    assert found[0] == AskerChoice(str(own), "mine (trained here)")
    assert AskerChoice("click_tiny", "click_tiny") in found
    assert make_asker(found[0].key, "cpu").origin == "click/mine"


def test_weights_that_are_gone_are_said():
    with pytest.raises(WeightsError):
        make_asker("/nowhere/click.safetensors", "cpu")


def texts(app):
    box = app.window.tool_options._askers
    return [box.itemText(row) for row in range(box.count())]


def choose(qtbot, app, key):
    box = app.window.tool_options._askers
    row = box.findData(key)
    assert row >= 0
    with qtbot.waitSignal(app.click.controller.seen, timeout=PATIENCE_MS):
        box.setCurrentIndex(row)
        box.activated.emit(row)


def test_the_loaded_model_answers_by_place_and_goes_when_it_is_unloaded(
    qtbot, opened, tiny_weights
):
    opened.window.canvas.set_tool("smart")
    with qtbot.waitSignal(opened.session.weights.loaded_changed, timeout=PATIENCE_MS):
        opened.session.load_weights(str(tiny_weights))
    qtbot.waitUntil(lambda: "Model: tiny" in texts(opened), timeout=PATIENCE_MS)
    choose(qtbot, opened, MODEL)
    canvas = opened.window.canvas
    with qtbot.waitSignal(opened.click.controller.answered, timeout=PATIENCE_MS) as answered:
        QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=canvas.rect().center())
    assert answered.args[1].mask is None or isinstance(answered.args[1].mask, Mask)
    opened.session.weights.unload()
    assert "Model: tiny" not in texts(opened)
    qtbot.waitUntil(lambda: not opened.session.jobs.running, timeout=PATIENCE_MS)


def test_it_is_looked_again_where_somebody_asks_while_it_is_looked(qtbot, opened, hold):
    looking, may_look, listed = opened.click.askers, hold(askers, "list_askers"), []
    looking.listed.connect(partial(listed.append, "listed"))
    for _ in range(3):  # Weights may have come since the first began.
        looking.look()
    may_look.set()
    qtbot.waitUntil(lambda: not opened.session.jobs.running)
    assert len(listed) == 2


def test_a_dropped_pair_of_files_takes_its_place(qtbot, opened, tmp_path):
    paths = [str(path) for path in write_sam_pair(tmp_path)]
    with qtbot.waitSignal(opened.click.controller.seen, timeout=PATIENCE_MS):
        opened.window.files_dropped.emit(paths)
    assert opened.window.canvas.tool_name == "smart"
    assert opened.click.askers.key == PAIR + "\n".join(paths)
    canvas = opened.window.canvas
    with qtbot.waitSignal(opened.click.controller.answered, timeout=PATIENCE_MS):
        QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=canvas.rect().center())
    qtbot.waitUntil(lambda: not opened.session.jobs.running, timeout=PATIENCE_MS)


def test_two_files_that_are_no_pair_are_opened_as_what_they_are(qtbot, opened, tmp_path):
    paths = [tmp_path / "a.onnx", tmp_path / "b.onnx"]
    for path in paths:
        path.write_bytes(b"no network")
    with qtbot.waitSignal(opened.click.askers.no_pair, timeout=PATIENCE_MS) as told:
        opened.window.files_dropped.emit([str(path) for path in paths])
    assert told.args[0] == [str(path) for path in paths]
    qtbot.waitUntil(lambda: opened.window.notice.text != "", timeout=PATIENCE_MS)


def test_only_two_files_with_the_right_endings_may_be_a_pair():
    assert may_be_pair(["a.onnx", "b.ONNX"])
    assert not may_be_pair(["a.onnx"])
    assert not may_be_pair(["a.onnx", "b.png"])


def test_without_anything_to_ask_the_choice_is_grey(make):
    options = make(ToolOptions)
    options.set_askers([], "")
    assert not options._askers.isEnabled()
