"""What is kept comes back the same, from memory or from the temporary file."""

import numpy as np
import pytest

from engine.errors import ProjectError
from engine.project.spool import spool
from engine.values import Annotation, Box, FrameId, Mask, Polygon, Sample

FRAME = FrameId("a.jpg")
ANNOTATIONS = (
    Annotation(Box(0.1, 1, 30, 40), 3, "import", 0.25, attributes=(("occluded", "yes"),)),
    Annotation(Polygon([[0, 0], [9, 0.5], [9, 9]]), 4, z=2, track=7),
    Annotation(Mask(-1, 4, np.eye(5, 13, dtype=bool)), 1),
)


@pytest.mark.parametrize("held_bytes", [0, 4000, 1_000_000])
def test_annotations_come_back_as_they_were(held_bytes):
    with spool(held_bytes) as kept:
        sample = Sample(FRAME, (40, 50), ANNOTATIONS, attributes=(("weather", "rain"),))
        rest = kept.put(5, sample)
        assert rest == Sample(FRAME, (40, 50), attributes=(("weather", "rain"),))
        kept.put(4, Sample(FRAME, (1, 1), ANNOTATIONS[::-1]))
        assert kept.annotations(5) == ANNOTATIONS
        assert kept.annotations(4) == ANNOTATIONS[::-1]
        assert kept.annotations(6) == ()


def test_trouble_with_the_temporary_file_is_said():
    with spool(0) as kept:
        kept._connection.execute("PRAGMA max_page_count = 4")
        many = tuple(Annotation(Box(0, 0, n + 1, 1), 1) for n in range(2000))
        with pytest.raises(ProjectError, match="full"):
            kept.put(1, Sample(FRAME, (1, 1), many))
