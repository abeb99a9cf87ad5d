import pytest
import torch
from torch import nn

from models.layers.pyramid import DilatedPyramid, LoneBatchNorm, ScoreSum, stack_columns


@pytest.mark.parametrize("size_hw", [(1, 1), (2, 3), (5, 40)])
def test_a_map_smaller_than_the_dilation_keeps_its_size(size_hw):
    pyramid = DilatedPyramid(8, 16, (12, 24, 36)).eval()
    assert pyramid(torch.randn(2, 8, *size_hw)).shape == (2, 16, *size_hw)


def test_a_last_batch_of_one_picture_trains():
    torch.manual_seed(0)
    pyramid = DilatedPyramid(8, 16, (6, 12, 18)).train()
    pyramid(torch.randn(1, 8, 4, 4)).sum().backward()
    norm = pyramid.picture[2]
    assert isinstance(norm, LoneBatchNorm)
    assert torch.equal(norm.running_mean, torch.zeros(16))


def test_more_than_one_value_is_normalised_as_ever():
    torch.manual_seed(0)
    ours, plain = LoneBatchNorm(4).train(), nn.BatchNorm2d(4).train()
    x = torch.randn(3, 4, 1, 1)
    torch.testing.assert_close(ours(x), plain(x))
    torch.testing.assert_close(ours.running_var, plain.running_var)


def test_the_whole_picture_reaches_every_pixel():
    torch.manual_seed(0)
    pyramid = DilatedPyramid(8, 16, (1, 2, 3)).eval()
    x = torch.randn(1, 8, 20, 20)
    changed = x.clone()
    changed[..., 19, 19] += 50
    assert not torch.allclose(pyramid(x)[..., 0, 0], pyramid(changed)[..., 0, 0])


def test_scores_of_branches_are_added():
    branches = [nn.Conv2d(3, 2, 1) for _ in range(3)]
    x = torch.randn(1, 3, 4, 4)
    expected = branches[0](x) + branches[1](x) + branches[2](x)
    torch.testing.assert_close(ScoreSum(branches)(x), expected)


def test_columns_keep_every_depth_at_its_place():
    fine, coarse = torch.randn(1, 2, 8, 8), torch.ones(1, 3, 2, 2)
    columns = stack_columns([fine, coarse], (8, 8))
    assert columns.shape == (1, 5, 8, 8)
    torch.testing.assert_close(columns[:, :2], fine)
    torch.testing.assert_close(columns[:, 2:], torch.ones(1, 3, 8, 8))
