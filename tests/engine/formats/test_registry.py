"""Every registered Format reads what it writes: all that it claims to carry."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from engine.errors import ConfigError
from engine.formats import registry
from engine.formats.adapt import GROUP, adapt
from engine.formats.open_dataset import ReadOptions
from engine.formats.report import Report
from engine.regions.masks import label_map_of, region_to_mask
from engine.values import IGNORE, Annotation, Box, FrameId, Label, Mask, Polygon, Sample

SIZE_HW = (40, 60)
LABELS = (
    Label(0, "background", (0, 0, 0)),
    Label(1, "cell", (255, 0, 0)),
    Label(2, "blood cell", (0, 99, 0)),
)
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
        first = replace(first, attributes=tuple((n, "1") for n in sorted(carries.attributes)))
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


def said(sample, labels, carries):
    """What a Sample says, without ids, origins and order."""
    names = {label.id: label.name for label in labels} | {IGNORE: "ignored"}
    if not carries.is_layered:
        ids = label_map_of(sample.annotations, SIZE_HW).ids
        return {names[int(i)]: (ids == i).tobytes() for i in np.unique(ids) if i}
    rows = []
    for a in sample.annotations:
        digits = 3 if carries.precision < 0.01 else 0
        if isinstance(a.region, Box):
            where = ("box", *(round(v, digits) for v in a.region.xyxy))
        elif isinstance(a.region, Mask):
            mask = region_to_mask(a.region, SIZE_HW)
            where = ("mask", mask.left, mask.top, mask.pixels.shape, mask.pixels.tobytes())
        else:
            rings = (a.region.points_xy, *a.region.holes)
            where = ("polygon", *(tuple(np.round(r, digits).ravel().tolist()) for r in rings))
        score = None if a.score is None else round(a.score, 4)
        extra = tuple(sorted(p for p in a.attributes if p[0] != GROUP))
        rows.append((where, names[a.label_id], score, a.track, extra))
    return sorted(rows, key=repr)


@pytest.mark.parametrize("name", WRITTEN)
def test_what_is_written_is_read(tmp_path, name):
    layout = registry.get(name)
    written = samples_in(tmp_path, layout)
    assert layout.recognise(tmp_path)
    opened = layout.open(tmp_path, ReadOptions())
    report = Report()
    read = {Path(i.path): opened.read(i, report) for i in opened.frame_ids}
    assert not report.skipped
    assert not opened.report.skipped
    if layout.carries.is_empty:
        assert set(read) == {Path(s.frame_id.path) for s in written}
    for sample in written:
        again = read[Path(sample.frame_id.path)]
        assert again.size_hw == SIZE_HW
        assert all(a.origin == "import" for a in again.annotations)
        expected = said(sample, LABELS, layout.carries)
        assert said(again, opened.labels, layout.carries) == expected
        if layout.carries.sample_attributes:
            assert set(sample.attributes) <= set(again.attributes)
    names = [label.name for label in opened.labels if label.name != "background"]
    assert sorted(names) == ["blood cell", "cell"]
    if layout.carries.colors:
        colors = {label.name: label.color for label in opened.labels}
        assert colors["cell"] == (255, 0, 0)
    total = sum(len(s.annotations) for s in written)
    if layout.carries.is_layered:
        assert sum(report.kept.values()) + sum(opened.report.kept.values()) == total


@pytest.mark.parametrize("name", WRITTEN)
def test_anything_can_be_adapted_and_written(tmp_path, name):
    """Every shape, brought to what the Format can hold, is written and read without an error."""
    layout = registry.get(name)
    everything = registry.Carries(frozenset({Box, Mask, Polygon}))
    writer = layout.writer(tmp_path, LABELS)
    place = tmp_path / writer.picture_place("a.png", "")
    place.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(place), np.zeros((*SIZE_HW, 3), np.uint8))
    sample, report = full_sample(place, everything), Report()
    adapted = adapt(sample, layout.carries, LABELS, report)
    converted = sum(r.count for r in report.converted)
    skipped = sum(r.count for r in report.skipped)
    assert sum(report.kept.values()) + converted + skipped == len(sample.annotations)
    writer.add(adapted, place, "")
    writer.finish()
    opened = layout.open(tmp_path, ReadOptions())
    assert len(opened.frame_ids) == 1
    opened.read(opened.frame_ids[0], Report())


def test_an_unknown_format_names_the_known_ones():
    with pytest.raises(ConfigError, match=r"Known formats: .*txt"):
        registry.get("none")
