"""Every registered encoder keeps the contract."""

import pytest
import torch
import torchvision

from models.backbones import backbone
from models.backbones.vgg import vgg
from models.shapes_only import shapes_only
from tests.rounding import DEEP, assert_rounding_only, in_double

# Deeper ones of a family are built by the same lines.
DEEPER = {"resnet34", "resnet101", "vgg13", "vgg13_bn", "vgg19", "vgg19_bn", "densenet169"}
DEEPER |= {"efficientnet_b1", "efficientnet_b2", "efficientnet_b3"}
NAMES = [
    pytest.param(name, marks=pytest.mark.slow if name.startswith("inception") else ())
    for name in backbone.names()
    if name not in DEEPER
]
LIGHT = [name for name in backbone.names() if name not in DEEPER | {"inception_resnet_v2"}]


def shapes(network):
    return {name: tensor.shape for name, tensor in network.state_dict().items()}


def thin(name, **options):
    """The encoder at a quarter of its width."""
    return backbone.build(name, width=0.25, **options)


@pytest.mark.parametrize("name", NAMES)
def test_features_have_the_promised_sizes_finest_first_and_dilation_changes_no_tensor(name):
    plain = shapes(thin(name))
    batch = torch.rand(1, 3, 61, 83)
    for output_stride in (32, 16, 8):
        network = thin(name, output_stride=output_stride).eval()
        with torch.inference_mode():
            features = network(batch)
        expected = [
            (1, channels, *(-(-side // stride) for side in (61, 83)))
            for channels, stride in zip(network.channels, network.strides, strict=True)
        ]
        assert [tuple(f.shape) for f in features] == expected
        assert list(network.strides) == sorted(network.strides)
        assert network.strides[-1] == output_stride
        assert shapes(network) == plain


@pytest.mark.parametrize("name", LIGHT)
def test_what_cannot_be_done_is_said(name):
    with pytest.raises(ValueError, match="output stride"):
        backbone.build(name, output_stride=12, width=0.25)


@pytest.mark.parametrize("name", LIGHT)
def test_a_smaller_width_has_fewer_parameters(name):
    with shapes_only():
        full, half = backbone.build(name), backbone.build(name, width=0.5)
    count, fewer = (sum(p.numel() for p in each.parameters()) for each in (full, half))
    assert fewer < 0.6 * count


@pytest.mark.parametrize("name", ["densenet121", "inception_v4"])
def test_a_width_without_whole_channels_is_refused(name):
    with shapes_only(), pytest.raises(ValueError, match="no whole number"):
        backbone.build(name, width=0.013)


@pytest.mark.parametrize("name", ["vgg16", "vgg16_bn", "vgg11", "mobilenet_v2"])
def test_tensors_are_named_as_torchvisions(name):
    with shapes_only():
        theirs = getattr(torchvision.models, name)(weights=None)
        ours = shapes(backbone.build(name))
    assert ours.items() <= shapes(theirs).items()


def assert_same_network(ours, theirs, size_hw):
    """Our encoder says what torchvision's classifier makes of the picture before it pools."""
    ours.load_state_dict({k: v for k, v in theirs.state_dict().items() if not k.startswith("fc")})
    ours, theirs = in_double(ours).eval(), in_double(theirs).eval()
    batch = torch.rand(1, 3, *size_hw).double()
    with torch.inference_mode():
        expected = theirs.layer1(theirs.maxpool(theirs.relu(theirs.bn1(theirs.conv1(batch)))))
        expected = theirs.layer4(theirs.layer3(theirs.layer2(expected)))
        assert_rounding_only(ours(batch)[-1], expected, DEEP)


@pytest.mark.parametrize("name", ["resnet18", "resnet50"])
def test_a_resnet_gives_the_same_numbers_as_torchvisions(name):
    torch.manual_seed(0)
    assert_same_network(
        backbone.build(name), getattr(torchvision.models, name)(weights=None), (64, 96)
    )


def test_a_dilated_resnet_gives_the_same_numbers_as_torchvisions():
    torch.manual_seed(0)
    theirs = torchvision.models.resnet50(
        weights=None, replace_stride_with_dilation=[False, True, True]
    )
    assert_same_network(backbone.build("resnet50", output_stride=8), theirs, (32, 48))


def test_at_output_stride_8_vgg_dilates_its_last_convolutions_only():
    network = vgg(16, batch_norm=False, output_stride=8)
    dilations = [m.dilation for m in network.modules() if isinstance(m, torch.nn.Conv2d)]
    assert dilations == [(1, 1)] * 10 + [(2, 2)] * 3


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(ValueError, match="resnet18"):
        backbone.build("resnet7")
