import numpy as np

from engine.formats.adapt import GROUP
from engine.formats.objects import objects_of
from engine.values import Annotation, Box, Mask, Polygon

RING = Polygon([[0, 0], [4, 0], [4, 3]])
MASK = Mask(0, 0, np.ones((2, 2), bool))


def annotation(region, label_id, group, z):
    attributes = ((GROUP, group),) if group else ()
    return Annotation(region, label_id, z=z, attributes=attributes, id=str(z))


def test_parts_are_of_one_kind_label_and_group():
    found = objects_of(
        [
            annotation(RING, 1, "a", 5),
            annotation(RING, 1, "a", 0),
            annotation(RING, 2, "a", 1),
            annotation(MASK, 1, "a", 2),
            annotation(RING, 1, "", 3),
            annotation(Box(0, 0, 1, 1), 1, "a", 4),
            annotation(Box(0, 0, 1, 1), 1, "a", 6),
        ]
    )
    assert [[a.z for a in parts] for parts in found] == [[0, 5], [1], [2], [3], [4], [6]]
