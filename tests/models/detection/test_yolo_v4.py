import pytest
import torch

from models.contract import DetectionTarget
from models.detection.yolo_v4 import STRIDES, yolo_v4
from models.layers.darknet import PoolPyramid
from models.shapes_only import shapes_only


def test_layers_are_darknets():
    with shapes_only():
        model = yolo_v4(80)
        raw = model(torch.zeros(1, 3, 416, 416))
    assert [tensor.shape[-1] for tensor in raw] == [52, 26, 13]
    # 64,429,405 in Darknet's yolov4.weights, which holds also the norms' running numbers.
    running = sum(b.numel() for n, b in model.named_buffers() if "running" in n)
    assert sum(p.numel() for p in model.parameters()) + running == 64_429_405


def test_the_fine_grid_has_the_small_anchors():
    assert yolo_v4(1, width=0.25).anchors.prod(2).mean(1).argsort().tolist() == [0, 1, 2]


def test_centres_reach_over_the_borders_of_their_cell():
    model = yolo_v4(1, width=0.25)
    raw = tuple(torch.full((1, 18, 64 // s, 64 // s), 20.0) for s in STRIDES)
    for step, stride, reach in zip(model.steps(raw)[0], STRIDES, (1.2, 1.1, 1.05), strict=True):
        centers = (step.boxes[:, :2] + step.boxes[:, 2:]) / 2 / stride
        corners = torch.stack([step.cells % step.grid_hw[1], step.cells // step.grid_hw[1]], dim=1)
        # 1 and half of what goes beyond; large boxes lose some digits.
        assert (centers - corners).mean().item() == pytest.approx(1 + (reach - 1) / 2, abs=0.02)


def test_matches_are_on_the_grid_of_the_fitting_anchors():
    model = yolo_v4(2, width=0.25)
    target = DetectionTarget(torch.tensor([[100.0, 100, 110, 114]]), torch.tensor([1]))
    matches = model.matches((416, 416), target)
    sides = (matches.boxes[:, 2:] - matches.boxes[:, :2]).tolist()
    assert [12, 16] in sides
    assert [459, 401] not in sides
    assert matches.objects.tolist() == [0] * len(sides)


def test_the_pyramid_keeps_the_size_and_looks_ever_further():
    x = torch.zeros(1, 1, 15, 15)
    x[0, 0, 7, 7] = 1
    found = PoolPyramid()(x)
    assert found.shape == (1, 4, 15, 15)
    assert found.sum((2, 3))[0].tolist() == [169, 81, 25, 1]
