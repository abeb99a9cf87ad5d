"""Cityscapes: its own ids and those of training."""

import cv2
import numpy as np

from engine.formats import registry
from engine.values import IGNORE, Annotation, FrameId, Label, Mask, Sample
from tests.make_maps import grey, picture, read


def cityscapes(folder, kind, ids):
    picture(folder / "leftImg8bit" / "val" / "ulm" / "ulm_000000_000019_leftImg8bit.png")
    grey(folder / "gtFine" / "val" / "ulm" / f"ulm_000000_000019_gtFine_{kind}.png", ids)


def test_cityscapes_ids_have_their_names(tmp_path):
    cityscapes(tmp_path, "labelIds", np.array([[0, 7, 7], [3, 26, 33]], np.uint8))
    opened, ids, _ = read("cityscapes", tmp_path)
    names = [label.name for label in opened.labels]
    assert (names[3], names[22], names[29], len(names)) == ("road", "car", "bicycle", 30)
    assert list(ids.values()) == [[[255, 3, 3], [255, 22, 29]]]


def test_cityscapes_training_ids_have_theirs(tmp_path):
    cityscapes(tmp_path, "labelTrainIds", np.array([[0, 0, 13], [255, 18, 18]], np.uint8))
    opened, ids, _ = read("cityscapes", tmp_path)
    assert [label.name for label in opened.labels][::13] == ["road", "car"]
    assert list(ids.values()) == [[[0, 0, 13], [255, 18, 18]]]


def test_cityscapes_names_are_written_with_its_own_ids(tmp_path):
    labels = (Label(0, "road", (1, 1, 1)), Label(1, "car", (2, 2, 2)))
    writer = registry.get("cityscapes").writer(tmp_path, labels)
    place = tmp_path / writer.picture_place("ulm_000000_000019.png", "val")
    picture(place, (1, 3))
    masks = [
        Annotation(Mask(0, 0, [[True]]), 0),
        Annotation(Mask(1, 0, [[True]]), 1),
        Annotation(Mask(2, 0, [[True]]), IGNORE),
    ]
    writer.add(Sample(FrameId(str(place)), (1, 3), tuple(masks)), place, "val")
    writer.finish()
    path = tmp_path / "gtFine" / "val" / "ulm" / "ulm_000000_000019_gtFine_labelIds.png"
    assert cv2.imread(str(path), cv2.IMREAD_UNCHANGED).tolist() == [[7, 26, 0]]
    assert not (tmp_path / "labels.txt").exists()
    assert list(read("cityscapes", tmp_path)[1].values()) == [[[3, 22, 255]]]
