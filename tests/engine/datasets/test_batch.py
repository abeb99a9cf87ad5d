import threading
from dataclasses import fields

import pytest
import torch

from engine.datasets.batch import AHEAD, Loader, in_groups, to_device
from engine.datasets.dataset import ListDataset
from engine.datasets.truth import open_list
from engine.errors import AppError
from engine.preprocess import Preprocessing
from models.contract import DetectionTarget
from models.task import Task
from tests.make_run import write_run

COUNT = 9


class Watched(ListDataset):
    """Notes which samples were asked for, and in which thread."""

    def __init__(self, *args):
        super().__init__(*args)
        self.asked = []
        self.has_begun = threading.Event()

    def __getitem__(self, index):
        self.asked.append((index, threading.current_thread()))
        self.has_begun.set()
        return super().__getitem__(index)


@pytest.fixture
def dataset(tmp_path):
    write_run(tmp_path, count=COUNT)
    return Watched(open_list(tmp_path / "list.txt", Task.SEMANTIC), Preprocessing((32, 32)))


def load(dataset, groups, **options):
    with Loader(dataset, groups, **options) as loader:
        return list(loader)


@pytest.mark.parametrize("workers", [None, 0, 1, 5])
def test_every_number_of_workers_gives_the_same_batches(dataset, workers):
    found = load(dataset, in_groups(range(COUNT), 4), workers=workers)
    assert [len(batch.inputs) for batch in found] == [4, 4, 1]
    assert all((batch.inputs[0] == dataset[4 * i].input).all() for i, batch in enumerate(found))


def test_without_workers_the_callers_thread_does_the_work(dataset):
    load(dataset, [[0, 1]], workers=0)
    assert {thread for _, thread in dataset.asked} == {threading.current_thread()}


def test_who_leaves_early_leaves_no_work_behind(dataset):
    with Loader(dataset, in_groups(range(COUNT), 1), workers=1) as loader:
        next(loader)
    assert len(dataset.asked) <= AHEAD + 1
    assert not [t for t in threading.enumerate() if "ThreadPoolExecutor" in t.name]


def test_a_sample_that_cannot_be_read_is_said_at_its_place(dataset, tmp_path):
    (tmp_path / "2.png").write_bytes(b"broken")
    with Loader(dataset, in_groups(range(COUNT), 2), workers=2) as loader:
        assert len(next(loader).inputs) == 2
        with pytest.raises(AppError, match=r"2\.png"):
            next(loader)


def test_waiting_is_measured(dataset):
    with Loader(dataset, [[0], [1]], workers=0) as loader:
        assert loader.waited == 0
        assert len(list(loader)) == 2
        assert loader.waited > 0


def test_the_first_batches_are_prepared_before_they_are_asked_for(dataset):
    with Loader(dataset, in_groups(range(COUNT), 2), workers=1):
        assert dataset.has_begun.wait(timeout=60)


def test_pictures_are_decoded_once(dataset, tmp_path):
    load(dataset, [[0, 1]])
    (tmp_path / "0.png").unlink()
    assert dataset[0].input.shape == (3, 32, 32)


def test_every_part_of_a_target_goes_to_the_device():
    names = [field.name for field in fields(DetectionTarget)]
    target = DetectionTarget(*(torch.full((1,), float(i)) for i in range(len(names))))
    there = to_device(target, torch.device("meta"))
    assert all(getattr(there, name).is_meta for name in names)
