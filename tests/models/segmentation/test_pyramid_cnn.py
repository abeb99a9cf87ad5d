import pytest
import torch

from models.segmentation.pyramid_cnn import PyramidCNN, pyramid_cnn


@pytest.fixture
def model() -> PyramidCNN:
    torch.manual_seed(0)
    return pyramid_cnn(3).eval()


def test_one_network_looks_at_every_scale(model):
    sizes = []
    model.network.register_forward_hook(lambda *call: sizes.append(call[1][0].shape[-2:]))
    model(torch.randn(1, 3, 64, 96))
    assert sizes == [(64, 96), (32, 48), (16, 24)]


def test_the_scales_share_their_parameters(model):
    # By hand: three 7 x 7 convolutions once, the classifier of 3 * 256 features, all with biases.
    network = 49 * (3 * 16 + 16 * 64 + 64 * 256) + 16 + 64 + 256
    classifier = 3 * 256 * 1024 + 1024 + 1024 * 3 + 3
    assert sum(p.numel() for p in model.parameters()) == network + classifier


def test_changing_the_network_changes_the_features_of_every_scale(model):
    batch = torch.randn(1, 3, 32, 32)
    found = []
    model.together.register_forward_hook(lambda *call: found.append(call[2].chunk(3, dim=1)))
    with torch.inference_mode():
        model(batch)
        model.network[6].weight.mul_(2)
        model.network[6].bias.mul_(2)
        model(batch)
    for before, after in zip(*found, strict=True):
        assert before.abs().sum() > 0
        torch.testing.assert_close(after, 2 * before)


def test_the_coarsest_scale_sees_184_pixels(model):
    batch = torch.randn(1, 3, 16, 288, requires_grad=True)
    network = torch.nn.functional.avg_pool2d(batch, 4)
    model.network(network)[0, :, 0, 9].sum().backward()
    columns = (batch.grad.abs().sum((0, 1, 2)) > 0).nonzero()
    assert 160 <= int(columns.max() - columns.min()) + 1 <= 184
