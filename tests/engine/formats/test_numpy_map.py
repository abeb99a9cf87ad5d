"""Arrays of label ids, and nothing else that numpy can save."""

import numpy as np
import pytest

from engine.errors import DatasetError
from engine.formats import registry
from engine.values import Annotation, FrameId, Label, Mask, Sample
from tests.make_maps import IDS, picture, read


@pytest.mark.parametrize(
    "values",
    [
        np.zeros((2, 3), np.float32),
        np.zeros((2, 3, 4), np.uint8),
        np.zeros((0, 3), np.uint8),
        np.full((2, 3), 256),
        np.full((2, 3), -1),
        np.array([[{}]], dtype=object),
    ],
)
def test_an_array_of_anything_but_ids_is_refused(tmp_path, values):
    picture(tmp_path / "images" / "a.png")
    (tmp_path / "labels").mkdir()
    np.save(tmp_path / "labels" / "a.npy", values, allow_pickle=True)
    with pytest.raises(DatasetError, match=r"a\.npy"):
        read("numpy", tmp_path)


def test_arrays_of_any_order_and_type_are_read(tmp_path):
    for name, array in {"a": np.asfortranarray(IDS), "b": IDS.astype(">i8")}.items():
        picture(tmp_path / "images" / f"{name}.png")
        (tmp_path / "labels").mkdir(exist_ok=True)
        np.save(tmp_path / "labels" / f"{name}.npy", array)
    _, ids, _ = read("numpy", tmp_path)
    assert list(ids.values()) == [IDS.tolist()] * 2


def test_a_written_array_is_what_numpy_reads(tmp_path):
    writer = registry.get("numpy").writer(tmp_path, (Label(1, "x", (9, 8, 7)),))
    mask = Annotation(Mask(1, 0, [[True, True]]), 1)
    writer.add(Sample(FrameId("x"), (2, 4), (mask,)), tmp_path / "images" / "a.jpg", "")
    found = np.load(tmp_path / "labels" / "a.npy", allow_pickle=False)
    assert found.dtype == np.uint8
    assert found.tolist() == [[0, 1, 1, 0], [0, 0, 0, 0]]
