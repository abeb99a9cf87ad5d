"""A Run that keeps its encoder's features: what it tells, and what it leaves behind."""

import pytest
import torch

from engine.errors import TrainingError
from engine.training import keep_features
from engine.training.config import read_config
from engine.training.events import Started
from engine.training.ranks import Ranks
from engine.training.train import refuse_what_does_not_fit
from engine.weights.build import spec_of
from engine.weights.card import read_card
from engine.weights.weights import read_tensors
from tests.make_run import losses_of, of, run, write_run

FROZEN = (
    "model=fcn8s_resnet18",
    "options={width: 0.25}",
    "freeze=all",
    "precision=float32",
    "epochs=2",
    "size_hw=[64, 64]",
    "workers=0",
)


def weights_of(folder):
    return folder / "run" / "weights" / "spot.safetensors"


@pytest.mark.slow
@pytest.mark.parametrize(("share", "where"), [(0.25, "RAM"), (0.0, "the run folder")])
def test_a_run_without_augmentation_is_that_of_one_version(tmp_path, monkeypatch, share, where):
    monkeypatch.setattr(keep_features, "SHARE_OF_MEMORY", share)
    plain, keeping = tmp_path / "plain", tmp_path / "keeping"
    for folder in (plain, keeping):
        folder.mkdir()
    same = (*FROZEN, "augment={flip: false}")
    wanted = run(write_run(plain), *same)
    found = run(write_run(keeping), *same, "keep_features=1")
    assert losses_of(found) == pytest.approx(losses_of(wanted), rel=1e-4)
    expected = read_tensors(weights_of(plain))
    for name, tensor in read_tensors(weights_of(keeping)).items():
        torch.testing.assert_close(tensor, expected[name], rtol=1e-2, atol=1e-3)
    (started,) = of(found, Started)
    text = f"each picture in 1 augmented version, features kept in {where}, less than 1 MB"
    assert started.features == text
    card = read_card(weights_of(keeping))
    assert card.data == "list.txt, 4 samples, each picture in 1 augmented version"
    assert not (keeping / "run" / "encoder_features").exists()


@pytest.mark.slow
def test_a_run_goes_on_with_features_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setattr(keep_features, "SHARE_OF_MEMORY", 0)
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    for folder in (whole, broken):
        folder.mkdir()
    changes = (*FROZEN, "keep_features=2", "epochs=3")
    wanted = losses_of(run(write_run(whole), *changes))
    config = write_run(broken)
    found = losses_of(run(config, *changes, stop_after=3))
    left = broken / "run" / "encoder_features"
    left.mkdir()
    for number in range(60):  # as a killed process leaves them, here of no use
        (left / f"{number}.safetensors").write_bytes(b"")
    found += losses_of(run(config, *changes, "resume=true"))
    assert found == pytest.approx(wanted, rel=1e-4)
    assert not left.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (("keep_features=1",), "learns nothing"),
        (("keep_features=1", "freeze=2"), "learns nothing"),
        (
            ("keep_features=1", "freeze=all", "augment={mosaic: 1}", "close_mosaic=2"),
            "close_mosaic shows other pictures",
        ),
    ],
)
def test_what_would_not_stay_the_same_is_refused(tmp_path, changes, words):
    config = read_config(write_run(tmp_path), changes)
    with pytest.raises(TrainingError, match=words) as caught:
        refuse_what_does_not_fit(config, spec_of(config.model))
    assert caught.value.hint


def test_several_processes_are_refused(tmp_path):
    config = read_config(write_run(tmp_path), ("keep_features=1", "freeze=all"))
    with pytest.raises(TrainingError, match="one process"):
        keep_features.kept_features(config, None, None, torch.device("cpu"), Ranks(0, 2))


def test_a_system_without_an_encoder_is_refused(tmp_path):
    with pytest.raises(TrainingError, match="no encoder that could be frozen"):
        run(write_run(tmp_path), "keep_features=1", "freeze=all", "precision=float32")
