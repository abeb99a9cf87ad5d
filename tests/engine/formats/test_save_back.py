"""Corrected labels over the label files they came from."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from engine.errors import DatasetError
from engine.formats.save_back import save_back
from engine.formats.txt_dataset import open_txt
from engine.values import IGNORE, Annotation, Box, FrameId, Label, Mask, Sample

LABELS = (Label(7, "dog", (0, 255, 0)), Label(9, "cat", (255, 0, 0)))
"""The project's labels: other ids than the list's, whose names are 1 cat and 2 dog."""


@pytest.fixture
def boxes(tmp_path):
    Image.new("RGB", (40, 20)).save(tmp_path / "a.png")
    (tmp_path / "a.txt").write_text("0 0.5 0.5 0.5 0.5\n")
    (tmp_path / "labels.txt").write_text("1 cat\n2 dog\n")
    (tmp_path / "list.txt").write_text("a.png a.txt\n")
    return tmp_path


def sample(folder, *annotations):
    return Sample(FrameId(str(folder / "a.png")), (20, 40), annotations)


def test_labels_are_met_by_name_and_the_file_as_it_was_is_kept(boxes):
    corrected = sample(boxes, Annotation(Box(0, 0, 20, 10), 7), Annotation(Box(20, 10, 40, 20), 9))
    saved = save_back(boxes / "list.txt", [corrected], LABELS)
    assert saved.written == (boxes / "a.txt",)
    assert saved.left_out == ()
    assert (boxes / "a.txt").read_text() == "1 0.25 0.25 0.5 0.5\n0 0.75 0.75 0.5 0.5\n"
    assert (boxes / "a.txt.bak").read_text() == "0 0.5 0.5 0.5 0.5\n"


def test_the_backup_stays_what_it_was_at_first(boxes):
    for right in (20, 30):
        save_back(boxes / "list.txt", [sample(boxes, Annotation(Box(0, 0, right, 10), 9))], LABELS)
    assert (boxes / "a.txt.bak").read_text() == "0 0.5 0.5 0.5 0.5\n"


def test_what_was_read_is_written_back_the_same(boxes):
    dataset = open_txt(boxes / "list.txt")
    before = (boxes / "a.txt").read_text()
    read = dataset.sample(dataset.reading.entries[0])
    save_back(boxes / "list.txt", [replace(read, size_hw=(0, 0))], dataset.labels())
    assert (boxes / "a.txt").read_text() == before


@pytest.mark.parametrize(
    ("name", "said"), [("cow", "no label cow"), ("b.png", "does not list b.png")]
)
def test_what_cannot_be_written_is_said_before_anything_is(boxes, name, said):
    wrong = sample(boxes, Annotation(Box(0, 0, 20, 10), 3))
    if name == "b.png":
        wrong = Sample(FrameId(str(boxes / name)), (20, 40))
    good = sample(boxes)
    labels = (*LABELS, Label(3, name, (0, 0, 255)))
    with pytest.raises(DatasetError, match=said):
        save_back(boxes / "list.txt", [good, wrong], labels)
    assert not (boxes / "a.txt.bak").exists()
    assert (boxes / "a.txt").read_text() == "0 0.5 0.5 0.5 0.5\n"


def test_a_list_of_whole_pictures_is_refused(boxes):
    (boxes / "list.txt").write_text("a.png cat\n")
    with pytest.raises(DatasetError, match="itself"):
        save_back(boxes / "list.txt", [sample(boxes)], LABELS)


def test_waiting_proposals_are_left_out_and_said(boxes):
    waiting = replace(sample(boxes), proposals=(Annotation(Box(0, 0, 9, 9), 9, score=0.5),))
    saved = save_back(boxes / "list.txt", [waiting], LABELS)
    assert "proposal" in saved.left_out[0].what
    assert (boxes / "a.txt").read_text() == ""


@pytest.mark.parametrize("on", [1, IGNORE])
def test_masks_keep_the_number_that_they_are_written_with(tmp_path, on):
    ids = np.zeros((20, 40), np.uint8)
    ids[:10] = on
    Image.fromarray(ids).save(tmp_path / "m.png")
    Image.new("RGB", (40, 20)).save(tmp_path / "a.png")
    (tmp_path / "list.txt").write_text("a.png m.png\n")
    labels = open_txt(tmp_path / "list.txt").labels()
    name = next(label for label in labels if label.id == 1).name
    drawn = Annotation(Mask(0, 0, np.ones((20, 8), bool)), 4)
    save_back(tmp_path / "list.txt", [sample(tmp_path, drawn)], (Label(4, name, (1, 2, 3)),))
    written = np.asarray(Image.open(tmp_path / "m.png"))
    assert (written[:, :8] == on).all()
    assert (written[:, 8:] == 0).all()


def test_where_a_map_has_no_place_for_a_box_its_pixels_stay_as_they_were(tmp_path):
    ids = np.zeros((20, 40), np.uint8)
    ids[:, :20], ids[:, 30:] = 1, 2
    Image.fromarray(ids).save(tmp_path / "m.png")
    Image.new("RGB", (40, 20)).save(tmp_path / "a.png")
    (tmp_path / "labels.txt").write_text("0 background\n1 cat\n2 dog\n")
    (tmp_path / "list.txt").write_text("a.png m.png\n")
    box, drawn = Box(10, 5, 34, 15), Mask(12, 0, np.ones((20, 4), bool))
    corrected = sample(tmp_path, Annotation(box, 9), Annotation(drawn, 7))
    saved = save_back(tmp_path / "list.txt", [corrected], LABELS)
    expected = np.zeros_like(ids)
    expected[5:15, 10:34] = ids[5:15, 10:34]
    expected[:, 12:16] = 2
    assert np.array_equal(np.asarray(Image.open(tmp_path / "m.png")), expected)
    (left_out,) = saved.left_out
    assert left_out.what == "box"
    assert "its pixels are as they were" in left_out.why


def test_where_the_map_was_damaged_the_pixels_of_a_box_are_ignored(tmp_path):
    Image.fromarray(np.zeros((9, 9), np.uint8)).save(tmp_path / "m.png")
    Image.new("RGB", (40, 20)).save(tmp_path / "a.png")
    (tmp_path / "labels.txt").write_text("0 background\n1 cat\n2 dog\n")
    (tmp_path / "list.txt").write_text("a.png m.png\n")
    saved = save_back(
        tmp_path / "list.txt", [sample(tmp_path, Annotation(Box(0, 0, 4, 5), 9))], LABELS
    )
    written = np.asarray(Image.open(tmp_path / "m.png"))
    assert (written == IGNORE).sum() == 20
    assert (written[5:] == 0).all()
    assert "ignored" in saved.left_out[0].why
