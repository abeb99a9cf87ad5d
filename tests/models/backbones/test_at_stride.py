import pytest
import torch

from models.backbones import backbone
from models.backbones.at_stride import layers_at
from models.shapes_only import shapes_only

NAMES = ("vgg16", "vgg16_bn", "resnet18", "resnet50", "mobilenet_v2")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("stride", [8, 16])
def test_layers_end_at_the_stride_with_the_channels_they_say(name, stride):
    layers, channels = layers_at(name, stride=stride, width=0.25)
    with torch.inference_mode():
        features = layers.eval()(torch.zeros(1, 3, 50, 70))
    assert features.shape == (1, channels, -(-50 // stride), -(-70 // stride))


@pytest.mark.parametrize("name", NAMES)
def test_tensors_keep_the_backbones_names(name):
    with shapes_only():
        layers, _ = layers_at(name, stride=16)
        whole = backbone.build(name)
    inner = getattr(whole, "features", whole)
    assert set(layers.state_dict()) <= set(inner.state_dict())


def test_vgg_ends_before_its_fifth_pooling():
    with shapes_only():
        layers, channels = layers_at("vgg16", stride=16)
    assert sum(isinstance(layer, torch.nn.Conv2d) for layer in layers) == 13
    assert sum(isinstance(layer, torch.nn.MaxPool2d) for layer in layers) == 4
    assert channels == 512


def test_a_stride_nobody_has_is_refused():
    with pytest.raises(ValueError, match="has the strides"):
        layers_at("resnet18", stride=5)
