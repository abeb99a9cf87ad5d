"""A txt list as training samples: pictures decoded once, changed at random, ready as tensors."""

import copy
import threading
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from engine.datasets.augment import (
    Augment,
    degrade,
    draw_field,
    draw_matrix,
    hide,
    jitter_color,
    warp,
    warp_boxes,
)
from engine.datasets.border_weights import border_weights
from engine.datasets.mosaic import draw_areas, draw_place
from engine.datasets.truth import Truth, TruthList, boxes_around
from engine.datasets.warp_masks import dense, is_seen, warp_masks
from engine.datasets.warp_segments import warp_segments
from engine.preprocess import Preprocessing, normalize, place, resize
from engine.region_proposals.propose import propose, propose_masks
from engine.sources.picture import picture_size, read_picture
from engine.values import IGNORE, Label
from models.contract import ClassificationTarget, DetectionTarget, SemanticTarget, Target
from models.detector import ProposalMode

CACHE_BYTES = 2_000_000_000


@dataclass(frozen=True)
class TrainingSample:
    """The input (3, H, W) float32 and what the network should say of it."""

    input: torch.Tensor
    target: Target


class ListDataset:
    """Samples of a list by index, the same for the same seed, epoch and index.

    With `proposals` each has boxes that may hold objects, with `segments` their segments too.
    Without `has_mosaic` it makes no mosaics; with `border_weight` pixels between objects count more
    (`border_weights`). With `versions` each picture is changed in so many ways only, one an epoch
    in turn. Decoded pictures are kept up to `CACHE_BYTES`. A picture or label that cannot be read
    raises the AppError that says so.
    """

    def __init__(
        self,
        source: TruthList,
        preprocessing: Preprocessing,
        *,
        augment: Augment | None = None,
        proposals: ProposalMode | None = None,
        segments: bool = False,
        seed: int = 0,
    ) -> None:
        self._source = source
        self.preprocessing = preprocessing
        self._augment = augment
        self._proposals = proposals
        self.segments = segments
        self._seed = seed
        self._cache: dict[int, tuple[NDArray[np.uint8], Truth]] = {}
        self._cached_bytes = 0
        self._lock = threading.Lock()
        self.epoch = 0
        self.versions = 0
        self.has_mosaic = True
        self.border_weight = 0.0

    @property
    def labels(self) -> tuple[Label, ...]:
        """The labels a model of this list has."""
        return self._source.labels

    @property
    def version(self) -> int:
        """Which of the ways to change each picture the epoch has."""
        return self.epoch % self.versions if self.versions else self.epoch

    def unchanged(self) -> "ListDataset":
        """The same samples without augmentation; what has been read is shared."""
        plain = copy.copy(self)
        plain._augment = None
        return plain

    @property
    def proposals(self) -> ProposalMode | None:
        """Which proposals come with each sample; set, what was read before is read again."""
        return self._proposals

    @proposals.setter
    def proposals(self, mode: ProposalMode | None) -> None:
        with self._lock:
            if mode != self._proposals:
                self._proposals, self._cache, self._cached_bytes = mode, {}, 0

    def __len__(self) -> int:
        return len(self._source.entries)

    def __getitem__(self, index: int) -> TrainingSample:
        return self._sample(*self.changed(index))

    def changed(self, index: int) -> tuple[NDArray[np.uint8], Truth]:
        """What the network is shown of a sample, before it is normalised.

        The picture (h, w, 3) uint8 RGB, up to the input's size, and its truth in input pixels.
        """
        generator = np.random.default_rng((self._seed, self.version, index))
        augment = self._augment
        if augment is None:
            return self._plain(index)
        if self.has_mosaic and augment.mosaic and generator.random() < augment.mosaic:
            content, truth = self._mosaic(index, augment, generator)
        else:
            content, truth = self._moved(index, augment, generator)
        content = jitter_color(content, augment.color, generator)
        return degrade(content, augment, generator), truth

    def read(self, index: int) -> tuple[NDArray[np.uint8], Truth]:
        """The picture (H, W, 3) uint8 RGB and its truth, in frame pixels."""
        if index in self._cache:
            return self._cache[index]
        entry = self._source.entries[index]
        pixels = read_picture(entry.image)
        truth = self._source.read(entry, pixels.shape[:2])
        if self.proposals is not None:
            truth = self._with_proposals(truth, pixels, self.proposals)
        size = pixels.nbytes + truth.nbytes
        with self._lock:
            # Another thread may have read the same picture meanwhile (mosaic).
            if index not in self._cache and self._cached_bytes + size <= CACHE_BYTES:
                self._cache[index] = (pixels, truth)
                self._cached_bytes += size
        return pixels, truth

    def truth(self, index: int) -> Truth:
        """The truth of a sample in frame pixels, its picture decoded only if it has been before."""
        if index in self._cache:
            return self._cache[index][1]
        entry = self._source.entries[index]
        return self._source.read(entry, picture_size(entry.image))

    def _with_proposals(self, truth: Truth, pixels: NDArray[np.uint8], mode: ProposalMode) -> Truth:
        if not self.segments:
            return replace(truth, proposals=propose(pixels, mode, remember=True))
        boxes, segments = propose_masks(pixels, mode, remember=True)
        return replace(truth, proposals=boxes, segments=segments)

    def _plain(self, index: int) -> tuple[NDArray[np.uint8], Truth]:
        pixels, truth = self.read(index)
        placement = place(pixels.shape[:2], self.preprocessing)
        if truth.ids is not None:
            matrix = np.diag([*placement.scale_xy, 1.0])
            ids = warp(truth.ids, matrix, placement.input_hw, fill=IGNORE)
            truth = Truth(ids=ids)
        elif truth.label is None:
            proposals, segments = truth.proposals, truth.segments
            if proposals is not None:
                proposals = placement.boxes_to_input(proposals)
            if truth.masks is not None:
                matrix = np.diag([*placement.scale_xy, 1.0])
                truth = _with_masks_moved(truth, matrix, placement.input_hw, keep_small=True)
            else:
                truth = replace(truth, boxes=placement.boxes_to_input(truth.boxes))
            truth = replace(truth, proposals=proposals, segments=segments)
        return resize(pixels, placement), truth

    def _moved(
        self, index: int, augment: Augment, generator: np.random.Generator
    ) -> tuple[NDArray[np.uint8], Truth]:
        pixels, truth = self.read(index)
        placement = place(pixels.shape[:2], self.preprocessing)
        matrix = draw_matrix(augment, placement, generator)
        height, width = placement.input_hw
        border = self.preprocessing.border
        if truth.ids is not None or truth.label is not None:
            field = draw_field(augment, (height, width), generator)
            content = warp(pixels, matrix, (height, width), fill=border, field=field)
            if truth.ids is None:
                return content, truth
            ids = warp(truth.ids, matrix, (height, width), fill=IGNORE, field=field)
            return content, Truth(ids=ids)
        proposals, segments = truth.proposals, truth.segments
        if proposals is not None:
            moved, inside = warp_boxes(proposals, matrix, (0, 0, width, height))
            if segments is not None:
                before = proposals[inside]
                segments = warp_segments(segments[inside], before, matrix, moved[inside])
            proposals = moved[inside]
        if truth.masks is not None:
            field = draw_field(augment, (height, width), generator)
            content = warp(pixels, matrix, (height, width), fill=border, field=field)
            objects = _with_masks_moved(truth, matrix, (height, width), field=field)
            return content, replace(objects, proposals=proposals, segments=segments)
        content, objects = self._shown(pixels, truth, matrix, (0, 0, width, height))
        return content, replace(objects, proposals=proposals)

    def _mosaic(
        self, index: int, augment: Augment, generator: np.random.Generator
    ) -> tuple[NDArray[np.uint8], Truth]:
        """Four pictures around a random cross, each at its own scale."""
        height, width = self.preprocessing.size_hw
        areas = draw_areas((height, width), generator)
        others = generator.integers(len(self), size=3)
        content = np.empty((height, width, 3), np.uint8)
        objects = []
        for which, area in zip((index, *others), areas, strict=True):
            left, top, right, bottom = area
            pixels, truth = self.read(int(which))
            placement = place(pixels.shape[:2], self.preprocessing)
            matrix = draw_place(augment, placement, area, generator)
            part = slice(top, bottom), slice(left, right)
            content[part], shown = self._shown(pixels, truth, matrix, area)
            objects.append(shown)
        boxes = np.concatenate([each.boxes for each in objects])
        return content, Truth(boxes=boxes, indices=np.concatenate([o.indices for o in objects]))

    def _shown(
        self,
        pixels: NDArray[np.uint8],
        truth: Truth,
        matrix: NDArray[np.float64],
        area: tuple[int, int, int, int],
    ) -> tuple[NDArray[np.uint8], Truth]:
        """What an area (x1, y1, x2, y2) of the input shows of a moved picture, and its boxes there,
        in input pixels. Objects of which hardly anything is seen are painted over."""
        left, top, right, bottom = area
        to_area = np.array([[1, 0, -left], [0, 1, -top], [0, 0, 1.0]])
        border = self.preprocessing.border
        content = warp(pixels, to_area @ matrix, (bottom - top, right - left), fill=border)
        boxes, remain = warp_boxes(truth.boxes, matrix, area)
        inside = boxes - np.array([left, top, left, top], np.float32)
        hide(content, inside[~remain], inside[remain], border)
        return content, Truth(boxes=boxes[remain], indices=truth.indices[remain])

    def _sample(self, content: NDArray[np.uint8], truth: Truth) -> TrainingSample:
        tensor = torch.from_numpy(normalize(content, self.preprocessing))
        if truth.ids is not None:
            weights = None
            if self.border_weight:
                weights = torch.from_numpy(border_weights(truth.ids, self.border_weight))
            return TrainingSample(
                tensor, SemanticTarget(torch.from_numpy(truth.ids).long(), weights)
            )
        if truth.label is not None:
            return TrainingSample(tensor, ClassificationTarget(torch.tensor(truth.label)))
        boxes, labels = torch.from_numpy(truth.boxes), torch.from_numpy(truth.indices)
        masks = ignored = None
        if truth.masks is not None:
            masks = torch.from_numpy(dense(truth.masks, self.preprocessing.size_hw))
            known = labels != IGNORE
            if not known.all():
                ignored = masks[~known].any(0)
                boxes, labels, masks = boxes[known], labels[known], masks[known]
        proposals = None if truth.proposals is None else torch.from_numpy(truth.proposals)
        segments = None
        if truth.segments is not None:
            segments = torch.from_numpy(truth.segments.view(np.uint8))
        target = DetectionTarget(boxes.float(), labels.long(), masks, proposals, segments, ignored)
        return TrainingSample(tensor, target)


def _with_masks_moved(
    truth: Truth,
    matrix: NDArray[np.float64],
    input_hw: tuple[int, int],
    *,
    field: NDArray[np.float32] | None = None,
    keep_small: bool = False,
) -> Truth:
    """The instances moved, their boxes around what is left.

    Those hardly seen are left out, with `keep_small` or to be ignored only those without any pixel.
    """
    assert truth.masks is not None
    moved = warp_masks(truth.masks, matrix, input_hw, field=field)
    kept = [
        (index, after)
        for index, (before, after) in enumerate(zip(truth.masks, moved, strict=True))
        if after is not None
        and (keep_small or truth.indices[index] == IGNORE or is_seen(after, before, matrix))
    ]
    masks = tuple(mask for _, mask in kept)
    indices = truth.indices[[index for index, _ in kept]]
    return Truth(boxes=boxes_around(masks), indices=indices, masks=masks)
