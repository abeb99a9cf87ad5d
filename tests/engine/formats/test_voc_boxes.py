import pytest

from engine.errors import DatasetError
from engine.formats.voc_boxes import read_voc_boxes

OBJECT = (
    "<object><name>{}</name><bndbox><xmin>{}</xmin><ymin>{}</ymin>"
    "<xmax>{}</xmax><ymax>{}</ymax></bndbox></object>"
)


def write(tmp_path, *objects):
    path = tmp_path / "a.xml"
    body = "".join(OBJECT.format(*values) for values in objects)
    size = "<size><width>640</width><height>480</height></size>"
    path.write_text(f"<annotation><filename>a.jpg</filename>{size}{body}</annotation>")
    return path


def test_a_box_at_the_right_edge_ends_with_the_picture(tmp_path):
    found = read_voc_boxes(write(tmp_path, ("RBC", 1, 1, 640, 480)))
    assert found.boxes.tolist() == [[0, 0, 640, 480]]
    assert (found.names, found.size_hw, found.picture) == (("RBC",), (480, 640), "a.jpg")


def test_boxes_without_area_are_skipped_and_reported(tmp_path):
    found = read_voc_boxes(write(tmp_path, ("RBC", 504, 337, 504, 337), ("WBC", 5, 6, 7, 8)))
    assert found.names == ("WBC",)
    assert [p.code for p in found.problems] == ["empty-box"]
    assert "RBC" in found.problems[0].message


def test_numbers_that_are_none_are_reported(tmp_path):
    found = read_voc_boxes(write(tmp_path, ("RBC", "x", 1, 2, 3), ("", 1, 1, 3, 3)))
    assert len(found.problems) == 2
    assert found.boxes.shape == (0, 4)


@pytest.mark.parametrize("text", ["", "<a", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'])
def test_broken_or_hostile_files_are_clear_errors(tmp_path, text):
    (tmp_path / "a.xml").write_text(text)
    with pytest.raises(DatasetError, match=r"a\.xml"):
        read_voc_boxes(tmp_path / "a.xml")
