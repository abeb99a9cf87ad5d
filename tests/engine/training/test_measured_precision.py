"""What "auto" stands for on a CPU, and that measuring it leaves no trace in the Run."""

import pytest
import torch
import yaml

from engine.datasets.augment import Augment
from engine.datasets.dataset import ListDataset
from engine.datasets.truth import open_list
from engine.jobs import Cancelled, CancelToken, no_progress
from engine.preprocess import Preprocessing
from engine.training.config import read_config
from engine.training.events import Ended, Started, Stepped
from engine.training.measured_precision import STEPS, measure, settled
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
    told = []
    found = measure(settings, model, dataset, Ranks(), lambda: told.append("a step"))
    assert all(seconds > 0 for seconds in found)
    assert len(told) == 2 * STEPS
    assert torch.equal(torch.random.get_rng_state(), drawn)
    assert all(torch.equal(before[n], tensor) for n, tensor in model.state_dict().items())
    assert all(parameter.grad is None for parameter in model.parameters())
    chosen = settled(
        settings, model, dataset, Ranks(), progress=no_progress, cancel=CancelToken()
    ).precision
    assert chosen in ({"float32", "bfloat16"} if has_bfloat16() else {"float32"})


@pytest.mark.skipif(not has_bfloat16(), reason="Nothing is measured without bfloat16.")
def test_who_waits_is_told_what_is_measured_and_may_stop_it(config):
    settings = read_config(config).model_copy(update={"precision": "auto", "epochs": 100})
    source = open_list(settings.data.train, Task.SEMANTIC)
    dataset = ListDataset(source, Preprocessing((32, 32)))
    told, cancel = [], CancelToken()

    def stop_at_the_third(done, total, text):
        told.append((done, total, text.split()[0]))
        if len(told) == 3:
            cancel.cancel()

    with pytest.raises(Cancelled):
        settled(settings, unet32(2), dataset, Ranks(), progress=stop_at_the_third, cancel=cancel)
    size = settings.batch_size
    assert told == [(n * size, 2 * STEPS * size, "Measuring") for n in range(3)]


def test_a_run_of_a_few_steps_does_not_wait_for_what_it_could_not_win(config):
    settings = read_config(config).model_copy(update={"precision": "auto", "epochs": 1})
    source = open_list(settings.data.train, Task.SEMANTIC)
    dataset, told = ListDataset(source, Preprocessing((32, 32))), []
    chosen = settled(
        settings, unet32(2), dataset, Ranks(),
        progress=lambda *given: told.append(given), cancel=CancelToken(),
    )  # fmt: skip
    assert chosen.precision == "float32"
    assert told == []


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
