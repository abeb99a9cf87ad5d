"""Proposals of a whole list before the first epoch."""

import numpy as np
import pytest
from PIL import Image

from engine.datasets.dataset import ListDataset
from engine.datasets.truth import open_list
from engine.jobs import Cancelled, CancelToken
from engine.preprocess import Preprocessing
from engine.training.prepare import find_proposals
from engine.training.ranks import Ranks
from models.task import Task


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("MASKLOOP_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "proposals"


@pytest.fixture
def dataset(tmp_path, cache) -> ListDataset:
    generator = np.random.default_rng(0)
    for number in range(4):
        pixels = np.full((40, 60, 3), 30, np.uint8)
        left, top = generator.integers(2, 30, 2)
        pixels[top : top + 8, left : left + 20] = 220
        Image.fromarray(pixels).save(tmp_path / f"{number}.png")
        (tmp_path / f"{number}.txt").write_text("0 0.5 0.5 0.2 0.2\n")
    lines = "".join(f"{number}.png {number}.txt\n" for number in range(4))
    (tmp_path / "list.txt").write_text(lines)
    (tmp_path / "labels.txt").write_text("0 background\n1 thing\n")
    source = open_list(tmp_path / "list.txt", Task.DETECTION)
    return ListDataset(source, Preprocessing((64, 64)))


def test_all_samples_get_their_proposals_and_each_is_told(dataset, cache):
    dataset.proposals = "fast"
    told = []
    find_proposals(
        [dataset], Ranks(), progress=lambda *args: told.append(args), cancel=CancelToken()
    )
    assert told == [(done, 4, "Finding proposals") for done in range(5)]
    assert len(list(cache.iterdir())) == 4
    assert all(len(dataset.read(index)[1].proposals) >= 2 for index in range(4))


def test_samples_read_before_get_proposals_too(dataset):
    pixels, truth = dataset.read(0)
    assert truth.proposals is None
    dataset.proposals = "fast"
    assert dataset.read(0)[1].proposals is not None
    assert dataset[0].target.proposals is not None
    dataset.proposals = None
    assert dataset.read(0)[1].proposals is None
    assert np.array_equal(dataset.read(0)[0], pixels)


def test_nothing_is_read_where_no_proposals_are_wanted(dataset, cache):
    find_proposals([dataset], Ranks(), progress=pytest.fail, cancel=CancelToken())
    assert not cache.exists()


def test_a_process_of_several_does_its_share(dataset, cache):
    dataset.proposals = "fast"
    find_proposals([dataset], Ranks(1, 2), progress=lambda *args: None, cancel=CancelToken())
    assert len(list(cache.iterdir())) == 2


def test_it_can_be_cancelled(dataset):
    dataset.proposals = "fast"
    cancel = CancelToken()
    with pytest.raises(Cancelled):
        find_proposals([dataset], Ranks(), progress=lambda *args: cancel.cancel(), cancel=cancel)
