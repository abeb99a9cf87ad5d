import threading

import pytest

from engine.datasets.batch import AHEAD, Waited, batches, in_groups
from engine.datasets.dataset import ListDataset
from engine.datasets.truth import open_list
from engine.errors import AppError
from engine.preprocess import Preprocessing
from models.task import Task
from tests.make_run import write_run

COUNT = 9


class Watched(ListDataset):
    """Notes which samples were asked for, and in which thread."""

    def __getitem__(self, index):
        self.__dict__.setdefault("asked", []).append((index, threading.current_thread()))
        return super().__getitem__(index)


@pytest.fixture
def dataset(tmp_path):
    write_run(tmp_path, count=COUNT)
    return Watched(open_list(tmp_path / "list.txt", Task.SEMANTIC), Preprocessing((32, 32)))


@pytest.mark.parametrize("workers", [None, 0, 1, 5])
def test_every_number_of_workers_gives_the_same_batches(dataset, workers):
    found = list(batches(dataset, in_groups(range(COUNT), 4), workers=workers))
    assert [len(batch.inputs) for batch in found] == [4, 4, 1]
    assert all((batch.inputs[0] == dataset[4 * i].input).all() for i, batch in enumerate(found))


def test_without_workers_the_callers_thread_does_the_work(dataset):
    list(batches(dataset, [[0, 1]], workers=0))
    assert {thread for _, thread in dataset.asked} == {threading.current_thread()}


def test_who_leaves_early_leaves_no_work_behind(dataset):
    loader = batches(dataset, in_groups(range(COUNT), 1), workers=1)
    next(loader)
    loader.close()
    assert len(dataset.asked) <= AHEAD + 1
    assert not [t for t in threading.enumerate() if "ThreadPoolExecutor" in t.name]


def test_a_sample_that_cannot_be_read_is_said_at_its_place(dataset, tmp_path):
    (tmp_path / "2.png").write_bytes(b"broken")
    loader = batches(dataset, in_groups(range(COUNT), 2), workers=2)
    assert len(next(loader).inputs) == 2
    with pytest.raises(AppError, match=r"2\.png"):
        next(loader)


def test_waiting_is_measured(dataset):
    loader = Waited(batches(dataset, [[0], [1]], workers=0))
    assert len(list(loader)) == 2
    assert loader.seconds > 0


def test_pictures_are_decoded_once(dataset, tmp_path):
    list(batches(dataset, [[0, 1]]))
    (tmp_path / "0.png").unlink()
    assert dataset[0].input.shape == (3, 32, 32)
