import pytest
import torch
from torchvision.ops import box_iou

from models.layers.cell_coding import decode, encode, paired_iou, take_cells


def random_boxes(count, size_hw, seed=0):
    generator = torch.Generator().manual_seed(seed)
    corners = torch.rand(count, 2, 2, generator=generator).sort(dim=1).values
    height, width = size_hw
    return (corners * torch.tensor([width, height])).flatten(1)  # xyxy


@pytest.mark.parametrize("size_hw", [(448, 448), (61, 83)])
def test_what_is_encoded_comes_back(size_hw):
    boxes = random_boxes(200, size_hw)
    cells = torch.randint(0, 49, (200,))
    assert torch.allclose(
        decode(encode(boxes, cells, size_hw, 7), cells, size_hw, 7), boxes, atol=1e-3
    )


def test_a_centre_lies_within_the_cell_that_learns_it():
    boxes = random_boxes(30, (100, 140))
    cells, objects = take_cells(boxes, (100, 140), 7)
    coords = encode(boxes[objects], cells, (100, 140), 7)
    assert ((coords[:, :2] >= 0) & (coords[:, :2] <= 1)).all()
    assert len(set(cells.tolist())) == len(cells) == len(set(objects.tolist()))


def test_the_largest_object_takes_a_cell():
    boxes = torch.tensor([[40.0, 40, 60, 60], [30, 30, 70, 70], [45, 45, 55, 55], [0, 0, 4, 4]])
    cells, objects = take_cells(boxes, (100, 100), 5)
    assert dict(zip(cells.tolist(), objects.tolist(), strict=True)) == {12: 1, 0: 3}


def test_a_box_at_the_right_edge_has_a_cell():
    cells, _ = take_cells(torch.tensor([[100.0, 100, 100, 100]]), (100, 100), 7)
    assert cells.tolist() == [48]


def test_no_boxes_take_no_cells():
    assert len(take_cells(torch.zeros(0, 4), (64, 64), 7).cells) == 0


def test_paired_overlap_is_the_diagonal_of_all():
    a, b = random_boxes(50, (90, 90), 1), random_boxes(50, (90, 90), 2)
    assert torch.allclose(paired_iou(a, b), box_iou(a, b).diagonal(), atol=1e-6)
