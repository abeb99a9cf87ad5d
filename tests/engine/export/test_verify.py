"""A difference between what was written and what is there is found and named."""

from collections import Counter

import numpy as np

from engine.export.verify import labels_on, verify
from engine.formats import registry
from engine.formats.adapt import GROUP
from engine.values import IGNORE, Annotation, Box, FrameId, Label, Mask, Sample
from tests.engine.export.make import BOX, LABELS, dataset, run


def test_every_kind_of_difference_is_named(tmp_path):
    run(dataset(tmp_path, 4, (BOX,)), tmp_path / "out", "txt", split=None)
    layout = registry.get("txt")
    images = tmp_path / "out/images"
    written = {str(images / f"{i:02d}.png"): Counter({"cell": 1}) for i in range(4)}
    assert verify(layout, tmp_path / "out", written, None).ok
    written[str(images / "01.png")] = Counter({"cell": 2})
    written[str(images / "09.png")] = Counter({"cell": 1})
    del written[str(images / "03.png")]
    (tmp_path / "out/labels/02.json").write_text("{}")
    found = verify(layout, tmp_path / "out", written, None)
    assert {(r.sample, r.why.split("(")[0]) for r in found.differences} == {
        ("01.png", "cell: 2 written, 1 read"),
        (
            "02.png",
            "Cannot read the label file 02.json: it needs size and objects. Export the label "
            "file anew, or remove its line from the list.",
        ),
        ("03.png", "nobody wrote it"),
        ("09.png", "it is not there"),
    }
    assert "4 of 4 pictures differ" in found.text
    (tmp_path / "out/train.txt").unlink()
    assert "could not be read again" in verify(layout, tmp_path / "out", written, None).text


def test_parts_of_one_object_count_once_and_hidden_areas_not_at_all():
    boxes = tuple(Annotation(Box(i, 0, i + 1, 9), 1, attributes=((GROUP, "g"),)) for i in range(3))
    one = Sample(FrameId("a.png"), (20, 20), (*boxes, Annotation(Box(9, 9, 12, 12), IGNORE)))
    assert labels_on(one, LABELS, is_layered=True) == {"cell": 1, "ignored": 1}
    below = Annotation(Mask(2, 2, np.ones((3, 3), bool)), 1)
    above = Annotation(Mask(1, 1, np.ones((9, 9), bool)), 2, z=1)
    one = Sample(FrameId("a.png"), (20, 20), (above, below))
    assert labels_on(one, LABELS, is_layered=False) == {"b": 1}
    alone = Sample(FrameId("a.png"), (20, 20), (below,))
    assert labels_on(alone, LABELS, is_layered=False) == {"cell": 1}
    sky = (Label(0, "Sky", (1, 1, 1)), *LABELS[1:])
    assert labels_on(one, sky, is_layered=False) == {"b": 1, "ignored": 1}
    assert labels_on(alone, sky, is_layered=False) == {"cell": 1, "ignored": 1}
