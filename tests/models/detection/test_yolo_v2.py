import pytest
import torch

from models.contract import DetectionTarget
from models.detection.yolo_v2 import yolo_v2
from models.layers.darknet import reorg, reorg_as_darknet
from models.shapes_only import shapes_only


def small(**options):
    torch.manual_seed(0)
    return yolo_v2(3, width=0.25, **options).eval()


def test_layers_are_darknets():
    with shapes_only():
        model = yolo_v2(80)
        assert model(torch.zeros(1, 3, 416, 416))[0].shape == (1, 425, 13, 13)
    # 50,983,561 in Darknet's yolov2.weights, which holds also the norms' running numbers.
    running = sum(b.numel() for n, b in model.named_buffers() if "running" in n)
    assert sum(p.numel() for p in model.parameters()) + running == 50_983_561


def test_reorg_puts_the_pixels_of_a_square_side_by_side():
    x = torch.arange(2 * 4 * 6.0).view(1, 2, 4, 6)
    found = reorg(x)
    assert found.shape == (1, 8, 2, 3)
    for row in range(2):
        for column in range(3):
            square = x[0, :, 2 * row : 2 * row + 2, 2 * column : 2 * column + 2]  # (C, 2, 2)
            assert found[0, :, row, column].tolist() == square.permute(1, 2, 0).flatten().tolist()


def test_darknets_reorg_counts_as_its_loops_do():
    c, h, w = 8, 4, 6
    x = torch.arange(float(c * h * w))
    wanted = torch.zeros(c * h * w)
    for k in range(c):  # Darknet walks its input's own size, writing where it should read
        for j in range(h):
            for i in range(w):
                part, offset = k % (c // 4), k // (c // 4)
                column, row = 2 * i + offset % 2, 2 * j + offset // 2
                wanted[i + w * (j + h * k)] = x[column + 2 * w * (row + 2 * h * part)]
    found = reorg_as_darknet(x.view(1, c, h, w))
    assert found.flatten().tolist() == wanted.tolist()


def test_the_passthrough_changes_the_answer_and_no_tensor():
    # Normalised by the batch: with norms that know nothing yet, what passes through has faded away.
    near, theirs = small().train(), small(passthrough="darknet").train()
    batch = torch.rand(1, 3, 64, 96)
    with torch.inference_mode():
        found, other = near(batch)[0], theirs(batch)[0]
    assert (found - other).abs().mean() > 0.05 * found.std()
    with pytest.raises(ValueError, match="neighbours, darknet"):
        small(passthrough="none")


def test_labels_exclude_each_other():
    model = small()
    raw = (torch.randn(1, 40, 2, 3),)
    (step,) = model.steps(raw)[0]
    assert torch.allclose(step.chances.sum(1), torch.ones(30))
    assert model.outputs(raw)[0].scores.max() <= step.scores.max()


def test_an_answer_of_zeros_is_the_anchors_in_the_middle_of_the_cells():
    model = small(anchors=[(10, 20), (20, 30), (30, 40), (40, 50), (50, 60)])
    (step,) = model.steps((torch.zeros(1, 40, 2, 3),))[0]
    assert step.boxes[5 * 4 + 1].tolist() == [48 - 10, 48 - 15, 48 + 10, 48 + 15]


def test_the_right_boxes_cost_nothing_but_their_confidence():
    model = small(anchors=[(16, 16), (24, 24), (32, 32), (40, 40), (48, 48)])
    target = DetectionTarget(torch.tensor([[36.0, 4, 60, 28]]), torch.tensor([2]))
    raw = torch.zeros(1, 5, 8, 2, 3)
    raw[:, :, 4] = -20
    raw[0, :, 2:4, 0, 1] = (24 / model.anchors[0]).log()
    raw[0, :, 4, 0, 1] = 20
    raw[0, :, 7, 0, 1] = 20
    model.forward = lambda batch: (raw.flatten(1, 2),)
    losses = model.losses(torch.zeros(1, 3, 64, 96), [target])
    assert {k: v.item() for k, v in losses.items()} == pytest.approx(
        dict.fromkeys(losses, 0.0), abs=1e-4
    )


def test_five_anchors_are_needed():
    with pytest.raises(ValueError, match="5 anchors"):
        small(anchors=[(1, 2)])
