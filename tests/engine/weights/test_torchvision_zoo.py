"""Files as torchvision publishes them, made here with random numbers, become our Weights."""

import re
import subprocess
import sys

import pytest
import torch
from torchvision.models import get_model_builder

from engine.errors import WeightsError
from engine.weights import library, torchvision_zoo
from engine.weights.load import load, warm_start
from engine.weights.torchvision_catalog import CATALOG, catalog_entry
from models import load_all, registry
from models.shapes_only import shapes_only
from models.task import Task
from tests.make import write_picture

IDS = [entry.name for entry in CATALOG]


@pytest.fixture(autouse=True)
def _registered():
    load_all()


def stand_in(entry) -> None:
    """A file in the cache with the tensors that torchvision's own would have."""
    torch.manual_seed(0)
    extra = {"aux_loss": True} if entry.model.startswith("deeplab") else {}
    with shapes_only():
        network = get_model_builder(entry.name.removeprefix("coco-"))(
            weights=None,
            weights_backbone=None,
            num_classes=21 if entry.task is Task.SEMANTIC else 91,
            **extra,
        )
    # Published detectors had their normalisation frozen, which counts no batches.
    shapes = {k: v.shape for k, v in network.state_dict().items() if "num_batches" not in k}
    state = {name: torch.rand(shape) / 50 for name, shape in shapes.items()}
    path = library.download_folder() / entry.file_name
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(state, path)


@pytest.mark.parametrize("entry", CATALOG, ids=IDS)
def test_addresses_come_from_torchvision_with_a_checksum(entry):
    url, checksum = torchvision_zoo.address_of(entry)
    assert url.startswith("https://")
    assert re.fullmatch("[0-9a-f]{8}", checksum)


@pytest.mark.parametrize("entry", CATALOG, ids=IDS)
def test_cards_name_every_label_once(entry):
    card = torchvision_zoo.card_of(entry)
    names = [label.name for label in card.labels]
    assert len(names) == (21 if entry.task is Task.SEMANTIC else 80)
    assert len(set(names)) == len(names)
    assert "N/A" not in names
    if entry.task is Task.SEMANTIC:
        assert card.labels[0].name == "background"


@pytest.mark.slow
@pytest.mark.parametrize("entry", CATALOG, ids=IDS)
def test_a_downloaded_file_loads_and_predicts(entry):
    stand_in(entry)
    loaded = load(entry.name)
    assert loaded.name == entry.name
    assert not loaded.module.training
    with torch.inference_mode():
        outputs = loaded.module.predict(torch.rand(1, 3, 64, 64))
    assert len(outputs) == 1


@pytest.mark.slow
def test_the_command_predicts_with_a_downloaded_file_in_a_fresh_process(tmp_path):
    """Where nothing has asked for the registered models yet."""
    name = "coco-lraspp_mobilenet_v3_large"
    stand_in(catalog_entry(name))
    write_picture(tmp_path / "a.png", (32, 32))
    command = [sys.executable, "-m", "engine", "predict", str(tmp_path / "a.png")]
    options = ["--weights", name, "--out", str(tmp_path / "out"), "--device", "cpu"]
    done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert any((tmp_path / "out").iterdir())


@pytest.mark.slow
def test_networks_of_our_own_can_be_trained_on_from_a_downloaded_file():
    entry = catalog_entry("coco-ssd300_vgg16")
    stand_in(entry)
    loaded = load(entry.name)
    preprocessing = loaded.card.preprocessing
    assert (loaded.card.model, preprocessing.resize) == ("ssd300", "stretch")
    assert preprocessing.mean[0] / preprocessing.std[0] == pytest.approx(123, abs=0.1)
    path = library.download_folder() / entry.file_name
    same = warm_start(registry.get("ssd300").build(80), path)
    assert same.matched
    assert same.missing == same.extra == same.other_shape == ()
    other = warm_start(registry.get("ssd300").build(3), path)
    assert len(other.other_shape) == 12  # the label scores of six maps
    assert other.missing == other.extra == ()


def test_a_file_of_another_model_is_refused():
    entry = catalog_entry("coco-lraspp_mobilenet_v3_large")
    path = library.download_folder() / entry.file_name
    path.parent.mkdir(parents=True)
    torch.save({"weight": torch.zeros(3)}, path)
    with pytest.raises(WeightsError, match="does not fit"):
        load(entry.name)


def test_code_in_a_file_is_never_run():
    entry = catalog_entry("coco-lraspp_mobilenet_v3_large")
    path = library.download_folder() / entry.file_name
    path.parent.mkdir(parents=True)
    torch.save(re.compile, path)
    with pytest.raises(WeightsError, match="cannot be read"):
        load(entry.name)


def test_a_strange_pth_file_is_refused(tmp_path):
    path = tmp_path / "strange.pth"
    torch.save({"weight": torch.zeros(3)}, path)
    with pytest.raises(WeightsError, match="does not say which model"):
        load(path)


def test_only_names_of_the_catalog_are_fetched():
    with pytest.raises(WeightsError, match="can be downloaded"):
        torchvision_zoo.fetch("no-such")
