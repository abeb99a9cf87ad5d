"""What "auto" stands for on a CPU, and that measuring it leaves no trace in the Run."""

import pytest
import torch
import yaml

from engine.datasets.augment import Augment
from engine.datasets.dataset import ListDataset
from engine.datasets.truth import open_list
from engine.preprocess import Preprocessing
from engine.training.config import read_config
from engine.training.events import Ended, Started, Stepped
from engine.training.measured_precision import measure, settled
from engine.training.precision import has_bfloat16
from engine.training.ranks import Ranks
from engine.weights.card import read_card
from models.segmentation.unet import unet32
from models.task import Task
from tests.make_run import of, run


def test_measuring_changes_neither_model_nor_random_numbers(config):
    settings = read_config(config)
    source = open_list(settings.data.train, Task.SEMANTIC)
    dataset = ListDataset(source, Preprocessing((32, 32)), augment=Augment(flip=True))
    model = unet32(2)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    drawn = torch.random.get_rng_state()
    assert all(seconds > 0 for seconds in measure(settings, model, dataset, Ranks()))
    assert torch.equal(torch.random.get_rng_state(), drawn)
    assert all(torch.equal(before[n], tensor) for n, tensor in model.state_dict().items())
    assert all(parameter.grad is None for parameter in model.parameters())
    chosen = settled(settings, model, dataset, Ranks()).precision
    assert chosen in ({"float32", "bfloat16"} if has_bfloat16() else {"float32"})


def test_run_and_card_name_what_it_computes_in_and_it_goes_on_so(plain):
    changes = ("precision=auto", "device=cpu")
    (start,) = of(run(plain, *changes, stop_after=1), Started)
    folder = plain.parent / "run"
    kept = yaml.safe_load((folder / "config.yaml").read_text())
    assert start.precision == kept["precision"]
    assert read_card(folder / "weights" / "spot.safetensors").config["precision"] == start.precision

    other = "bfloat16" if start.precision == "float32" else "float32"
    (folder / "config.yaml").write_text(yaml.safe_dump(kept | {"precision": other}))
    events = run(plain, *changes, "resume=true")
    assert of(events, Started)[0].precision == other
    assert of(events, Stepped)
    assert of(events, Ended)


@pytest.mark.parametrize("text", ["precision: int3", "- 1", "}{", ""])
def test_a_run_whose_config_tells_no_precision_is_measured_anew(plain, text):
    run(plain, stop_after=1)
    (plain.parent / "run" / "config.yaml").write_text(text)
    (start,) = of(run(plain, "precision=auto", "device=cpu", "resume=true", "max_steps=2"), Started)
    assert start.precision in {"float32", "bfloat16"}
