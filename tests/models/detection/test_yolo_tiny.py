import numpy as np
import pytest
import torch

from models.contract import DetectionTarget
from models.detection.yolo_grid import anchor_fitter
from models.detection.yolo_tiny import STRIDES, yolo_v2_tiny, yolo_v3_tiny, yolo_v4_tiny
from models.shapes_only import shapes_only


@pytest.mark.parametrize(
    ("build", "labels", "options", "numbers"),
    [  # what Darknet's files of these names hold, the norms' running numbers too
        (yolo_v2_tiny, 80, {}, 11_237_145),
        (yolo_v2_tiny, 20, {"head_channels": 1024}, 15_867_885),
        (yolo_v3_tiny, 80, {}, 8_858_734),
        (yolo_v4_tiny, 80, {}, 6_062_814),
    ],
)
def test_layers_are_darknets(build, labels, options, numbers):
    with shapes_only():
        model = build(labels, **options)
    running = sum(b.numel() for n, b in model.named_buffers() if "running" in n)
    assert sum(p.numel() for p in model.parameters()) + running == numbers


def test_the_grid_of_yolo_v2_tiny_is_at_stride_32():
    (raw,) = yolo_v2_tiny(2, width=0.25)(torch.zeros(1, 3, 64, 96))
    assert raw.shape == (1, 35, 2, 3)


def test_centres_of_yolo_v4_tiny_reach_over_the_borders_of_their_cell():
    model = yolo_v4_tiny(1, width=0.25)
    raw = tuple(torch.full((1, 18, 64 // s, 64 // s), 20.0) for s in STRIDES)
    for step, stride in zip(model.steps(raw)[0], STRIDES, strict=True):
        centers = (step.boxes[:, :2] + step.boxes[:, 2:]) / 2 / stride
        corners = torch.stack([step.cells % step.grid_hw[1], step.cells // step.grid_hw[1]], dim=1)
        assert (centers - corners).mean().item() == pytest.approx(1.025, abs=0.02)


@pytest.mark.parametrize("build", [yolo_v3_tiny, yolo_v4_tiny])
def test_heads_look_at_strides_32_and_16(build):
    coarse, fine = build(2)(torch.zeros(1, 3, 64, 96))
    assert coarse.shape == (1, 21, 64 // STRIDES[0], 96 // STRIDES[0])
    assert fine.shape == (1, 21, 64 // STRIDES[1], 96 // STRIDES[1])


def test_boxes_come_from_cell_and_anchor():
    model = yolo_v3_tiny(1)
    grid = torch.zeros(1, 3, 2, 2, 6)  # sigmoid 0.5: the cell's centre; exp 1: the anchor's size
    box = model._boxes(grid, 1)[0, 0, 1, 0]
    width, height = model.anchors[1, 0].tolist()
    assert box.tolist() == pytest.approx(
        [8 - width / 2, 24 - height / 2, 8 + width / 2, 24 + height / 2]
    )


def test_every_box_is_learned_by_some_anchor_at_its_cell():
    model = yolo_v3_tiny(3)
    boxes = torch.tensor([[10.0, 20, 22, 50], [0, 0, 400, 300], [100, 100, 103, 104]])
    truth = [DetectionTarget(boxes, torch.tensor([0, 1, 2]))]
    learned = set()
    for scale, stride in enumerate(STRIDES):
        grid = torch.zeros(1, 3, 416 // stride, 416 // stride, 8)
        where, chosen, labels = model._assign(truth, scale, grid)
        centers = (chosen[:, :2] + chosen[:, 2:]) / 2
        assert torch.equal(where[3], (centers[:, 0] // stride).long())
        assert torch.equal(where[2], (centers[:, 1] // stride).long())
        learned |= set(labels.tolist())
    assert learned == {0, 1, 2}


def test_anchors_fit_the_boxes_and_are_sorted():
    generator = np.random.default_rng(0)
    sizes = np.concatenate([generator.normal(m, 1, (50, 2)) for m in (10, 30, 60, 90, 150, 250)])
    anchors = np.array(anchor_fitter(6)(sizes.astype(np.float32), generator)["anchors"])
    assert anchors.shape == (6, 2)
    assert (np.diff(anchors.prod(axis=1)) > 0).all()


def test_anchors_need_boxes():
    with pytest.raises(ValueError, match="at least one"):
        anchor_fitter(6)(np.zeros((0, 2), np.float32), np.random.default_rng(0))


def test_six_anchors_are_needed():
    with pytest.raises(ValueError, match="6 anchors"):
        yolo_v3_tiny(2, anchors=[(1, 2)])


def test_anchors_are_above_0():
    with pytest.raises(ValueError, match="above 0"):
        yolo_v3_tiny(2, anchors=[(0, float("nan"))] * 6)


def test_steps_hold_every_box_and_the_candidates_come_from_them():
    torch.manual_seed(0)
    model = yolo_v3_tiny(2)
    raw = tuple(torch.randn(2, 21, 64 // s, 96 // s) for s in STRIDES)
    outputs, steps = model.outputs(raw), model.steps(raw)
    assert [step.grid_hw for step in steps[0]] == [(2, 3), (4, 6)]
    for output, found in zip(outputs, steps, strict=True):
        boxes = torch.cat([step.boxes for step in found])
        scores = torch.cat([step.scores[:, None] * step.chances for step in found])  # (N, K)
        assert len(boxes) == 3 * (6 + 24)
        assert len(output.scores) == (scores > 0.001).sum()
        assert torch.isclose(output.scores.max(), scores.max())
        best = output.boxes[output.scores.argmax()]
        assert torch.allclose(best, boxes[scores.amax(1).argmax()])


def test_each_box_of_a_step_belongs_to_the_cell_that_its_centre_lies_in():
    model = yolo_v3_tiny(2)
    raw = tuple(torch.zeros(1, 21, 64 // s, 96 // s) for s in STRIDES)
    for step, stride in zip(model.steps(raw)[0], STRIDES, strict=True):
        centers = (step.boxes[:, :2] + step.boxes[:, 2:]) / 2
        columns, rows = (centers / stride).long().unbind(1)
        assert torch.equal(step.cells, rows * step.grid_hw[1] + columns)


def test_matches_name_the_anchors_that_learn_each_object():
    model = yolo_v3_tiny(3)
    boxes = torch.tensor([[10.0, 20, 22, 50], [0, 0, 400, 300], [100, 100, 103, 104]])
    matches = model.matches((416, 416), DetectionTarget(boxes, torch.tensor([0, 1, 0])))
    assert set(matches.objects.tolist()) == {0, 1, 2}
    middles = (matches.boxes[:, :2] + matches.boxes[:, 2:]) / 2
    truth = boxes[matches.objects]
    away = (middles - (truth[:, :2] + truth[:, 2:]) / 2).abs()
    assert away.max() <= max(STRIDES) / 2
    none = DetectionTarget(torch.zeros(0, 4), torch.zeros(0, dtype=torch.int64))
    assert len(model.matches((416, 416), none).boxes) == 0
