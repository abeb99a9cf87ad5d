"""Files as torchvision writes them, made here by its own networks: none of its weights is at hand.

Most networks are too large for a test to fill, so their tensors have a name and a shape alone.
"""

import pytest
import torch
import torchvision
from torch import nn
from torchvision.models.vgg import VGG, make_layers

import models
from engine.errors import WeightsError
from engine.weights.build import shapes_of
from engine.weights.load import warm_start
from engine.weights.mapping import find_mapping, outcome
from models import registry
from models.backbones import backbone as backbones
from models.shapes_only import shapes_only

RESNET = {"backbone": "resnet18"}
LABELS = 5
VGG_QUARTER = (16, 16, "M", 32, 32, "M", 64, 64, 64, "M", 128, 128, 128, "M", 128, 128, 128, "M")


@pytest.fixture
def picture():
    torch.manual_seed(1)
    return torch.randn(1, 3, 64, 64)


def filled(network):
    """Any numbers for all tensors, batch norm's among them, as training leaves them."""
    torch.manual_seed(0)
    for name, tensor in network.state_dict().items():
        if tensor.is_floating_point():
            spread = torch.rand_like(tensor) + 0.5
            scale = 1.4 / tensor[0].numel() ** 0.5 if tensor.ndim > 1 else 1.0
            tensor.copy_(spread if name.endswith("var") else torch.randn_like(tensor) * scale)
    return network.eval()


def started(name, file, folder, **options):
    """Our model after a warm start from another network, and what it tells."""
    torch.save(file.state_dict(), folder / "file.pth")
    own = built(name, **options).eval()
    return own, warm_start(own, folder / "file.pth")


def small_vgg():
    """torchvision's VGG16 with batch norm, a quarter as wide."""
    network = VGG(make_layers(VGG_QUARTER, batch_norm=True), init_weights=False, num_classes=1)
    network.classifier = nn.Sequential(
        nn.Linear(128 * 49, 1024), nn.ReLU(), nn.Dropout(),
        nn.Linear(1024, 1024), nn.ReLU(), nn.Dropout(), nn.Linear(1024, 9),
    )  # fmt: skip
    return filled(network)


def built(name, **options):
    models.load_all()
    return registry.get(name).build(LABELS, **options)


def mapped(own, file):
    """The outcome for two networks of which only the shapes are known."""
    own, file = shapes_of(own.state_dict()), shapes_of(file.state_dict())
    mapping = find_mapping(own, file)
    assert all(own[n] == file[s] for n, s in mapping.pairs.items() if len(own[n]) == len(file[s]))
    return outcome(own, file, mapping)


@pytest.mark.parametrize(
    ("source", "name", "options", "words"),
    [
        ("resnet18", "resnet18", {}, "* to encoder.*"),
        ("resnet18", "fcn8s_resnet18", {}, "* to encoder.*"),
        ("resnet18", "deeplab_v2", RESNET, "* to backbone.*"),
        ("resnet18", "deeplab_v3plus", RESNET, "* to backbone.*"),
        ("resnet18", "hypercolumn", RESNET, "* to backbone.*"),
        ("resnet18", "localizer", RESNET, "* to encoder.*"),
        ("vgg16", "vgg16", {}, ""),
        ("vgg16", "deeplab_v1", {}, "* to backbone.*"),
        ("vgg16_bn", "hypercolumn", {"backbone": "vgg16_bn"}, "* to backbone.*"),
        ("vgg16_bn", "deconvnet", {}, "in order, features.0.weight to encoders.0.0.0.weight first"),
        ("vgg16_bn", "segnet", {}, "in order, features.0.weight to encoders.0.0.0.weight first"),
        ("densenet121", "densenet121", {}, ""),
    ],
)
def test_all_of_torchvisions_features_fit(source, name, options, words):
    with shapes_only():
        file = getattr(torchvision.models, source)(weights=None)
        found = mapped(built(name, **options), file)
    assert {n.split(".")[0] for n in found.extra} <= {"fc", "classifier"}
    assert found.mapping == ((words,) if words else ())


@pytest.mark.parametrize(
    ("source", "name", "head"),
    [("vgg16_bn", "fcn8s", "head"), ("vgg16", "fast_rcnn", "head.dense"),
     ("vgg16", "faster_rcnn", "head.dense")],
)  # fmt: skip
def test_dense_layers_fit_others_and_convolutions(source, name, head):
    with shapes_only():
        found = mapped(built(name), getattr(torchvision.models, source)(weights=None))
    assert found.mapping[1:] == (f"classifier.0 to {head}.0", f"classifier.3 to {head}.3")
    assert found.extra == ("classifier.6.weight", "classifier.6.bias")


