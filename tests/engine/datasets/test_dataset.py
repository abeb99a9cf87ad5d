import numpy as np
import pytest
import torch
from PIL import Image

from engine.datasets.augment import Augment
from engine.datasets.batch import Loader, in_groups
from engine.datasets.dataset import ListDataset
from engine.datasets.truth import open_list
from engine.errors import DatasetError
from engine.preprocess import Preprocessing, prepare
from models.task import Task
from tests.make import LABELS, write_picture

PREPROCESSING = Preprocessing((64, 64))


def write_list(folder, labels, suffix):
    lines = []
    for i, label in enumerate(labels):
        write_picture(folder / f"{i}.png", seed=i)
        target = folder / f"l{i}{suffix}"
        if isinstance(label, str):
            target.write_text(label)
        else:
            Image.fromarray(np.asarray(label, np.uint8)).save(target)
        lines.append(f"{i}.png {target.name}\n")
    (folder / "list.txt").write_text("".join(lines))
    return folder / "list.txt"


def half(value):
    ids = np.zeros((48, 64), np.uint8)
    ids[:, 32:] = value
    return ids


def test_masks_of_0_and_255_are_ids_0_and_1(tmp_path):
    source = open_list(write_list(tmp_path, [half(255), half(255)], ".png"), Task.SEMANTIC)
    assert [x.id for x in source.labels] == [0, 1]
    sample = ListDataset(source, PREPROCESSING)[0]
    assert sample.input.shape == (3, 64, 64)
    ids = sample.target.ids
    assert ids[10, 10] == 0
    assert ids[10, 50] == 1
    assert (ids[48:] == 255).all(), "the padding is ignored"


def test_255_beside_other_ids_is_ignored(tmp_path):
    ids = half(1)
    ids[:5] = 255
    source = open_list(write_list(tmp_path, [ids], ".png"), Task.SEMANTIC)
    assert (ListDataset(source, PREPROCESSING)[0].target.ids[:5] == 255).all()


def test_ids_with_gaps_are_numbered_anew(tmp_path):
    (tmp_path / "labels.txt").write_text("0 sky #000000\n4 tree #00ff00\n9 void #000000 ignore\n")
    ids = half(4)
    ids[0] = 9
    source = open_list(write_list(tmp_path, [ids], ".png"), Task.SEMANTIC)
    assert [(x.id, x.name) for x in source.labels] == [(0, "sky"), (1, "tree")]
    found = ListDataset(source, PREPROCESSING)[0].target.ids
    assert found[20, 50] == 1
    assert found[0, 0] == 255


def test_a_models_labels_are_met_by_name(tmp_path):
    (tmp_path / "labels.txt").write_text("0 background\n1 Dog\n2 cat\n")
    path = write_list(tmp_path, ["0 0.5 0.5 0.25 0.5\n1 0.25 0.25 0.1 0.1\n"], ".txt")
    source = open_list(path, Task.DETECTION, LABELS[1:])  # cat, dog
    target = ListDataset(source, PREPROCESSING)[0].target
    assert target.labels.tolist() == [1, 0]
    np.testing.assert_allclose(target.boxes[0], [24, 12, 40, 36], atol=1e-4)


def test_a_background_is_the_models_under_another_name_too(tmp_path):
    (tmp_path / "labels.txt").write_text("0 __background__\n1 dog\n")
    source = open_list(write_list(tmp_path, [half(1)], ".png"), Task.SEMANTIC, LABELS)
    assert source.read(source.entries[0], (48, 64)).ids[20, ::32].tolist() == [0, 2]


def test_an_empty_label_file_is_a_picture_without_objects(tmp_path):
    source = open_list(write_list(tmp_path, ["", "0 0.5 0.5 0.5 0.5"], ".txt"), Task.DETECTION)
    dataset = ListDataset(source, PREPROCESSING, augment=Augment(mosaic=1.0, flip=True))
    assert dataset[0].target.boxes.shape[1] == 4


@pytest.mark.parametrize(
    ("label", "suffix", "words"),
    [(np.zeros((9, 9)), ".png", "9x9"), ("7 0.5 0.5 0.1 0.1", ".txt", "unknown label id 8")],
)
def test_wrong_labels_are_said(tmp_path, label, suffix, words):
    (tmp_path / "labels.txt").write_text("0 background\n1 cat\n")
    task = Task.SEMANTIC if suffix == ".png" else Task.DETECTION
    source = open_list(write_list(tmp_path, [label], suffix), task)
    with pytest.raises(DatasetError, match=words):
        ListDataset(source, PREPROCESSING)[0]


