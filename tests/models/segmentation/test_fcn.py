import pytest
import torch
from safetensors.torch import save_file
from torch.nn import functional

from engine.weights.load import warm_start
from models import registry
from models.segmentation.fcn import Dense, fcn8s, fcn8s_resnet18, fcn16s, fcn32s
from models.shapes_only import shapes_only
from tests.rounding import assert_rounding_only

BUILDERS = (fcn32s, fcn16s, fcn8s)


def small(builder, **options):
    torch.manual_seed(0)
    return builder(3, width=0.25, **options).eval()


@pytest.fixture
def picture():
    torch.manual_seed(1)
    return torch.randn(1, 3, 96, 128)


@pytest.mark.parametrize("backbone", ["vgg16", "vgg16_bn"])
@pytest.mark.parametrize("builder", BUILDERS)
def test_vgg16_as_convolutions_has_134_million_parameters(builder, backbone):
    # The paper's table 1: 134 M. 14.7 in the convolutions, 102.8 in fc6, 16.8 in fc7, the rest
    # scores 21 labels.
    with shapes_only():
        count = sum(p.numel() for p in builder(21, backbone=backbone).parameters())
    assert 134.3e6 < count < 134.5e6


def test_fc6_and_fc7_are_vggs_dense_layers():
    with shapes_only():
        fc6, fc7 = [m for m in fcn32s(21).head if isinstance(m, torch.nn.Conv2d)]
    assert fc6.weight.shape == (4096, 512, 7, 7)  # 4096 x 25088 in VGG16
    assert fc7.weight.shape == (4096, 4096, 1, 1)


@pytest.mark.parametrize("options", [{}, {"backbone": "resnet18"}, {"upsampling": "resize"}])
@pytest.mark.parametrize(("coarse", "fine"), [(fcn32s, fcn16s), (fcn16s, fcn8s)])
def test_the_coarser_warm_starts_the_finer(coarse, fine, options, tmp_path, picture):
    """All but the last upsampling fits by name; what the new skip adds begins at zero."""
    taught = small(coarse, **options)
    torch.nn.init.normal_(taught.score_final.weight)
    save_file(taught.state_dict(), tmp_path / "coarse.safetensors")
    pupil = small(fine, **options)
    fit = warm_start(pupil, tmp_path / "coarse.safetensors")
    assert not fit.other_shape
    assert all(name.startswith("upscore") for name in fit.extra)
    assert all(name.startswith(("upscore", "score_pool")) for name in fit.missing)
    with torch.inference_mode():
        before, after = taught(picture)[0], pupil(picture)[0]
    # Interpolating twice rounds the peaks of these random scores a little more than once does.
    inside = (..., slice(32, -32), slice(32, -32))
    assert (before - after)[inside].abs().mean() < 0.2 * before.std()
    both = torch.stack([before[inside].flatten(), after[inside].flatten()])
    assert torch.corrcoef(both)[0, 1] > 0.97


def test_each_skip_changes_the_answer_once_it_has_learned(picture):
    model = small(fcn8s)
    found = []
    with torch.inference_mode():
        for skip in (None, model.score_pool4, model.score_pool3):
            if skip is not None:
                torch.nn.init.normal_(skip.weight)
            found.append(model(picture)[0])
    assert not torch.allclose(found[0], found[1])
    assert not torch.allclose(found[1], found[2])


def test_scores_are_interpolated_bilinearly_before_any_training(picture):
    model = small(fcn32s, backbone="resnet18")
    coarse = []
    model.score_final.register_forward_hook(lambda m, x, out: coarse.append(out))
    with torch.inference_mode():
        fine = model(picture)[0]
    assert_rounding_only(fine, functional.interpolate(coarse[0], scale_factor=32, mode="bilinear"))


@pytest.mark.parametrize("builder", BUILDERS)
@pytest.mark.parametrize("upsampling", ["transposed", "resize"])
def test_scores_that_are_equal_everywhere_stay_so_up_to_the_border(builder, upsampling, picture):
    model = small(builder, backbone="resnet18", upsampling=upsampling)
    torch.nn.init.zeros_(model.score_final.weight)
    torch.nn.init.ones_(model.score_final.bias)
    with torch.inference_mode():
        scores = model(picture)[0]
    assert_rounding_only(scores, torch.ones_like(scores))


def test_a_light_encoder_has_no_dense_layers_but_the_one_that_scores():
    with shapes_only():
        light = fcn8s_resnet18(21)
    # ResNet-18 without its classifier has 11.18 million.
    assert 11.17e6 < sum(p.numel() for p in light.parameters()) < 11.25e6
    names = {name for name, _ in light.named_modules()}
    assert all(look.path in names for look in registry.get("fcn8s_resnet18").looks)


def test_what_of_fc6_sees_only_padding_learns_nothing():
    """At bfloat16 on a CPU, as when training there; a picture of 64 pixels leaves a map of 2x2."""
    head = Dense(128, 1024)
    with torch.autocast("cpu", torch.bfloat16):
        out = head(torch.randn(2, 128, 2, 2))
    out.float().square().sum().backward()
    gradient = head[0].weight.grad
    assert (gradient[:, :, [0, -1]] == 0).all()
    assert gradient[:, :, 1:-1].abs().sum() > 0
