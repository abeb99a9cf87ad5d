"""CVAT XML: shapes where CVAT's canvas shows them, tracks frame by frame."""

import tracemalloc
from dataclasses import replace

import cv2
import numpy as np
import pytest

from engine.attributes import AttributeKind, AttributeSpec
from engine.errors import DatasetError
from engine.export.export import export
from engine.export.names import own_stem
from engine.export.options import ExportOptions
from engine.formats import cvat, registry
from engine.formats.adapt import GROUP
from engine.formats.cvat_shapes import run_lengths
from engine.formats.cvat_video_writer import CvatVideoWriter
from engine.formats.open_dataset import ReadOptions
from engine.formats.report import Report
from engine.tracks.keyframes import INTERPOLATED
from engine.values import (
    PERSON,
    Annotation,
    Box,
    Dataset,
    FrameId,
    Label,
    Mask,
    Polygon,
    Polyline,
    Sample,
)
from tests.damaged_dataset import read_damaged
from tests.engine.export import make

META = """<version>1.1</version><meta><task><name>t</name><size>1</size>
<original_size><width>40</width><height>30</height></original_size><labels>
<label><name>car</name><color>#ff8000</color><type>any</type><attributes/></label>
<label><name>weather</name><type>tag</type><attributes/></label></labels></task></meta>"""
IMAGES = f"""<?xml version="1.0" encoding="utf-8"?>
<annotations>{META}
<image id="0" name="a.png" width="10" height="8">
  <box label="car" source="auto" occluded="1" xtl="1.5" ytl="2.0" xbr="4.25" ybr="6.0" z_order="3"
    group_id="7"><attribute name="parked">true</attribute></box>
  <box label="car" occluded="0" xtl="2" ytl="2" xbr="6" ybr="4" rotation="90.0" z_order="0"/>
  <polygon label="car" occluded="0" points="0.5,0.5;4.5,0.5;4.5,3.5" z_order="0"/>
  <mask label="car" occluded="0" rle="1, 2, 3, 1" left="2" top="1" width="3" height="3"/>
  <ellipse label="car" occluded="0" cx="5" cy="4" rx="2" ry="1"/>
  <polyline label="car" occluded="0" points="1,1;2,2;5,3"/>
  <points label="car" occluded="0" points="1,1;2,2"/>
  <cuboid label="car" occluded="0" xtl1="1"/>
  <box label="car" occluded="0" xtl="5" ytl="2" xbr="5" ybr="6"/>
  <tag label="weather"><attribute name="sky">grey</attribute></tag>
</image></annotations>
"""


def read(folder, text):
    folder.mkdir(exist_ok=True)
    (folder / "annotations.xml").write_text(text, encoding="utf-8")
    return cvat.open_dataset(folder, ReadOptions())


def test_shapes_of_images_are_where_the_canvas_shows_them(tmp_path):
    opened = read(tmp_path, IMAGES)
    assert [label.name for label in opened.labels] == ["background", "car"]
    assert opened.labels[1].color == (255, 128, 0)
    report = Report()
    sample = opened.read(opened.frame_ids[0], report)
    assert sample.size_hw == (8, 10)  # the file states it; there is no picture
    assert sample.attributes == (("tag", "weather"), ("sky", "grey"))
    box, turned, polygon, mask, ellipse, line, points = sample.annotations
    assert box.region == Box(1.5, 2, 4.25, 6)
    assert box.z == 3
    assert box.attributes == (
        ("parked", "true"),
        ("occluded", "1"),
        ("source", "auto"),
        (GROUP, "7"),
    )
    # Turned by 90 degrees around (4, 3), the box of 4 x 2 stands upright; its top left corner
    # goes to the top right.
    assert np.allclose(turned.region.points_xy, [[5, 1], [5, 5], [3, 5], [3, 1]])
    assert polygon.region == Polygon([[0.5, 0.5], [4.5, 0.5], [4.5, 3.5]])
    # One pixel not set, two set, three not, one set: rows 011, 000, 1..
    assert mask.region == Mask(2, 1, [[False, True, True], [False] * 3, [True, False, False]])
    assert np.allclose(ellipse.region.points_xy[[0, 16]], [[7, 4], [5, 5]])
    assert line.region == Polyline([[1, 1], [2, 2], [5, 3]])
    assert points.attributes == (("shape_type", "points"),)
    assert report.kept == {"a.png": 5}
    assert [r.what for r in report.converted] == ["polygon", "polygon"]
    assert [(r.what, r.why) for r in report.skipped] == [
        ("cuboid (car)", "a cuboid is no flat region"),
        ("box (car)", "it has no area"),
    ]