def test_a_list_for_another_task_is_refused(tmp_path):
    with pytest.raises(DatasetError, match="detection"):
        open_list(write_list(tmp_path, [""], ".txt"), Task.SEMANTIC)


def test_the_same_seed_and_epoch_give_the_same_sample(tmp_path):
    source = open_list(write_list(tmp_path, [half(1)] * 2, ".png"), Task.SEMANTIC)
    augment = Augment(flip=True, rotate=30, scale=(0.5, 2), shift=0.2, color=1)
    a, b = (ListDataset(source, PREPROCESSING, augment=augment, seed=3) for _ in range(2))
    assert torch.equal(a[1].input, b[1].input)
    b.epoch = 1
    assert not torch.equal(a[1].input, b[1].input)


def test_batches_keep_the_order_and_end_with_the_rest(tmp_path):
    source = open_list(write_list(tmp_path, [half(1)] * 5, ".png"), Task.SEMANTIC)
    dataset = ListDataset(source, PREPROCESSING)
    with Loader(dataset, in_groups([4, 3, 2, 1, 0], 2)) as loader:
        found = list(loader)
    assert [len(inputs) for inputs, _ in found] == [2, 2, 1]
    assert torch.equal(found[0][0][1], dataset[3].input)


def test_an_id_the_labels_file_does_not_name_is_unknown_to_a_models_labels_too(tmp_path):
    (tmp_path / "labels.txt").write_text("0 background\n1 mouse\n")
    path = write_list(tmp_path, ["1 0.5 0.5 0.1 0.1"], ".txt")
    source = open_list(path, Task.DETECTION, LABELS[1:])  # cat, dog
    with pytest.raises(DatasetError, match="unknown label id 2"):
        ListDataset(source, PREPROCESSING)[0]


@pytest.mark.parametrize("rule", ["letterbox", "stretch"])
def test_training_sees_the_pixels_that_prediction_sees(tmp_path, rule):
    noise = np.random.default_rng(0).integers(0, 256, (700, 1000, 3)).astype(np.uint8)
    Image.fromarray(noise).save(tmp_path / "noise.png")
    Image.fromarray(np.ones((700, 1000), np.uint8)).save(tmp_path / "ones.png")
    (tmp_path / "list.txt").write_text("noise.png ones.png\n")
    source = open_list(tmp_path / "list.txt", Task.SEMANTIC)
    preprocessing = Preprocessing((128, 128), resize=rule)
    predicted, _ = prepare(noise, preprocessing)
    for augment in (None, Augment()):
        sample = ListDataset(source, preprocessing, augment=augment)[0]
        levels = np.abs(sample.input.numpy() - predicted).max() * 255 * 0.229
        assert levels < 1.01, "the border's color is a whole number"
        assert (sample.target.ids[100:] == 255).all() == (rule == "letterbox")
    assert predicted[:, :80].std() < 0.3, "the noise is averaged"


def test_what_turning_uncovers_is_the_border_and_ignored(tmp_path):
    write_picture(tmp_path / "a.png")
    Image.fromarray(half(1)).save(tmp_path / "a-ids.png")
    (tmp_path / "list.txt").write_text("a.png a-ids.png\n")
    source = open_list(tmp_path / "list.txt", Task.SEMANTIC)
    sample = ListDataset(source, PREPROCESSING, augment=Augment(scale=(0.5, 0.5)))[0]
    outside = sample.target.ids == 255
    assert 0.5 < outside.float().mean() < 0.9
    assert sample.input[:, :10].abs().max() < 0.02, "the mean"


def test_pixels_between_objects_can_count_more(tmp_path):
    ids = np.zeros((48, 64), np.uint8)
    ids[:, 10:20] = ids[:, 22:40] = 1
    source = open_list(write_list(tmp_path, [ids], ".png"), Task.SEMANTIC)
    dataset = ListDataset(source, PREPROCESSING)
    assert dataset[0].target.weights is None
    dataset.border_weight = 10.0
    weights = dataset[0].target.weights
    assert weights.shape == (64, 64)
    assert weights[20, 21] > 5
    assert weights[20, 15] == 1
