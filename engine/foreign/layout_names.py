"""The names of the layouts, what people call them, and their tasks: known without torch."""

from collections.abc import Mapping
from dataclasses import dataclass

from models.task import Task


@dataclass(frozen=True, slots=True)
class Layout:
    """What the outputs of a kind of network look like, in words."""

    text: str
    task: Task
    parts: tuple[str, ...] = ("output",)


LAYOUTS: Mapping[str, Layout] = {
    "yolo_v5": Layout("YOLO v3 to v7: with objectness", Task.DETECTION),
    "yolo_v8": Layout("YOLO v8, v9, v11: without objectness", Task.DETECTION),
    "yolo_v10": Layout("YOLO v10: six numbers a box", Task.DETECTION),
    "yolox": Layout("YOLOX without decoding: grids", Task.DETECTION),
    "nanodet": Layout("NanoDet: grids with distances", Task.DETECTION),
    "fastestdet": Layout("FastestDet: one grid", Task.DETECTION),
    "detr": Layout("DETR: boxes and logits", Task.DETECTION, ("boxes", "scores")),
    "ssd": Layout("SSD: boxes and label scores", Task.DETECTION, ("boxes", "scores")),
    "lists": Layout(
        "Lists of boxes, scores and labels", Task.DETECTION, ("boxes", "scores", "labels")
    ),
    "semantic": Layout("Label scores of every pixel", Task.SEMANTIC),
    "label_map": Layout("A label's number for every pixel", Task.SEMANTIC),
    "saliency": Layout("One map: object or background", Task.SEMANTIC),
    "classification": Layout("Label scores of the whole picture", Task.CLASSIFICATION),
}
"""By name; `parts` are the outputs that a layout reads, in its order."""
