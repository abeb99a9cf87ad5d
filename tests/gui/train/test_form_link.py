"""The Train panel's form comes back as it was left, whatever is loaded meanwhile."""

import pytest

from gui.settings import SettingsStore
from tests.gui.conftest import PATIENCE_MS


@pytest.fixture
def again(qtbot, app, store):
    """Close the window and start another one with the same settings."""
    from gui.app import App, Opening

    apps = []

    def start():
        app.window.close()
        apps.append(App(SettingsStore(store.folder)))
        apps[0].show(Opening())
        return apps[0]

    yield start
    for each in apps:
        each.window.close()
        each.window.deleteLater()


def panel_of(qtbot, app):
    panel = app.side("train").panel
    qtbot.waitUntil(lambda: bool(panel.picker.name), timeout=PATIENCE_MS)
    return panel


def fill_in(panel):
    panel.picker.choose("deeplab_v3plus")
    panel.network.choose_options({"backbone": "efficientnet_lite0", "channels": 128})
    panel.set_name("cells")
    panel._epochs.setValue(7)
    panel.learning._optimizer.setCurrentIndex(panel.learning._optimizer.findData("sgd"))
    panel.learning._batch.setValue(3)
    panel.learning._schedule.setCurrentIndex(panel.learning._schedule.findData("multi_step"))
    panel.learning._milestones.setText("4, 6")
    panel.augment._flags["flip"].setChecked(False)
    panel.augment._scale[0].setValue(60)
    panel.loss._factors["focal"].setValue(2)
    panel.encoder._pretrained.setChecked(False)
    panel.network._size.setCurrentIndex(panel.network._size.findData("other"))
    panel.network._height.setValue(96)
    panel.network._width.setValue(160)
    panel.data.kind.setCurrentIndex(1)
    panel.data.set_list("train", "lists/train.txt")
    return panel.form


def test_the_form_is_there_again_after_a_restart(qtbot, app, again):
    form = fill_in(panel_of(qtbot, app))
    assert form.settings["options"] == {"backbone": "efficientnet_lite0", "channels": 128}
    assert form.settings["size_hw"] == [96, 160]
    panel = panel_of(qtbot, again())
    assert panel.form == form


@pytest.mark.slow
def test_weights_that_come_back_too_leave_the_form_as_it_was(qtbot, app, again, tiny_weights):
    load(qtbot, app, tiny_weights)
    form = fill_in(panel_of(qtbot, app))
    other = again()
    panel = panel_of(qtbot, other)
    load(qtbot, other, tiny_weights)
    assert panel.form == form
    panel.set_name("mine")
    load(qtbot, other, tiny_weights)
    assert panel.form.name == "mine"


@pytest.mark.slow
def test_other_weights_bring_their_model_and_nothing_else(qtbot, app, again, tiny_weights):
    form = fill_in(panel_of(qtbot, app))
    other = again()
    panel = panel_of(qtbot, other)
    load(qtbot, other, tiny_weights)
    assert panel.form.model == other.session.weights.loaded.model
    assert panel.form.settings["learning_rate"] == form.settings["learning_rate"]
    assert panel.form.settings["optimizer"] == "sgd"


def test_a_form_that_makes_no_sense_is_forgotten(qtbot, app, again, store):
    panel_of(qtbot, app)
    app.window.close()
    store.change(train_form='{"model": 7, "epochs": "x", "learning": [1], "data": {"kind": []}}')
    assert panel_of(qtbot, again()).form.model == "unet32"


def load(qtbot, app, path):
    with qtbot.waitSignal(app.session.weights.loaded_changed, timeout=PATIENCE_MS):
        app.session.load_weights(str(path))
