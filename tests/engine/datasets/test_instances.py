import numpy as np
import pytest
import torch

from engine.datasets.augment import Augment
from engine.datasets.dataset import ListDataset
from engine.datasets.preview import preview
from engine.datasets.truth import open_list
from engine.errors import DatasetError
from engine.formats.instances import write_instances
from engine.jobs import CancelToken, no_progress
from engine.preprocess import Preprocessing
from engine.values import IGNORE, Annotation, Box, Mask
from models.task import Task
from tests.make_instances import ring, write_instance_list

STRONG = Augment(flip=True, rotate=30, scale=(0.8, 1.3), shift=0.1, quarter_turns=True)


def dataset(folder, pictures, *, augment=None, size_hw=(32, 48)):
    write_instance_list(folder, pictures)
    return opened(folder, augment, size_hw)


def opened(folder, augment, size_hw=(32, 48)):
    source = open_list(folder / "list.txt", Task.INSTANCE)
    return ListDataset(source, Preprocessing(size_hw, (0, 0, 0), (1, 1, 1)), augment=augment)


def of_epochs(data, count=4):
    """The first sample of so many epochs."""
    samples = []
    for data.epoch in range(count):
        samples.append(data[0])
    return samples


def test_masks_come_with_the_boxes_around_them(tmp_path):
    target = dataset(tmp_path, [[Annotation(ring(5, 7), 1), Annotation(ring(30, 10, 8), 2)]])[
        0
    ].target
    assert target.boxes.tolist() == [[5, 7, 21, 23], [30, 10, 38, 18]]
    assert target.labels.tolist() == [0, 1]
    assert target.masks.shape == (2, 32, 48)
    assert target.masks[0].sum() == 16 * 16 - 4 * 4
    assert not target.masks[0, 15, 13], "the hole stays open"


def test_masks_are_scaled_with_their_picture(tmp_path):
    sample = dataset(tmp_path, [[Annotation(ring(6, 8), 1)]], size_hw=(64, 96))[0]
    assert sample.target.boxes.tolist() == [[12, 16, 44, 48]]
    assert sample.target.masks.sum() == 4 * (16 * 16 - 4 * 4)


@pytest.mark.parametrize("augment", [STRONG, Augment(elastic=0.04), Augment(crop=(0.5, 0.8))])
def test_masks_move_with_their_picture(tmp_path, augment):
    data = dataset(tmp_path, [[Annotation(ring(14, 7), 1)]], augment=augment, size_hw=(64, 96))
    for epoch in range(8):
        data.epoch = epoch
        sample = data[0]
        if not len(sample.target.boxes):
            continue
        bright = sample.input[0] > 0.51  # half way; the border's color is darker than that
        mask = sample.target.masks[0]
        assert (mask & bright).sum() > 0.93 * (mask | bright).sum()
        rows, columns = mask.any(1).nonzero(), mask.any(0).nonzero()
        edges = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
        assert sample.target.boxes[0].tolist() == [float(edge) for edge in edges]


def test_an_instance_mostly_out_of_the_picture_is_dropped(tmp_path):
    data = dataset(tmp_path, [[Annotation(ring(0, 0), 1)]], augment=Augment(shift=1.0))
    seen = set()
    for epoch in range(30):
        data.epoch = epoch
        target = data[0].target
        seen.add(len(target.boxes))
        assert all(mask.sum() >= 0.09 * 240 for mask in target.masks)
    assert seen == {0, 1}


def test_ignored_instances_are_read_but_not_learned(tmp_path):
    data = dataset(tmp_path, [[Annotation(ring(1, 1), IGNORE), Annotation(ring(20, 8), 2)]])
    assert data.read(0)[1].indices.tolist() == [IGNORE, 1]
    target = data[0].target
    assert target.labels.tolist() == [1]
    assert target.boxes.tolist() == [[20, 8, 36, 24]]
    assert target.masks.shape == (1, 32, 48)


def test_the_pixels_of_ignored_instances_are_told(tmp_path):
    pictures = [
        [
            Annotation(ring(1, 1), IGNORE),
            Annotation(ring(20, 8), 2),
            Annotation(ring(4, 9), IGNORE),
        ],
        [Annotation(ring(20, 8), 2)],
    ]
    data = dataset(tmp_path, pictures)
    told = data[0].target.ignored
    assert told.dtype is torch.bool
    assert told.shape == (32, 48)
    assert told[2, 2]
    assert told[24, 5]
    assert not told[9, 21]
    assert data[1].target.ignored is None


