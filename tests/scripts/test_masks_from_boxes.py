"""Label maps drawn inside boxes: the object where it can be told, ignored where it cannot."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from engine.formats.sample_files import read_ids, write_label_map, write_yolo
from engine.formats.txt_list import read_list, write_list
from engine.pipeline.pipeline import Pipeline
from engine.values import IGNORE, LabelMap
from scripts.masks_from_boxes import Drawer, check, window, write
from tests.fakes import FakeBackend, make_weights

CLASSES = "0 background\n1 ball\n2 grain\n"
BALL, GRAIN = (20, 20, 61, 61), (70, 70, 91, 91)
GREEN = (60, 250, 80)


@pytest.fixture
def pixels():
    """A green ball on a dark ground; BGR."""
    made = np.full((96, 96, 3), 30, np.uint8)
    cv2.circle(made, (40, 40), 18, GREEN, -1)
    return made


@pytest.fixture
def lists(tmp_path, pixels):
    """A list of boxes and one of maps: a picture with boxes only, one that has a map too."""
    for name in ("boxed", "mapped"):
        cv2.imwrite(str(tmp_path / f"{name}.png"), pixels)
    boxes, maps = tmp_path / "boxes", tmp_path / "maps"
    for folder in (boxes, maps):
        folder.mkdir()
        (folder / "classes.txt").write_text(CLASSES)
    label, truth = boxes / "both.txt", maps / "mapped.png"
    write_yolo(label, np.array([BALL, GRAIN], np.float32), [1, 2], (96, 96))
    write_label_map(truth, LabelMap(ball(pixels).astype(np.uint8)))
    for split in ("train", "val"):
        files = [(tmp_path / f"{name}.png", label) for name in ("boxed", "mapped")]
        write_list(boxes / f"{split}.txt", files, absolute=True)
        write_list(maps / f"{split}.txt", [(tmp_path / "mapped.png", truth)], absolute=True)
    return boxes, maps


def ball(pixels):
    return pixels[..., 1] > 200


def drawer(trained):
    """Draws with a segmenter that calls green a ball, and counts of what it was trained on."""
    weights = make_weights()
    weights = replace(weights, card=replace(weights.card, trained=trained))
    return Drawer(Pipeline(weights, use=FakeBackend(weights)))


def test_the_ball_is_cut_out_and_what_has_no_colour_of_its_own_is_ignored(tmp_path, pixels, lists):
    write(drawer({}), *lists, tmp_path / "out")
    first, second = read_list(tmp_path / "out" / "train.txt", strict=True).entries
    assert first.label == lists[1] / "mapped.png"  # the map there is stays
    assert second.image == tmp_path / "boxed.png"
    ids, _ = read_ids(second.label)
    inner = cv2.erode(ball(pixels).astype(np.uint8), np.ones((7, 7))) > 0
    outer = cv2.dilate(ball(pixels).astype(np.uint8), np.ones((7, 7))) > 0
    assert (ids[inner] == 1).all()
    assert (ids[outer & ~inner] != 2).all()
    assert (ids[window(np.float32(GRAIN), ids.shape)] == IGNORE).all()
    outer[window(np.float32(GRAIN), ids.shape)] = True
    assert (ids[~outer] == 0).all()


def test_where_known_weights_see_something_else_is_ignored(tmp_path, pixels, lists):
    weights = make_weights()
    name = weights.card.labels[1].name  # green, by what the tiny segmenter says
    image = tmp_path / "boxed.png"
    pixels[:, 40:][ball(pixels)[:, 40:]] = (60, 80, 250)  # the right half is of another label
    cv2.imwrite(str(image), pixels)
    agreed = drawer({name: 99}).draw(image, lists[0] / "both.txt").ids
    assert (agreed[34:46, 27:37] == 1).all()
    assert 1 not in agreed[30:50, 42:56]
    rarely = drawer({name: 33}).draw(image, lists[0] / "both.txt").ids
    assert 1 in rarely[30:50, 42:56]  # too few to know it


def test_drawn_maps_are_compared_with_those_there_are(lists, capsys):
    check(drawer({}), *lists)
    said = capsys.readouterr().out
    assert "pixel accuracy 1.000" in said
    assert "'ball': 1.0" in said


def test_a_box_at_the_border_has_pixels(pixels):
    assert pixels[window(np.float32([-5, 95.2, 0.3, 300]), pixels.shape)].shape == (1, 1, 3)
