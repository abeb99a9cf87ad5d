"""Large pictures in overlapping tiles, so that small things keep their pixels."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from engine.jobs import CancelToken, Progress, no_progress
from engine.labels import background_of
from engine.pipeline.decode import MAX_DETECTIONS, SemanticMaps, at_hand, detections, suppress
from engine.pipeline.pipeline import Pipeline, RawResult
from engine.pipeline.refine import Refinement
from engine.preprocess import Placement
from engine.regions.masks import box_of
from engine.thresholds import Thresholds
from engine.values import Box, Detection, Frame, FrameId, Mask, Polygon, Prediction
from models.contract import DetectionOutput
from models.task import Task

# Tiles that go through the network together.
_BATCH = 4


@dataclass(frozen=True)
class Tile:
    """A part of a picture, and where it lies there."""

    top: int
    left: int
    size_hw: tuple[int, int]

    def of(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Its pixels."""
        height, width = self.size_hw
        part = pixels[self.top : self.top + height, self.left : self.left + width]
        return np.ascontiguousarray(part)


@dataclass(frozen=True)
class _Work:
    """A picture on its way through the network, tile by tile."""

    pipeline: Pipeline
    pixels: NDArray[np.uint8]
    tile: int
    progress: Progress
    cancel: CancelToken
    seconds: dict[str, float]

    def row(self, top: int) -> list[Tile]:
        """The tiles that begin at this height."""
        height, width = self.pixels.shape[:2]
        size_hw = min(self.tile, height), min(self.tile, width)
        return [Tile(top, left, size_hw) for left in starts(width, self.tile)]

    def run(self, tiles: Sequence[Tile], done: int) -> Iterator[tuple[Tile, RawResult]]:
        """What the network says of each; `done` tiles came before."""
        height, width = self.pixels.shape[:2]
        total = len(starts(height, self.tile)) * len(starts(width, self.tile))
        for first in range(0, len(tiles), _BATCH):
            self.cancel.check()
            part = tiles[first : first + _BATCH]
            pictures = [tile.of(self.pixels) for tile in part]
            for tile, raw in zip(
                part, self.pipeline.infer_batch(pictures, cancel=self.cancel), strict=True
            ):
                for stage, seconds in raw.seconds.items():
                    self.seconds[stage] = self.seconds.get(stage, 0.0) + seconds
                yield tile, raw
            self.progress(done + first + len(part), total, "")


def infer_in_tiles(
    pipeline: Pipeline,
    pixels: NDArray[np.uint8],
    tile: int,
    *,
    progress: Progress = no_progress,
    cancel: CancelToken | None = None,
    remember: bool = False,
) -> RawResult:
    """Everything before the thresholds, seen through tiles that overlap by a quarter.

    A picture no larger than a tile, and without one (0), is seen as a whole; so is what gets one
    label for all of it. The whole is looked at in any case: some things are larger than a tile.
    """
    task = pipeline.weights.card.task
    if not _tile_for(pipeline, pixels, tile):
        return pipeline.infer(pixels, progress=progress, cancel=cancel, remember=remember)
    cancel = cancel or CancelToken()
    raw = pipeline.infer(pixels, cancel=cancel, remember=remember)
    work = _Work(pipeline, pixels, tile, progress, cancel, raw.seconds)
    if task is Task.SEMANTIC:
        refine = pipeline.refine
        return replace(raw, tiles=TiledMaps(tile, {refine: _maps(work, refine)}))
    return replace(raw, tiles=TiledDetections(tile, tuple(_strong(work))))


def has_tiles(pipeline: Pipeline, raw: RawResult, tile: int) -> bool:
    """Whether this is what would be said of the picture through tiles of this side."""
    seen = raw.tiles.tile if raw.tiles is not None else 0
    return seen == _tile_for(pipeline, raw.pixels, tile)


def _tile_for(pipeline: Pipeline, pixels: NDArray[np.uint8], tile: int) -> int:
    """The tiles' side; 0 where the picture is seen as a whole."""
    is_small = max(pixels.shape[:2]) <= tile
    return 0 if is_small or pipeline.weights.card.task is Task.CLASSIFICATION else tile