ASKED = """<attributes>
<attribute><name>color</name><input_type>select</input_type><values>red
dark blue</values></attribute>
<attribute><name>side</name><input_type>radio</input_type><values>left
right</values></attribute>
<attribute><name>parked</name><input_type>checkbox</input_type><values/></attribute>
<attribute><name>age</name><input_type>number</input_type><values>0
9
1</values></attribute>
<attribute><name>plate</name><input_type>text</input_type><values/></attribute>
<attribute><name>odd</name><input_type>select</input_type><values/></attribute></attributes>"""
SPECS = (
    AttributeSpec("color", AttributeKind.CHOICE, ("red", "dark blue")),
    AttributeSpec("side", AttributeKind.CHOICE, ("left", "right")),
    AttributeSpec("parked", AttributeKind.FLAG),
    AttributeSpec("age", AttributeKind.NUMBER),
    AttributeSpec("plate"),
)


@pytest.mark.parametrize("name", ["cvat", "cvat_video"])
def test_attributes_keep_their_kind_and_choices(tmp_path, name):
    opened = read(tmp_path / "first", IMAGES.replace("<attributes/>", ASKED))
    assert opened.notes.attributes == {1: SPECS}
    box = Annotation(Box(1, 1, 5, 5), 1, attributes=(("color", "red"), ("more", "text")))
    here = make.sample(tmp_path / "a.png", box)
    source = replace(opened, frame_ids=(here.frame_id,), read=lambda *_: here, splits={})
    export(source, tmp_path / "out", ExportOptions(name, split=make.ALL))
    again = cvat.open_dataset(tmp_path / "out", ReadOptions())
    assert again.notes.attributes == {1: (*SPECS, AttributeSpec("more"))}
    (sample,) = (again.read(i, Report()) for i in again.frame_ids)
    assert sample.annotations[0].attributes == box.attributes


def test_a_mask_is_counted_as_cvat_counts_it():
    mask = Mask(2, 1, [[False, True, True], [False] * 3, [True, False, False]])
    assert run_lengths(mask) == "1, 2, 3, 1, 2"
    assert run_lengths(Mask(0, 0, [[True, True], [True, False]])) == "0, 3, 1"


def test_run_lengths_take_no_more_memory_than_the_mask_itself():
    mask = Mask(0, 0, np.ones((2000, 500), bool))
    tracemalloc.start()
    try:
        run_lengths(mask)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 2 * mask.pixels.nbytes


def test_a_picture_of_another_size_is_reported_and_nothing_is_scaled(tmp_path):
    cv2.imwrite(str(tmp_path / "a.png"), np.zeros((16, 20, 3), np.uint8))
    opened = read(tmp_path, IMAGES)
    report = Report()
    sample = opened.read(opened.frame_ids[0], report)
    assert sample.size_hw == (16, 20)
    assert sample.annotations[0].region == Box(1.5, 2, 4.25, 6)
    assert "10x8, it is 20x16" in report.converted[-1].why


def video(tracks, meta="<size>10</size>"):
    return (
        f"<annotations><version>1.1</version><meta><task>{meta}<original_size><width>40</width>"
        "<height>30</height></original_size></task><source>clip.mp4</source></meta>"
        f"{tracks}</annotations>"
    )


def key(frame, x, *, outside=0):
    return (
        f'<box frame="{frame}" keyframe="1" outside="{outside}" occluded="0" '
        f'xtl="{x}" ytl="2" xbr="{x + 4}" ybr="8" z_order="0"/>'
    )


