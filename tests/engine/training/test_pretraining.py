import pytest
import torch

from engine.errors import TrainingError
from engine.jobs import CancelToken
from engine.preprocess import IMAGENET_MEAN
from engine.training.config import read_config
from engine.training.events import Started
from engine.training.optimizer import make_optimizer
from engine.training.pretraining import freeze, pretrained_of, rate_of_encoder
from engine.training.train import train
from engine.weights.build import spec_of
from engine.weights.card import read_card
from engine.weights.encoder_catalog import file_of, find_encoder
from engine.weights.weights import read_tensors
from models.backbones import backbone
from models.encoder import encoders_of
from tests.make_run import of, run, write_run

RESNET = "ResNet18_Weights.IMAGENET1K_V1"
LITE = {"model": "fcn8s", "options": "{backbone: efficientnet_lite0}", "pretrained": "true"}


def config_of(folder, **changes):
    pairs = [f"{key}={value}" for key, value in (LITE | changes).items()]
    return read_config(write_run(folder), pairs)


@pytest.mark.slow
def test_a_run_begins_with_the_encoder_and_leaves_alone_what_is_frozen(tmp_path):
    config = config_of(tmp_path, freeze=2, epochs=1, size_hw="[32, 32]")
    events = []
    train(config, events.append, CancelToken())
    assert next(e for e in events if isinstance(e, Started)).encoder.startswith("ImageNet")
    path = config.run / "weights" / f"{config.name}.safetensors"
    card = read_card(path)
    assert card.preprocessing.mean == (0.5, 0.5, 0.5)
    assert card.encoder.startswith("efficientnet_lite0: ImageNet")
    assert not card.parent
    found = read_tensors(path)
    theirs = list(read_tensors(find_encoder("efficientnet_lite0").path).values())
    names = [n for n in found if n.startswith("encoder.")]
    assert names
    model = spec_of("fcn8s").build(2, backbone="efficientnet_lite0")
    order = list(model.encoder.state_dict())
    for name in names:
        expected = theirs[order.index(name.removeprefix("encoder."))]
        stage = int(name.split(".")[2])
        is_frozen = stage <= 2
        if expected.is_floating_point():
            same = torch.equal(found[name], expected.half())
            assert same or not is_frozen, name
    moved = "encoder.features.7.0.layers.0.weight"
    assert not torch.equal(found[moved], theirs[order.index(moved.removeprefix("encoder."))].half())

    child = config_of(tmp_path, epochs=1, pretrained="false", warm_start=path, run="child")
    train(child, events.append, CancelToken())
    told = read_card(child.run / "weights" / f"{child.name}.safetensors")
    assert (told.parent, told.encoder) == (path.stem, card.encoder)


def test_the_encoder_learns_at_a_share_of_the_rate(tmp_path):
    config = config_of(tmp_path)
    assert rate_of_encoder(config) == 0.25
    assert rate_of_encoder(config_of(tmp_path, encoder_rate=0.1)) == 0.1
    assert rate_of_encoder(config_of(tmp_path, pretrained="false")) == 1
    model = spec_of("fcn8s").build(2, backbone="resnet18", width=0.25)
    groups = make_optimizer(config, model, encoder_rate=0.25).param_groups
    of_encoder = {id(p) for p in model.encoder.parameters()}
    for group in groups:
        assert {id(p) in of_encoder for p in group["params"]} == {group["share"] == 0.25}
    assert sum(len(g["params"]) for g in groups) == len(list(model.parameters()))


def test_what_is_frozen_is_not_in_the_optimizer(tmp_path):
    config = config_of(tmp_path, freeze="all")
    model = spec_of("fcn8s").build(2, backbone="resnet18", width=0.25)
    assert freeze(config, model)
    groups = make_optimizer(config, model).param_groups
    learned = {id(p) for group in groups for p in group["params"]}
    assert learned == {id(p) for n, p in model.named_parameters() if not n.startswith("encoder.")}


def test_of_two_encoders_both_are_frozen(tmp_path):
    config = config_of(tmp_path, model="sds", freeze="all")
    model = spec_of("sds").build(2, backbone="resnet18", width=0.25, warp=64)
    freeze(config, model)
    encoders = encoders_of(model)
    assert len(encoders) == 2
    assert not any(p.requires_grad for encoder in encoders for p in encoder.parameters())
    assert any(p.requires_grad for p in model.parameters())


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"model": "unet32", "options": "{}"}, "no encoder that could be pretrained"),
        ({"model": "resnet18", "options": "{}"}, "no encoder that could be pretrained"),
        ({"options": "{backbone: resnet18}"}, "no weights for the encoder resnet18"),
        ({"model": "yolo_v3", "options": "{}"}, "no weights for the encoder darknet53"),
        ({"model": "mask_rcnn", "options": "{}"}, "no weights for the encoder resnet50"),
    ],
)
def test_what_cannot_be_pretrained_is_said(tmp_path, changes, words):
    config = config_of(tmp_path, **changes)
    with pytest.raises(TrainingError, match=words):
        pretrained_of(config)


def test_a_warm_start_brings_its_own_encoder(tmp_path):
    config = config_of(tmp_path, warm_start="x")
    assert pretrained_of(config) is None


def test_what_cannot_be_frozen_is_said(tmp_path):
    config = config_of(tmp_path, freeze=9)
    with pytest.raises(TrainingError, match="has 5 stages, not 9"):
        freeze(config, spec_of("fcn8s").build(2, backbone="resnet18", width=0.25))
    with pytest.raises(TrainingError, match="no encoder that could be frozen"):
        freeze(config, spec_of("unet32").build(2))


@pytest.mark.slow
def test_a_run_goes_on_where_the_encoders_weights_are_no_more(tmp_path):
    changes = (
        "model=deeplab_v2", "options={backbone: resnet18}", "pretrained=true", "size_hw=[32, 32]",
        "freeze=all", "precision=float32", "ema=0", "workers=0",
    )  # fmt: skip
    path = file_of("resnet18")
    path.parent.mkdir(parents=True)
    torch.save(backbone.build("resnet18").state_dict(), path)
    config = write_run(tmp_path)
    (begun,) = of(run(config, *changes, stop_after=1), Started)
    weights = tmp_path / "run" / "weights" / "spot.safetensors"
    before, origin = read_tensors(weights)["backbone.conv1.weight"], read_card(weights).encoder
    path.unlink()
    (started,) = of(run(config, *changes, "resume=true"), Started)
    assert started.encoder == begun.encoder == f"ImageNet (torchvision, {RESNET})"
    card = read_card(weights)
    assert card.encoder == origin == f"resnet18: {started.encoder}"
    assert card.preprocessing.mean == IMAGENET_MEAN
    assert torch.equal(read_tensors(weights)["backbone.conv1.weight"], before)
    with pytest.raises(TrainingError, match="no weights for the encoder"):
        run(config, *changes, "run=another")
