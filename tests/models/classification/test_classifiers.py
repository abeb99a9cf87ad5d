"""Image classifiers against the tables of their papers, with 1000 labels."""

import pytest
import torch
import torchvision
from torch import nn

import models
from models import registry
from models.backbones.efficientnet import SCALES
from models.contract import ClassificationTarget, Task
from models.shapes_only import shapes_only
from tests.rounding import assert_rounding_only

models.load_all()
MILLIONS = {
    "alexnet": 60.97,
    "vgg11": 132.86,
    "vgg13": 133.05,
    "vgg16": 138.36,
    "vgg19": 143.67,
    "googlenet": 13.39,  # 7.0 without the two auxiliary classifiers
    "resnet18": 11.69,
    "resnet34": 21.80,
    "resnet50": 25.56,
    "resnet101": 44.55,
    "resnet152": 60.19,
    "densenet121": 7.98,
    "densenet169": 14.15,
    "seresnet50": 28.09,
    "efficientnet_b0": 5.29,
    "efficientnet_b1": 7.79,
    "efficientnet_b2": 9.11,
    "efficientnet_b3": 12.23,
    "inception_v4": 42.68,
    "inception_resnet_v2": 55.84,
    "resnet50_deformable": 25.81,
}


def on_meta(name, num_labels=1000, **options):
    with shapes_only():
        return registry.get(name).build(num_labels, **options)


@pytest.mark.parametrize(("name", "millions"), MILLIONS.items())
def test_a_classifier_has_its_papers_number_of_parameters(name, millions):
    count = sum(p.numel() for p in on_meta(name).parameters())
    assert count / 1e6 == pytest.approx(millions, abs=0.01)


def test_every_classifier_is_counted():
    known = {n for n in registry.names() if registry.get(n).task is Task.CLASSIFICATION}
    assert {n for n in known if not n.startswith("tiny")} == set(MILLIONS)


def weights_in(module):
    return sum(p.numel() for p in module.parameters() if p.ndim > 1)


def test_googlenets_blocks_have_the_weights_of_table_1():
    features = on_meta("googlenet").features
    # Thousands (1024) of weights by row; the sums printed there differ a little from its columns.
    table = {"3a": 159, "3b": 380, "4a": 364, "4b": 437, "4c": 463, "4d": 580, "4e": 840}
    table |= {"5a": 1072, "5b": 1388}
    found = {n: weights_in(features.get_submodule(f"inception{n}")) / 1024 for n in table}
    assert found == pytest.approx(table, rel=0.08)


def test_googlenets_auxiliary_classifiers_are_for_training_only():
    torch.manual_seed(0)
    model = registry.get("googlenet").build(3, width=0.25)
    batch = torch.rand(2, 3, 64, 64)
    targets = [ClassificationTarget(torch.tensor(i)) for i in range(2)]
    assert set(model.losses(batch, targets)) == {"cross_entropy", "auxiliary_1", "auxiliary_2"}
    model.eval()
    before = model(batch)[0]
    del model.auxiliary
    assert torch.equal(model(batch)[0], before)


def test_alexnets_second_fourth_and_fifth_convolution_have_two_groups():
    convolutions = [m for m in on_meta("alexnet").features if isinstance(m, nn.Conv2d)]
    assert [c.groups for c in convolutions] == [1, 2, 1, 2, 2]
    assert [c.out_channels for c in convolutions] == [96, 256, 384, 384, 256]


def test_alexnets_maps_have_the_papers_sides_at_227():
    model, sides = registry.get("alexnet").build(2, width=0.25).eval(), []
    x = torch.rand(1, 3, 227, 227)
    for layer in model.features:
        x = layer(x)
        if isinstance(layer, nn.Conv2d | nn.MaxPool2d):
            sides.append(x.shape[-1])
    assert sides == [55, 27, 27, 13, 13, 13, 13, 6]


