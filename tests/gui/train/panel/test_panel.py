"""The Train panel: what is offered, what the form makes of it, what it shows of a Run."""

import pytest
from PySide6.QtCore import Qt

from engine.model_facts import ModelFacts
from engine.training.config import TrainConfig
from engine.weights.warm_start import WarmStart
from gui import theme
from gui.controllers.weights import WeightsChoice
from gui.docked_window import NARROWEST
from gui.train.panel.panel import TrainPanel
from models.about import About, Option, Text

WORDS = Text("words", "말")
MODELS = (
    ModelFacts("newer", "semantic", "Newer.", "P", About(2017, WORDS, WORDS, WORDS)),
    ModelFacts("unet32", "semantic", "U-Net.", "Q", About(2015, WORDS, WORDS, WORDS)),
    ModelFacts("yolo_v3_tiny", "detection", size_multiple=32, input_hw=(416, 416)),
    ModelFacts(
        "optional",
        "semantic",
        options=(Option("width", Text("Width", "너비"), (1.0, 0.5)),),
        size_multiple=16,
        encoder="efficientnet_lite0",
    ),
    ModelFacts("pictures", "classification"),
)


@pytest.fixture
def panel(qtbot):
    panel = TrainPanel()
    qtbot.addWidget(panel)
    panel.set_models(MODELS)
    panel.picker.choose("unet32")
    return panel


def config_of(panel):
    """The form as the trainer reads it."""
    return TrainConfig.model_validate(panel.form.config("train.txt", "", "run"))


def choose(field, key):
    field.setCurrentIndex(field.findData(key))


def choose_by_hand(field, key):
    """As a click in its list does."""
    choose(field, key)
    field.activated.emit(field.currentIndex())


def test_the_form_is_a_config_the_trainer_reads(panel):
    panel.picker.choose("yolo_v3_tiny")
    panel.warm_start.set_choices(
        [WeightsChoice("cells", "cells", "", True, "yolo_v3_tiny")], "cells"
    )
    config = config_of(panel)
    assert (config.model, config.warm_start, config.data.val) == ("yolo_v3_tiny", "cells", None)
    assert (config.schedule.kind, config.schedule.step_size) == ("step", 10)
    assert (config.options, config.size_hw, config.augment.flip) == ({}, None, True)


def test_a_warm_start_of_the_same_model_brings_its_options_and_size(panel):
    own = WeightsChoice(
        "own", "own", "", True, "optional", {"width": 0.5, "anchors": [1, 2]}, (96, 96)
    )
    panel.picker.choose("optional")
    assert panel.network.summary == "256 × 256"
    panel.warm_start.set_choices([own], "own")
    assert panel.network.summary == "width 0.5, 96 × 96"
    config = config_of(panel)
    assert (config.options, config.size_hw) == ({}, None)  # The trainer takes them over itself.
    panel.network.options.box("width").setCurrentIndex(1)
    assert config_of(panel).options == {"width": 1.0, "anchors": [1, 2]}


@pytest.mark.parametrize(("chosen", "sides"), [("64x64", (64, 64)), ("other", (96, 160))])
def test_a_chosen_input_size_outlives_the_choice_of_a_warm_start(panel, chosen, sides):
    size = panel.network._size
    choose_by_hand(size, chosen)
    panel.network._height.setValue(96)
    panel.network._width.setValue(160)
    own = WeightsChoice("own", "own", "", True, "unet32", {}, (128, 128))
    panel.warm_start.set_choices([own], "own")
    assert config_of(panel).size_hw == sides
    choose_by_hand(size, "")
    assert panel.network.summary == "128 × 128"


def test_a_warm_start_of_another_model_changes_no_option(panel):
    other = WeightsChoice("b", "b", "", True, "unet32", {"width": 0.5}, (96, 96))
    panel.picker.choose("optional")
    panel.warm_start.set_choices([other], "")
    choose_by_hand(panel.warm_start, "b")
    assert config_of(panel).warm_start == "b"
    assert panel.network.summary == "256 × 256"


def test_loaded_weights_are_the_warm_start_of_their_own_model_only(panel):
    warm_start = panel.warm_start
    warm_start.set_choices([WeightsChoice("b", "b", "", True, "unet32")], "b")
    assert config_of(panel).warm_start == "b"
    panel.picker.choose("optional")
    assert config_of(panel).warm_start is None
    panel.picker.choose("unet32")
    assert config_of(panel).warm_start == "b"


def test_a_warm_start_chosen_by_hand_stays_until_other_weights_are_loaded(panel):
    choices = [
        WeightsChoice("a", "a", "", True, "unet32"),
        WeightsChoice("b", "b", "", True, "unet32"),
    ]
    panel.warm_start.set_choices(choices, "a")
    choose_by_hand(panel.warm_start, "")
    panel.picker.choose("optional")
    panel.picker.choose("unet32")
    panel.warm_start.set_choices(choices, "a")
    assert config_of(panel).warm_start is None
    panel.warm_start.set_choices(choices, "b")
    assert config_of(panel).warm_start == "b"


def test_models_are_grouped_by_task_and_ordered_by_year(panel):
    rows = [panel.picker.itemText(i) for i in range(panel.picker.count())]
    assert rows[0] == "Semantic segmentation"
    assert [row.split()[0] for row in rows[1:4]] == ["unet32", "newer", "optional"]
    assert rows[4] == "Object detection"
    assert "2015" in rows[1]
    titles = panel.picker.model().index(0, 0)
    assert not titles.flags() & Qt.ItemFlag.ItemIsSelectable


