"""What is said when the pictures cannot be where they were asked to be."""

from dataclasses import replace

import numpy as np

from engine.export.options import Pictures, Tiles
from engine.values import Box, Mask, Polygon
from tests.engine.export.make import BLOCK, BOX, SQUARE, dataset, run, sample

LINKED = "The pictures are linked into the folder, as this format does not refer to them."


def test_a_format_that_needs_its_own_places_gets_links(tmp_path):
    report = run(dataset(tmp_path, 2), tmp_path / "out", "cityscapes", pictures=Pictures.REFER)
    assert LINKED in report.notes
    assert report.verification.ok
    found = [p for p in (tmp_path / "out").rglob("*leftImg8bit.png") if p.stat().st_nlink == 2]
    assert len(found) == 2


def test_a_name_that_two_pictures_have_makes_links_of_all(tmp_path):
    data = dataset(tmp_path, 2)
    twin = sample(tmp_path / "more/00.png", SQUARE, seed=9)
    alone = run(data, tmp_path / "one", "coco", pictures=Pictures.REFER)
    assert LINKED not in alone.notes
    assert not (tmp_path / "one/images").exists()
    data = replace(data, samples=(*data.samples, twin))
    report = run(data, tmp_path / "two", "coco", pictures=Pictures.REFER)
    assert LINKED in report.notes
    assert report.verification.ok


def test_objects_too_small_for_the_new_size_make_no_empty_picture(tmp_path):
    # The centres of the smaller pixels lie over odd rows and columns of the old ones.
    dot = replace(BLOCK, region=Mask(0, 0, np.ones((1, 1), bool)))
    data = dataset(tmp_path, 2)
    tiny = replace(data.samples[1], annotations=(dot,))
    data = replace(data, samples=(data.samples[0], tiny))
    report = run(data, tmp_path / "out", longest_side=20)
    assert report.written == 1
    assert "1 picture left out, as nothing is left of the objects." in report.notes
    assert any("less than a pixel" in r.why for r in report.objects.skipped)
    assert report.verification.ok


def test_tiles_without_objects_need_a_format_that_knows_them(tmp_path):
    report = run(dataset(tmp_path, 1, (BOX,)), tmp_path / "out", "csv", tiles=Tiles(16))
    assert report.written == 2
    assert "4 tiles without objects left out: no place for them." in report.notes
    assert report.verification.ok


def test_a_picture_of_another_size_than_it_was_labelled_at_is_said(tmp_path):
    data = dataset(tmp_path, 2)
    height, width = data.samples[0].size_hw
    older = replace(data.samples[0], size_hw=(height * 2, width * 2))
    report = run(replace(data, samples=(older, data.samples[1])), tmp_path / "out")
    found = [r for r in report.objects.converted if r.what == "picture"]
    why = f"for {width * 2}x{height * 2}, it is {width}x{height}: nothing was scaled"
    assert [r.why.removeprefix("its labels were made ") for r in found] == [why]


def test_what_whole_numbers_change_and_new_names_are_said(tmp_path):
    data = dataset(tmp_path, 2, (BOX, replace(BOX, region=Box(1.5, 2, 9, 9), id="half")))
    twin = sample(tmp_path / "more/00.png", SQUARE, seed=9)
    data = replace(data, samples=(*data.samples, twin))
    report = run(data, tmp_path / "out", "voc")
    assert "2 objects rounded to whole pixels." in report.notes
    assert "1 picture renamed, as others have the same name." in report.notes
    assert not any("rounded" in n for n in run(data, tmp_path / "coco", "coco").notes)


def test_objects_that_a_label_map_does_not_tell_apart_are_counted(tmp_path):
    far = replace(SQUARE, region=Polygon([[20, 20], [28, 20], [28, 26]]), id="far")
    report = run(dataset(tmp_path, 2, (SQUARE, BLOCK, far)), tmp_path / "out", "label_map")
    note = "2 objects joined with others of the same label, or hidden by what lies above."
    assert note in report.notes
    assert note not in run(dataset(tmp_path, 2), tmp_path / "two", "label_map").notes
    report = run(dataset(tmp_path, 2, (SQUARE, BLOCK, far)), tmp_path / "three", "voc_masks")
    assert not any("joined" in n for n in report.notes)