def test_boxes_move_in_a_straight_line_until_the_track_is_outside(tmp_path):
    text = video(f'<track id="5" label="car">{key(2, 0)}{key(6, 8)}{key(8, 8, outside=1)}</track>')
    opened = read(tmp_path, text)
    path = str(tmp_path / "images" / "clip.mp4")
    assert opened.frame_ids == tuple(FrameId(path, i) for i in range(10))
    shown = {i.index: opened.read(i, Report()).annotations for i in opened.frame_ids}
    assert [i for i, found in shown.items() if found] == [2, 3, 4, 5, 6, 7]
    assert shown[3][0].region == Box(2, 2, 6, 8)
    assert shown[7][0].region == Box(8, 2, 12, 8)
    assert {a.track for found in shown.values() for a in found} == {5}
    assert opened.read(FrameId(path, 3), Report()).size_hw == (30, 40)


def test_of_no_frame_of_a_video_is_said_that_nothing_is_on_it(tmp_path):
    opened = read(tmp_path, video(f'<track id="5" label="car">{key(2, 0)}</track>'))
    for frame_id in opened.frame_ids[:2]:
        report = Report()
        sample = opened.read(frame_id, report)
        assert not sample.annotations
        assert not opened.says_empty(sample, report)


def test_a_track_that_never_leaves_goes_on_to_the_end(tmp_path):
    opened = read(tmp_path, video(f'<track id="0" label="car">{key(7, 0)}</track>'))
    shown = [i.index for i in opened.frame_ids if opened.read(i, Report()).annotations]
    assert shown == [7, 8, 9]


def test_only_every_third_frame_was_annotated(tmp_path):
    meta = (
        "<size>3</size><start_frame>1</start_frame><stop_frame>9</stop_frame>"
        "<frame_filter>step=3</frame_filter>"
    )
    opened = read(
        tmp_path, video(f'<track id="0" label="car">{key(1, 0)}{key(7, 6)}</track>', meta)
    )
    assert [i.index for i in opened.frame_ids] == [1, 4, 7]
    middle = opened.read(opened.frame_ids[1], Report()).annotations
    assert middle[0].region == Box(3, 2, 7, 8)


def test_outlines_of_as_many_points_move_and_others_stay(tmp_path):
    def outline(frame, points):
        return f'<polygon frame="{frame}" outside="0" occluded="0" points="{points}"/>'

    keys = outline(0, "0,0;4,0;4,4") + outline(2, "2,0;6,0;6,4") + outline(4, "2,0;6,0;6,4;2,4")
    opened = read(tmp_path, video(f'<track id="0" label="car">{keys}</track>'))
    report = Report()
    one, three = (opened.read(opened.frame_ids[i], report).annotations[0].region for i in (1, 3))
    assert one == Polygon([[1, 0], [5, 0], [5, 4]])
    assert three == Polygon([[2, 0], [6, 0], [6, 4]])
    assert [r.why for r in report.converted] == [
        "as in the key frame before: its outline is not interpolated"
    ]


def test_extracted_frames_stand_for_a_video_that_is_not_there(tmp_path):
    (tmp_path / "images").mkdir()
    for n in (2, 3):
        cv2.imwrite(
            str(tmp_path / "images" / f"frame_{n:06d}.PNG"), np.zeros((30, 40, 3), np.uint8)
        )
    opened = read(tmp_path, video(f'<track id="5" label="car">{key(2, 0)}</track>'))
    assert opened.frame_ids[2] == FrameId(str(tmp_path / "images" / "frame_000002.PNG"))
    assert opened.read(opened.frame_ids[2], Report()).annotations[0].region == Box(0, 2, 4, 8)


