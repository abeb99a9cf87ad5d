"""A txt list as training samples: pictures decoded once, changed at random, ready as tensors."""

import copy
import threading
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from engine.datasets.augment import (
    BORDER_COLOR,
    Augment,
    degrade,
    draw_field,
    draw_matrix,
    jitter_color,
    warp,
    warp_boxes,
)
from engine.datasets.truth import Truth, TruthList, boxes_around
from engine.datasets.warp_masks import dense, is_seen, warp_masks
from engine.datasets.warp_segments import warp_segments
from engine.preprocess import Preprocessing, normalize, place, resize
from engine.region_proposals.propose import propose, propose_masks
from engine.sources.picture import read_picture
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
    Decoded pictures are kept up to `CACHE_BYTES`. A picture or label that cannot be read raises
    the AppError that says so.
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

    @property
    def labels(self) -> tuple[Label, ...]:
        """The labels a model of this list has."""
        return self._source.labels

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
        generator = np.random.default_rng((self._seed, self.epoch, index))
        augment = self._augment
        if augment is None:
            return self._plain(index)
        if augment.mosaic and generator.random() < augment.mosaic:
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
            ids = warp(truth.ids, matrix, placement.input_hw, fill=255)
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
        if truth.ids is not None or truth.label is not None:
            field = draw_field(augment, (height, width), generator)
            content = warp(pixels, matrix, (height, width), fill=None, field=field)
            if truth.ids is None:
                return content, truth
            ids = warp(truth.ids, matrix, (height, width), fill=None, field=field)
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
            content = warp(pixels, matrix, (height, width), fill=BORDER_COLOR, field=field)
            objects = _with_masks_moved(truth, matrix, (height, width), field=field)
            return content, replace(objects, proposals=proposals, segments=segments)
        boxes, remain = warp_boxes(truth.boxes, matrix, (0, 0, width, height))
        content = warp(pixels, matrix, (height, width), fill=BORDER_COLOR)
        return content, Truth(
            boxes=boxes[remain], indices=truth.indices[remain], proposals=proposals
        )

    def _mosaic(
        self, index: int, augment: Augment, generator: np.random.Generator
    ) -> tuple[NDArray[np.uint8], Truth]:
        """Four pictures around a random point, each at its own scale."""
        height, width = self.preprocessing.size_hw
        middle_x = int(width * generator.uniform(0.3, 0.7))
        middle_y = int(height * generator.uniform(0.3, 0.7))
        others = generator.integers(len(self), size=3)
        content = np.empty((height, width, 3), np.uint8)
        boxes, indices = [], []
        corners = [(0, 0), (middle_x, 0), (0, middle_y), (middle_x, middle_y)]
        for which, (left, top) in zip((index, *others), corners, strict=True):
            right = middle_x if left == 0 else width
            bottom = middle_y if top == 0 else height
            pixels, truth = self.read(int(which))
            matrix = draw_matrix(augment, place(pixels.shape[:2], self.preprocessing), generator)
            part = slice(top, bottom), slice(left, right)
            content[part] = warp(pixels, matrix, (height, width), fill=BORDER_COLOR)[part]
            moved, remain = warp_boxes(truth.boxes, matrix, (left, top, right, bottom))
            boxes.append(moved[remain])
            indices.append(truth.indices[remain])
        return content, Truth(boxes=np.concatenate(boxes), indices=np.concatenate(indices))

    def _sample(self, content: NDArray[np.uint8], truth: Truth) -> TrainingSample:
        tensor = torch.from_numpy(normalize(content, self.preprocessing))
        if truth.ids is not None:
            return TrainingSample(tensor, SemanticTarget(torch.from_numpy(truth.ids).long()))
        if truth.label is not None:
            return TrainingSample(tensor, ClassificationTarget(torch.tensor(truth.label)))
        boxes, labels = torch.from_numpy(truth.boxes), torch.from_numpy(truth.indices)
        masks = None
        if truth.masks is not None:
            masks = torch.from_numpy(dense(truth.masks, self.preprocessing.size_hw))
        proposals = None if truth.proposals is None else torch.from_numpy(truth.proposals)
        segments = None
        if truth.segments is not None:
            segments = torch.from_numpy(truth.segments.view(np.uint8))
        target = DetectionTarget(boxes.float(), labels.long(), masks, proposals, segments)
        return TrainingSample(tensor, target)


def _with_masks_moved(
    truth: Truth,
    matrix: NDArray[np.float64],
    input_hw: tuple[int, int],
    *,
    field: NDArray[np.float32] | None = None,
    keep_small: bool = False,
) -> Truth:
    """The instances to learn from moved, their boxes around what is left.

    Those hardly seen are left out, with `keep_small` only those without any pixel.
    """
    assert truth.masks is not None
    moved = warp_masks(truth.masks, matrix, input_hw, field=field)
    kept = [
        (index, after)
        for index, (before, after) in enumerate(zip(truth.masks, moved, strict=True))
        if after is not None
        and truth.indices[index] != IGNORE
        and (keep_small or is_seen(after, before, matrix))
    ]
    masks = tuple(mask for _, mask in kept)
    indices = truth.indices[[index for index, _ in kept]]
    return Truth(boxes=boxes_around(masks), indices=indices, masks=masks)
