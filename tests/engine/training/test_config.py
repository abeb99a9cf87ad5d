from pathlib import Path

import pytest

from engine.errors import ConfigError
from engine.training.config import read_config

GOOD = "model: unet32\ndata: {train: lists/train.txt}\nrun: out\n"


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text(GOOD)
    return path


def test_paths_are_relative_to_the_config(path):
    config = read_config(path)
    assert config.data.train == path.parent / "lists" / "train.txt"
    assert config.run == path.parent / "out"
    assert config.data.val is None


def test_values_are_changed_by_key(path):
    config = read_config(path, ["epochs=3", "schedule.kind=step", "size_hw=[64, 96]"])
    assert config.epochs == 3
    assert config.schedule.kind == "step"
    assert config.size_hw == (64, 96)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("epochs=0", "epochs"),
        ("epoch=3", "epoch"),
        ("schedule.gamma=2", r"schedule\.gamma"),
        ("augment.flop=true", "flop"),
        ("augment.scale=[2, 1]", "augment"),
        ("learning_rate=fast", "learning_rate"),
        ("epochs", "KEY=VALUE"),
        ("model.name=x", "model"),
        ("size_hw=[4, 64]", "size_hw"),
        ("learning_rate=.inf", "learning_rate"),
        ("seed=-1", "seed"),
        ("seed=99999999999999999999", "seed"),
        ("name=../escape", "name"),
        ("loss.cross_entropy=-1", r"loss\.cross_entropy"),
        ("loss={cross_entropy: 0, dice: 0}", "loss: .*above 0"),
        ("schedule.kind=multi_step", "schedule: .*milestones"),
        ("schedule.milestones=[5, 3]", "schedule: .*rising order"),
        ("accumulate=0", "accumulate"),
        ("precision=int8", "precision"),
        ("early_stop=2", r"early_stop needs .*data\.val"),
    ],
)
def test_a_wrong_field_is_named(path, change, words):
    with pytest.raises(ConfigError, match=words) as caught:
        read_config(path, [change])
    assert "Value error" not in caught.value.message
    assert ".." not in caught.value.message


@pytest.mark.parametrize("text", ["", "- a", "a: [", "!!python/object/apply:os.system [ls]"])
def test_what_is_no_config_is_refused(path, text):
    path.write_text(text)
    with pytest.raises(ConfigError):
        read_config(path)


def test_plain_descent_has_no_nesterov(path):
    with pytest.raises(ConfigError, match="nesterov needs momentum"):
        read_config(path, ["optimizer=sgd", "momentum=0"])
    assert read_config(path, ["optimizer=sgd", "momentum=0", "nesterov=false"]).momentum == 0


def test_every_committed_config_is_valid():
    folder = Path(__file__).resolve().parents[3] / "configs"
    for config in folder.glob("*.yaml"):
        assert read_config(config).model


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(ConfigError, match="Cannot read"):
        read_config(tmp_path / "none.yaml")
