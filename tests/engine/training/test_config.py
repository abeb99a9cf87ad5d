from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given

from engine.errors import AppError, ConfigError, TrainingError, WeightsError
from engine.training.config import read_config
from engine.training.run import RunFolder
from engine.weights import library
from tests.damage import damaged_bytes, seeds

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
        ("learning_rate=1e308", "learning_rate"),
        ("epochs=9223372036854775807", "epochs"),
        ("epochs=" + "9" * 5000, "epochs.*too large"),
        ("schedule.power=1e308", r"schedule\.power"),
        ("augment.rotate=1e308", "augment: .*360"),
        ("augment.scale=[1.0e-300, 1.0e+300]", "augment: .*100"),
        ("options=[1]", "options"),
        ("options=&a [*a]", "options.*circle"),
        ("notes=5", "notes"),
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


def test_a_name_that_no_file_can_have_is_trouble_later(path):
    long = "a" * 5000
    config = read_config(path, [f"warm_start={long}/b.safetensors", f"run={long}"])
    RunFolder(config.run).refuse_another(config)
    with pytest.raises(WeightsError, match="does not exist"):
        library.find(config.warm_start)
    with pytest.raises(TrainingError, match="Cannot write"), RunFolder(config.run).begun(config):
        pass


FULL = (
    GOOD
    + """
epochs: 3
size_hw: [64, 96]
loss: {dice: 0.5, label_weights: median_frequency}
schedule: &plan {kind: multi_step, milestones: [2, 4], gamma: 0.5}
augment: {flip: true, rotate: 10, scale: [0.5, 2.0]}
options: {width: 0.5, anchors: [[1, 2], [3, 4]]}
"""
)
WORDS = (b"1e308", b"1.0e+308", b".inf", b"9" * 5000, b"*plan", b"null", b"[1]", b"{a: 1}", b"-1",
         b"!!bool ", b"\n", b"'", b"\xff", b"0", b"2024-02-30", b"<<: *plan")  # fmt: skip


@given(seeds)
def test_a_damaged_config_is_read_or_refused(tmp_path_factory, seed):
    path = tmp_path_factory.getbasetemp() / "damaged.yaml"
    path.write_bytes(damaged_bytes(FULL.encode(), seed, WORDS))
    with suppress(AppError):
        assert read_config(path).model


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
