import torch

from models.detector import candidates, sliding_windows
from models.layers.anchors import anchor_sizes, grid_anchors


def test_a_candidate_for_each_box_and_label_that_scores():
    boxes = torch.tensor([[0.0, 0, 4, 4], [2, 2, 8, 8]])
    found = candidates(boxes, torch.tensor([[0.5, 0.0], [0.2, 0.7]]))
    assert found.labels.tolist() == [0, 0, 1]
    assert torch.equal(found.boxes, boxes[[0, 1, 1]])
    by_label = boxes[:, None].repeat(1, 2, 1) + torch.tensor([0.0, 10.0])[None, :, None]
    masks = torch.rand(2, 2, 7, 7)
    found = candidates(by_label, torch.tensor([[0.5, 0.0], [0.2, 0.7]]), masks)
    assert found.boxes[2].tolist() == [12, 12, 18, 18]
    assert torch.equal(found.masks[1], masks[1, 0])


def test_sliding_windows_lie_inside_and_reach_every_corner():
    windows = sliding_windows((90, 160))
    assert windows[:, :2].min() == 0
    assert windows[:, 2].max() <= 160.001
    assert windows[:, 3].max() <= 90.001
    assert (windows[:, 2:] > windows[:, :2]).all()
    assert 100 < len(windows) < 5000


def test_grid_anchors_sit_in_the_middle_of_their_cells():
    sizes = anchor_sizes([32], [0.5, 2.0])
    assert torch.allclose(sizes.prod(1), torch.tensor([1024.0, 1024.0]))
    assert torch.allclose(sizes[:, 1] / sizes[:, 0], torch.tensor([0.5, 2.0]))
    anchors = grid_anchors((2, 3), 16, sizes, device=torch.device("cpu"))
    assert anchors.shape == (12, 4)
    middles = (anchors[:, :2] + anchors[:, 2:]) / 2
    assert middles[::2].tolist() == [[8, 8], [24, 8], [40, 8], [8, 24], [24, 24], [40, 24]]