def test_tags_groups_and_odd_letters_survive(tmp_path):
    writer = cvat.CvatWriter(
        tmp_path, (Label(0, "background", (0, 0, 0)), Label(1, "a<b", (1, 2, 3)))
    )
    pairs = (("note", "two\nlines & \x01"), ("occluded", "1"), (GROUP, "row"))
    found = Annotation(Box(0, 0, 2, 2), 1, attributes=pairs)
    about = (("tag", "night"), ("place", "Köln"))
    sample = Sample(FrameId("x"), (4, 5), (found,), attributes=about)
    writer.add(sample, tmp_path / "images" / "train" / "a.png", "train")
    writer.finish()
    opened = cvat.open_dataset(tmp_path, ReadOptions())
    again = opened.read(opened.frame_ids[0], Report())
    assert again.attributes == about
    assert set(again.annotations[0].attributes) == {
        ("note", "two\nlines & �"),
        ("occluded", "1"),
        (GROUP, "1"),
    }
    assert opened.splits == {"train": opened.frame_ids}
    assert [label.name for label in opened.labels] == ["background", "a<b"]


def test_lines_and_points_are_written_as_such(tmp_path):
    opened = read(tmp_path, IMAGES)
    sample = opened.read(opened.frame_ids[0], Report())
    writer = cvat.CvatWriter(tmp_path, opened.labels)
    writer.add(sample, tmp_path / "images" / "a.png", "")
    writer.finish()
    text = (tmp_path / "annotations.xml").read_text(encoding="utf-8")
    assert "<size>1</size>" in text
    assert "<stop_frame>0</stop_frame>" in text
    assert '<polyline label="car" source="manual" occluded="0" points="1,1;2,2;5,3"' in text
    assert '<points label="car" source="manual" occluded="0" points="1,1;2,2"' in text
    again = cvat.open_dataset(tmp_path, ReadOptions())
    found = again.read(again.frame_ids[0], Report())
    lines = {a.region for a in sample.annotations[-2:]}
    assert lines < {a.region for a in found.annotations}
    assert sum(("shape_type", "points") in a.attributes for a in found.annotations) == 1


def test_no_name_leaves_the_folder(tmp_path):
    folder = tmp_path / "in"
    cv2.imwrite(str(tmp_path / "a.png"), np.zeros((8, 10, 3), np.uint8))
    for name in ("../a.png", str(tmp_path / "a.png")):
        opened = read(folder, IMAGES.replace('name="a.png"', f'name="{name}"'))
        assert opened.frame_ids[0].path.startswith(str(folder))


def written_again(opened, folder):
    """The Samples of a video as they are, and as they are read after writing them."""
    writer = CvatVideoWriter(folder, opened.labels)
    samples = [opened.read(i, Report()) for i in opened.frame_ids]
    for sample in samples:
        name = f"{own_stem(sample.frame_id)}.png"
        place = folder / writer.picture_place(name, "")
        place.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(place), np.zeros((*sample.size_hw, 3), np.uint8))
        writer.add(replace(sample, frame_id=FrameId(str(place))), place, "")
    writer.finish()
    again = cvat.open_dataset(folder, ReadOptions())
    return samples, [again.read(i, Report()) for i in again.frame_ids]


def by_track(samples):
    """What is in each frame, without ids."""
    in_order = (sorted(sample.annotations, key=lambda a: a.track) for sample in samples)
    return [[replace(a, id="") for a in found] for found in in_order]


TRACKS = f"""
<track id="5" label="car" source="auto" group_id="3">{key(2, 0)}{key(6, 8)}{key(8, 8, outside=1)}
</track><track id="2" label="car">
<polygon frame="0" keyframe="1" outside="0" occluded="1" points="1,1;9,1;9,9" z_order="2">
<attribute name="parked">true</attribute></polygon>
<polygon frame="2" keyframe="0" outside="0" occluded="0" points="1,1;9,1;8,9" z_order="2"/>
<polygon frame="4" keyframe="1" outside="1" occluded="0" points="1,1;9,1;9,9"/>
<polygon frame="6" keyframe="1" outside="0" occluded="0" points="3,3;9,3;9,9;3,9"/></track>
<track id="7" label="car"><mask frame="9" keyframe="1" outside="0" occluded="0" rle="1, 3"
 left="2" top="1" width="2" height="2" z_order="0"/></track>"""


