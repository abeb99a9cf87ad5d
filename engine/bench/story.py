"""The course's story in seconds a picture: from R-CNN, which runs a network on every proposal, to
YOLO, which looks once.

One picture, one machine, every network at its paper's size with random weights: time does not
depend on the numbers. Faster R-CNN's proposals come from its network and are part of its time.
"""

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

import models
from engine.bench.models import random_weights
from engine.bench.registry import Measurement, register
from engine.demo_input import photograph
from engine.pipeline.pipeline import Pipeline
from engine.region_proposals.propose import propose
from engine.values import FrameId
from models.detection.rcnn import RCNN

STORY = ("rcnn", "sppnet", "fast_rcnn", "faster_rcnn", "yolo_v1")
PICTURE = "coffee.png"
SUBSET = 128
"""Regions that tell how long R-CNN takes for all."""
LONGEST = 180.0
"""Seconds: where R-CNN would take longer, the subset's time is multiplied instead."""


@dataclass(frozen=True)
class Chapter:
    """Seconds that one system takes for a picture. `measured` regions of `regions` took the
    network's time, which was multiplied to all."""

    name: str
    proposals: float
    network: float
    rest: float
    measured: int = 0
    regions: int = 0

    @property
    def total(self) -> float:
        """From pixels to prediction."""
        return self.proposals + self.network + self.rest

    def rows(self, last: "Chapter") -> list[Measurement]:
        """Its time, whole and in parts, beside that of the story's last chapter."""
        where = f"story.{self.name}"
        scaled = "" if self.measured == self.regions else f"_from_{self.measured}_regions"
        return [
            Measurement(f"{where}.total{scaled}", self.total, "s", last.name, last.total),
            Measurement(f"{where}.proposals", self.proposals, "s"),
            Measurement(f"{where}.network{scaled}", self.network, "s"),
            Measurement(f"{where}.rest", self.rest, "s"),
            Measurement(f"{where}.times_{last.name}", self.total / last.total, "x"),
        ]


@register("story")
def measure() -> list[Measurement]:
    """Each system on the same picture on the CPU."""
    models.load_all()
    pixels = photograph(PICTURE)
    chapters = [tell(name, pixels) for name in STORY]
    return [row for chapter in chapters for row in chapter.rows(chapters[-1])]


def tell(name: str, pixels: NDArray[np.uint8]) -> Chapter:
    """How long a system takes for a picture (H, W, 3) uint8 RGB, after a pass that warms up."""
    weights = random_weights(name)
    pipeline = Pipeline(weights, device="cpu", backend="torch")
    module = weights.module
    if not isinstance(module, RCNN):
        _timed(name, pipeline, pixels)
        return _timed(name, pipeline, pixels)
    # Every region costs R-CNN the same, so a few tell how long all take.
    whole, module.regions = module.regions, SUBSET
    _timed(name, pipeline, pixels)
    part = _timed(name, pipeline, pixels)
    module.regions = whole
    found = len(propose(pixels, module.proposal_mode))
    return _whole(part, pipeline, pixels, min(whole, found))


def _whole(part: Chapter, pipeline: Pipeline, pixels: NDArray[np.uint8], regions: int) -> Chapter:
    """All regions measured, unless that would take too long; then the part's time multiplied."""
    factor = regions / part.measured
    if part.network * factor <= LONGEST:
        return _timed(part.name, pipeline, pixels)
    return Chapter(
        part.name, part.proposals, part.network * factor, part.rest, part.measured, regions
    )


def _timed(name: str, pipeline: Pipeline, pixels: NDArray[np.uint8]) -> Chapter:
    start = time.perf_counter()
    raw = pipeline.infer(pixels)
    pipeline.decode(raw, FrameId("bench"))
    total = time.perf_counter() - start
    proposals, network = raw.seconds.get("proposals", 0.0), raw.seconds["network"]
    judged = raw.raw[0].shape[1] if name != "yolo_v1" else 0
    return Chapter(name, proposals, network, total - proposals - network, judged, judged)
