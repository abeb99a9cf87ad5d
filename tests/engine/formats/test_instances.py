import json
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given

from engine.errors import AppError, DatasetError
from engine.formats import instances
from engine.formats.instances import read_instances, write_instances
from engine.regions.masks import region_to_mask
from engine.values import Annotation, Box, Mask, Polygon
from tests.damage import damaged_json, seeds


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
        '{"size": [4, 4], "objects": {"label_id": 1}}',
        '{"size": [-4, 4], "objects": []}',
        '{"size": [4.5, 4], "objects": []}',
        '{"size": [4, 4], "objects": [{"label_id": 1, "box": [0, 0, 1e308, 1]}]}',
        '{"size": [4, 4], "objects": [{"label_id": 1.5, "box": [0, 0, 1, 1]}]}',
        '{"size": [4, 4], "objects": [{"label_id": 1, "box": [0, 0, 1, 1], "score": "a"}]}',
        '{"size": [4, 4], "objects": [{"label_id": 1, "box": [0, 0, 1, 1], "track": []}]}',
        '{"size": [4, 4], "objects": [{"label_id": 1, "mask": {"size": [4, 4], "counts": [-1]}}]}',
        '{"size": [99999, 99999], "objects": [{"label_id": 1, "mask": '
        '{"size": [99999, 99999], "counts": "11"}}]}',
        "[" * 100_000,
    ],
)
def test_wrong_files_are_clear_errors(tmp_path, text):
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(DatasetError, match=r"a\.json"):
        read_instances(tmp_path / "a.json")


def test_masks_that_fill_the_memory_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(instances, "MOST_MASK_BYTES", 90)
    mask = {"size": [6, 5], "counts": [0, 30]}
    for count in (3, 4):
        objects = [{"label_id": 1, "mask": mask}] * count
        (tmp_path / f"{count}.json").write_text(json.dumps({"size": [6, 5], "objects": objects}))
    assert len(read_instances(tmp_path / "3.json").annotations) == 3
    with pytest.raises(DatasetError, match=r"object 4 .*gigabyte"):
        read_instances(tmp_path / "4.json")


GOOD = {
    "size": [8, 7],
    "objects": [
        {"label_id": 1, "box": [0, 0, 3.5, 2], "score": 0.5, "track": 3},
        {"label_id": 2, "mask": {"size": [8, 7], "counts": "d0T1"}},
        {"label_id": 2, "box": [0, 0, 1, 1], "mask": {"size": [8, 7], "counts": [8, 3, 5, 3]}},
    ],
}


@given(seeds)
def test_a_damaged_file_is_read_or_refused(tmp_path_factory, seed):
    path = tmp_path_factory.getbasetemp() / "damaged-instances.json"
    path.write_bytes(damaged_json(GOOD, seed))
    with suppress(AppError):
        for found in read_instances(path).annotations:
            assert region_to_mask(found.region, (8, 7)) is None or found.label_id >= 0
