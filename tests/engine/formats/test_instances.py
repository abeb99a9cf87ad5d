import json

import numpy as np
import pytest

from engine.errors import DatasetError
from engine.formats.instances import read_instances, write_instances
from engine.values import Annotation, Box, Mask, Polygon


def test_holes_parts_score_and_track_survive(tmp_path):
    pixels = np.ones((6, 9), bool)
    pixels[2:4, 2:4] = False
    pixels[:, 6] = False
    annotations = (
        Annotation(Mask(3, 1, pixels), 2, score=0.5, track=4),
        Annotation(Box(1, 2, 7, 8), 1, z=1),
    )
    write_instances(tmp_path / "a.json", (20, 30), annotations)
    found = read_instances(tmp_path / "a.json")
    assert found.size_hw == (20, 30)
    assert [a.region for a in found.annotations] == [a.region for a in annotations]
    first = found.annotations[0]
    assert (first.label_id, first.score, first.track) == (2, 0.5, 4)


def test_a_polygon_is_written_as_its_pixels_in_z_order(tmp_path):
    square = Polygon([[1, 1], [5, 1], [5, 4], [1, 4]])
    annotations = (Annotation(square, 1, z=5), Annotation(Box(0, 0, 2, 2), 3))
    write_instances(tmp_path / "a.json", (9, 9), annotations)
    found = read_instances(tmp_path / "a.json").annotations
    assert [a.label_id for a in found] == [3, 1]
    assert found[1].region == Mask(1, 1, np.ones((3, 4), bool))


def test_other_programs_decode_the_masks(tmp_path):
    coco = pytest.importorskip("faster_coco_eval").core.mask
    write_instances(tmp_path / "a.json", (8, 7), [Annotation(Mask(2, 3, np.ones((2, 4), bool)), 1)])
    rle = json.loads((tmp_path / "a.json").read_text())["objects"][0]["mask"]
    assert coco.decode({"size": rle["size"], "counts": rle["counts"].encode()}).sum() == 8


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        '{"size": [4, 4], "objects": [{"label_id": 1}]}',
        '{"size": [4, 4], "objects": [{"label_id": 999, "box": [0, 0, 1, 1]}]}',
        '{"size": [4, 4], "objects": [{"label_id": 1, "box": [2, 0, 1, 1]}]}',
        '{"size": [4, 4], "objects": [{"label_id": 1, "mask": {"size": [9, 9], "counts": "0"}}]}',
        '{"size": [4, 4], "objects": [7]}',
    ],
)
def test_wrong_files_are_clear_errors(tmp_path, text):
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(DatasetError, match=r"a\.json"):
        read_instances(tmp_path / "a.json")
