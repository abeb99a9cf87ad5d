from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn import functional

from engine.pipeline.decode import (
    detections,
    semantic_maps,
    suppress,
)
from engine.preprocess import Placement
from engine.thresholds import Thresholds
from engine.values import Box, Mask, Polygon
from models.contract import DetectionOutput, SharedMasks


def smooth_scores(labels: int, height: int, width: int, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    coarse = torch.randn(1, labels, 5, 6, generator=generator) * 4
    return functional.interpolate(coarse, size=(height, width), mode="bicubic")[0]


@pytest.mark.parametrize("labels", [2, 3, 8])
@pytest.mark.parametrize("size_hw", [(96, 128), (200, 333), (40, 50), (1, 1)])
def test_label_map_is_the_best_of_the_enlarged_scores(labels: int, size_hw: tuple) -> None:
    scores = smooth_scores(labels, 48, 64)
    placement = Placement(size_hw, (48, 64), (48, 64))
    maps = semantic_maps(scores, placement)
    wanted = functional.interpolate(scores[None], size=size_hw, mode="bilinear")[0].argmax(0)
    assert maps.ids.shape == size_hw
    # Shrinking picks scores, it does not mix them: outlines may move by a pixel.
    assert (maps.ids != wanted.numpy()).mean() <= (0.02 if size_hw[0] > 48 else 0.06)


def test_whole_factors_are_exact() -> None:
    scores = smooth_scores(6, 40, 40)
    maps = semantic_maps(scores, Placement((120, 160), (40, 40), (40, 40)))
    wanted = functional.interpolate(scores[None], size=(120, 160), mode="bilinear")[0].argmax(0)
    assert (maps.ids != wanted.numpy()).mean() < 0.0005


def test_sharp_borders_are_sure() -> None:
    """Between two labels that are sure of themselves, no line of background appears."""
    scores = torch.zeros(3, 8, 8)
    scores[1, :, :4] = 20
    scores[2, :, 4:] = 20
    maps = semantic_maps(scores, Placement((80, 80), (8, 8), (8, 8)))
    wanted = np.repeat(np.array([1, 2], np.uint8), 40)
    assert (maps.label_map(0.5, 0).ids == wanted).all()


def test_padding_is_not_shown() -> None:
    scores = torch.zeros(3, 8, 8)
    scores[1, :4] = 9  # The frame, in the upper half.
    scores[2, 4:] = 9  # Padding.
    maps = semantic_maps(scores, Placement((16, 32), (8, 8), (4, 8)))
    assert (maps.ids == 1).all()


@pytest.mark.parametrize("labels", [2, 4])
def test_unsure_pixels_become_background(labels: int) -> None:
    chance = 0.8
    rest = torch.log(torch.full((labels,), (1 - chance) / (labels - 1)))
    scores = rest[:, None, None].repeat(1, 6, 6)
    scores[1] = float(np.log(chance))
    maps = semantic_maps(scores, Placement((12, 12), (6, 6), (6, 6)))
    assert (maps.label_map(0.79, 0).ids == 1).all()
    assert (maps.label_map(0.81, 0).ids == 0).all()
    assert (maps.label_map(0.81, None).ids == 1).all()
    assert (maps.label_map(1.0, 0).ids == 0).all()


def output(boxes: list, scores: list, labels: list, masks: torch.Tensor | None = None):
    return DetectionOutput(
        torch.tensor(boxes).float().reshape(-1, 4),
        torch.tensor(scores).float(),
        torch.tensor(labels).long(),
        masks,
    )


SAME = Placement((100, 200), (100, 200), (100, 200))


def test_weaker_boxes_of_the_same_label_are_suppressed() -> None:
    boxes = [[10, 10, 50, 50], [12, 10, 52, 50], [12, 10, 52, 50]]
    found = detections(output(boxes, [0.7, 0.9, 0.8], [0, 0, 1]), SAME, Thresholds(0.25, 0.5))
    assert [(d.label_id, round(d.score, 3)) for d in found] == [(1, 0.9), (2, 0.8)]
    assert found[0].region == Box(12, 10, 52, 50)
    assert len(detections(output(boxes, [0.7, 0.9, 0.8], [0, 0, 1]), SAME, Thresholds(0.25, 0.99)))


def test_boxes_are_scaled_clipped_and_degenerate_ones_dropped() -> None:
    placement = Placement((50, 100), (100, 200), (100, 200))
    boxes = [[-10, 20, 60, 400], [30, 30, 30, 90], [300, 10, 400, 50], [float("nan"), 0, 9, 9]]
    found = detections(output(boxes, [0.5, 0.9, 0.9, 0.9], [0] * 4), placement, Thresholds())
    assert [d.region for d in found] == [Box(0, 10, 30, 50)]


def test_confidence_limit_and_empty_output() -> None:
    assert detections(output([[1, 1, 9, 9]], [0.2], [0]), SAME, Thresholds(0.25)) == ()
    assert detections(output([], [], []), SAME, Thresholds()) == ()


def test_never_more_than_300() -> None:
    corners = torch.rand(5000, 2) * 90
    boxes = torch.cat([corners, corners + 1], dim=1).tolist()
    found = detections(output(boxes, [0.9] * 5000, [0] * 5000), SAME, Thresholds(0.1, 0.9))
    assert len(found) == 300


def test_masks_are_pasted_into_their_boxes() -> None:
    masks = torch.zeros(2, 14, 14)
    masks[0] = 1
    boxes = [[20, 10, 40, 20], [60, 10, 80, 20]]
    placement = Placement((100, 200), (50, 100), (50, 100))
    first, second = detections(output(boxes, [0.9, 0.8], [0, 0], masks), placement, Thresholds())
    assert isinstance(first.region, Mask)
    assert (first.region.left, first.region.top, first.region.pixels.shape) == (40, 20, (20, 40))
    assert first.region.pixels.all()
    assert second.region == Box(120, 20, 160, 40)  # An empty mask leaves the box.


def test_a_mask_is_stretched_over_its_whole_box_even_where_the_frame_cuts_it() -> None:
    masks = torch.zeros(1, 28, 28)
    masks[0, :, 14:] = 1  # the right half
    placement = Placement((100, 200), (100, 200), (100, 200))
    (found,) = detections(output([[-40, 10, 60, 50]], [0.9], [0], masks), placement, Thresholds())
    assert isinstance(found.region, Mask)
    assert (found.region.left, found.region.top, found.region.pixels.shape) == (0, 10, (40, 60))
    assert not found.region.pixels[:, :10].any()
    assert found.region.pixels[:, 10:].all()


def shared(boxes: list, seed: int = 0) -> DetectionOutput:
    """Candidates with smooth masks, which are sums of 32 maps over an input of 80 x 96."""
    generator = torch.Generator().manual_seed(seed)
    coarse = torch.randn(1, 32, 6, 7, generator=generator)
    maps = functional.interpolate(coarse, size=(20, 24), mode="bicubic")[0]
    shares = torch.randn(len(boxes), 32, generator=generator)
    found = output(boxes, [0.9] * len(boxes), list(range(len(boxes))))
    return replace(found, shared=SharedMasks(maps, shares))


BOXES = [
    [4, 4, 40, 36],
    [-20, 30, 50, 70],
    [33.3, 10.4, 95.9, 79.2],
    [0, 0, 96, 80],
    [60, 5, 61, 6],
]
"""In an input of 80 x 96."""


@pytest.mark.parametrize(
    ("placement", "wrong"),
    [
        (Placement((80, 96), (80, 96), (80, 96)), 0),
        (Placement((160, 192), (80, 96), (80, 96)), 0),
        (Placement((300, 540), (80, 96), (53, 96)), 0.002),
        (Placement((25, 30), (80, 96), (80, 96)), 0.02),
    ],
)
def test_shared_masks_are_those_of_whole_maps_cut_to_their_boxes(
    placement: Placement, wrong: float
) -> None:
    candidates = shared(BOXES)
    assert candidates.shared is not None
    height, width = placement.size_hw
    sums = torch.einsum("np,phw->nhw", candidates.shared.shares, candidates.shared.maps).sigmoid()
    # Where each of the frame's pixels looks in the maps, as grid_sample counts, -1 to 1.
    x, y = (
        (torch.arange(n) + 0.5) * scale / side * 2 - 1
        for n, scale, side in zip((width, height), placement.scale_xy, (96, 80), strict=True)
    )
    grid = torch.stack(torch.meshgrid(x, y, indexing="xy"), dim=-1).float()[None]
    whole = functional.grid_sample(sums[None], grid, padding_mode="border", align_corners=False)[0]
    found = detections(candidates, placement, Thresholds())
    assert len(found) >= 4
    for each in found:
        index = each.label_id - 1
        visible = placement.boxes_to_frame(candidates.boxes[index : index + 1].numpy())[0]
        left, top = np.floor(visible[:2]).astype(int)
        right, bottom = np.ceil(visible[2:]).astype(int)
        wanted = (whole[index] >= 0.5).numpy()[top:bottom, left:right]
        if isinstance(each.region, Mask):
            assert (each.region.left, each.region.top) == (left, top)
            assert (each.region.pixels != wanted).mean() <= wrong
        else:
            assert not wanted.any()


def test_boxes_at_an_angle_become_their_corners_and_hide_only_what_they_cover() -> None:
    first = torch.tensor([[20.0, 10.0], [60.0, 50.0], [56.0, 54.0], [16.0, 14.0]])
    corners = torch.stack([first, first + torch.tensor([8.0, -8.0]), first + 0.5])
    around = torch.cat([corners.amin(dim=1), corners.amax(dim=1)], dim=1).tolist()
    candidates = replace(output(around, [0.9, 0.8, 0.7], [0, 0, 0]), corners=corners)
    placement = Placement((50, 100), (100, 200), (100, 200))
    found = detections(candidates, placement, Thresholds(iou=0.4))
    assert [d.score for d in found] == pytest.approx([0.9, 0.8])
    assert found[0].region == Polygon((first / 2).numpy())


def test_suppress_keeps_the_strongest_first() -> None:
    boxes = np.array([[0, 0, 10, 10], [50, 50, 60, 60]], np.float32)
    kept = suppress(boxes, np.array([0.1, 0.9], np.float32), np.array([0, 0]), iou=0.5)
    assert kept.tolist() == [1, 0]
