"""Learning, loss and augmentation: each edit becomes the trainer's own field."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from engine.datasets.augment import MAX_ELASTIC, Augment
from engine.model_facts import ModelFacts
from engine.training.config import TrainConfig
from gui.train.panel.augment import MOST_ELASTIC, AugmentPart
from gui.train.panel.learning import DEFAULTS, LearningPart, milestones
from gui.train.panel.loss import LossPart
from gui.train.panel.preview import PreviewGrid

BASE = {"model": "m", "data": {"train": "t", "val": "val.txt"}, "run": "r"}


def config_of(part):
    return TrainConfig.model_validate(BASE | part.settings)


def choose(field, key):
    field.setCurrentIndex(field.findData(key))


def test_what_is_not_touched_is_as_the_trainer_has_it(make):
    plain, config = TrainConfig.model_validate(BASE), config_of(make(LearningPart))
    for name in ("optimizer", "precision", "ema", "early_stop", "accumulate"):
        assert getattr(config, name) == getattr(plain, name)
    assert "loss" not in make(LossPart).settings
    assert config_of(make(AugmentPart)).augment == plain.augment
    assert set(DEFAULTS) <= set(TrainConfig.model_fields)


@pytest.mark.parametrize(
    ("kind", "field", "value", "name"),
    [
        ("step", "_step_size", 7, "step_size"),
        ("step", "_gamma", 0.5, "gamma"),
        ("multi_step", "_gamma", 0.5, "gamma"),
        ("poly", "_power", 2.0, "power"),
    ],
)
def test_each_schedule_shows_and_gives_its_own_numbers(make, kind, field, value, name):
    part = make(LearningPart)
    choose(part._schedule, kind)
    box = getattr(part, field)
    box.setValue(value)
    assert not box.isHidden()
    schedule = config_of(part).schedule
    assert (schedule.kind, getattr(schedule, name)) == (kind, value)
    choose(part._schedule, "constant")
    assert box.isHidden()
    assert part.settings["schedule"] == {"kind": "constant"}


def test_milestones_are_read_as_people_write_them(make):
    part = make(LearningPart)
    choose(part._schedule, "multi_step")
    part._milestones.setText("30; 10 , 20")
    assert config_of(part).schedule.milestones == (10, 20, 30)
    assert milestones("") == []


def test_momentum_belongs_to_plain_descent(make):
    part = make(LearningPart)
    assert part._momentum.isHidden()
    choose(part._optimizer, "sgd")
    part._momentum.setValue(0)
    assert not part._momentum.isHidden()
    config = config_of(part)
    assert (config.optimizer, config.momentum, config.nesterov) == ("sgd", 0.0, False)


def test_the_rest_of_learning_reaches_the_config(make):
    part = make(LearningPart)
    part._accumulate.setValue(4)
    part._early.setValue(5)
    part._ema.setChecked(True)
    choose(part._precision, "bfloat16")
    config = config_of(part)
    assert (config.accumulate, config.early_stop) == (4, 5)
    assert (config.ema, config.precision) == (0.999, "bfloat16")


def test_losses_are_a_sum_of_shares(make):
    part = make(LossPart)
    assert part._gamma.isHidden()
    part._factors["dice"].setValue(0)
    part._factors["focal"].setValue(0.5)
    choose(part._weights, "median_frequency")
    loss = config_of(part).loss
    assert (loss.cross_entropy, loss.dice, loss.focal, loss.focal_gamma) == (1, 0, 0.5, 2)
    assert loss.label_weights == "median_frequency"
    assert not part._gamma.isHidden()
    assert part.summary == "cross entropy + focal"


def test_a_detector_keeps_its_own_loss(make):
    part = make(LossPart)
    part._factors["dice"].setValue(0)
    part.set_model(ModelFacts("yolo", "detection"))
    assert part.settings == {}
    assert not part.is_of_use


def test_augmentation_gives_only_what_is_on(make):
    part = make(AugmentPart)
    part._flags["flip"].setChecked(False)
    part._rotate.setValue(15)
    part._scale[0].setValue(150)
    part._scale[1].setValue(80)
    part._shares["color"].setValue(40)
    part._crop.setValue(60)
    part._elastic.setValue(2)
    part._blur.setValue(1.5)
    part._shares["noise"].setValue(5)
    expected = Augment(
        rotate=15.0,
        scale=(0.8, 1.5),
        crop=(0.6, 1.0),
        elastic=0.02,
        color=0.4,
        blur=1.5,
        noise=0.05,
    )
    assert config_of(part).augment == expected
    assert part.summary.startswith("rotate, scale, crop, elastic, ")


def test_the_mosaic_is_for_detectors(make):
    part = make(AugmentPart)
    part._shares["mosaic"].setValue(50)
    assert "mosaic" not in part.augment
    part.set_model(ModelFacts("yolo", "detection"))
    assert part.augment["mosaic"] == 0.5


def test_boxes_are_not_bent(make):
    part = make(AugmentPart)
    part._elastic.setValue(MOST_ELASTIC)
    assert config_of(part).augment.elastic == MAX_ELASTIC
    part.set_model(ModelFacts("yolo", "detection"))
    assert "elastic" not in part.augment
    assert part._elastic.isHidden()


@pytest.mark.parametrize("task", ["detection", "instance"])
def test_with_proposals_a_picture_stays_whole_and_straight(make, task):
    part = make(AugmentPart)
    part._elastic.setValue(MOST_ELASTIC)
    part._shares["mosaic"].setValue(50)
    part.set_model(ModelFacts("judge", task, proposals=True))
    assert set(part.augment) == {"flip"}
    assert part._elastic.isHidden()
    assert part._shares["mosaic"].isHidden()


def test_every_edit_tells_that_the_summary_changed(qtbot, make):
    part = make(AugmentPart)
    with qtbot.waitSignal(part.changed):
        part._flags["quarter_turns"].setChecked(True)
    assert "turns" in part.summary


@pytest.mark.parametrize("name", ["_batch", "_schedule"])
def test_the_wheel_over_a_field_scrolls_instead_of_changing_it(make, name):
    part = make(LearningPart)
    before = part.settings
    down = QPoint(0, -120)
    event = QWheelEvent(
        QPointF(4, 4),
        QPointF(4, 4),
        QPoint(),
        down,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(getattr(part, name), event)
    assert part.settings == before
    assert not event.isAccepted()


def test_previews_replace_each_other(qtbot, make):
    grid = make(PreviewGrid)
    with qtbot.waitSignal(grid.requested):
        grid.button.click()
    grid.say("nothing yet")
    grid.set_pictures([np.zeros((20, 31, 3), np.uint8)] * 9)
    grid.set_pictures([np.zeros((20, 31, 3), np.uint8)] * 4)
    assert grid.count == 4
    assert grid._hint.isHidden()