@pytest.mark.parametrize(
    ("source", "name", "options", "last"),
    [
        ("vgg16", "ssd300", {}, "features.28"),  # Its last stage has another name.
        ("mobilenet_v2", "deeplab_v3plus_mobilenet", {}, "features.17"),
        ("efficientnet_b0", "efficientdet_d0", {}, "features.7"),
        ("resnet50", "faster_rcnn", {"backbone": "resnet50"}, "layer3"),
        ("mobilenet_v3_large", "ssdlite", {}, "features.13.block.2"),  # Then half as wide.
    ],
)
def test_features_fit_as_far_as_the_network_uses_them(source, name, options, last):
    with shapes_only():
        file = getattr(torchvision.models, source)(weights=None)
        found = mapped(built(name, **options), file)
    names = list(file.state_dict())
    after = names.index([n for n in names if n.startswith(last + ".")][-1]) + 1
    assert found.extra == tuple(names[after:]), found.mapping


@pytest.mark.parametrize("name", ["resnet18", "densenet121", "efficientnet_b0", "vgg16"])
def test_our_classifiers_start_what_has_their_encoder(name):
    with shapes_only():
        own = built(name)
        assert mapped(built(name), own).matched == tuple(own.state_dict())
        encoder = mapped(backbones.build(name), own)
    assert not encoder.missing


def test_a_resnet_answers_as_torchvisions(tmp_path, picture):
    file = filled(torchvision.models.resnet18(weights=None))
    own, _ = started("fcn8s_resnet18", file, tmp_path)
    with torch.inference_mode():
        wanted = nn.Sequential(*list(file.children())[:-2])(picture)
        torch.testing.assert_close(own.encoder(picture)[-1], wanted, rtol=1e-4, atol=1e-4)


def test_a_mobilenet_answers_as_torchvisions(tmp_path, picture):
    file = filled(torchvision.models.mobilenet_v2(weights=None))
    own, _ = started("deeplab_v3plus_mobilenet", file, tmp_path)
    with torch.inference_mode():
        wanted = file.features[:7](picture)
        torch.testing.assert_close(own.backbone(picture)[2], wanted, rtol=1e-4, atol=1e-4)


def test_vggs_dense_layers_answer_alike_as_fcns_convolutions(tmp_path):
    file = small_vgg()
    own, _ = started("fcn8s", file, tmp_path, width=0.25)
    picture = torch.randn(1, 3, 224, 224)
    with torch.inference_mode():
        last = own.encoder(picture)[-1]
        torch.testing.assert_close(last, file.features(picture), rtol=1e-4, atol=1e-4)
        wanted = file.classifier[:6](last.flatten(1))
        # The kernel that covers the whole map stands in the middle.
        torch.testing.assert_close(own.head(last)[:, :, 3, 3], wanted, rtol=1e-4, atol=1e-4)


def test_a_bias_that_a_layer_has_not_goes_into_its_batch_norm(tmp_path, picture):
    file = small_vgg()
    own, found = started("segnet", file, tmp_path, width=0.25)
    assert {name.split(".")[0] for name in found.extra} == {"classifier"}
    seen = []
    own.encoders[-1].register_forward_hook(lambda module, given, result: seen.append(result))
    with torch.inference_mode():
        own(picture)
        torch.testing.assert_close(seen[0], file.features[:-1](picture), rtol=1e-4, atol=1e-4)


def test_names_of_several_processes_fit_by_a_prefix():
    with shapes_only():
        file = nn.Module()
        file.module = built("unet32")
        assert mapped(built("unet32"), file).mapping == ("module.* to *",)


def test_other_shapes_are_told_on_both_sides():
    with shapes_only():
        own, file = built("unet32"), registry.get("unet32").build(9)
        found = mapped(own, file)
    assert found.other_shape == ("score.weight", "score.bias")
    assert found.shape_text("score.weight") == "5x32x1x1, not 9x32x1x1"
    assert found.missing == found.extra == ()


def test_a_few_equal_shapes_are_chance(tmp_path):
    file = torchvision.models.resnet18(weights=None)
    with pytest.raises(WeightsError, match="Nothing"):
        started("yolo_v3_tiny", file, tmp_path, width=0.25)
