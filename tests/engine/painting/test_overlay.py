import numpy as np
import pytest

from engine.painting.captions import caption
from engine.painting.overlay import CROWD, paint, palette
from engine.values import (
    Annotation,
    Box,
    Detection,
    FrameId,
    Label,
    LabelMap,
    Mask,
    Polygon,
    Polyline,
    Prediction,
    Sample,
)

LABELS = (Label(0, "background", (0, 0, 0)), Label(1, "고양이", (200, 100, 0)))
ID = FrameId("a.png")


def grey(height: int = 200, width: int = 300) -> np.ndarray:
    return np.full((height, width, 3), 100, np.uint8)


def seen(*regions: object, score: float = 0.9) -> Prediction:
    found = tuple(Detection(region, 1, score) for region in regions)  # type: ignore[arg-type]
    return Prediction(ID, (200, 300), LABELS, found)


def test_the_palette_knows_every_id() -> None:
    table = palette(LABELS)
    assert table.shape == (256, 3)
    assert table[1].tolist() == [200, 100, 0]
    assert table[77].tolist() == [160, 160, 160]


def test_a_label_map_is_blended_but_for_background_and_ignored() -> None:
    ids = np.zeros((200, 300), np.uint8)
    ids[50:100, 50:100] = 1
    ids[150:, 200:] = 255
    before = grey()
    result = paint(before, Prediction(ID, (200, 300), LABELS, label_map=LabelMap(ids)), LABELS)
    assert result[75, 75].tolist() == [150, 100, 50]
    assert (result[ids == 0] == 100).all()
    assert (result[ids == 255] == 100).all()
    assert (before == 100).all()


def test_opacity_is_the_colours_share() -> None:
    ids = LabelMap(np.ones((200, 300), np.uint8))
    prediction = Prediction(ID, (200, 300), LABELS, label_map=ids)
    assert paint(grey(), prediction, LABELS, opacity=0)[5, 5].tolist() == [100, 100, 100]
    assert paint(grey(), prediction, LABELS, opacity=1)[5, 5].tolist() == [200, 100, 0]


def test_a_mask_is_filled_and_outlined() -> None:
    block = seen(Mask(100, 60, np.ones((80, 100), bool)))
    result = paint(grey(), block, LABELS, by_object=False)
    assert result[100, 150].tolist() == [150, 100, 50]
    assert result[60, 199].tolist() == [200, 100, 0]
    assert (result[141:] == 100).all()


def test_masks_a_model_found_have_a_color_each() -> None:
    blocks = [Mask(left, 60, np.ones((80, 50), bool)) for left in (50, 100, 150)]
    result = paint(grey(), seen(*blocks), LABELS)
    colors = {tuple(result[100, x].tolist()) for x in (75, 125, 175)}
    assert len(colors) == 3
    drawn = Sample(ID, (200, 300), tuple(Annotation(block, 1) for block in blocks))
    result = paint(grey(), drawn, LABELS)
    assert {tuple(result[100, x].tolist()) for x in (75, 125, 175)} == {(150, 100, 50)}


def test_holes_of_a_polygon_stay_clear() -> None:
    ring = np.array([[50, 50], [150, 50], [150, 150], [50, 150]], np.float32)
    hole = np.array([[80, 80], [120, 80], [120, 120], [80, 120]], np.float32)
    result = paint(grey(), seen(Polygon(ring, (hole,))), LABELS)
    assert result[60, 60].tolist() == [150, 100, 50]
    assert result[100, 100].tolist() == [100, 100, 100]


def test_a_box_lies_on_its_own_pixels() -> None:
    result = paint(grey(), seen(Box(50, 60, 150, 120)), LABELS)
    for y, x in ((60, 100), (119, 100), (90, 50), (90, 149)):
        assert result[y, x].tolist() == [200, 100, 0]
    assert (result[124:] == 100).all()
    assert result[90, 100].tolist() == [100, 100, 100]


@pytest.mark.parametrize(
    "region",
    [
        Box(-50, -50, 10, 10),
        Box(295, 195, 400, 400),
        Box(1000, 1000, 1100, 1100),
        Mask(290, 190, np.ones((50, 50), bool)),
        Mask(500, 500, np.ones((5, 5), bool)),
        Polygon(np.array([[-10, -10], [-5, -10], [-5, -5]], np.float32)),
    ],
)
def test_regions_over_the_edge_are_no_trouble(region: object) -> None:
    assert paint(grey(), seen(region), LABELS).shape == (200, 300, 3)
    assert paint(grey(3, 4), seen(region), LABELS).shape == (3, 4, 3)


