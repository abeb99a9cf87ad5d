"""Segments of proposals on their way through the pipeline to masks in the frame."""

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.pipeline.pipeline import Pipeline
from engine.preprocess import Preprocessing
from engine.thresholds import Thresholds
from engine.values import FrameId, Mask
from engine.weights.card import Card
from engine.weights.weights import Weights
from models.instance.sds import sds
from models.task import Task
from tests.make import LABELS

pytestmark = pytest.mark.slow


def pipeline(**options):
    torch.manual_seed(0)
    module = sds(2, width=0.25, warp=64, regions=30, masks="segment", **options).eval()
    card = Card(
        model="sds", task=Task.INSTANCE, labels=LABELS[1:], preprocessing=Preprocessing((64, 96))
    )
    return Pipeline(Weights("s", Path("s.safetensors"), card, module), "cpu", "torch")


def block_picture():
    pixels = np.full((128, 192, 3), 30, np.uint8)
    pixels[40:90, 60:120] = (220, 60, 60)
    return pixels


def test_a_block_is_a_segment_and_becomes_a_mask_of_its_pixels():
    found = pipeline()
    raw = found.infer_batch([block_picture(), block_picture()[:, :150]])
    assert {"proposals", "network"} <= raw[0].seconds.keys()
    prediction = found.decode(raw[0], FrameId("a"), Thresholds(conf=0.001, iou=0.9))
    masks = [d.region for d in prediction.detections if isinstance(d.region, Mask)]
    truth = np.zeros((128, 192), bool)
    truth[40:90, 60:120] = True
    best = max(_iou(mask, truth) for mask in masks)
    assert best > 0.85


def test_windows_are_all_there_is_of_them():
    found = pipeline(proposals="sliding")
    raw = found.infer(block_picture())
    _, _, _, segments = raw.raw
    assert segments.shape == (1, 30, 50, 50)
    assert (segments == 1).all()


def _iou(mask, truth):
    shown = np.zeros_like(truth)
    height, width = mask.pixels.shape
    shown[mask.top : mask.top + height, mask.left : mask.left + width] = mask.pixels
    return (shown & truth).sum() / (shown | truth).sum()
