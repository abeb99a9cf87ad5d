"""What travels: lists whose paths hold on another machine, small pictures, packages."""

import subprocess
import sys
import zipfile

import numpy as np
import pytest
from PIL import Image

from engine.formats.instances import read_instances, write_instances
from engine.formats.txt_list import read_list
from engine.regions.crops import bounds
from engine.values import Annotation, Mask
from scripts.gpu import carry
from tests.make import write_picture


@pytest.fixture
def source(tmp_path):
    """A list with a large picture and a small one, and their label maps."""
    folder = tmp_path / "data"
    write_picture(folder / "large.jpg", (480, 640))
    write_picture(folder / "small.jpg", (48, 64))
    for name, size_hw in (("large", (480, 640)), ("small", (48, 64))):
        ids = np.zeros(size_hw, np.uint8)
        ids[: size_hw[0] // 2] = 3
        Image.fromarray(ids).save(folder / f"{name}.png")
    (folder / "train.txt").write_text("large.jpg large.png\nsmall.jpg small.png\n")
    return folder / "train.txt"


def test_a_packed_list_can_be_moved(source, tmp_path):
    carry.pack_list(source, tmp_path / "carried" / "maps")
    (tmp_path / "carried").rename(tmp_path / "there")
    source.unlink()
    entries = read_list(tmp_path / "there" / "maps" / "train.txt", strict=True).entries
    assert [entry.image.name for entry in entries] == ["large.jpg", "small.jpg"]


def test_only_large_pictures_are_shrunk_and_ids_stay_ids(source, tmp_path):
    carry.pack_list(source, tmp_path / "carried" / "maps")
    pictures, labels = tmp_path / "carried" / "pictures", tmp_path / "carried" / "maps" / "labels"
    small = (source.parent / "small.jpg").read_bytes()
    assert (pictures / "small.jpg").read_bytes() == small
    with Image.open(pictures / "large.jpg") as picture, Image.open(labels / "large.png") as ids:
        assert picture.size == ids.size == (carry.SIDE, 240)
        assert np.unique(np.asarray(ids)).tolist() == [0, 3]


def test_boxes_travel_as_they_are(tmp_path):
    (tmp_path / "a.txt").write_text("1 0.5 0.5 0.2 0.2\n")
    carry.copy_label(tmp_path / "a.txt", tmp_path / "b.txt")
    assert (tmp_path / "b.txt").read_text() == "1 0.5 0.5 0.2 0.2\n"


def test_instances_are_shrunk_with_their_picture(tmp_path):
    large = Annotation(Mask(320, 120, np.ones((240, 160), np.bool_)), 2, track=7)
    write_instances(tmp_path / "a.json", (480, 640), [large])
    carry.copy_label(tmp_path / "a.json", tmp_path / "b.json")
    found = read_instances(tmp_path / "b.json")
    (mask,) = (annotation.region for annotation in found.annotations)
    assert found.size_hw == (240, carry.SIDE)
    assert bounds(mask) == (160, 60, 240, 180)
    assert mask.pixels.all()
    assert (found.annotations[0].label_id, found.annotations[0].track) == (2, 7)
    write_instances(tmp_path / "small.json", (240, 320), [Annotation(mask, 1)])
    carry.copy_label(tmp_path / "small.json", tmp_path / "c.json")
    assert (tmp_path / "c.json").read_bytes() == (tmp_path / "small.json").read_bytes()


def test_packages_that_are_missing_are_unpacked(tmp_path, monkeypatch):
    known = {"made-up-here": "made_up_here", "never-made": "never_made", "numpy": "numpy"}
    monkeypatch.setattr(carry, "PACKAGES", known)
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "wheels").mkdir()
    with zipfile.ZipFile(tmp_path / "wheels" / "made_up_here-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("made_up_here/__init__.py", "ANSWER = 42\n")
    assert carry.unpack_missing(tmp_path, tmp_path / "site") == ["never-made"]
    assert [path.name for path in (tmp_path / "site").iterdir()] == ["made_up_here"]
    assert str(tmp_path / "site") in sys.path


def test_a_checkout_that_is_too_large_says_what_can_stay(tmp_path, monkeypatch):
    for command in (["git", "init", "-q"], ["git", "add", "a"]):
        (tmp_path / "a").write_bytes(bytes(1000))
        subprocess.run(command, cwd=tmp_path, check=True)
    (tmp_path / "runs").mkdir()
    assert "--prepare" in carry.told(tmp_path / "runs", tmp_path)
    (tmp_path / "runs" / "b").write_bytes(bytes(1000))
    text = carry.told(tmp_path / "runs", tmp_path)
    assert text.startswith("carry: runs\n")
    assert "too much" not in text
    monkeypatch.setattr(carry, "MOST_BYTES", 1500)
    assert "sparse-checkout" in carry.told(tmp_path / "runs", tmp_path)


def test_every_run_finds_its_lists_among_what_travels():
    assert carry.data_names() == ["click", "voc_boxes", "voc_maps"]
