"""Two layouts in one folder: what they say of one picture is compared, and what differs is told."""

import pytest

from engine.export.options import Pictures
from engine.jobs import CancelToken
from engine.look import look_at, open_labels
from engine.project.contested import contested
from engine.values import Annotation, Box, Dataset, Label
from tests.engine.export.make import run, sample

LABELS = (Label(0, "background", (0, 0, 0)), Label(1, "cat", (1, 2, 3)), Label(2, "dog", (4, 5, 6)))


def write(folder, name, *boxes):
    """Such objects of each of three pictures beside one another, in this layout."""
    samples = [
        sample(folder / f"{n}.png", *(Annotation(Box(*box), i) for i, box in boxes), seed=n)
        for n in range(3)
    ]
    out = folder.parent / name
    run(Dataset(tuple(samples), LABELS), out, name, split=None, pictures=Pictures.COPY)
    return [p for p in out.rglob("*") if p.suffix in (".xml", ".txt", ".json")]


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "both"
    folder.mkdir()
    return folder


def both(folder, boxes, others):
    """Pictures with VOC files of these boxes, and labelme files of others."""
    for name, found in (("voc", boxes), ("labelme", others)):
        for path in write(folder, name, *found):
            if path.stem.isdecimal():
                (folder / path.name).write_bytes(path.read_bytes())
    found = look_at([folder])
    return open_labels(found.labels, found.frame_ids)


def test_what_says_something_else_is_told_with_what_is_shown(folder):
    opened = both(folder, [(1, (2, 2, 9, 9))], [(2, (2, 2, 9, 9))])
    ((shown, hidden, count),) = (
        (each.shown.format, each.hidden.format, each.count)
        for each in contested(opened, (), CancelToken())
    )
    assert {shown, hidden} == {"voc", "labelme"}
    assert shown in [at.format for at, _ in opened.chosen]
    assert count == 3


@pytest.mark.parametrize(
    "others", [[(1, (20, 2, 29, 9))], [(1, (2, 2, 9, 9)), (2, (12, 2, 19, 9))]]
)
def test_an_object_elsewhere_and_one_more_are_something_else(folder, others):
    opened = both(folder, [(1, (2, 2, 9, 9))], others)
    assert len(contested(opened, (), CancelToken())) == 1


def test_what_says_the_same_again_is_not_told(folder):
    boxes = [(1, (2, 2, 9, 9)), (2, (12, 2, 19.4, 9))]
    opened = both(folder, boxes, boxes)
    assert len(opened.chosen) + len(opened.others) == 2
    assert contested(opened, (), CancelToken()) == ()


def test_pictures_that_were_edited_are_decided(folder):
    opened = both(folder, [(1, (2, 2, 9, 9))], [(2, (2, 2, 9, 9))])
    frames = opened.chosen[0][1].frame_ids
    (found,) = contested(opened, frames[:1], CancelToken())
    assert found.count == 2
    assert contested(opened, frames, CancelToken()) == ()
