"""Measures supervision, in its own environment: twelve masks, boxes and labels on a frame."""

import numpy as np
import supervision as sv
from child import asked, median_ms, tell

SIZE_HW = (1080, 1920)
OBJECTS = 12

scene, files = asked()
y, x = np.mgrid[0:240, 0:260]
disc = ((y - 120) / 118) ** 2 + ((x - 130) / 128) ** 2 < 1
corners = [(40 + n % 4 * 460, 60 + n // 4 * 330) for n in range(OBJECTS)]
masks = np.zeros((OBJECTS, *SIZE_HW), bool)
for mask, (left, top) in zip(masks, corners, strict=True):
    mask[top : top + 240, left : left + 260] = disc
detections = sv.Detections(
    xyxy=np.array([(left, top, left + 260, top + 240) for left, top in corners], np.float32),
    mask=masks,
    class_id=np.arange(OBJECTS),
    confidence=np.linspace(0.5, 0.99, OBJECTS),
)
captions = [f"label {n} {detections.confidence[n]:.2f}" for n in range(OBJECTS)]
annotators = (sv.MaskAnnotator(), sv.BoxAnnotator())
label_annotator = sv.LabelAnnotator()
frame = np.full((*SIZE_HW, 3), 90, np.uint8)


def paint(_: int) -> None:
    """All three kinds onto a copy of the frame, as its examples do."""
    picture = frame.copy()
    for annotator in annotators:
        picture = annotator.annotate(picture, detections)
    label_annotator.annotate(picture, detections, captions)


tell(scene, {"canvas.overlay_12_objects_1080p": median_ms(paint, count=60)})
