"""The names of the layouts, what people call them, and their tasks: known without torch."""

from collections.abc import Mapping
from dataclasses import dataclass

from models.task import Task


@dataclass(frozen=True, slots=True)
class Layout:
    """What the outputs of a kind of network look like, in words.

    Where labels are not counted, the outputs do not show how many there are: as many as are named.
    """

    text: str
    task: Task
    parts: tuple[str, ...] = ("output",)
    is_counted: bool = True


_WITH_MASKS = ("boxes", "prototypes")

LAYOUTS: Mapping[str, Layout] = {
    "yolo_v5": Layout("YOLO v3 to v7: with objectness", Task.DETECTION),
    "yolo_v8": Layout("YOLO v8, v9, v11: without objectness", Task.DETECTION),
    "yolo_v10": Layout("YOLO v10: six numbers a box", Task.DETECTION, is_counted=False),
    "yolo_v5_seg": Layout("YOLO v5, v7 with masks: with objectness", Task.INSTANCE, _WITH_MASKS),
    "yolo_v8_seg": Layout("YOLO v8, v9, v11 with masks", Task.INSTANCE, _WITH_MASKS),
    "yolo_v10_seg": Layout(
        "YOLO with masks, suppressed already", Task.INSTANCE, _WITH_MASKS, is_counted=False
    ),
    "yolo_v8_obb": Layout("YOLO v8, v11 for rotated boxes", Task.INSTANCE),
    "yolo_v10_obb": Layout(
        "YOLO for rotated boxes, suppressed already", Task.INSTANCE, is_counted=False
    ),
    "yolox": Layout("YOLOX without decoding: grids", Task.DETECTION),
    "nanodet": Layout("NanoDet: grids with distances", Task.DETECTION),
    "fastestdet": Layout("FastestDet: one grid", Task.DETECTION),
    "detr": Layout("DETR: boxes and logits", Task.DETECTION, ("boxes", "scores")),
    "ssd": Layout("SSD: boxes and label scores", Task.DETECTION, ("boxes", "scores")),
    "lists": Layout(
        "Lists of boxes, scores and labels",
        Task.DETECTION,
        ("boxes", "scores", "labels"),
        is_counted=False,
    ),
    "semantic": Layout("Label scores of every pixel", Task.SEMANTIC),
    "label_map": Layout("A label's number for every pixel", Task.SEMANTIC, is_counted=False),
    "saliency": Layout("One map: object or background", Task.SEMANTIC),
    "classification": Layout("Label scores of the whole picture", Task.CLASSIFICATION),
}
"""By name; `parts` are the outputs that a layout reads, in its order."""
