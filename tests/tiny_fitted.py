"""A detector with a second stage that is so small that it takes no time."""

import torch
from torch import nn
from torchvision.ops import roi_align

from models.detector import detection_targets
from models.fitted import FittedDetector
from models.layers.regions import label_loss, sample_regions
from models.registry import ModelSpec
from models.second_stage import RegionFeatures
from models.task import Task


class TinyFitted(FittedDetector):
    """Regions are described by their pixels, those around them, and a dense layer."""

    def __init__(self, num_labels):
        super().__init__(num_labels, pooled=3 * 49, dense=32, proposals="sliding", regions=400)
        self.dense = nn.Sequential(nn.Linear(3 * 49, 32), nn.ReLU())

    def see(self, picture):
        return picture

    def describe(self, seen, boxes):
        middle, half = (boxes[:, :2] + boxes[:, 2:]) / 2, 0.75 * (boxes[:, 2:] - boxes[:, :2])
        around = torch.cat([middle - half, middle + half], dim=1)
        pooled = roi_align(seen, [around], 7).flatten(1)
        return RegionFeatures(pooled, self.dense(pooled))

    def losses(self, batch, targets):
        loss = batch.new_zeros(())
        for picture, target in zip(batch, detection_targets(targets), strict=True):
            regions = sample_regions(self.proposed(batch, target), target, count=32)
            described = self.describe(picture[None], regions.boxes)
            loss = loss + label_loss(self.scores(described.features), [regions])
        return {"label": loss}


TINY_FITTED = ModelSpec(
    name="tiny_fitted",
    build=TinyFitted,
    text="Tiny",
    task=Task.DETECTION,
    input_hw=(64, 64),
    paper="none",
    backends=("torch",),
    proposals=True,
)