def test_a_model_that_learns_quickly_comes_first(qtbot):
    panel = TrainPanel()
    qtbot.addWidget(panel)
    older = ModelFacts("older", "semantic", about=About(1999, WORDS, WORDS, WORDS))
    panel.set_models((older, *MODELS))
    assert panel.form.model == "unet32"


def test_a_paper_and_a_card_tell_what_the_model_is(panel):
    assert panel.picker.toolTip() == "U-Net.\nQ, 2015"
    assert not panel.card.isHidden()
    panel.picker.choose("optional")
    assert panel.card.isHidden()


def test_the_networks_own_options_become_fields(panel):
    assert panel.network.options.isHidden()
    panel.picker.choose("optional")
    panel.network.options.box("width").setCurrentText("0.5")
    assert config_of(panel).options == {"width": 0.5}
    assert "width 0.5" in panel.network.summary


def test_only_sizes_that_the_model_takes_are_offered(panel):
    panel.picker.choose("yolo_v3_tiny")
    size = panel.network._size
    offered = [size.itemData(i) for i in range(size.count())]
    assert "256x256" in offered
    assert "360x480" not in offered
    choose(size, "256x256")
    assert config_of(panel).size_hw == (256, 256)


def test_any_other_size_is_typed(panel):
    assert panel.network._other.isHidden()
    choose(panel.network._size, "other")
    panel.network._height.setValue(96)
    panel.network._width.setValue(160)
    assert not panel.network._other.isHidden()
    assert config_of(panel).size_hw == (96, 160)


def test_classification_learns_from_lists(panel):
    panel.picker.choose("pictures")
    assert not panel.data.is_project
    assert not panel.data.kind.isEnabled()
    panel.data.set_list("train", "a.txt")
    assert panel.form.train_list == "a.txt"
    panel.picker.choose("unet32")
    assert panel.data.kind.isEnabled()


def test_the_simple_case_is_four_rows(panel):
    panel.show()
    assert panel.start.isVisible()
    for part in (panel.network, panel.encoder, panel.learning, panel.loss, panel.augment):
        assert not part.isVisible()


@pytest.fixture
def dressed(qapp):
    theme.apply(qapp, "dark")
    yield
    qapp.setStyleSheet("")


def test_everything_fits_into_the_narrowest_panel(dressed, panel):
    panel.picker.choose("optional")
    choose(panel.network._size, "other")
    choose(panel.data.kind, "lists")
    for section in panel._sections.values():
        section.set_open(True)
    panel.report.set_result(can_use=True, can_compare=True)
    panel.report.set_encoder(panel.encoder._origin.text())
    scroll_bar = 12
    for is_running in (True, False):
        panel.set_running(is_running)
        assert panel.minimumSizeHint().width() <= NARROWEST["side"] - scroll_bar


def test_training_starts_only_once_the_models_are_known(qtbot):
    panel = TrainPanel()
    qtbot.addWidget(panel)
    panel.set_running(False)
    assert not panel.start.isEnabled()
    panel.set_models(MODELS[:1])
    assert panel.start.isEnabled()
    assert panel.form.model == "newer"
    panel.set_running(True)
    panel.set_models(MODELS)
    assert not panel.start.isEnabled()
    assert panel.form.model == "newer", "what was chosen stays chosen"


def test_running_shows_stop_and_not_start(panel):
    panel.set_running(True)
    assert not panel.start.isEnabled()
    assert not panel.stop.isHidden()
    panel.set_stopping()
    assert not panel.stop.isEnabled()
    panel.set_finishing()
    assert panel.report.bar.isHidden()
    assert panel.report.pace.isHidden()
    panel.set_running(False)
    assert panel.start.isEnabled()
    panel.report.set_result(can_use=True, can_compare=True)
    assert not panel.report.use.isHidden()


def test_the_warm_starts_table_names_what_begins_anew(panel):
    panel.report.set_warm_start(
        WarmStart(
            matched=("a", "b"),
            missing=(),
            extra=(),
            other_shape=("head.weight",),
            mapping=("* to encoder.*",),
            shapes={"head.weight": ((5, 32), (9, 32))},
        )
    )
    text = panel.report.table.toPlainText()
    assert text.startswith("2  taken over\n* to encoder.*\n")
    assert "head.weight 5x32, not 9x32" in text
    panel.report.set_warm_start(None)
    assert panel.report.table.isHidden()


def test_the_device_busy_share_shows_below_the_curves(panel):
    assert panel.report.busy.isHidden()
    panel.report.set_busy(0.934)
    assert "93 %" in panel.report.busy.text()
    panel.set_running(True)
    assert panel.report.busy.isHidden()


def test_curves_show_once_there_is_a_run(panel):
    assert panel.report.curves.isHidden()
    panel.set_running(True)
    panel.set_running(False)
    assert not panel.report.curves.isHidden(), "they stay to be looked at"


def test_a_click_on_start_leaves_the_keys_where_they_are(qtbot, panel):
    panel.show()
    qtbot.waitUntil(panel.isVisible)
    panel.activateWindow()
    panel._name.setFocus()
    panel.start_requested.connect(lambda _: panel.set_running(True))
    qtbot.mouseClick(panel.start, Qt.MouseButton.LeftButton)
    assert panel.start.isHidden()
    assert panel.focusWidget() is panel._name
