"""Of two descriptions of a picture, what the second one adds."""

import pytest

from engine.annotations.missing import missing_from
from engine.values import Annotation, Box, FrameId, Polyline, Sample

SIZE_HW = (40, 40)
DRAWN = Annotation(Box(0, 0, 20, 20), 1)
READ = Annotation(Box(0, 0, 20, 20), 1, origin="import")
NEAR = Annotation(Box(0, 0, 20, 24), 1, origin="import")
LINE = Annotation(Polyline([[1, 1], [30, 9]]), 1)


@pytest.mark.parametrize(
    ("there", "given", "missing"),
    [
        ((DRAWN,), (NEAR,), ()),  # as another person would draw it
        ((READ,), (NEAR,), (NEAR,)),  # moved in the file that it came from
        ((DRAWN,), (READ, NEAR), (NEAR,)),  # one object is not two
        ((READ,), (Annotation(READ.region, 2),), (Annotation(READ.region, 2),)),
        ((LINE,), (LINE,), ()),
        ((), (READ,), (READ,)),
        ((READ,), (), ()),
    ],
)
def test_what_is_there_already_is_not_missing(there, given, missing):
    for sample in (
        Sample(FrameId("a.png"), SIZE_HW, annotations=there),
        Sample(FrameId("a.png"), SIZE_HW, proposals=there),
    ):
        found = missing_from(sample, given, SIZE_HW)
        assert [(a.region, a.label_id) for a in found] == [(a.region, a.label_id) for a in missing]
