from dataclasses import replace

from engine.annotations.emptiness import is_marked_empty, mark_empty, with_mark
from engine.values import Annotation, Box, FrameId, Sample

SAMPLE = Sample(FrameId("a.jpg"), attributes=(("weather", "rain"),))


def test_a_picture_is_empty_only_when_somebody_says_so():
    assert not is_marked_empty(SAMPLE)
    marked = mark_empty(SAMPLE)
    assert is_marked_empty(marked)
    assert mark_empty(marked) is marked
    assert with_mark(marked, on=False) == SAMPLE


def test_objects_say_otherwise():
    drawn = (Annotation(Box(0, 0, 1, 1), 1),)
    assert not is_marked_empty(replace(mark_empty(SAMPLE), annotations=drawn))
