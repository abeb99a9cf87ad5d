import numpy as np
import pytest
from PIL import Image

from engine.datasets.dataset import ListDataset
from engine.datasets.truth import open_list
from engine.jobs import Cancelled, CancelToken, no_progress
from engine.preprocess import Preprocessing
from engine.training.label_counts import by_name, label_counts
from engine.weights.card import read_card
from models.task import Task
from tests.make import write_picture
from tests.make_run import run


def counts_of(folder, task, lines):
    (folder / "list.txt").write_text("".join(f"{line}\n" for line in lines))
    dataset = ListDataset(open_list(folder / "list.txt", task), Preprocessing((32, 32)))
    counts = label_counts(dataset, progress=no_progress, cancel=CancelToken())
    return counts.tolist(), by_name(counts, dataset.labels, of_maps=task is Task.SEMANTIC)


@pytest.fixture
def boxes(tmp_path):
    """Three pictures: two of label 1, nothing, one of each but the last."""
    (tmp_path / "labels.txt").write_text("0 background\n1 cat\n2 dog\n3 bus\n")
    for i, ids in enumerate(["00", "", "01"]):
        write_picture(tmp_path / f"{i}.png", seed=i)
        lines = [f"{label} 0.5 0.5 0.2 0.2\n" for label in ids]
        (tmp_path / f"{i}.txt").write_text("".join(lines))
    return tmp_path


LINES = [f"{i}.png {i}.txt" for i in range(3)]


def test_objects_are_counted(boxes):
    counts, names = counts_of(boxes, Task.DETECTION, LINES)
    assert counts == [[2, 0, 0], [0, 0, 0], [1, 1, 0]]
    assert names == {"cat": 3, "dog": 1, "bus": 0}


def test_a_sample_that_cannot_be_read_has_none(boxes):
    (boxes / "0.txt").write_text("nonsense\n")
    assert counts_of(boxes, Task.DETECTION, LINES)[1]["cat"] == 1


def test_of_label_maps_the_pictures_with_a_label_are_counted(tmp_path):
    (tmp_path / "labels.txt").write_text("0 background\n1 cat\n2 dog\n255 ignore\n")
    for i, value in enumerate([1, 255]):
        write_picture(tmp_path / f"{i}.png", (8, 8), seed=i)
        ids = np.zeros((8, 8), np.uint8)
        ids[2:5, 2:5] = value
        Image.fromarray(ids).save(tmp_path / f"{i}_label.png")
    lines = [f"{i}.png {i}_label.png" for i in range(2)]
    counts, names = counts_of(tmp_path, Task.SEMANTIC, lines)
    assert counts == [[55, 9, 0], [55, 0, 0]], "pixels"
    assert names == {"background": 2, "cat": 1, "dog": 0}


def test_counting_can_be_cancelled(boxes):
    (boxes / "list.txt").write_text(LINES[0])
    dataset = ListDataset(open_list(boxes / "list.txt", Task.DETECTION), Preprocessing((32, 32)))
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        label_counts(dataset, progress=no_progress, cancel=token)


def test_the_card_says_what_training_held(plain):
    (plain.parent / "labels.txt").write_text("0 background\n1 spot\n2 other\n")
    run(plain, "max_steps=1")
    card = read_card(plain.parent / "run" / "weights" / "spot.safetensors")
    assert card.trained == {"background": 4, "spot": 4, "other": 0}
    assert card.not_learnt == ("other",)
