import copy

import pytest
import torch

import models
from models import registry
from models.backbones import backbone
from models.encoder import encoder_of, encoders_of, frozen_part, load_encoder
from models.shapes_only import shapes_only


def build(name, **options):
    models.load_all()
    return registry.get(name).build(2, **options)


@pytest.mark.parametrize(
    ("name", "encoder"),
    [
        ("fcn8s", "vgg16_bn"),
        ("deeplab_v3plus_mobilenet", "mobilenet_v2"),
        ("efficientdet_d0", "efficientnet_b0"),
        ("faster_rcnn", "vgg16"),
    ],
)
def test_a_system_tells_its_encoder(name, encoder):
    with shapes_only():
        assert encoder_of(build(name)).name == encoder


def test_there_is_one_encoder_but_in_sds():
    with shapes_only():
        assert [each.name for each in encoders_of(build("fcn8s"))] == ["vgg16_bn"]
        assert [each.name for each in encoders_of(build("sds"))] == ["alexnet", "alexnet"]


def test_a_system_of_its_own_layers_has_none():
    with shapes_only():
        assert encoder_of(build("unet32")) is None


@pytest.mark.parametrize("name", ["fcn8s", "faster_rcnn", "yolo_v3"])
@pytest.mark.parametrize("which", ["resnet18", "efficientnet_lite0"])
def test_an_encoder_takes_the_tensors_of_its_backbone(name, which):
    torch.manual_seed(0)
    whole = backbone.build(which)
    with shapes_only():
        encoder = encoder_of(build(name, backbone=which))
    encoder.to_empty(device="cpu")
    load_encoder(encoder, whole.state_dict())
    batch = torch.rand(1, 3, 64, 64)
    with torch.inference_mode():
        found, expected = encoder.eval()(batch), whole.eval()(batch)
    last = found[-1] if isinstance(found, list) else found
    assert any(last.shape == x.shape and torch.allclose(last, x) for x in expected)


@pytest.mark.parametrize("which", ["resnet18", "efficientnet_lite0", "densenet121"])
def test_stages_hold_every_tensor_once_in_order(which):
    encoder = backbone.build(which, width=0.25)
    assert len(encoder.stages()) == len(encoder.strides)
    found = [id(p) for layer in frozen_part(encoder, "all") for p in layer.parameters()]
    assert found == [id(p) for p in encoder.parameters()]
    first = [id(p) for layer in frozen_part(encoder, 2) for p in layer.parameters()]
    assert found[: len(first)] == first
    assert frozen_part(encoder, "none") == frozen_part(encoder, 0) == []


def test_a_copied_row_keeps_its_stages():
    encoder = encoder_of(build("faster_rcnn", backbone="resnet18", width=0.25))
    copied = copy.deepcopy(encoder)
    assert [len(s) for s in copied.stages()] == [len(s) for s in encoder.stages()]
    assert copied.stages()[0][0] is copied[0]


def test_more_stages_than_there_are_cannot_be_frozen():
    with pytest.raises(ValueError, match="has 5 stages, not 6"):
        frozen_part(backbone.build("resnet18", width=0.25), 6)
