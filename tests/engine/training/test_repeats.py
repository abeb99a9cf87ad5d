import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.datasets.dataset import ListDataset
from engine.datasets.truth import open_list
from engine.jobs import Cancelled, CancelToken, no_progress
from engine.preprocess import Preprocessing
from engine.training.repeats import Repeats, repeats_of
from models.task import Task
from tests.make import write_picture


def boxes_list(folder, labels):
    for i, text in enumerate(labels):
        write_picture(folder / f"{i}.png", seed=i)
        lines = [f"{label} 0.5 0.5 0.2 0.2\n" for label in text]
        (folder / f"{i}.txt").write_text("".join(lines))
    lines = [f"{i}.png {i}.txt\n" for i in range(len(labels))]
    (folder / "list.txt").write_text("".join(lines))
    source = open_list(folder / "list.txt", Task.DETECTION)
    return ListDataset(source, Preprocessing((32, 32)))


def test_a_picture_comes_as_often_as_its_rarest_label_asks(tmp_path):
    dataset = boxes_list(tmp_path, ["0"] * 14 + ["01", ""])
    found = repeats_of(dataset, 0.25, progress=no_progress, cancel=CancelToken())
    # One picture of sixteen has label 1: root(0.25 * 16) = 2.
    np.testing.assert_allclose(found.factors, [1.0] * 14 + [2.0, 1.0])
    assert len(found) == 17


def test_a_threshold_of_zero_repeats_nothing(tmp_path):
    dataset = boxes_list(tmp_path, ["0"])
    assert repeats_of(dataset, 0.0, progress=no_progress, cancel=CancelToken()) is None


def test_counting_can_be_cancelled(tmp_path):
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        repeats_of(boxes_list(tmp_path, ["0"]), 0.1, progress=no_progress, cancel=token)


@given(st.lists(st.floats(1, 5), min_size=1, max_size=40), st.integers(0, 100))
def test_every_epoch_draws_each_as_often_as_its_factor(factors, seed):
    repeats = Repeats(np.array(factors))
    drawn = repeats.draw(np.random.default_rng(seed))
    assert len(drawn) == len(repeats)
    counts = np.bincount(drawn, minlength=len(factors))
    stretched = np.array(factors) * len(repeats) / sum(factors)
    assert (np.abs(counts - stretched) < 1 + 1e-9).all()