def is_captioned(pixels: np.ndarray, score: str, left: int, top: int) -> bool:
    """Whether this score stands, whole, right of a name whose caption begins there."""
    name, text = caption("고양이", 11, (200, 100, 0)), caption(score, 11, (200, 100, 0))
    left += name.shape[1]
    return bool((pixels[top : top + text.shape[0], left : left + text.shape[1]] == text).all())


def test_no_caption_covers_one_of_a_surer_object() -> None:
    found = tuple(
        Detection(Box(x, y, x + 90, y + 40), 1, score)
        for x, y, score in ((20, 60, 0.9), (30, 64, 0.5), (160, 60, 0.4))
    )
    pixels = paint(grey(), Prediction(ID, (200, 300), LABELS, found), LABELS)
    height = caption("고양이", 11, (0, 0, 0)).shape[0]
    assert is_captioned(pixels, "0.90", 20, 60 - height)
    assert not is_captioned(pixels, "0.50", 30, 64 - height)
    assert is_captioned(pixels, "0.40", 160, 60 - height)


@pytest.mark.parametrize(("count", "shown"), [(CROWD, True), (CROWD + 1, False)])
def test_captions_do_not_bury_a_crowd_of_small_objects(count: int, shown: bool) -> None:
    small = [Box(150 - 4 * n, 150, 156 - 4 * n, 156) for n in range(count - 1)]
    large = Box(20, 60, 200, 100)
    pixels = paint(grey(), seen(*small, large), LABELS)
    height = caption("고양이", 11, (0, 0, 0)).shape[0]
    assert is_captioned(pixels, "0.90", 20, 60 - height)
    assert is_captioned(pixels, "0.90", 150 - 4 * (count - 2), 150 - height) is shown


def test_a_sample_shows_annotations_over_proposals() -> None:
    sample = Sample(
        ID,
        annotations=(Annotation(Box(10, 50, 60, 90), 1), Annotation(Box(99, 99, 120, 120), 255)),
        proposals=(Annotation(Box(100, 50, 160, 90), 1, origin="m", score=0.4),),
    )
    result = paint(grey(), sample, LABELS)
    assert result[70, 10].tolist() == [200, 100, 0]
    assert result[70, 100].tolist() == [200, 100, 0]
    assert result[110, 99].tolist() == [160, 160, 160]


def test_the_best_three_labels_of_a_picture_stand_in_its_corner():
    pixels = np.full((120, 200, 3), 127, np.uint8)
    ranking = ((1, 0.7), (2, 0.2), (3, 0.06), (4, 0.04))
    labels = tuple(Label(i, "x", (i * 50, 0, 0)) for i in range(1, 5))
    seen = Prediction(FrameId("a"), (120, 200), labels, ranking=ranking)
    painted = paint(pixels, seen, labels)
    shown = [(painted == label.color).all(axis=-1).any() for label in labels]
    assert shown == [True, True, True, False]
    assert (painted[60:] == 127).all()


def test_a_track_has_its_number_its_own_color_and_its_trail() -> None:
    found = tuple(
        Detection(Box(x, 100, x + 40, 140), 1, 0.9, track) for x, track in ((20, 1), (200, 2))
    )
    trails = ((1, ((40.0, 60.0), (40.0, 120.0))),)
    prediction = Prediction(ID, (200, 300), LABELS, found, trails=trails)
    result = paint(grey(), prediction, LABELS)
    first, second = result[120, 20].tolist(), result[120, 200].tolist()
    assert first != second
    assert LABELS[1].color not in (tuple(first), tuple(second))
    assert result[80, 40].tolist() == first, "the trail"
    number = caption("2", 11, tuple(second))
    assert any(
        np.array_equal(result[y : y + number.shape[0], x : x + number.shape[1]], number)
        for y in range(80, 100)
        for x in range(200, 290)
    )
    by_label = paint(grey(), prediction, LABELS, by_object=False)
    assert tuple(by_label[120, 20].tolist()) == LABELS[1].color


def test_a_line_is_painted_open_and_a_point_as_a_dot() -> None:
    line = Annotation(Polyline([[20, 50], [120, 50], [120, 150]]), 1)
    point = Annotation(Polyline([[200, 100]]), 1)
    painted = paint(grey(), Sample(ID, (200, 300), (line, point)), LABELS)
    is_painted = (painted != grey()).any(-1)
    assert is_painted[49:52, 30:110].any(0).all()
    assert is_painted[60:140, 119:122].any(1).all()
    assert not is_painted[70:140, 30:110].any(), "nothing closes it, nothing fills it"
    assert painted[99, 199].tolist() == [200, 100, 0]
    assert not is_painted[106:, 190:].any()
