"""MOT: frames, ids and pixels count from 1."""

import cv2
import numpy as np
import pytest

from engine.errors import DatasetError
from engine.formats import mot
from engine.formats.mot_writer import MotWriter
from engine.formats.open_dataset import ReadOptions
from engine.formats.report import Report
from engine.values import Annotation, Box, FrameId, Label, Sample
from tests.damaged_dataset import read_damaged

TRUTH = """1,3,794.2,247.5,71.2,174.8,1,1,0.8
2, 3, 11, 21, 4, 6, 1, 1, 1
2,-1,1,1,10,20,0,7,1
2,4,5,5,0,6,1,1,1
9,4,5,5
x,4,5,5,1,1
"""
INFO = "[Sequence]\nname=A\nimDir=img1\nframeRate=30\nseqLength=4\nimWidth=40\n"
INFO += "imHeight=30\nimExt=.png\n"


def sequence(folder, name="gt", text=TRUTH):
    (folder / name).mkdir(parents=True)
    (folder / name / f"{name}.txt").write_text(text, encoding="utf-8")
    (folder / "seqinfo.ini").write_text(INFO, encoding="utf-8")
    (folder / "img1").mkdir()
    cv2.imwrite(str(folder / "img1" / "000002.png"), np.zeros((30, 40, 3), np.uint8))


def test_the_first_pixel_and_frame_are_one(tmp_path):
    folder = tmp_path / "train" / "A"
    sequence(folder)
    assert mot.recognise(tmp_path)
    opened = mot.open_dataset(tmp_path, ReadOptions())
    assert opened.splits == {"train": opened.frame_ids}
    assert [i.path[-10:] for i in opened.frame_ids] == [f"{n:06d}.png" for n in range(1, 10)]
    assert [label.name for label in opened.labels] == ["background", "pedestrian", "static person"]
    report = Report()
    one, two, three = (opened.read(i, report) for i in opened.frame_ids[:3])
    assert one.size_hw == (30, 40)
    (first,) = one.annotations
    assert np.allclose(first.region.xyxy, [793.2, 246.5, 864.4, 421.3])
    assert (first.track, first.attributes) == (3, (("visibility", "0.8"),))
    walker, still = two.annotations
    assert walker.region == Box(10, 20, 14, 26)
    assert still.region == Box(0, 0, 10, 20)
    assert (still.track, still.attributes) == (None, (("ignored", "1"),))
    assert not three.annotations
    assert [(r.what, r.why) for r in report.skipped] == [("line 4", "it has no area")]
    assert [(r.what, r.why) for r in opened.report.skipped] == [("line 6", "its frame is 'x'")]


def test_detections_have_scores_and_no_class(tmp_path):
    sequence(tmp_path, "det", "1,-1,1,1,4,6,0.25,-1,-1,-1\n1,-1,1,1,4,6,56.5,-1,-1,-1\n")
    opened = mot.open_dataset(tmp_path, ReadOptions())
    sure, odd = opened.read(opened.frame_ids[0], Report()).annotations
    assert (sure.region, sure.score, sure.track) == (Box(0, 0, 4, 6), 0.25, None)
    assert (odd.score, odd.attributes) == (None, (("conf", "56.5"),))
    assert [label.name for label in opened.labels] == ["background", "object"]


def test_names_of_classes_are_in_a_file_beside(tmp_path):
    sequence(tmp_path, text="1,1,1,1,4,6,1,2,1\n")
    (tmp_path / "gt" / "labels.txt").write_text("cat\ndog\n", encoding="utf-8")
    opened = mot.open_dataset(tmp_path, ReadOptions())
    assert [label.name for label in opened.labels] == ["background", "cat", "dog"]
    (box,) = opened.read(opened.frame_ids[0], Report()).annotations
    assert box.label_id == 2


def test_rows_are_written_as_they_are_documented(tmp_path):
    labels = (Label(0, "background", (0, 0, 0)), Label(7, "cat", (1, 2, 3)))
    writer = MotWriter(tmp_path, labels)
    places = [tmp_path / writer.picture_place(name, "") for name in ("b.jpg", "a.jpg")]
    assert [place.name for place in places] == ["000001.jpg", "000002.jpg"]
    pairs = (("ignored", "1"), ("visibility", "0.5"))
    found = Annotation(Box(10, 20.5, 14, 26), 7, track=3, attributes=pairs)
    for place, annotations in zip(places, ((), (found,)), strict=True):
        writer.add(Sample(FrameId(str(place)), (30, 40), annotations), place, "")
    writer.finish()
    text = (tmp_path / "gt" / "gt.txt").read_text(encoding="utf-8")
    assert text == "2,3,11,21.5,4,5.5,0,1,0.5\n"
    assert "seqLength=2\nimWidth=40\nimHeight=30" in (tmp_path / "seqinfo.ini").read_text("utf-8")


def test_a_folder_without_a_sequence_is_refused(tmp_path):
    assert not mot.recognise(tmp_path)
    with pytest.raises(DatasetError, match="no sequence"):
        mot.open_dataset(tmp_path, ReadOptions())


def test_a_folder_of_pictures_whose_name_no_folder_can_have_holds_none(tmp_path):
    sequence(tmp_path)
    info = INFO.replace("imDir=img1", f"imDir={'i' * 5000}")
    (tmp_path / "seqinfo.ini").write_text(info, encoding="utf-8")
    assert len(mot.open_dataset(tmp_path, ReadOptions()).frame_ids) == 9


def test_damaged_files_are_read_or_refused(tmp_path):
    sequence(tmp_path)
    became = read_damaged("mot", tmp_path, range(40), "*.[ti][xn][ti]")
    assert became["skipped"]
