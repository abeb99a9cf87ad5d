import io
import os
import struct
import zlib
from contextlib import suppress

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from PIL import Image

from engine.errors import AppError, DatasetError
from engine.formats import sample_files as files
from engine.values import LabelMap
from tests.damage import damaged_bytes, seeds


def save(path, ids, mode="L"):
    picture = Image.fromarray(np.asarray(ids, np.uint8))
    if mode == "P":
        picture = Image.fromarray(np.asarray(ids, np.uint8), "L").convert("L")
        indexed = Image.new("P", picture.size)
        indexed.putpalette([i for c in range(256) for i in (c, 255 - c, 7)])
        indexed.putdata(np.asarray(ids).ravel().tolist())
        picture = indexed
    picture.save(path)
    return path


def test_a_label_map_comes_back_and_other_programs_read_its_ids(tmp_path):
    ids = np.array([[0, 1, 254], [255, 2, 0]], np.uint8)
    files.write_label_map(tmp_path / "a.png", LabelMap(ids))
    assert np.array_equal(files.read_label_map(tmp_path / "a.png").ids, ids)
    assert np.array_equal(cv2.imread(str(tmp_path / "a.png"), cv2.IMREAD_UNCHANGED), ids)


def test_a_palette_map_gives_its_indices(tmp_path):
    path = save(tmp_path / "a.png", [[0, 5], [255, 20]], "P")
    assert files.read_label_map(path).ids.tolist() == [[0, 5], [255, 20]]


def test_a_mask_of_0_and_255_is_read_as_ids_0_and_1(tmp_path):
    path = save(tmp_path / "a.png", [[0, 255], [255, 0]])
    assert files.read_label_map(path).ids.tolist() == [[0, 1], [1, 0]]
    assert files.read_label_map(path, two_valued=False).ids.tolist() == [[0, 255], [255, 0]]


def test_a_palette_map_of_0_and_255_keeps_its_void(tmp_path):
    path = save(tmp_path / "a.png", [[0, 255], [255, 0]], "P")
    assert files.read_label_map(path).ids.tolist() == [[0, 255], [255, 0]]
    assert not files.are_two_valued([path])


def test_a_dataset_with_any_other_id_is_not_two_valued(tmp_path):
    two = save(tmp_path / "a.png", [[0, 255]])
    three = save(tmp_path / "b.png", [[0, 1, 255]])
    assert files.are_two_valued([two, two])
    assert not files.are_two_valued([two, three])
    assert not files.are_two_valued([save(tmp_path / "c.png", [[0, 0]])])


def test_ignored_ids_become_255(tmp_path):
    path = save(tmp_path / "a.png", [[0, 11], [3, 11]])
    assert files.read_label_map(path, {11}).ids.tolist() == [[0, 255], [3, 255]]


def test_bilevel_and_grey_saved_as_rgb_are_read(tmp_path):
    Image.fromarray(np.array([[False, True]])).save(tmp_path / "bits.png")
    assert files.read_label_map(tmp_path / "bits.png").ids.tolist() == [[0, 1]]
    grey = np.repeat(np.array([[[1], [4]]], np.uint8), 3, axis=2)
    Image.fromarray(grey).save(tmp_path / "grey.png")
    assert files.read_label_map(tmp_path / "grey.png").ids.tolist() == [[1, 4]]


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n", b"not a picture"])
def test_broken_label_maps_are_clear_errors(tmp_path, data):
    (tmp_path / "a.png").write_bytes(data)
    with pytest.raises(DatasetError, match=r"a\.png"):
        files.read_label_map(tmp_path / "a.png")


def png(width, height, depth=8, kind=0, rows=b""):
    """A PNG whose header may claim anything."""

    def chunk(name, data):
        size, check = struct.pack(">I", len(data)), struct.pack(">I", zlib.crc32(name + data))
        return size + name + data + check

    head = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


@pytest.mark.parametrize("size", [(1 << 30, 1 << 30), (40_000, 40_000), (16_000, 16_000)])
def test_a_map_that_claims_gigabytes_is_refused_before_it_is_decoded(tmp_path, size):
    (tmp_path / "a.png").write_bytes(png(*size))
    with pytest.raises(DatasetError, match=r"a\.png"):
        files.read_label_map(tmp_path / "a.png")


