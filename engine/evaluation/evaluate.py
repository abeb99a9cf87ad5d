"""Weights against a list: every picture through the pipeline, then the scores and worst samples."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from engine.click.asking import Asker
from engine.datasets.truth import Truth, TruthList, open_list
from engine.evaluation.click_report import click_report
from engine.evaluation.detection import PictureBoxes, score_boxes
from engine.evaluation.instances import (
    NO_PIXELS,
    PictureMasks,
    mask_overlaps,
    mean_boundary_iou,
    score_instances,
)
from engine.evaluation.label_report import label_report
from engine.evaluation.map_report import map_report
from engine.evaluation.mistakes import Judgement, judge
from engine.evaluation.object_report import object_report
from engine.evaluation.report import Example, Gallery, Report
from engine.evaluation.scene import SHOWN_SCORE, ComparedObjects, own_hits, scene_of_boxes
from engine.jobs import CancelToken, Progress, no_progress, within
from engine.pipeline.pipeline import Pipeline
from engine.plain_json import number
from engine.regions.boxes import clip
from engine.regions.masks import box_of, region_to_mask
from engine.sources.picture import read_picture
from engine.thresholds import Thresholds
from engine.values import IGNORE, Annotation, Box, FrameId, Label, Mask, Prediction, Region, Sample
from engine.weights.build import spec_of
from engine.weights.weights import Weights
from models.task import Task

BATCH = 4
# Low, so that the whole precision-recall curve is seen; what is shown to people has its own.
MIN_SCORE = 0.005
SUPPRESSION_IOU = 0.5

Triple = tuple[Path, Truth, Prediction]


def judged(weights: Weights, device: str = "auto", backend: str = "auto") -> Pipeline | Asker:
    """Weights ready to be evaluated; some are asked by clicks, with torch."""
    if weights.card.task is Task.CLICK:
        return Asker(weights, device)
    return Pipeline(weights, device, backend)


def evaluate(
    pipeline: Pipeline | Asker,
    path: Path,
    *,
    progress: Progress = no_progress,
    cancel: CancelToken | None = None,
) -> Report:
    """Score on every picture of a list, at the pictures' own size.

    The list's labels are met by name where names agree, else by id. DatasetError for wrong data.
    """
    card = pipeline.weights.card
    # A report may be read from another folder than the one it was made in.
    path = Path(os.path.abspath(path))
    if isinstance(pipeline, Asker):
        report = click_report(pipeline, path, progress=progress, cancel=cancel)
        return replace(report, task=str(card.task))
    source = open_list(path, card.task, card.labels)
    # Semantic maps are scored as they are: no pixel is sent to the background.
    thresholds = Thresholds(
        conf=0.0 if card.task is Task.SEMANTIC else MIN_SCORE, iou=SUPPRESSION_IOU
    )
    pairs = _predicted(pipeline, source, thresholds, progress, cancel or CancelToken())
    reports = {
        Task.SEMANTIC: map_report,
        Task.CLASSIFICATION: label_report,
        Task.DETECTION: _detection,
        Task.INSTANCE: _instance,
    }
    return replace(reports[card.task](pairs, card.labels), task=str(card.task))


def _predicted(
    pipeline: Pipeline,
    source: TruthList,
    thresholds: Thresholds,
    progress: Progress,
    cancel: CancelToken,
) -> Iterator[Triple]:
    entries = source.entries
    # A detector that judges given boxes takes seconds a picture: cancel must not wait for four.
    size = 1 if spec_of(pipeline.weights.card.model).proposals else BATCH
    for start in range(0, len(entries), size):
        cancel.check()
        group = entries[start : start + size]
        pictures = [read_picture(entry.image) for entry in group]
        inner = within(progress, start, len(entries))
        raws = pipeline.infer_batch(pictures, progress=inner, cancel=cancel, remember=True)
        for entry, pixels, raw in zip(group, pictures, raws, strict=True):
            truth = source.read(entry, pixels.shape[:2])
            prediction = pipeline.decode(raw, FrameId(str(entry.image)), thresholds)
            yield entry.image, truth, prediction
        progress(min(start + size, len(entries)), len(entries), group[-1].image.name)


def _detection(pairs: Iterable[Triple], labels: Sequence[Label]) -> Report:
    scenes, judged, gallery = [], [], Gallery()
    for path, truth, prediction in pairs:
        scene = scene_of_boxes(
            str(path), boxes_of(prediction), PictureBoxes(truth.boxes, truth.indices)
        )
        scenes.append(scene)
        judged.append(judge(scene))
        _offer(gallery, judged[-1], _sample(truth, prediction), prediction)
    found, known = [s.found for s in scenes], [s.known for s in scenes]
    report = object_report(scenes, judged, score_boxes(found, known, len(labels)), labels)
    return replace(report, examples=gallery.examples)


def _instance(pairs: Iterable[Triple], labels: Sequence[Label]) -> Report:
    predicted, truths, gallery = [], [], Gallery()
    scenes, judged = [], []
    for path, truth, prediction in pairs:
        assert truth.masks is not None
        found = instances_of(prediction)
        known = PictureMasks(prediction.size_hw, truth.masks, truth.indices)
        boxes = boxes_of(prediction), PictureBoxes(truth.boxes, truth.indices)
        scene = ComparedObjects(str(path), *boxes, mask_overlaps(found, known))
        predicted.append(found)
        truths.append(known)
        scenes.append(scene)
        judged.append(judge(scene))
        _offer(gallery, judged[-1], _sample(truth, prediction), prediction)
    scores = score_instances(predicted, truths, len(labels))
    report = object_report(scenes, judged, scores, labels)
    borders = score_instances(predicted, truths, len(labels), kind="boundary")
    of_boxes = score_boxes([s.found for s in scenes], [s.known for s in scenes], len(labels))
    hits = [own_hits(scene, score=SHOWN_SCORE) for scene in scenes]
    more = {
        "boundary_ap": number(borders.ap),
        "boundary_ap50": number(borders.ap50),
        "mean_boundary_iou": number(mean_boundary_iou(hits, predicted, truths)),
        "box_ap": number(of_boxes.ap),
        "box_ap50": number(of_boxes.ap50),
    }
    return replace(report, metrics={**report.metrics, **more}, examples=gallery.examples)


def boxes_of(prediction: Prediction) -> PictureBoxes:
    """The boxes around a Prediction's objects, as far as they are in the frame, their label
    indices (label id - 1) and scores."""
    found = prediction.detections
    return PictureBoxes(
        clip([box_of(d.region).xyxy for d in found], prediction.size_hw),
        np.array([d.label_id - 1 for d in found], np.int64),
        np.array([d.score for d in found], np.float32),
    )


def instances_of(prediction: Prediction) -> PictureMasks:
    """The masks of a Prediction's objects, their label indices and scores."""
    boxes = boxes_of(prediction)
    regions = [detection.region for detection in prediction.detections]
    masks = [_mask_of(region, prediction.size_hw) or NO_PIXELS for region in regions]
    return PictureMasks(prediction.size_hw, masks, boxes.indices, boxes.scores)


def _mask_of(region: Region, size_hw: tuple[int, int]) -> Mask | None:
    """What is found of an object; a Box stands for one whose mask came out empty."""
    return None if isinstance(region, Box) else region_to_mask(region, size_hw)


def _sample(truth: Truth, prediction: Prediction) -> Sample:
    """The truth as a person would have drawn it."""
    regions: list[Region] = [Box(*xyxy) for xyxy in truth.boxes.astype(float).tolist()]
    if truth.masks is not None:
        regions = list(truth.masks)
    ids = (IGNORE if index == IGNORE else index + 1 for index in truth.indices.tolist())
    drawn = tuple(Annotation(region, label) for region, label in zip(regions, ids, strict=True))
    return Sample(prediction.frame_id, prediction.size_hw, drawn)


def _offer(gallery: Gallery, judged: Judgement, known: Sample, prediction: Prediction) -> None:
    shown = tuple(d for d in prediction.detections if d.score >= SHOWN_SCORE)
    text = f"{judged.missed} missed, {judged.false_alarms} false alarms"
    example = Example(known.frame_id.path, known, replace(prediction, detections=shown), text)
    gallery.add(judged.missed + judged.false_alarms, example)