@pytest.mark.parametrize("augment", [STRONG, Augment(elastic=0.04), Augment(crop=(0.5, 0.8))])
def test_ignored_pixels_move_with_their_picture(tmp_path, augment):
    data = dataset(tmp_path, [[Annotation(ring(14, 7), IGNORE)]], augment=augment, size_hw=(64, 96))
    for epoch in range(8):
        data.epoch = epoch
        sample = data[0]
        bright = sample.input[0] > 0.51
        told = sample.target.ignored
        if told is not None and told.sum() > 100:
            assert (told & bright).sum() > 0.93 * (told | bright).sum()


@pytest.mark.parametrize("augment", [None, STRONG, Augment(crop=(0.5, 0.8))])
def test_what_is_ignored_changes_nothing_else(tmp_path, augment):
    objects = [Annotation(ring(5, 7), 1), Annotation(ring(30, 10, 8), 2)]
    data = dataset(tmp_path, [[Annotation(ring(18, 9, 10), IGNORE), *objects]], augment=augment)
    told = of_epochs(data)
    write_instances(tmp_path / "0.json", (32, 48), objects)
    for sample, alone in zip(told, of_epochs(opened(tmp_path, augment)), strict=True):
        assert torch.equal(sample.input, alone.input)
        for name in ("boxes", "labels", "masks"):
            assert torch.equal(getattr(sample.target, name), getattr(alone.target, name))
        assert alone.target.ignored is None
    assert any(sample.target.ignored is not None for sample in told)


def test_a_picture_without_objects(tmp_path):
    target = dataset(tmp_path, [[], [Annotation(ring(1, 1), 1)]])[0].target
    assert target.boxes.shape == (0, 4)
    assert target.masks.shape == (0, 32, 48)
    assert target.masks.dtype is torch.bool


def test_labels_are_numbered_from_the_files_where_nothing_names_them(tmp_path):
    path = write_instance_list(tmp_path, [[Annotation(ring(1, 1), 7)]])
    path.with_name("labels.txt").unlink()
    assert [x.id for x in open_list(path, Task.INSTANCE).labels] == [1]


@pytest.mark.parametrize(
    ("annotation", "words"),
    [
        (Annotation(Box(2, 2, 9, 9), 1), "box but no mask"),
        (Annotation(ring(1, 1), 9), "unknown label id 9"),
    ],
)
def test_what_cannot_be_learned_is_said(tmp_path, annotation, words):
    with pytest.raises(DatasetError, match=words):
        dataset(tmp_path, [[annotation]])[0]


def test_a_file_of_another_size_is_said(tmp_path):
    data = dataset(tmp_path, [[Annotation(ring(1, 1), 1)]])
    text = (tmp_path / "0.json").read_text().replace("[32, 48]", "[48, 32]")
    (tmp_path / "0.json").write_text(text)
    with pytest.raises(DatasetError, match="32x48"):
        data[0]


def test_the_preview_paints_masks(tmp_path):
    data = dataset(tmp_path, [[Annotation(ring(10, 8), 1)]])
    (shown,) = preview(data, 1, seed=0, progress=no_progress, cancel=CancelToken())
    assert isinstance(shown.truth.masks[0], Mask)
    changed = (shown.painted != shown.pixels).any(axis=2)
    assert changed[9, 11]
    assert np.count_nonzero(changed) >= 16 * 16 - 4 * 4 - 8


def test_the_preview_paints_nothing_over_what_is_ignored(tmp_path):
    data = dataset(tmp_path, [[Annotation(ring(10, 8), IGNORE)]])
    (shown,) = preview(data, 1, seed=0, progress=no_progress, cancel=CancelToken())
    assert shown.truth.indices.tolist() == [IGNORE]
    assert (shown.painted == shown.pixels).all()


def test_an_object_of_a_dataset_without_a_background_may_have_the_id_0(tmp_path):
    path = write_instance_list(tmp_path, [[Annotation(ring(5, 7), 0), Annotation(ring(30, 10), 1)]])
    (tmp_path / "labels.txt").write_text("0 Sky\n1 cat\n2 dog\n")
    source = open_list(path, Task.INSTANCE)
    assert [(x.id, x.name) for x in source.labels] == [(1, "Sky"), (2, "cat"), (3, "dog")]
    assert source.read(source.entries[0], (32, 48)).indices.tolist() == [0, 1]
