"""Large pictures in overlapping tiles, so that small things keep their pixels."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from engine.labels import background_of
from engine.pipeline.decode import MAX_DETECTIONS, suppress
from engine.pipeline.pipeline import Pipeline, RawResult
from engine.pipeline.refine import Refinement
from engine.regions.masks import box_of
from engine.thresholds import Thresholds
from engine.values import Box, Detection, Frame, LabelMap, Mask, Polygon, Prediction
from models.task import Task

# Tiles that go through the network together.
_BATCH = 4


@dataclass(frozen=True)
class _Tile:
    top: int
    left: int
    pixels: NDArray[np.uint8]


def predict_tiled(
    pipeline: Pipeline, frame: Frame, thresholds: Thresholds, *, tile: int
) -> Prediction:
    """The Prediction of a frame seen through tiles of `tile` pixels that overlap by a quarter.

    A label for the whole frame needs the whole frame: classifiers see it at once.
    """
    if max(frame.size_hw) <= tile or pipeline.weights.card.task is Task.CLASSIFICATION:
        return pipeline.predict(frame, thresholds)
    if pipeline.weights.card.task is Task.SEMANTIC:
        ids = _label_ids(pipeline, frame, thresholds.conf, tile)
        return Prediction(
            frame.id,
            frame.size_hw,
            pipeline.weights.card.labels,
            label_map=LabelMap(ids),
            origin=pipeline.origin,
        )
    found = _detections(pipeline, frame, thresholds, tile)
    labels = pipeline.weights.card.labels
    return Prediction(frame.id, frame.size_hw, labels, found, origin=pipeline.origin)


def starts(length: int, tile: int) -> list[int]:
    """Where tiles begin, evenly spread, each overlapping the next by at least a quarter."""
    if length <= tile:
        return [0]
    count = math.ceil((length - tile) / (tile - tile // 4)) + 1
    return [round(i * (length - tile) / (count - 1)) for i in range(count)]


def _row(frame: Frame, top: int, tile: int) -> list[_Tile]:
    lefts = starts(frame.size_hw[1], tile)
    return [
        _Tile(top, left, np.ascontiguousarray(frame.pixels[top : top + tile, left : left + tile]))
        for left in lefts
    ]


def _infer(pipeline: Pipeline, tiles: Sequence[_Tile]) -> Iterator[tuple[_Tile, RawResult]]:
    for first in range(0, len(tiles), _BATCH):
        part = tiles[first : first + _BATCH]
        raws = pipeline.infer_batch([tile.pixels for tile in part])
        yield from zip(part, raws, strict=True)


def _label_ids(pipeline: Pipeline, frame: Frame, conf: float, tile: int) -> NDArray[np.uint8]:
    """Probabilities of all tiles added up with soft borders, one row of tiles in memory."""
    height, width = frame.size_hw
    labels = pipeline.weights.card.labels
    background = background_of(labels)
    ids = np.empty((height, width), np.uint8)
    tops = starts(height, tile)
    rows = min(tile, height)
    total = np.zeros((len(labels), rows, width), np.float32)
    weight = np.zeros((rows, width), np.float32)
    for top, following in zip(tops, [*tops[1:], height], strict=True):
        for part, raw in _infer(pipeline, _row(frame, top, tile)):
            chances, soft = (
                _chances(raw, pipeline.refine),
                _soft_window(part.pixels.shape[:2], tile // 4),
            )
            place = np.s_[: soft.shape[0], part.left : part.left + soft.shape[1]]
            weight[place] += soft
            for label, chance in enumerate(chances):
                total[(label, *place)] += chance * soft
        done = following - top
        best = total[:, :done].max(axis=0)
        ids[top:following] = total[:, :done].argmax(axis=0)
        if background is not None:
            ids[top:following][best < conf * weight[:done]] = background
        for sums in (total, weight):  # What the next row of tiles adds to moves up.
            sums[..., : rows - done, :] = sums[..., done:, :].copy()
            sums[..., rows - done :, :] = 0
    return ids


def _chances(raw: RawResult, refine: Refinement) -> Iterator[NDArray[np.float32]]:
    """The probability of each label at the tile's own size."""
    height, width = raw.placement.size_hw
    chances = torch.softmax(raw.scores(refine), dim=0).numpy()
    for chance in chances:
        yield cv2.resize(chance, (width, height), interpolation=cv2.INTER_LINEAR)


def _soft_window(size_hw: Sequence[int], border: int) -> NDArray[np.float32]:
    """1 inside, falling to almost 0 at the edges: (h, w)."""
    ramps = []
    for length in size_hw:
        place = np.arange(length, dtype=np.float32)
        edge = np.minimum(place, length - 1 - place) + 1
        ramps.append(np.minimum(edge / max(1, border), 1))
    return np.outer(ramps[0], ramps[1]).astype(np.float32)


def _detections(
    pipeline: Pipeline, frame: Frame, thresholds: Thresholds, tile: int
) -> tuple[Detection, ...]:
    """What the tiles see, and the whole frame for what is larger than a tile."""
    found = list(pipeline.predict(frame, thresholds).detections)
    tiles = [part for top in starts(frame.size_hw[0], tile) for part in _row(frame, top, tile)]
    for part, raw in _infer(pipeline, tiles):
        for detection in pipeline.decode(raw, frame.id, thresholds).detections:
            moved = _move(detection, part.left, part.top)
            if not _is_cut(box_of(moved.region), part, frame.size_hw):
                found.append(moved)
    if not found:
        return ()
    boxes = np.array([box_of(d.region).xyxy for d in found], np.float32)
    scores = np.array([d.score for d in found], np.float32)
    labels = np.array([d.label_id for d in found], np.int64)
    kept = suppress(boxes, scores, labels, iou=thresholds.iou)
    return tuple(found[i] for i in kept[:MAX_DETECTIONS])


def _move(detection: Detection, dx: int, dy: int) -> Detection:
    region = detection.region
    if isinstance(region, Box):
        x1, y1, x2, y2 = region.xyxy
        return replace(detection, region=Box(x1 + dx, y1 + dy, x2 + dx, y2 + dy))
    if isinstance(region, Polygon):
        shift = np.array([dx, dy], np.float32)
        holes = tuple(hole + shift for hole in region.holes)
        return replace(detection, region=Polygon(region.points_xy + shift, holes))
    moved = Mask(region.left + dx, region.top + dy, region.pixels)
    return replace(detection, region=moved)


def _is_cut(box: Box, tile: _Tile, size_hw: tuple[int, int]) -> bool:
    """Whether a box ends at a tile's edge inside the frame: its neighbour sees more of it."""
    height, width = tile.pixels.shape[:2]
    margin = 2
    return (
        (tile.left > 0 and box.x1 < tile.left + margin)
        or (tile.top > 0 and box.y1 < tile.top + margin)
        or (tile.left + width < size_hw[1] and box.x2 > tile.left + width - margin)
        or (tile.top + height < size_hw[0] and box.y2 > tile.top + height - margin)
    )