@pytest.mark.parametrize("depth", [11, 13, 16, 19])
def test_vggs_name_counts_its_layers_with_weights(depth):
    layers = [m for m in on_meta(f"vgg{depth}").modules() if isinstance(m, nn.Conv2d | nn.Linear)]
    assert len(layers) == depth


@pytest.mark.parametrize("name", ["vgg16", "densenet121"])
def test_torchvisions_tensors_fit(name):
    ours = {n: p.shape for n, p in on_meta(name).state_dict().items() if "head" not in n}
    with shapes_only():
        theirs = getattr(torchvision.models, name)(weights=None).state_dict()
    assert ours.items() <= {n: p.shape for n, p in theirs.items()}.items()


def test_a_squeeze_adds_a_tenth_to_resnet50():
    with_gates, plain = (
        sum(p.numel() for p in on_meta(name).parameters()) for name in ("seresnet50", "resnet50")
    )
    assert with_gates - plain == pytest.approx(2.5e6, rel=0.02)


@pytest.mark.parametrize("step", [1, 2, 3])
def test_efficientnets_grow_in_depth_width_and_side_together(step):
    smaller, larger = SCALES[step - 1], SCALES[step]
    assert larger.depth > smaller.depth
    assert larger.width >= smaller.width
    assert larger.side > smaller.side
    assert registry.get(f"efficientnet_b{step}").input_hw == (larger.side, larger.side)


def test_inception_v4_has_4_7_and_3_blocks():
    kinds = [type(layer).__name__ for layer in on_meta("inception_v4").features]
    counts = [kinds.count(f"Inception{kind}") for kind in "ABC"]
    assert counts == [4, 7, 3]


def test_before_training_a_deformable_network_says_what_the_plain_one_says():
    torch.manual_seed(0)
    plain = registry.get("resnet50").build(3, width=0.25).eval()
    deformable = registry.get("resnet50_deformable").build(3, width=0.25).eval()
    missing, unexpected = deformable.load_state_dict(plain.state_dict(), strict=False)
    assert not unexpected
    assert all(".offset." in name for name in missing)
    assert len(missing) == 6
    batch = torch.rand(1, 3, 64, 64)
    with torch.inference_mode():
        # Deformable convolution knows float32 alone; only three layers and the scores are others.
        assert_rounding_only(deformable(batch)[0], plain(batch)[0])


def test_a_deformable_network_runs_in_half_precision():
    model = registry.get("resnet50_deformable").build(3, width=0.25).eval()
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        assert torch.isfinite(model(torch.rand(1, 3, 64, 64))[0]).all()


def test_a_small_picture_is_enlarged_in_its_own_proportions():
    model = registry.get("inception_v4").build(2, width=0.25)
    assert model.enlarged(torch.rand(1, 3, 30, 60)).shape == (1, 3, 75, 150)
    large = torch.rand(1, 3, 80, 75)
    assert model.enlarged(large) is large


@pytest.mark.slow
@pytest.mark.parametrize(("name", "steps"), [("inception_v4", 15), ("inception_resnet_v2", 1)])
def test_the_largest_networks_learn_two_pictures(name, steps):
    torch.manual_seed(0)
    model = registry.get(name).build(3, width=0.25)
    batch = torch.rand(2, 3, 48, 70)
    batch[1:] *= -1
    targets = [ClassificationTarget(torch.tensor(i)) for i in range(2)]
    optimizer = torch.optim.AdamW(model.parameters(), 3e-3)
    values = []
    for _ in range(steps):
        loss = sum(model.losses(batch, targets).values())
        optimizer.zero_grad()
        loss.backward()
        if not values:
            grads = {n: p.grad for n, p in model.named_parameters()}
            assert all(g is not None and g.abs().sum() > 0 for g in grads.values())
        optimizer.step()
        values.append(loss.item())
    assert steps == 1 or min(values[-3:]) < 0.6 * values[0]
    assert model.eval()(torch.rand(1, 3, 33, 130))[0].shape == (1, 3)
