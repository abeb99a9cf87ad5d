import pytest
import torch
from torchvision.models.detection.anchor_utils import DefaultBoxGenerator
from torchvision.models.detection.image_list import ImageList

from models.layers.default_boxes import Level, default_boxes, hard_negatives

CPU = torch.device("cpu")


@pytest.mark.parametrize("strides", [(8, 20), None])
def test_boxes_are_torchvisions(strides):
    theirs = DefaultBoxGenerator([[2], [2, 3]], scales=[0.2, 0.5, 1.1], steps=strides)
    maps = [torch.zeros(1, 1, 5, 8), torch.zeros(1, 1, 2, 3)]
    wanted = theirs(ImageList(torch.zeros(1, 3, 40, 60), [(40, 60)]), maps)[0]
    first, second = strides or (None, None)
    levels = (Level(0.2, 0.5, (2,), first), Level(0.5, 1.1, (2, 3), second))
    ours = default_boxes(levels, [(5, 8), (2, 3)], (40, 60), device=CPU)
    assert torch.allclose(ours, wanted, atol=1e-4)


def test_a_level_counts_its_shapes():
    level = Level(0.3, 0.4, (2, 3))
    assert len(level.shapes()) == level.boxes_per_cell == 6


@pytest.mark.parametrize("seed", range(10))
def test_negatives_are_the_hardest_and_three_for_each_positive(seed):
    generator = torch.Generator().manual_seed(seed)
    losses = torch.rand(4, 50, generator=generator)
    positive = torch.rand(4, 50, generator=generator) < torch.tensor([[0.0], [0.02], [0.1], [0.6]])
    negative = hard_negatives(losses, positive, ratio=3)
    assert not (negative & positive).any()
    for row, holds, chosen in zip(losses, positive, negative, strict=True):
        wanted = min(3 * max(1, int(holds.sum())), int((~holds).sum()))
        assert chosen.sum() == wanted
        left = row[~chosen & ~holds]
        assert not len(left) or row[chosen].min() >= left.max()
