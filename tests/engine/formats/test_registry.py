"""Every registered Format reads what it writes: all that it claims to carry."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from engine.errors import ConfigError
from engine.formats import registry
from engine.formats.adapt import GROUP, adapt
from engine.formats.open_dataset import ReadOptions
from engine.formats.report import Report
from engine.regions.map_strips import label_map_of
from engine.regions.masks import region_to_mask
from engine.values import IGNORE, Box, Mask, Polygon, Polyline
from tests.make_dataset import LABELS, SIZE_HW, WRITTEN, full_sample, samples_in


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
        elif isinstance(a.region, Polyline):
            where = ("line", *np.round(a.region.points_xy, digits).ravel().tolist())
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
    everything = registry.Carries(frozenset({Box, Mask, Polygon, Polyline}))
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


@pytest.mark.parametrize("name", WRITTEN)
def test_no_format_takes_another_for_its_own(tmp_path, name):
    samples_in(tmp_path, registry.get(name))
    # What our lists are written with is made to be read by other tools too.
    also = {"txt_detection": {"yolo"}, "txt_semantic": {"label_map"}}.get(name, set())
    assert {found.name for found in registry.recognised(tmp_path)} == {name, *also}


def test_an_unknown_format_names_the_known_ones():
    with pytest.raises(ConfigError, match=r"Known formats: .*txt"):
        registry.get("none")
