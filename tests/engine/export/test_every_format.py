"""Everything a project may hold, in every Format: what is written is there, whatever is chosen."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.annotations.emptiness import EMPTY
from engine.export.options import Pictures, Split, Tiles, Unheld
from engine.formats import registry
from engine.formats.adapt import GROUP
from engine.formats.labels_file import default_label
from engine.formats.open_dataset import OpenDataset, ReadOptions
from engine.formats.report import Report
from engine.values import IGNORE, Annotation, Box, Dataset, Label, Mask, Polygon, Polyline
from tests.engine.export.make import BLOCK, BOX, LABELS, SQUARE, run, sample, with_attributes

WRITTEN = [n for n in registry.names() if registry.get(n).writer and registry.get(n).open]
USUAL = {"refer": {"pictures": Pictures.REFER}, "tiles": {"tiles": Tiles(20, 5)}}
SELDOM = {
    "copy": {},
    "whole": {"split": None},
    "small": {"longest_side": 30},
    "folds": {"split": Split(folds=2)},
    "linked": {"pictures": Pictures.HARD_LINK, "longest_side": 25, "tiles": Tiles(16)},
}


LINE = Annotation(Polyline([[3, 3], [25, 9], [36, 24]]), 1)
POINT = Annotation(Polyline([[20, 7.5]]), 2)


def everything(folder):
    """Holes, parts, rotation, scores, groups, ignored regions, equal names, an empty picture."""
    ring, two = np.ones((9, 9), bool), np.zeros((8, 12), bool)
    ring[3:6, 3:6] = False
    two[:3, :3] = two[5:, 8:] = True
    hole = np.array([[24, 22], [26, 22], [26, 24]], np.float32)
    holed = Annotation(Polygon([[22, 20], [34, 20], [34, 28], [22, 28]], (hole,)), 2)
    turned = Annotation(Polygon([[20, 5], [30, 8], [28, 14], [18, 11]]), 1)
    ring_mask, parts = Annotation(Mask(2, 18, ring), 1), Annotation(Mask(26, 2, two), 2)
    told = (("occluded", "1"), ("x", "<y>"), (GROUP, "7"))
    samples = [
        sample(folder / "p/a.png", SQUARE, ring_mask, seed=1),
        sample(folder / "p/b.png", parts, holed, turned, seed=2),
        sample(folder / "p/sub/a.png", BOX, seed=3),
        sample(folder / "p/c d.png", BLOCK, ring_mask, parts, seed=4),
        sample(
            folder / "p/ü.png",
            replace(SQUARE, score=0.5, track=3, attributes=told),
            replace(BLOCK, label_id=1, attributes=((GROUP, "7"),)),
            seed=5,
        ),
        with_attributes(sample(folder / "p/empty.png", seed=6), (EMPTY,)),
        sample(folder / "p/ignored.png", Annotation(Box(1, 1, 4, 4), IGNORE), BLOCK, seed=7),
        sample(folder / "p/lines.png", LINE, POINT, SQUARE, replace(LINE, label_id=IGNORE), seed=8),
        sample(folder / "p/only lines.png", LINE, POINT, seed=9),
    ]
    return Dataset(tuple(samples), LABELS)


def check(folder, name, options):
    data = everything(folder)
    report = run(data, folder / "out", name, **options)
    assert report.verification.ok, report.text
    if "tiles" not in options and "folds" not in str(options):
        told = report.kept + sum(r.count for r in report.objects.converted)
        told += sum(r.count for r in report.objects.skipped if r.what != "picture")
        assert told == sum(len(s.annotations) for s in data.samples), "each object is accounted for"


@pytest.mark.parametrize("options", USUAL.values(), ids=USUAL)
@pytest.mark.parametrize("name", WRITTEN)
def test_what_is_written_is_there(tmp_path, name, options):
    check(tmp_path, name, options)


@pytest.mark.parametrize("name", WRITTEN)
def test_a_part_is_told_from_what_is_in_no_part_though_nothing_is_in_it(tmp_path, name):
    """A dataset may name a few pictures for validation, and say that nothing is on them."""
    drawn = [sample(tmp_path / f"p/{n}.png", SQUARE, BLOCK, seed=n) for n in range(3)]
    bare = with_attributes(sample(tmp_path / "p/bare.png", seed=3), (EMPTY,))
    frames = {one.frame_id: one for one in (*drawn, bare)}
    for seen in (drawn[1], bare):
        parts = {"val": (seen.frame_id,)}
        source = OpenDataset(tuple(frames), LABELS, lambda i, report: frames[i], splits=parts)
        report = run(source, tmp_path / Path(seen.frame_id.path).stem, name, split=None)
        assert report.verification.ok, report.text


@pytest.mark.parametrize("name", WRITTEN)
def test_a_label_without_objects_is_named_or_told(tmp_path, name):
    data = Dataset((sample(tmp_path / "p/a.png", SQUARE),), LABELS)
    report = run(data, tmp_path / "out", name, split=None)
    found = registry.get(name).open(tmp_path / "out", ReadOptions())
    is_told = "not named in this format: b." in str(report.notes)
    assert ("b" in [label.name for label in found.labels]) != is_told


@pytest.mark.parametrize("name", WRITTEN)
def test_the_color_of_a_label_is_kept_or_told(tmp_path, name):
    labels = [Label(0, "background", (0, 0, 0)), default_label(1), Label(2, "b", (1, 200, 30))]
    data = Dataset((sample(tmp_path / "p/a.png", SQUARE, BLOCK),), tuple(labels))
    report = run(data, tmp_path / "out", name, split=None)
    found = registry.get(name).open(tmp_path / "out", ReadOptions())
    is_told = "The colors of labels are not kept in this format: b." in report.notes
    assert ((1, 200, 30) in [label.color for label in found.labels]) != is_told


@pytest.mark.parametrize("name", WRITTEN)
def test_no_line_becomes_a_box_or_a_mask(tmp_path, name):
    """Written by itself, or said to be left out: nothing else is made of it."""
    carries = registry.get(name).carries
    mixed = sample(tmp_path / "p/mixed.png", LINE, POINT, BLOCK, seed=1)
    lines = sample(tmp_path / "p/lines.png", LINE, POINT, seed=2)
    report = run(Dataset((mixed, lines), LABELS), tmp_path / "out", name, split=None)
    assert report.verification.ok, report.text
    found = registry.get(name).open(tmp_path / "out", ReadOptions())
    regions = [a.region for i in found.frame_ids for a in found.read(i, Report()).annotations]
    kinds = [type(region) for region in regions]
    left_out = [r for r in report.objects.skipped if r.what in ("line", "point")]
    if Polyline in carries.regions:
        assert kinds.count(Polyline) == 4
        assert not left_out
        return
    assert len(regions) == 1, "the block alone"
    assert sum(r.count for r in left_out) == 4
    assert {r.why for r in left_out} == {"a line or a point has no area"}
    assert len(found.frame_ids) == 1, "a picture of lines alone is not said to be empty"


@pytest.mark.long
@pytest.mark.parametrize("options", SELDOM.values(), ids=SELDOM)
@pytest.mark.parametrize("name", WRITTEN)
def test_what_is_written_is_there_whatever_is_chosen(tmp_path, name, options):
    carries = registry.get(name).carries
    check(tmp_path, name, options)
    unheld = Unheld.IGNORE if carries.ignored else Unheld.WITHOUT
    check(tmp_path / "two", name, {**options, "unheld": unheld})
