"""Lists of pictures with one label each."""

import pytest

from engine.datasets.truth import open_list
from engine.errors import DatasetError
from engine.values import Label
from models.task import Task
from tests.make import write_picture


@pytest.fixture
def folder(tmp_path):
    for i in range(3):
        write_picture(tmp_path / f"{i}.png", (8, 8))
    return tmp_path


def opened(folder, texts, labels=None):
    path = folder / "list.txt"
    path.write_text("".join(f"{i}.png\t{text}\n" for i, text in enumerate(texts)))
    return open_list(path, Task.CLASSIFICATION, labels)


def indices(source):
    return [source.read(entry, (8, 8)).label for entry in source.entries]


def test_names_in_the_lines_are_numbered_in_their_order_from_1(folder):
    source = opened(folder, ["sea", "big forest", "Sea"])
    assert [(x.id, x.name) for x in source.labels] == [(1, "big forest"), (2, "Sea")]
    assert indices(source) == [1, 0, 1]


def test_numbers_in_the_lines_are_ids(folder):
    source = opened(folder, ["7", "0", "7"])
    assert [x.name for x in source.labels] == ["label_0", "label_7"]
    assert indices(source) == [1, 0, 1]


def test_a_labels_file_names_them_and_says_which_are_ignored(folder):
    (folder / "labels.txt").write_text(
        "0 background #000000\n1 sea #0000ff\n2 forest #00ff00\n9 unknown #000000 ignore\n"
    )
    source = opened(folder, ["forest", "1", "9"])
    assert [(x.id, x.name) for x in source.labels] == [(1, "sea"), (2, "forest")]
    assert indices(source) == [1, 0, 255]


def test_a_labels_file_may_begin_with_a_label_at_0(folder):
    (folder / "labels.txt").write_text("0 sea #0000ff\n1 forest #00ff00\n")
    source = opened(folder, ["forest", "0", "sea"])
    assert [(x.id, x.name) for x in source.labels] == [(1, "sea"), (2, "forest")]
    assert indices(source) == [1, 0, 0]


def test_a_models_labels_are_met_by_name(folder):
    model = tuple(Label(i, name, (9, 9, 9)) for i, name in ((1, "city"), (2, "sea"), (3, "forest")))
    assert indices(opened(folder, ["forest", "sea", "sea"], model)) == [2, 1, 1]


def test_a_label_the_model_does_not_know_is_named_before_anything_is_read(folder):
    with pytest.raises(DatasetError, match=r"list\.txt, line 2: the label lake is unknown"):
        opened(folder, ["sea", "lake", "sea"], (Label(1, "sea", (9, 9, 9)),))


def test_more_labels_than_ids_are_refused(folder):
    with pytest.raises(DatasetError, match="ids 0 to 254"):
        opened(folder, ["255", "1", "2"])
