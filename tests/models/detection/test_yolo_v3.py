import pytest
import torch

from models.detection.yolo_v3 import yolo_v3
from models.shapes_only import shapes_only


@pytest.mark.parametrize(("pyramid", "numbers"), [(False, 62_001_757), (True, 63_052_381)])
def test_layers_are_darknets(pyramid, numbers):
    with shapes_only():
        model = yolo_v3(80, pyramid=pyramid)
        raw = model(torch.zeros(1, 3, 416, 416))
    assert [tensor.shape[-1] for tensor in raw] == [13, 26, 52]
    # Those of Darknet's yolov3.weights and yolov3-spp.weights, the norms' running numbers too.
    running = sum(b.numel() for n, b in model.named_buffers() if "running" in n)
    assert sum(p.numel() for p in model.parameters()) + running == numbers


def test_the_coarse_grid_has_the_large_anchors():
    assert yolo_v3(1, width=0.25).anchors.prod(2).mean(1).argsort().tolist() == [2, 1, 0]
