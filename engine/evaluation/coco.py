"""The report on a COCO results file, whoever made it."""

import contextlib
import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from faster_coco_eval import COCO
from numpy.typing import NDArray

from engine.errors import DatasetError
from engine.evaluation.coco_rows import (
    check_mask,
    check_masks,
    check_results,
    checked_annotations,
)
from engine.evaluation.detection import PictureBoxes, score_coco
from engine.evaluation.instances import PictureMasks, mask_overlaps, mean_boundary_iou
from engine.evaluation.mistakes import Judgement, judge
from engine.evaluation.object_report import object_report
from engine.evaluation.report import Example, Gallery, Report
from engine.evaluation.scene import (
    SHOWN_SCORE,
    ComparedObjects,
    own_hits,
    scene_of_boxes,
)
from engine.formats.labels_file import default_color
from engine.plain_json import MEGABYTE, number, read_json
from engine.values import IGNORE, Annotation, Box, FrameId, Label, Sample
from models.task import Task

MOST_BYTES = 1024 * MEGABYTE


def evaluate_results(path: Path, truth: Path) -> Report:
    """COCO results against COCO annotations: boxes, or masks where every result has one.

    DatasetError if a file is not what COCO describes, or names a picture or label that is unknown.
    """
    known, found = checked_annotations(_read(truth, dict), truth.name), _read(path, list)
    is_masks = bool(found) and all(isinstance(r, dict) and "segmentation" in r for r in found)
    check_results(found, known, path.name, are_masks=is_masks)
    if is_masks:
        check_masks(known, truth.name)
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO(known)
        if is_masks:
            found = _with_run_lengths(found, coco, f"{path.name}, result")
            _with_run_lengths(known["annotations"], coco, f"{truth.name}, annotation")
        results = coco.loadRes(found)
    labels = _labels(known["categories"])
    if not is_masks:
        return _box_report(coco, results, labels, truth.parent)
    return _mask_report(coco, results, labels, truth.parent)


def _box_report(coco: COCO, results: COCO, labels: Sequence[Label], folder: Path) -> Report:
    scenes = [
        scene_of_boxes(_path(coco, i, folder), _boxes(results, i), _boxes(coco, i))
        for i in sorted(coco.imgs)
    ]
    judged = [judge(scene) for scene in scenes]
    report = object_report(scenes, judged, score_coco(coco, results, kind="bbox"), labels)
    return replace(report, task=str(Task.DETECTION), examples=_examples(scenes, judged))


def _mask_report(coco: COCO, results: COCO, labels: Sequence[Label], folder: Path) -> Report:
    ids = sorted(coco.imgs)
    found, known = ([_instances(side, coco, i) for i in ids] for side in (results, coco))
    scenes = [
        ComparedObjects(
            _path(coco, i, folder), _boxes(results, i), _boxes(coco, i), mask_overlaps(*both)
        )
        for i, *both in zip(ids, found, known, strict=True)
    ]
    judged = [judge(scene) for scene in scenes]
    report = object_report(scenes, judged, score_coco(coco, results, kind="segm"), labels)
    borders = score_coco(coco, results, kind="boundary")
    hits = [own_hits(scene, score=SHOWN_SCORE) for scene in scenes]
    more = {
        "boundary_ap": number(borders.ap),
        "boundary_ap50": number(borders.ap50),
        "mean_boundary_iou": number(mean_boundary_iou(hits, found, known)),
    }
    metrics = {**report.metrics, **more}
    return replace(
        report, metrics=metrics, task=str(Task.INSTANCE), examples=_examples(scenes, judged)
    )


def _labels(categories: Sequence[dict[str, Any]]) -> tuple[Label, ...]:
    """In the order of their ids, as the scores have them."""
    rows = sorted(categories, key=lambda row: row["id"])
    # The ids are only for drawing; COCO's own may be any numbers, and more than a LabelMap holds.
    ids = [1 + place % (IGNORE - 1) for place in range(len(rows))]
    names = [str(row["name"]) for row in rows]
    names = [n if n.strip() else f"id {row['id']}" for n, row in zip(names, rows, strict=True)]
    return tuple(Label(i, name, default_color(i)) for i, name in zip(ids, names, strict=True))


