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
        ("epoch=3", r"epoch: did you mean epochs\?$"),
        ("batchsize=3", r"batchsize: did you mean batch_size\?$"),
        ("Learning_Rate=3", r"Learning_Rate: did you mean learning_rate\?$"),
        ("data.trian=a.txt", r"data\.trian: did you mean train\?$"),
        ("schedule.milestone=[3]", r"schedule\.milestone: did you mean milestones\?$"),
        ("schedul.kind=step", r"schedul: did you mean schedule\?$"),
        ("loss.label_weight=none", r"loss\.label_weight: did you mean label_weights\?$"),
        ("data.zzz=1", r"data\.zzz: there is no such setting\. Known: train, val\.$"),
        ("warm_start=''", "warm_start: name weights to begin with, or leave this out"),
        ("schedule.gamma=2", r"schedule\.gamma"),
        ("augment.flop=true", r"augment\.flop: did you mean flip\?$"),
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


def test_a_mistyped_key_is_said_before_the_one_that_is_then_missing(path):
    path.write_text(GOOD.replace("model:", "modle:"))
    with pytest.raises(ConfigError, match=r"config\.yaml: modle: did you mean model\?$"):
        read_config(path)


@pytest.mark.parametrize("off", ["false", "null"])
@pytest.mark.parametrize("key", ["warm_start", "early_stop", "max_steps", "size_hw"])
def test_what_is_false_or_nothing_is_off(path, key, off):
    assert getattr(read_config(path, [f"{key}={off}"]), key) is None
    assert read_config(path, [f"resume={off}"]).resume is False


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
