"""Small folders of label maps for tests, and what is read from them."""

import cv2
import numpy as np
from PIL import Image

from engine.formats import registry
from engine.formats.open_dataset import ReadOptions
from engine.formats.report import Report
from engine.regions.map_strips import label_map_of

IDS = np.array([[0, 1, 2], [255, 1, 2]], np.uint8)


def picture(path, size_hw=(2, 3)):
    """A black picture."""
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), np.zeros((*size_hw, 3), np.uint8))


def grey(path, ids=IDS):
    """A map of numbers, or of colours."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(ids).save(path)


def palette(path, ids=IDS):
    """A map of three colours."""
    path.parent.mkdir(parents=True, exist_ok=True)
    map_picture = Image.fromarray(ids)
    map_picture.putpalette([0, 0, 0, 10, 20, 30, 40, 50, 60, *[0] * 759])
    map_picture.save(path)


def read(name, folder, **options):
    """The dataset, the ids of every map, and the report."""
    opened = registry.get(name).open(folder, ReadOptions(**options))
    report = Report()
    ids = {}
    for frame_id in opened.frame_ids:
        sample = opened.read(frame_id, report)
        ids[frame_id.path] = label_map_of(sample.annotations, sample.size_hw).ids.tolist()
    return opened, ids, report
