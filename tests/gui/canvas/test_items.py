import zlib
from dataclasses import replace
from itertools import pairwise

from engine.painting.object_colors import COUNT, PALETTE
from engine.values import Annotation, Box, Detection, FrameId, Label, Prediction, Sample
from gui.canvas.items import (
    PERSON_COLOR,
    UNKNOWN_COLOR,
    caption_of,
    color_of_track,
    picture_of_prediction,
    picture_of_scene,
)
from gui.tools.scene import Scene

LABELS = (Label(0, "background", (0, 0, 0)), Label(1, "세포", (9, 8, 7)))


def test_captions_leave_out_what_is_not_known() -> None:
    assert caption_of("cell", None) == "cell"
    assert caption_of("cell", 0.876) == "cell  88 %"
    assert caption_of("cell", 0.5, 3) == "cell 3  50 %"


def test_proposals_are_dashed_with_their_score_and_annotations_are_not() -> None:
    sample = Sample(
        FrameId("a"),
        (9, 9),
        (Annotation(Box(0, 0, 1, 1), 1, score=0.4, origin="m", id="drawn"),),
        (Annotation(Box(0, 0, 2, 2), 255, score=0.4, origin="m", id="waiting"),),
    )
    waiting, drawn = picture_of_scene(Scene((9, 9), sample), LABELS).items
    assert (drawn.caption, drawn.color, drawn.is_dashed) == ("세포", (9, 8, 7), False)
    assert (waiting.caption, waiting.color) == ("ignore  40 %", UNKNOWN_COLOR)
    assert waiting.is_dashed


def test_all_of_a_prediction_is_drawn_but_for_the_background() -> None:
    found = tuple(Detection(Box(0, 0, 1, 1), n, 0.5) for n in (1, 2))
    prediction = Prediction(FrameId("a"), (9, 9), LABELS, found)
    assert len(picture_of_prediction(prediction).items) == 2
    assert picture_of_prediction(prediction).map_colors == ((1, (9, 8, 7)),)


def test_each_object_has_a_color_of_its_own_where_that_is_wanted() -> None:
    annotations = tuple(
        Annotation(Box(8 * n, 0, 8 * n + 8, 9), 1, id=f"object {n}") for n in range(6)
    )
    scene = Scene((9, 60), Sample(FrameId("a"), (9, 60), annotations))
    items = picture_of_scene(scene, LABELS, colored_by="object").items
    assert all(a.color != b.color for a, b in pairwise(items))
    assert {item.color for item in items} <= set(PALETTE)
    assert {item.caption for item in items} == {"세포"}
    found = tuple(Detection(Box(8 * n, 0, 8 * n + 8, 9), 1, 0.5, track=n) for n in range(6))
    prediction = Prediction(FrameId("a"), (9, 60), LABELS, found)
    colors = [i.color for i in picture_of_prediction(prediction, colored_by="object").items]
    assert all(a != b for a, b in pairwise(colors))
    alone = replace(prediction, detections=found[3:4])
    (item,) = picture_of_prediction(alone, colored_by="object").items
    assert item.color == PALETTE[zlib.crc32(b"track 3") % COUNT]


def test_colors_tell_tracks_or_origins_apart() -> None:
    annotations = (
        Annotation(Box(0, 0, 8, 9), 1, track=3),
        Annotation(Box(8, 0, 16, 9), 0, "net a", track=4),
        Annotation(Box(16, 0, 24, 9), 1, "net a"),
    )
    waiting = Annotation(Box(24, 0, 32, 9), 1, "net b", score=0.5, track=3)
    scene = Scene((9, 60), Sample(FrameId("a"), (9, 60), annotations, (waiting,)))
    fourth, first, second, third = (
        i.color for i in picture_of_scene(scene, LABELS, colored_by="track").items
    )
    assert first == fourth != second
    assert third == UNKNOWN_COLOR
    fourth, first, second, third = (
        i.color for i in picture_of_scene(scene, LABELS, colored_by="origin").items
    )
    assert first == PERSON_COLOR
    assert PERSON_COLOR != second == third != fourth
    found = (Detection(Box(0, 0, 8, 9), 1, 0.5, track=3), Detection(Box(8, 0, 16, 9), 0, 0.5))
    prediction = Prediction(FrameId("a"), (9, 60), LABELS, found, origin="net a")
    by_track = [i.color for i in picture_of_prediction(prediction, colored_by="track").items]
    assert by_track == [color_of_track(3), UNKNOWN_COLOR]
    by_origin = {i.color for i in picture_of_prediction(prediction, colored_by="origin").items}
    assert by_origin == {second}


def test_what_was_accepted_differs_from_what_was_drawn_and_what_waits() -> None:
    accepted, drawn = Annotation(Box(0, 0, 8, 9), 1, "m"), Annotation(Box(9, 0, 18, 9), 1)
    waiting, read = (Annotation(Box(x, 0, x + 9, 9), 1, o) for x, o in ((18, "m"), (27, "import")))
    scene = Scene((9, 60), Sample(FrameId("a"), (9, 60), (accepted, drawn, read), (waiting,)))
    looks = {i.id: (i.is_dashed, i.is_accepted) for i in picture_of_scene(scene, LABELS).items}
    expected = {waiting.id: (True, False), accepted.id: (False, True), drawn.id: (False, False)}
    expected[read.id] = (False, False)
    assert looks == expected


def test_a_background_does_not_tint_the_frame_and_a_named_id_0_does() -> None:
    for name, ids in (("background", [1]), ("bg", [1]), ("Sky", [0, 1])):
        seen = Prediction(FrameId("a.png"), (1, 1), (Label(0, name, (9, 9, 9)), *LABELS[1:]))
        assert [label_id for label_id, _ in picture_of_prediction(seen).map_colors] == ids
