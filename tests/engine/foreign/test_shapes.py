"""Masks and rotated boxes come back from rows that are made by hand."""

import cv2
import numpy as np
import pytest
import torch

from engine.errors import WeightsError
from engine.foreign.head import Head
from engine.foreign.layouts import decode

SIZE = (64, 96)
SHARES = 32


def two_rows(before):
    """A table (1, 2, C) of two boxes: what comes before, then shares of 1s and of 2s."""
    rows = torch.tensor(before, dtype=torch.float32)
    shares = torch.tensor([1.0, 2.0])[:, None].repeat(1, SHARES)
    return torch.cat([rows, shares], dim=1)[None]


@pytest.mark.parametrize(
    ("layout", "before", "is_turned"),
    [
        ("yolo_v5_seg", [[20, 30, 10, 20, 1, 0, 0.9], [50, 30, 20, 8, 0.9, 1, 0]], False),
        ("yolo_v8_seg", [[20, 30, 10, 20, 0, 0.9], [50, 30, 20, 8, 0.9, 0]], True),
        ("yolo_v10_seg", [[15, 20, 25, 40, 0.9, 1], [40, 26, 60, 34, 0.9, 0]], False),
    ],
)
def test_each_candidate_keeps_the_shares_of_its_row(layout, before, is_turned):
    table, maps = two_rows(before), torch.randn(1, SHARES, 16, 24)
    corners = "xyxy" if layout == "yolo_v10_seg" else "cxcywh"
    head = Head(layout, 2, (0, 1), corners=corners, is_turned=is_turned)
    given = table.transpose(1, 2) if is_turned else table
    (found,) = decode([given, maps], head, SIZE)
    order = found.labels.argsort()
    assert found.boxes[order].tolist() == [[40, 26, 60, 34], [15, 20, 25, 40]]
    assert found.scores.tolist() == pytest.approx([0.9, 0.9])
    assert (found.shared.shares[order] == torch.tensor([[2.0], [1.0]])).all()
    assert torch.equal(found.shared.maps, maps[0])
    with pytest.raises(WeightsError, match="masks"):
        decode([given, maps[:, 1:]], head, SIZE)


@pytest.mark.parametrize("angle", [-0.7, 0.0, 0.4, np.pi / 2, 2.3])
@pytest.mark.parametrize("layout", ["yolo_v8_obb", "yolo_v10_obb"])
def test_an_angle_turns_a_box_around_its_middle(layout, angle):
    box = (40, 30, 20, 8)
    others = [0.1, 0.9] if layout == "yolo_v8_obb" else [0.9, 1]
    table = torch.tensor([[[*box, *others, angle]]], dtype=torch.float32)
    head = Head(layout, 2, is_turned=layout == "yolo_v8_obb")
    given = table.transpose(1, 2) if head.is_turned else table
    (found,) = decode([given], head, SIZE)
    strong = int(found.scores.argmax())
    corners = found.corners[strong].numpy()
    wanted = cv2.boxPoints((box[:2], box[2:], np.degrees(angle)))
    assert sorted(corners.round(2).tolist()) == sorted(wanted.round(2).tolist())
    sides = np.linalg.norm(corners - np.roll(corners, -1, axis=0), axis=1)
    assert sides == pytest.approx([20, 8, 20, 8], abs=1e-3)
    around = (*corners.min(axis=0), *corners.max(axis=0))
    assert found.boxes[strong].tolist() == pytest.approx(around)
    assert int(found.labels[strong]) == 1
    table[0, 0, 2] = float("inf")
    (found,) = decode([given], head, SIZE)
    assert not len(found.scores)
    with pytest.raises(WeightsError, match="rotated boxes"):
        decode([given], Head(layout, 2, is_turned=not head.is_turned), SIZE)