def _path(coco: COCO, image_id: int, folder: Path) -> str:
    name = coco.imgs[image_id].get("file_name")
    return str(folder / name) if name else str(image_id)


def _boxes(side: COCO, image_id: int) -> PictureBoxes:
    rows = side.imgToAnns[image_id]
    xywh = np.array([row["bbox"] for row in rows], np.float64).reshape(-1, 4)
    xyxy = np.hstack([xywh[:, :2], xywh[:, :2] + xywh[:, 2:]]).astype(np.float32)
    return PictureBoxes(xyxy, _indices(side, rows), _scores(rows), _crowd(rows))


def _instances(side: COCO, coco: COCO, image_id: int) -> PictureMasks:
    rows = side.imgToAnns[image_id]
    picture = coco.imgs[image_id]
    texts = [_text(side.annToRLE(row)["counts"]) for row in rows]
    size_hw = picture["height"], picture["width"]
    return PictureMasks(size_hw, texts, _indices(side, rows), _scores(rows), _crowd(rows))


def _text(counts: str | bytes) -> str:
    return counts if isinstance(counts, str) else counts.decode("ascii")


def _indices(side: COCO, rows: Sequence[dict[str, Any]]) -> NDArray[np.int64]:
    places = {label: place for place, label in enumerate(sorted(side.cats))}
    return np.array([places[row["category_id"]] for row in rows], np.int64)


def _scores(rows: Sequence[dict[str, Any]]) -> NDArray[np.float32]:
    return np.array([row.get("score", 1.0) for row in rows], np.float32)


def _crowd(rows: Sequence[dict[str, Any]]) -> NDArray[np.bool_]:
    return np.array([bool(row.get("iscrowd", 0)) for row in rows], bool)


def _examples(
    scenes: Sequence[ComparedObjects], judgements: Sequence[Judgement]
) -> tuple[Example, ...]:
    gallery = Gallery()
    for scene, judged in zip(scenes, judgements, strict=True):
        text = f"{judged.missed} missed, {judged.false_alarms} false alarms"
        shown = scene.scores >= SHOWN_SCORE
        found = PictureBoxes(
            scene.found.xyxy[shown], scene.found.indices[shown], scene.scores[shown]
        )
        example = Example(
            scene.image,
            known=_sample(scene.image, replace(scene.known, scores=None)),
            found=_sample(scene.image, found),
            text=text,
        )
        gallery.add(judged.missed + judged.false_alarms, example)
    return gallery.examples


def _sample(image: str, boxes: PictureBoxes) -> Sample:
    """Boxes to draw, as proposals if they have scores."""
    drawn = []
    for place, (x1, y1, x2, y2) in enumerate(boxes.xyxy.astype(float).tolist()):
        if x1 < x2 and y1 < y2:
            label_id = 1 + int(boxes.indices[place]) % (IGNORE - 1)
            score = None if boxes.scores is None else float(np.clip(boxes.scores[place], 0, 1))
            drawn.append(Annotation(Box(x1, y1, x2, y2), label_id, score=score))
    return Sample(FrameId(image), annotations=tuple(drawn))


def _read(path: Path, kind: type) -> Any:
    content = read_json(path, most=MOST_BYTES)
    if not isinstance(content, kind):
        what = "a list of results" if kind is list else "COCO annotations"
        raise DatasetError(f"{path.name} does not hold {what}.")
    return content


def _with_run_lengths(rows: Sequence[dict[str, Any]], coco: COCO, what: str) -> list[Any]:
    """Rows whose masks are compressed run lengths of their picture's size; `what` names them."""
    changed = []
    for place, row in enumerate(rows, 1):
        picture = coco.imgs[row["image_id"]]
        try:
            check_mask(row["segmentation"], (picture["height"], picture["width"]))
            lengths = coco.annToRLE(row)
            counts = _text(lengths["counts"])
            is_whole = [*lengths["size"]] == [picture["height"], picture["width"]]
        except (LookupError, TypeError, ValueError, RuntimeError, DatasetError) as error:
            raise DatasetError(f"{what} {place} has no readable mask: {error}") from error
        if not is_whole:
            raise DatasetError(f"{what} {place} has a mask of another size than its picture.")
        changed.append({**row, "segmentation": {**lengths, "counts": counts}})
    return changed