def damage_maps(folder, all_seeds):
    whole = (np.add.outer(np.arange(40), np.arange(30)) // 9).astype(np.uint8)
    for seed in all_seeds:
        ending = (".png", ".tif", ".gif", ".bmp")[seed % 4]
        path = folder / f"damaged{ending}"
        good = io.BytesIO()
        Image.fromarray(whole).save(good, {".tif": "TIFF"}.get(ending, ending[1:].upper()))
        path.write_bytes(damaged_bytes(good.getvalue(), seed))
        with suppress(DatasetError):
            assert files.read_label_map(path).ids.ndim == 2


@settings(max_examples=40)
@given(seeds)
def test_a_damaged_map_is_read_or_refused(tmp_path_factory, seed):
    damage_maps(tmp_path_factory.getbasetemp(), [seed])


@pytest.mark.long
def test_thousands_of_damaged_maps_are_read_or_refused(tmp_path, inputs):
    damage_maps(tmp_path, range(inputs))


@pytest.mark.parametrize("value", [1.5, float("nan"), float("inf"), -1.0])
def test_fractions_are_no_ids(tmp_path, value):
    Image.fromarray(np.array([[1, value]], np.float32)).save(tmp_path / "a.tif")
    with pytest.raises(DatasetError, match=r"a\.tif"):
        files.read_label_map(tmp_path / "a.tif")
    Image.fromarray(np.array([[1, 7]], np.float32)).save(tmp_path / "b.tif")
    assert files.read_label_map(tmp_path / "b.tif").ids.tolist() == [[1, 7]]


def test_a_pipe_in_place_of_a_map_is_not_waited_for(tmp_path):
    if not hasattr(os, "mkfifo"):
        pytest.skip("This system has no named pipes.")
    os.mkfifo(tmp_path / "a.png")
    with pytest.raises(DatasetError, match="named pipe"):
        files.read_label_map(tmp_path / "a.png")


def test_colour_pictures_and_large_numbers_are_refused(tmp_path):
    Image.fromarray(np.array([[[9, 0, 0]]], np.uint8)).save(tmp_path / "a.png")
    with pytest.raises(DatasetError, match="color"):
        files.read_label_map(tmp_path / "a.png")
    cv2.imwrite(str(tmp_path / "b.png"), np.array([[300]], np.uint16))
    with pytest.raises(DatasetError, match="above 255"):
        files.read_label_map(tmp_path / "b.png")


def test_boxes_come_back_from_a_yolo_file(tmp_path):
    boxes = np.array([[0, 0, 640, 480], [10.5, 20, 100, 79.25]], np.float32)
    files.write_yolo(tmp_path / "a.txt", boxes, [1, 20], (480, 640))
    found, ids = files.read_yolo(tmp_path / "a.txt", (480, 640))
    assert np.allclose(found, boxes, atol=1e-3)
    assert ids.tolist() == [1, 20]
    assert (tmp_path / "a.txt").read_text().startswith("0 0.5 0.5 1 1\n19 ")


def test_an_empty_yolo_file_is_a_picture_without_objects(tmp_path):
    files.write_yolo(tmp_path / "a.txt", [], [], (4, 4))
    boxes, ids = files.read_yolo(tmp_path / "a.txt", (4, 4))
    assert boxes.shape == (0, 4)
    assert ids.shape == (0,)


@pytest.mark.parametrize(
    "line",
    [
        "0 .5 .5 .1",
        "x .5 .5 .1 .1",
        "-1 .5 .5 .1 .1",
        "0 .5 .5 0 .1",
        "0 nan .5 .1 .1",
        "0 1e39 .5 .1 .1",
        "1_0 .5 .5 .1 .1",
    ],
)
def test_a_bad_yolo_line_is_named(tmp_path, line):
    (tmp_path / "a.txt").write_text(f"0 .5 .5 .1 .1\n\n{line}\n")
    with pytest.raises(DatasetError, match=r"a\.txt, line 3"):
        files.read_yolo(tmp_path / "a.txt", (9, 9))


def test_the_last_index_is_that_of_the_last_id(tmp_path):
    (tmp_path / "a.txt").write_text("0 .5 .5 .1 .1\n253 .5 .5 .1 .1\n254 .5 .5 .1 .1\n")
    found = files.parse_yolo(tmp_path / "a.txt")
    assert found.ids.tolist() == [1, 254]
    assert [number for number, _ in found.bad] == [3]


def test_scores_of_predictions_are_kept(tmp_path):
    (tmp_path / "a.txt").write_text("0 .5 .5 .1 .1 .75\n0 .5 .5 .2 .2\n")
    _, _, scores = files.read_scored_yolo(tmp_path / "a.txt", (40, 60))
    assert scores[0] == 0.75
    assert np.isnan(scores[1])


WORDS = (b"9" * 5000, b"-1", b"1e300", b"1e39", b"nan", b"inf", b"-1e-400", b"1_0", b" ", b"\n",
         b"\r", b"\xff", b"\0", "\u2028".encode(), b"0.5 0.5 0.2 0.2", b"255", b"1.5")  # fmt: skip


@given(seeds)
def test_a_damaged_yolo_file_is_read_or_refused(tmp_path_factory, seed):
    path = tmp_path_factory.getbasetemp() / "damaged-yolo.txt"
    path.write_bytes(damaged_bytes(b"0 0.5 0.5 0.2 0.2\n3 0.1 0.25 0.1 0.5 0.75\n\n", seed, WORDS))
    with suppress(AppError):
        boxes, ids = files.read_yolo(path, (48, 64))
        assert len(boxes) == len(ids)
        assert np.isfinite(boxes).all()
