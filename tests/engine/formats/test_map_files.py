"""Maps as files: what any program shows, and no memory for what a header claims."""

import cv2
import numpy as np
import pytest
from PIL import Image

from engine.errors import DatasetError
from engine.formats import registry
from engine.formats.map_files import is_colored, read_map_file
from engine.formats.open_dataset import ReadOptions
from engine.formats.report import Report
from engine.sources import picture_header, png_parts
from engine.values import Annotation, FrameId, Label, Mask, Sample
from tests.make_maps import grey


def test_a_written_map_has_a_palette_that_every_program_shows(tmp_path):
    layout = registry.get("label_map")
    writer = layout.writer(tmp_path, (Label(0, "background", (0, 0, 0)), Label(3, "x", (9, 8, 7))))
    mask = Annotation(Mask(1, 0, [[True, True]]), 3)
    writer.add(Sample(FrameId("x"), (2, 4), (mask,)), tmp_path / "images" / "a.jpg", "")
    writer.finish()
    with Image.open(tmp_path / "labels" / "a.png") as found:
        assert found.mode == "P"
        assert np.asarray(found).tolist() == [[0, 3, 3, 0], [0, 0, 0, 0]]
        assert np.asarray(found.convert("RGB"))[0, 1].tolist() == [9, 8, 7]
    assert cv2.imread(str(tmp_path / "labels" / "a.png"))[0, 1].tolist() == [7, 8, 9]


def test_a_claimed_size_takes_no_memory(tmp_path):
    grey(tmp_path / "a.png")
    data = bytearray((tmp_path / "a.png").read_bytes())
    data[16:24] = (60_000).to_bytes(4, "big") * 2
    (tmp_path / "a.png").write_bytes(bytes(data))
    with pytest.raises(DatasetError, match="Cannot read the label map"):
        read_map_file(tmp_path / "a.png")


def test_a_map_that_claims_gigabytes_is_refused_before_it_is_decoded(tmp_path):
    path = tmp_path / "a.png"
    chunk = b"\x2f" + ((1 << 28) - 1).to_bytes(4, "little") + b"\x88\x88\x08\0"
    body = b"WEBPVP8L" + len(chunk).to_bytes(4, "little") + chunk + b"\0"
    path.write_bytes(b"RIFF" + len(body).to_bytes(4, "little") + body)
    with pytest.raises(DatasetError, match="GB of memory"):
        read_map_file(path)
    assert is_colored(path) is None


@pytest.mark.parametrize(
    "name", ["label_map", "color_map", "voc_masks", "numpy", "camvid", "cityscapes", "txt_semantic"]
)
@pytest.mark.parametrize("objects", [2, 300])
def test_a_map_that_was_written_is_read_though_it_is_very_large(
    tmp_path, monkeypatch, name, objects
):
    side = 400
    monkeypatch.setattr(png_parts, "WHOLE", side * side - 1)
    # As a map of 20000 x 20000 would be, nearly empty, beside the usual 1 << 29.
    monkeypatch.setattr(picture_header, "_FREE", side * side + 1000)
    monkeypatch.setattr(picture_header, "_GAIN", 0)
    labels = (Label(0, "background", (0, 0, 0)), Label(1, "x", (9, 8, 7)), Label(2, "y", (1, 2, 3)))
    writer = registry.get(name).writer(tmp_path, labels)
    place = tmp_path / writer.picture_place("a.png", "train")
    place.parent.mkdir(parents=True)
    cv2.imwrite(str(place), np.zeros((side, side, 3), np.uint8))
    annotations = tuple(
        Annotation(Mask(20 * (n % 20), 20 * (n // 20), np.ones((9, 7), bool)), 1 + n % 2, z=n)
        for n in range(objects)
    )
    writer.add(Sample(FrameId(str(place)), (side, side), annotations), place, "train")
    writer.finish()
    opened = registry.get(name).open(tmp_path, ReadOptions())
    report = Report()
    sample = opened.read(opened.frame_ids[0], report)
    names = {label.id: label.name for label in opened.labels}
    assert {names[a.label_id] for a in sample.annotations} == {"x", "y"}
    assert len(sample.annotations) == (objects if name == "voc_masks" else 2)
    assert sum(int(a.region.pixels.sum()) for a in sample.annotations) == 63 * objects
    assert report.skipped == []
    assert (opened.seen is None) is (name == "voc_masks")
    if opened.seen is not None:
        assert opened.seen(opened.frame_ids[0]) == {a.label_id for a in sample.annotations}


def test_a_very_large_map_of_another_kind_is_refused_where_it_would_fill_the_memory(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(picture_header, "_FREE", 1000)
    monkeypatch.setattr(picture_header, "_GAIN", 1)
    Image.fromarray(np.zeros((400, 400), np.uint8)).save(tmp_path / "a.tif")
    Image.fromarray(np.zeros((400, 400), np.uint8)).save(tmp_path / "a.png")
    for name in ("a.tif", "a.png"):
        with pytest.raises(DatasetError, match="blank, or made to fill"):
            read_map_file(tmp_path / name)