def predict_tiled(
    pipeline: Pipeline, frame: Frame, thresholds: Thresholds, *, tile: int
) -> Prediction:
    """The Prediction of a frame seen through tiles."""
    return pipeline.decode(infer_in_tiles(pipeline, frame.pixels, tile), frame.id, thresholds)


def starts(length: int, tile: int) -> list[int]:
    """Where tiles begin, evenly spread, each overlapping the next by at least a quarter."""
    if length <= tile:
        return [0]
    count = math.ceil((length - tile) / (tile - tile // 4)) + 1
    return [round(i * (length - tile) / (count - 1)) for i in range(count)]


@dataclass(frozen=True, eq=False)
class TiledMaps:
    """The maps of a whole picture by the refinement they were made with."""

    tile: int
    made: dict[Refinement, SemanticMaps]

    def decode(
        self, pipeline: Pipeline, raw: RawResult, frame_id: FrameId, thresholds: Thresholds
    ) -> Prediction:
        """By these thresholds; only another refinement needs the network again."""
        refine, labels = pipeline.refine, pipeline.weights.card.labels
        if refine not in self.made:
            work = _Work(pipeline, raw.pixels, self.tile, no_progress, CancelToken(), {})
            maps = _maps(work, refine)
            self.made.clear()
            self.made[refine] = maps
        label_map = self.made[refine].label_map(thresholds.conf, background_of(labels))
        size_hw = raw.placement.size_hw
        origin = pipeline.origin
        return Prediction(frame_id, size_hw, labels, label_map=label_map, origin=origin)


def _maps(work: _Work, refine: Refinement) -> SemanticMaps:
    """Probabilities of all tiles added up with soft borders.

    Of what is not final yet only the parts are kept that another tile adds to: beside the tile, and
    below the row. Memory is that of a tile and of one row's overlap, whatever the picture's height.
    """
    height, width = work.pixels.shape[:2]
    tops, lefts = starts(height, work.tile), starts(width, work.tile)
    ids = np.empty((height, width), np.uint8)
    evidence = np.empty((height, width), np.float32)
    above = np.zeros((len(work.pipeline.weights.card.labels) + 1, 0, width), np.float32)
    for number, top in enumerate(tops):
        size_h = min(work.tile, height)
        rows = (tops[number + 1] if number + 1 < len(tops) else height) - top
        below = np.zeros((len(above), size_h - rows, width), np.float32)
        beside = above[:, :0, :0]
        for tile, raw in work.run(work.row(top), number * len(lefts)):
            sums = _weighted(raw, refine, work.tile // 4)  # (K + 1, h, w)
            sums[:, : beside.shape[1], : beside.shape[2]] += beside
            place = lefts.index(tile.left) + 1
            right = lefts[place] if place < len(lefts) else width
            final = sums[:, :, : right - tile.left]
            final[:, : above.shape[1]] += above[:, :, tile.left : right]
            area = np.s_[top : top + rows, tile.left : right]
            ids[area], evidence[area] = _decided(final[:, :rows])
            below[:, :, tile.left : right] = final[:, rows:]
            beside = sums[:, :, right - tile.left :].copy()
        above = below
    return SemanticMaps(ids, evidence, is_binary=False)


def _weighted(raw: RawResult, refine: Refinement, border: int) -> NDArray[np.float32]:
    """The probability of each label at the tile's own size, times how much it counts there, and
    that itself at the end: (K + 1, h, w)."""
    height, width = raw.placement.size_hw
    chances = torch.softmax(raw.scores(refine), dim=0).numpy()
    sums = np.empty((len(chances) + 1, height, width), np.float32)
    sums[-1] = _soft_window((height, width), border)
    for label, chance in enumerate(chances):
        cv2.resize(chance, (width, height), dst=sums[label], interpolation=cv2.INTER_LINEAR)
        sums[label] *= sums[-1]
    return sums


def _decided(sums: NDArray[np.float32]) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """The best label of each pixel, and the logarithm of its probability."""
    chances, weight = sums[:-1], sums[-1]
    best = chances.max(axis=0) / weight
    return chances.argmax(axis=0).astype(np.uint8), np.log(np.maximum(best, 1e-12))


def _soft_window(size_hw: Sequence[int], border: int) -> NDArray[np.float32]:
    """1 inside, falling to almost 0 at the edges: (h, w)."""
    ramps = []
    for length in size_hw:
        place = np.arange(length, dtype=np.float32)
        edge = np.minimum(place, length - 1 - place) + 1
        ramps.append(np.minimum(edge / max(1, border), 1))
    return np.outer(ramps[0], ramps[1]).astype(np.float32)


@dataclass(frozen=True, eq=False)
class TiledDetections:
    """The best candidates of each tile."""

    tile: int
    parts: tuple[tuple[Tile, DetectionOutput, Placement], ...]

    def decode(
        self, pipeline: Pipeline, raw: RawResult, frame_id: FrameId, thresholds: Thresholds
    ) -> Prediction:
        """What the tiles show, and the whole picture for what is larger than a tile."""
        size_hw, labels = raw.placement.size_hw, pipeline.weights.card.labels
        assert isinstance(raw.output, DetectionOutput)
        found = list(detections(raw.output, raw.placement, thresholds))
        for tile, output, placement in self.parts:
            for detection in detections(output, placement, thresholds):
                moved = _move(detection, tile.left, tile.top)
                if not _is_cut(box_of(moved.region), tile, size_hw):
                    found.append(moved)
        kept = _suppressed(found, thresholds.iou)
        return Prediction(frame_id, size_hw, labels, kept, origin=pipeline.origin)


def _strong(work: _Work) -> Iterator[tuple[Tile, DetectionOutput, Placement]]:
    """The best candidates of each tile; a thousand tiles' of others would fill the memory."""
    height, width = work.pixels.shape[:2]
    tops, columns = starts(height, work.tile), len(starts(width, work.tile))
    for number, top in enumerate(tops):
        for tile, raw in work.run(work.row(top), number * columns):
            output = raw.output
            assert isinstance(output, DetectionOutput)
            best = output.scores.float().topk(min(len(output.scores), MAX_DETECTIONS)).indices
            kept = at_hand(output.of(best))
            if kept.shared is not None:  # Else the maps of all that went together would stay.
                kept = replace(kept, shared=replace(kept.shared, maps=kept.shared.maps.half()))
            yield tile, kept, raw.placement


def _suppressed(found: list[Detection], iou: float) -> tuple[Detection, ...]:
    """Each object once, whichever tiles have shown it."""
    if not found:
        return ()
    boxes = np.array([box_of(d.region).xyxy for d in found], np.float32)
    scores = np.array([d.score for d in found], np.float32)
    labels = np.array([d.label_id for d in found], np.int64)
    outlines = [d.region.points_xy for d in found if isinstance(d.region, Polygon)]
    # The only outlines that a model finds are those of rotated boxes.
    corners = np.array(outlines) if len(outlines) == len(found) else None
    kept = suppress(boxes, scores, labels, iou=iou, corners=corners)
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
    assert isinstance(region, Mask)  # No model finds lines.
    moved = Mask(region.left + dx, region.top + dy, region.pixels)
    return replace(detection, region=moved)


def _is_cut(box: Box, tile: Tile, size_hw: tuple[int, int]) -> bool:
    """Whether a box ends at a tile's edge inside the frame: its neighbour sees more of it."""
    height, width = tile.size_hw
    margin = 2
    return (
        (tile.left > 0 and box.x1 < tile.left + margin)
        or (tile.top > 0 and box.y1 < tile.top + margin)
        or (tile.left + width < size_hw[1] and box.x2 > tile.left + width - margin)
        or (tile.top + height < size_hw[0] and box.y2 > tile.top + height - margin)
    )
