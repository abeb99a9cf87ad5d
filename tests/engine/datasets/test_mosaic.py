import cv2
import numpy as np
import pytest
from PIL import Image

from engine.datasets.augment import Augment
from engine.datasets.dataset import ListDataset
from engine.datasets.mosaic import draw_areas, draw_place
from engine.datasets.truth import open_list
from engine.preprocess import Preprocessing, place
from models.task import Task

OBJECT = (250, 10, 10)
MEAN = (124, 116, 104)


@pytest.fixture
def crowd(tmp_path):
    """Pictures of red squares on blue, each with its box."""
    generator, lines = np.random.default_rng(0), []
    for i in range(6):
        pixels = np.full((120, 160, 3), (20, 40, 220), np.uint8)
        boxes = []
        for x in range(10, 150, 30):
            for y in range(8, 110, 30):
                w, h = generator.integers(8, 24, 2)
                pixels[y : y + h, x : x + w] = OBJECT
                boxes.append(f"0 {(x + w / 2) / 160} {(y + h / 2) / 120} {w / 160} {h / 120}\n")
        Image.fromarray(pixels).save(tmp_path / f"{i}.png")
        (tmp_path / f"{i}.txt").write_text("".join(boxes))
        lines.append(f"{i}.png {i}.txt\n")
    (tmp_path / "list.txt").write_text("".join(lines))
    return open_list(tmp_path / "list.txt", Task.DETECTION)


def unlabelled(content, boxes):
    """How many pixels of objects lie in no box."""
    is_object = (np.abs(content.astype(int) - OBJECT).max(axis=-1) < 60).astype(np.uint8)
    for x1, y1, x2, y2 in boxes:
        rows = slice(int(y1), int(np.ceil(y2)))
        is_object[rows, int(x1) : int(np.ceil(x2))] = 0
    return int(is_object.sum())


@pytest.mark.parametrize("mosaic", [0.0, 1.0])
def test_all_that_is_seen_of_objects_has_its_label(crowd, mosaic):
    augment = Augment(flip=True, scale=(0.5, 2.0), shift=0.2, mosaic=mosaic)
    dataset = ListDataset(crowd, Preprocessing((128, 128)), augment=augment)
    objects = 0
    for epoch in range(10):
        dataset.epoch = epoch
        for index in range(len(dataset)):
            content, truth = dataset.changed(index)
            objects += len(truth.boxes)
            assert unlabelled(content, truth.boxes) <= 4, "mixed pixels at edges at most"
    assert objects > 300


def test_a_mosaic_shows_its_pictures_whole(crowd):
    dataset = ListDataset(crowd, Preprocessing((160, 160)), augment=Augment(mosaic=1.0))
    shown = [len(dataset.changed(i)[1].boxes) for i in range(len(dataset))]
    assert min(shown) > 30, "more than one picture holds: 20"


def test_each_picture_has_a_corner_at_the_cross():
    generator = np.random.default_rng(0)
    areas = draw_areas((100, 200), generator)
    x, y = areas[0][2:]
    assert 60 <= x <= 140
    assert 30 <= y <= 70
    assert sum((right - left) * (bottom - top) for left, top, right, bottom in areas) == 20_000
    for area, corner in zip(areas, [(80, 60), (0, 60), (80, 0), (0, 0)], strict=True):
        placement = place((60, 80), Preprocessing((100, 200)))
        matrix = draw_place(Augment(scale=(0.7, 1.4)), placement, area, generator)
        np.testing.assert_allclose(matrix @ (*corner, 1), (x, y, 1), atol=1e-9)


def test_what_is_painted_over_spares_what_is_learned(tmp_path):
    pixels = np.full((100, 100, 3), (20, 40, 220), np.uint8)
    pixels[40:60, 3:90] = OBJECT
    Image.fromarray(pixels).save(tmp_path / "a.png")
    # Of the second box hardly anything is seen after a shift; it lies in part over the first.
    (tmp_path / "a.txt").write_text("0 0.465 0.5 0.87 0.2\n0 0.015 0.4 0.03 0.8\n")
    (tmp_path / "list.txt").write_text("a.png a.txt\n")
    source = open_list(tmp_path / "list.txt", Task.DETECTION)
    dataset = ListDataset(source, Preprocessing((100, 100)), augment=Augment())
    moved = np.array([[1, 0, -2.8], [0, 1, 0], [0, 0, 1.0]])
    content, truth = dataset._shown(*dataset.read(0), moved, (0, 0, 100, 100))
    assert len(truth.boxes) == 1
    assert tuple(content[20, 0]) == MEAN
    assert cv2.absdiff(content[50, 0], np.uint8(OBJECT)).max() < 120


def test_mosaics_can_be_closed(crowd):
    preprocessing = Preprocessing((160, 160))
    dataset = ListDataset(crowd, preprocessing, augment=Augment(mosaic=1.0))
    dataset.has_mosaic = False
    assert len(dataset.changed(0)[1].boxes) == 20
