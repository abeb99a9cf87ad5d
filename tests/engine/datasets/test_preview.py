import numpy as np
import pytest

from engine.datasets.augment import Augment
from engine.datasets.dataset import ListDataset
from engine.datasets.preview import preview
from engine.datasets.truth import open_list
from engine.jobs import Cancelled, CancelToken, no_progress
from engine.preprocess import Preprocessing
from models.task import Task
from tests.make_run import write_run


def open_spots(folder, augment=None):
    write_run(folder)
    source = open_list(folder / "list.txt", Task.SEMANTIC)
    return ListDataset(source, Preprocessing((32, 48)), augment=augment)


def draw(dataset, count, seed):
    return preview(dataset, count, seed=seed, progress=no_progress, cancel=CancelToken())


def test_labels_are_painted_where_they_are(tmp_path):
    for shown in draw(open_spots(tmp_path), 3, 0):
        changed = (shown.painted != shown.pixels).any(axis=-1)
        assert (changed == (shown.truth.ids == 1)).all()


def test_a_short_list_shows_its_pictures_again_in_another_way(tmp_path):
    dataset = open_spots(tmp_path, Augment(rotate=90, shift=0.2))
    shown = draw(dataset, 8, 3)
    assert shown[0].index == shown[4].index
    assert (shown[0].pixels != shown[4].pixels).any()
    again = draw(dataset, 8, 3)
    assert all(np.array_equal(a.painted, b.painted) for a, b in zip(shown, again, strict=True))
    assert any(
        (a.pixels != b.pixels).any() for a, b in zip(shown, draw(dataset, 8, 4), strict=True)
    )


def test_boxes_are_painted_too(tmp_path):
    write_run(tmp_path)
    (tmp_path / "boxes.txt").write_text("0.png 0.txt\n")
    (tmp_path / "0.txt").write_text("0 0.5 0.5 0.5 0.5\n")
    dataset = ListDataset(
        open_list(tmp_path / "boxes.txt", Task.DETECTION), Preprocessing((64, 64))
    )
    (shown,) = draw(dataset, 1, 0)
    assert (shown.painted[16, 20:44] == (255, 0, 0)).all()


def test_a_whole_pictures_label_is_written_on_it(tmp_path):
    write_run(tmp_path)
    (tmp_path / "kinds.txt").write_text("0.png spot\n")
    source = open_list(tmp_path / "kinds.txt", Task.CLASSIFICATION)
    (shown,) = draw(ListDataset(source, Preprocessing((64, 96))), 1, 0)
    assert shown.truth.label == 0
    assert (shown.painted != shown.pixels).any()


def test_it_can_be_cancelled(tmp_path):
    stop = CancelToken()
    stop.cancel()
    with pytest.raises(Cancelled):
        preview(open_spots(tmp_path), 2, seed=0, progress=no_progress, cancel=stop)
