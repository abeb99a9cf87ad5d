"""A network of another program is dropped, tried in a dialog, added, and runs."""

import pytest

from engine.values import Mask
from engine.weights.library import added_folder
from gui.app import App
from gui.app import Opening as Opened
from gui.dialogs import ask
from gui.settings import SettingsStore
from tests.gui.conftest import open_pictures
from tests.make_foreign import (
    BrightCells,
    BrightMasks,
    picture,
    shapes_picture,
    write_bright_onnx,
    write_onnx,
    write_script,
)


@pytest.fixture
def app(qtbot, tmp_path):
    store = SettingsStore(tmp_path / "settings")
    app = App(store)
    qtbot.addWidget(app.window)
    app.show(Opened())
    yield app
    app.window.close()


def drop(app, qtbot, path):
    """Drop it and wait until the dialog shows what it says of the picture."""
    app.desk.open_paths([path])
    qtbot.waitUntil(lambda: app.bring.dialog is not None)
    tried(app, qtbot)
    return app.bring.dialog


def tried(app, qtbot):
    qtbot.waitUntil(lambda: app.bring.dialog.save.isEnabled())


def choose(field, key):
    field.setCurrentIndex(field.findData(key))
    field.activated.emit(field.currentIndex())


def open_picture(app, qtbot, folder, pixels=None):
    from PIL import Image

    folder.mkdir()
    Image.fromarray(picture() if pixels is None else pixels).save(folder / "one.png")
    open_pictures(qtbot, app, folder)


@pytest.mark.slow
def test_it_is_tried_on_the_shown_picture_and_added(app, qtbot, tmp_path):
    open_picture(app, qtbot, tmp_path / "pictures")
    path = write_bright_onnx(tmp_path / "bright.onnx", names="{0: 'red', 1: 'green'}")
    dialog = drop(app, qtbot, path)
    assert dialog.told.text() == "2 objects: red 0.98, green 0.98"
    assert dialog.names.toPlainText() == "red\ngreen"
    assert not list(added_folder().glob("*"))

    choose(dialog.form.order, "bgr")
    assert not dialog.save.isEnabled()
    tried(app, qtbot)
    assert dialog.told.text() == "1 object: green 0.98"

    choose(dialog.form.head, "semantic")
    qtbot.waitUntil(lambda: "which is not" in dialog.told.text())
    assert not dialog.save.isEnabled()

    choose(dialog.form.head, "yolo_v8")
    choose(dialog.form.order, "rgb")
    dialog.names.setPlainText("cat\n\ndog")
    qtbot.waitUntil(lambda: "dog 0" in dialog.told.text())
    assert dialog.told.text() == "2 objects: cat 0.98, dog 0.98"
    dialog.name.setText("mine")
    dialog.save.click()
    qtbot.waitUntil(lambda: app.session.weights.loaded is not None)
    assert app.session.weights.loaded.name == "mine"
    assert app.bring.dialog is None
    assert [each.stem for each in added_folder().glob("*")] == ["mine"]


@pytest.mark.slow
def test_masks_of_a_brought_network_are_proposed_and_accepted(app, qtbot, tmp_path):
    open_picture(app, qtbot, tmp_path / "pictures", shapes_picture())
    dialog = drop(app, qtbot, write_onnx(tmp_path / "masks.onnx", BrightMasks(), task="segment"))
    assert dialog.form.head.key == "yolo_v8_seg"
    assert dialog.told.text().startswith("2 objects: label 1 0.6")
    dialog.save.click()
    annotations = app.session.annotations
    qtbot.waitUntil(lambda: len(annotations.sample.proposals) == 2)
    app.actions["accept_all"].trigger()
    qtbot.waitUntil(lambda: len(annotations.sample.annotations) == 2)
    assert all(isinstance(each.region, Mask) for each in annotations.sample.annotations)
    app.actions["undo"].trigger()
    qtbot.waitUntil(lambda: not annotations.sample.annotations)


@pytest.mark.slow
def test_poses_are_refused_with_a_reason(app, qtbot, tmp_path):
    app.desk.open_paths([write_onnx(tmp_path / "pose.onnx", BrightMasks(), task="pose")])
    qtbot.waitUntil(lambda: "points of poses" in app.window.notice.text)
    assert app.bring.dialog is None


@pytest.mark.slow
def test_a_name_that_is_taken_keeps_the_dialog(app, qtbot, tmp_path):
    added_folder().mkdir(parents=True)
    (added_folder() / "bright.safetensors").write_bytes(b"mine")
    dialog = drop(app, qtbot, write_bright_onnx(tmp_path / "bright.onnx"))
    dialog.save.click()
    qtbot.waitUntil(lambda: "already" in dialog.told.text())
    assert dialog.save.isEnabled()
    assert (added_folder() / "bright.safetensors").read_bytes() == b"mine"
    dialog.reject()
    assert app.bring.dialog is None


@pytest.mark.slow
def test_code_runs_only_after_a_yes(app, qtbot, tmp_path, monkeypatch):
    path = write_script(tmp_path / "net.pt", BrightCells())
    asked = []
    monkeypatch.setattr(ask, "is_agreed", lambda _, text, __: asked.append(text))
    app.desk.open_paths([path])
    qtbot.waitUntil(lambda: bool(asked))
    qtbot.waitUntil(lambda: not app.session.jobs.running)
    assert "runs code" in asked[0]
    assert app.bring.dialog is None
    monkeypatch.setattr(ask, "is_agreed", lambda *_: True)
    assert drop(app, qtbot, path).names.toPlainText() == "label 1\nlabel 2"
    app.bring.dialog.reject()


@pytest.mark.slow
def test_a_damaged_file_is_told(app, qtbot, tmp_path):
    path = tmp_path / "bad.onnx"
    path.write_bytes(b"no network")
    app.desk.open_paths([path])
    qtbot.waitUntil(lambda: "cannot be read as ONNX" in app.window.notice.text)
    assert app.bring.dialog is None