def test_tracks_that_are_read_and_written_are_read_again_as_they_were(tmp_path):
    before, after = written_again(read(tmp_path / "a", video(TRACKS)), tmp_path / "b")
    assert by_track(before) == by_track(after)
    file = tmp_path / "b" / "clip" / "annotations.xml"
    assert not cvat.recognise(file)
    assert registry.recognised(tmp_path / "b")[0].name == "cvat_video"
    text = file.read_text(encoding="utf-8")
    assert '<track id="5" label="car" source="auto" group_id="3">' in text
    assert '<box frame="8" keyframe="1" outside="1"' in text
    assert "<original_size><width>40</width><height>30</height></original_size>" in text


def test_what_was_interpolated_is_so_again_and_keys_are_keys(tmp_path):
    for sample in written_again(read(tmp_path / "a", video(TRACKS)), tmp_path / "b")[1]:
        origins = {a.track: a.origin for a in sample.annotations}
        frame = int(sample.frame_id.path[-10:-4])
        if frame in (2, 6):
            assert origins[5] == "import"
        if frame in (1, 2, 3, 7):
            assert origins[2] == INTERPOLATED


def test_of_what_is_interpolated_only_what_was_accepted_is_written(tmp_path):
    def tracks(origin):
        return [Annotation(Box(n, 1, n + 3, 9), 1, origin, track=n) for n in (1, 2)]

    first, last = (make.sample(tmp_path / f"{n}.png", *tracks(PERSON), seed=n) for n in (0, 2))
    accepted, waiting = tracks(INTERPOLATED)
    between = replace(make.sample(tmp_path / "1.png", accepted, seed=1), proposals=(waiting,))
    data = Dataset((first, between, last), make.LABELS)
    report = make.run(data, tmp_path / "out", "cvat_video", split=make.ALL)
    assert "nobody accepted or rejected them yet" in report.text
    opened = cvat.open_dataset(tmp_path / "out", ReadOptions())
    found = [opened.read(frame_id, Report()).annotations for frame_id in opened.frame_ids]
    assert [[a.track for a in frame] for frame in found] == [[1, 2], [1], [1, 2]]
    assert found[1][0].origin == INTERPOLATED


def test_an_object_without_a_track_stays_one_without(tmp_path):
    writer = CvatVideoWriter(tmp_path, (Label(1, "car", (1, 2, 3)),))
    place = tmp_path / writer.picture_place("a.png", "train")
    box = Annotation(Box(0, 0, 2, 2), 1)
    tracks = (None, None, 4, 4)
    boxes = tuple(replace(box, id=str(n), track=track) for n, track in enumerate(tracks))
    writer.add(Sample(FrameId(str(place)), (4, 5), boxes), place, "train")
    writer.finish()
    opened = cvat.open_dataset(tmp_path, ReadOptions())
    assert opened.splits == {"train": opened.frame_ids}
    found = opened.read(opened.frame_ids[0], Report()).annotations
    assert [a.track for a in found] == [None, None, 4, 4]


def test_pascal_voc_is_something_else(tmp_path):
    (tmp_path / "a.xml").write_text("<annotation><object/></annotation>", encoding="utf-8")
    assert not cvat.recognise(tmp_path)
    with pytest.raises(DatasetError, match="no CVAT annotations"):
        cvat.open_dataset(tmp_path, ReadOptions())


def both(folder):
    tracks = f'<track id="5" label="car">{key(2, 0)}{key(6, 8)}{key(8, 8, outside=1)}</track>'
    folder.mkdir()
    images = IMAGES.replace("</annotations>", "")
    text = images + video(tracks).partition("</meta>")[2]
    (folder / "annotations.xml").write_text(text, encoding="utf-8")
    return folder


def test_damaged_files_are_read_or_refused(tmp_path):
    became = read_damaged("cvat", both(tmp_path / "a"), range(100), "*.xml")
    assert became["refused"]
    assert became["whole"] + became["skipped"]


@pytest.mark.long
def test_thousands_of_damaged_files_are_read_or_refused(tmp_path, inputs, record_property):
    became = read_damaged("cvat", both(tmp_path / "a"), range(inputs), "*.xml")
    record_property("damaged", dict(became))
