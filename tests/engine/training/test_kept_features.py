import copy

import pytest
import torch

import models
from engine.datasets.augment import Augment
from engine.datasets.dataset import ListDataset
from engine.datasets.truth import open_list
from engine.errors import TrainingError
from engine.preprocess import Preprocessing
from engine.training.config import read_config
from engine.training.fit import FeatureFolder
from engine.training.kept_features import FeatureMemory, KeptFeatures
from engine.training.learner import TrainState
from engine.training.plan import prepare
from engine.training.ranks import Ranks
from models import registry
from models.encoder import encoder_of
from models.task import Task
from tests.make_run import COUNT, write_run

VERSIONS, EPOCHS = 2, 4
CPU = torch.device("cpu")
FCN = ("fcn8s_resnet18", {"width": 0.25})
SCALES = ("deeplab_v2", {"backbone": "resnet18", "width": 0.25, "multi_scale": True})


def build(name, options):
    models.load_all()
    torch.manual_seed(0)
    return registry.get(name).build(2, **options).to(memory_format=torch.channels_last)


def dataset_of(config):
    augment = Augment(flip=True, color=0.5, scale=(0.5, 2.0))
    source = open_list(config.data.train, Task.SEMANTIC)
    dataset = ListDataset(source, Preprocessing((64, 64)), augment=augment, seed=3)
    dataset.versions = VERSIONS
    return dataset


def trained(config, model, dataset, store):
    """The model's tensors after some epochs, and how many pictures its encoder was shown."""
    model = copy.deepcopy(model)
    learner = TrainState(config, model, CPU, Ranks())
    learner.kept = KeptFeatures(dataset, store) if store is not None else None
    shown = []
    encoder_of(model).register_forward_hook(lambda _, given, found: shown.append(len(given[0])))
    number = 0
    for dataset.epoch in range(EPOCHS):
        taken = prepare(dataset, config, Ranks(), done=0, pinned=False)
        with taken.loader:
            for step in taken.steps:
                learner.step(step, taken.loader, number=number, rate=0.01)
                number += 1
    return model.state_dict(), sum(shown)


@pytest.fixture
def frozen(tmp_path):
    changes = ("freeze=all", f"keep_features={VERSIONS}", "precision=float32", "ema=0", "workers=0")
    return read_config(write_run(tmp_path), changes)


@pytest.mark.parametrize("network", [FCN, SCALES], ids=["one scale", "three scales"])
def test_training_is_that_of_features_computed_each_time(frozen, network):
    model, dataset = build(*network), dataset_of(frozen)
    scales = 3 if network is SCALES else 1
    wanted, often = trained(frozen, model, dataset, None)
    found, once = trained(frozen, model, dataset, FeatureMemory())
    assert (often, once) == (EPOCHS * COUNT * scales, VERSIONS * COUNT * scales)
    before = model.state_dict()
    assert any(not torch.equal(wanted[name], before[name]) for name in wanted)
    for name, tensor in wanted.items():
        torch.testing.assert_close(found[name], tensor, rtol=1e-4, atol=1e-5, msg=name)


def test_features_on_the_disk_are_those_in_memory(frozen, tmp_path):
    model, dataset = build(*FCN), dataset_of(frozen)
    wanted, _ = trained(frozen, model, dataset, FeatureMemory())
    found, once = trained(frozen, model, dataset, FeatureFolder(tmp_path / "kept", CPU))
    assert once == VERSIONS * COUNT
    assert all(torch.equal(found[name], tensor) for name, tensor in wanted.items())


def test_only_maps_that_are_asked_for_are_kept(frozen):
    model, dataset, store = build(*FCN), dataset_of(frozen), FeatureMemory()
    trained(frozen, model, dataset, store)
    channels = encoder_of(model).channels[-3:]
    cells = [(64 // stride) ** 2 for stride in (8, 16, 32)]
    each = sum(c * n * 4 for c, n in zip(channels, cells, strict=True))
    assert store.nbytes == each * VERSIONS * COUNT


def test_the_encoder_is_back_afterwards_and_its_tensors_keep_their_names(frozen):
    model, dataset = build(*FCN), dataset_of(frozen)
    names, encoder = list(model.state_dict()), encoder_of(model)
    kept = KeptFeatures(dataset, FeatureMemory())
    with pytest.raises(ValueError, match="stopped"), kept.in_place_of_encoder(model, [0]):
        raise ValueError("stopped")
    assert encoder_of(model) is encoder
    assert list(model.state_dict()) == names


def test_an_encoder_that_is_shown_regions_is_refused(frozen):
    model, kept = build(*FCN), KeptFeatures(dataset_of(frozen), FeatureMemory())
    with (
        pytest.raises(TrainingError, match="sees whole pictures"),
        kept.in_place_of_encoder(model, [0]),
    ):
        model.eval()(torch.zeros(3, 3, 64, 64))


def test_a_version_shows_the_same_pixels_again(frozen):
    dataset = dataset_of(frozen)
    shown = []
    for dataset.epoch in range(2 * VERSIONS):
        shown.append(dataset[1].input)
    assert torch.equal(shown[0], shown[VERSIONS])
    assert torch.equal(shown[1], shown[VERSIONS + 1])
    assert not torch.equal(shown[0], shown[1])


def test_maps_by_name_are_kept_too(frozen):
    model, store = build("mask_rcnn", {"backbone": "resnet18"}).eval(), FeatureMemory()
    kept, batch = KeptFeatures(dataset_of(frozen), store), torch.rand(2, 3, 64, 64)
    with torch.no_grad():
        wanted = model.network.backbone(batch)
        for _ in range(2):
            with kept.in_place_of_encoder(model, [0, 1]):
                found = model.network.backbone(batch)
            assert list(found) == list(wanted)
            for name, tensor in wanted.items():
                torch.testing.assert_close(found[name], tensor, rtol=1e-4, atol=1e-5)
            batch = torch.zeros_like(batch)  # what is kept is not computed again
