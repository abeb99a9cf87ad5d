"""What the model says of a few validation pictures after each validation, kept as small pictures.

The window shows them beside the curves; a Run keeps a megabyte or two of them, however long it is.
"""

import logging
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.datasets.dataset import ListDataset
from engine.errors import DatasetError
from engine.formats.pictures import write_picture
from engine.labels import background_of
from engine.painting.overlay import paint
from engine.pipeline.decode import detections, ranking, semantic_maps
from engine.preprocess import Placement
from engine.thresholds import Thresholds
from engine.training.kept_glimpses import glimpse_path, kept_glimpses
from engine.values import FrameId, Label, Prediction
from models.contract import ClassificationOutput, DetectionOutput, Output, SemanticOutput

logger = logging.getLogger(__name__)

COUNT = 4
SIDE = 256
"""Their longer side in pixels."""
KEPT = 40
"""Epochs with pictures: of more, every other one goes."""


class Glimpses:
    """Takes the outputs of fixed pictures, spread over the list, as a validation comes by them."""

    def __init__(self, dataset: ListDataset, labels: Sequence[Label], run: Path) -> None:
        self._dataset, self._labels = dataset, tuple(labels)
        self._run = run
        count = min(COUNT, len(dataset))
        self._places = {number * len(dataset) // count: number for number in range(count)}
        self._painted: dict[int, NDArray[np.uint8]] = {}

    def see(self, index: int, output: Output) -> None:
        """The model says this of a sample; most samples are none of these."""
        number = self._places.get(index)
        if number is None:
            return
        content, _ = self._dataset.changed(index)
        prediction, small = _prediction(output, content, self._labels)
        if prediction is not None:
            self._painted[number] = paint(small, prediction, self._labels)

    def write(self, epoch: int) -> None:
        """Keep them as this epoch's. Trouble with the disk is no reason to end a Run."""
        try:
            for number, pixels in self._painted.items():
                write_picture(glimpse_path(self._run, epoch, number), pixels)
            self._thin_out()
        except (DatasetError, OSError) as error:
            logger.warning("The predictions of epoch %d were not kept: %s", epoch, error)
        self._painted = {}

    def _thin_out(self) -> None:
        found = kept_glimpses(self._run)
        epochs = sorted(found)
        if len(epochs) > KEPT:
            for epoch in epochs[1:-1:2]:
                for path in found[epoch]:
                    path.unlink(missing_ok=True)


def _prediction(
    output: Output, content: NDArray[np.uint8], labels: tuple[Label, ...]
) -> tuple[Prediction | None, NDArray[np.uint8]]:
    """What an output says of a small copy of the content (h, w, 3), and the copy."""
    height, width = content.shape[:2]
    scale = min(1.0, SIDE / max(height, width))
    size_hw = max(1, round(height * scale)), max(1, round(width * scale))
    small = content.copy()
    if size_hw != (height, width):
        small = cv2.resize(content, size_hw[::-1], interpolation=cv2.INTER_AREA)
    placement = Placement(size_hw, (height, width), (height, width))
    frame_id, thresholds = FrameId("glimpse"), Thresholds()
    if isinstance(output, SemanticOutput):
        maps = semantic_maps(output.logits.cpu(), placement)
        label_map = maps.label_map(thresholds.conf, background_of(labels))
        return Prediction(frame_id, size_hw, labels, label_map=label_map), small
    if isinstance(output, ClassificationOutput):
        best_first = ranking(output.logits.cpu(), labels)
        return Prediction(frame_id, size_hw, labels, ranking=best_first), small
    if isinstance(output, DetectionOutput):
        masks = None if output.masks is None else output.masks.cpu()
        here = DetectionOutput(output.boxes.cpu(), output.scores.cpu(), output.labels.cpu(), masks)
        found = detections(here, placement, thresholds)
        return Prediction(frame_id, size_hw, labels, found), small
    return None, small  # A network asked by clicks says nothing by itself.
