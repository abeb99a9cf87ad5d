"""Datasets for tests: one of everything that a Format says it carries."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from engine.formats import registry
from engine.formats.adapt import GROUP
from engine.values import IGNORE, Annotation, Box, FrameId, Label, Mask, Polygon, Polyline, Sample

SIZE_HW = (40, 60)
LABELS = (
    Label(0, "background", (0, 0, 0)),
    Label(1, "cell", (255, 0, 0)),
    Label(2, "blood cell", (0, 99, 0)),
)
VALUES = {"visibility": "0.5"}
"""Of attributes that are told only below 1."""
WRITTEN = [n for n in registry.names() if registry.get(n).writer and registry.get(n).open]


def regions(carries):
    """Regions that lie apart, in every shape this Format has, all in whole pixels."""
    ring = np.ones((6, 7), bool)
    ring[2:4, 2:5] = False
    found = []
    if Box in carries.regions:
        found += [Box(1, 2, 9, 8), Box(12, 2, 20, 9)]
    if Mask in carries.regions:
        found += [Mask(30, 9, ring), Mask(40, 9, np.ones((5, 5), bool))]
    if Polygon in carries.regions:
        found.append(Polygon([[3, 12], [13, 12], [13, 17], [3, 17]]))
        if carries.ring_points is None:
            found.append(Polygon([[3, 22], [13, 22], [13, 27]]))
        if carries.holes and carries.ring_points is None:
            hole = np.array([[22, 24], [24, 24], [24, 26], [22, 26]], np.float32)
            found.append(Polygon([[20, 22], [29, 22], [29, 29], [20, 29]], (hole,)))
    if Polyline in carries.regions:
        found += [Polyline([[33, 22]]), Polyline([[35, 22], [45, 25]])]
        found.append(Polyline([[35, 30], [45, 33], [50, 30]]))
    return found


def full_sample(picture, carries):
    """One of everything that this Format says it carries."""
    annotations = [
        Annotation(region, 1 + i % 2, z=i, id=f"{i:032x}")
        for i, region in enumerate(regions(carries))
    ]
    first = annotations[0]
    if carries.scores:
        first = replace(first, score=0.5)
    if carries.tracks:
        first = replace(first, track=7)
    if carries.attributes is True:
        first = replace(first, attributes=(("occluded", 'yes & <no> "quoted" ü'),))
    elif carries.attributes:
        first = replace(
            first, attributes=tuple((n, VALUES.get(n, "1")) for n in sorted(carries.attributes))
        )
    annotations[0] = first
    if carries.groups:
        annotations[-1] = replace(
            annotations[-1], attributes=(*annotations[-1].attributes, (GROUP, "5"))
        )
    if carries.ignored:
        annotations[-1] = replace(annotations[-1], label_id=IGNORE)
    attributes = (("weather", "rain"),) if carries.sample_attributes is True else ()
    if isinstance(carries.sample_attributes, frozenset):
        attributes = tuple((n, "1") for n in sorted(carries.sample_attributes))
    return Sample(FrameId(str(picture)), SIZE_HW, tuple(annotations), attributes=attributes)


def samples_in(folder: Path, layout):
    """Samples whose pictures lie where the layout wants them."""
    writer = layout.writer(folder, LABELS)
    made = []
    for name, split in (("a.png", "train"), ("b c.png", "train"), ("ü.png", "val")):
        place = folder / writer.picture_place(name, split)
        place.parent.mkdir(parents=True, exist_ok=True)
        data = cv2.imencode(".png", np.zeros((*SIZE_HW, 3), np.uint8))[1]
        place.write_bytes(data.tobytes())
        made.append((full_sample(place, layout.carries), split))
    if layout.carries.is_empty:
        made[1] = (replace(made[1][0], annotations=()), made[1][1])
    for sample, split in made:
        writer.add(sample, Path(sample.frame_id.path), split)
    writer.finish()
    return [sample for sample, _ in made]
