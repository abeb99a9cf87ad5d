import numpy as np

from engine.painting.both import bottom_first, paint_both
from engine.values import Box, Detection, FrameId, Label, LabelMap, Mask, Prediction, Region

ID, SIZE = FrameId("a.png"), (80, 200)
RED, BLUE = Label(1, "car", (250, 0, 0)), Label(1, "road", (0, 0, 250))


def found(*regions: Region) -> Prediction:
    return Prediction(ID, SIZE, (RED,), tuple(Detection(each, 1, 0.9) for each in regions))


BOXES = found(Box(10, 20, 30, 36))
MASKS = found(Mask(10, 20, np.ones((5, 5), np.bool_)))
ROAD = Prediction(ID, SIZE, (BLUE,), label_map=LabelMap(np.ones(SIZE, np.uint8)))


def test_areas_lie_below_boxes_whichever_is_named_first() -> None:
    for area in (ROAD, MASKS):
        assert bottom_first(area, BOXES) == (area, BOXES)
        assert bottom_first(BOXES, area) == (area, BOXES)
    assert bottom_first(BOXES, BOXES) == (BOXES, BOXES)
    assert bottom_first(MASKS, ROAD) == (MASKS, ROAD)


def test_both_are_painted_in_their_own_colors() -> None:
    pixels = np.zeros((*SIZE, 3), np.uint8)
    painted = paint_both(pixels, BOXES, ROAD)
    assert painted[30, 10].tolist() == [250, 0, 0], "the line of the box, over the road"
    assert painted[70, 190].tolist() == [0, 0, 125]
    assert not pixels.any()
