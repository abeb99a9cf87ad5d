import os
import re
from contextlib import suppress
from dataclasses import astuple

import hypothesis
import numpy as np
import pytest
import torch
from hypothesis import given

from engine.errors import AppError, WeightsError
from engine.weights.darknet import fill, load_darknet, read_numbers
from engine.weights.darknet_cfg import read_network
from engine.weights.darknet_models import describe
from engine.weights.load import load, tensors_of
from models import registry
from models.layers.width import scaled
from tests.damage import damaged_bytes, seeds
from tests.engine.weights.darknet_files import (
    PUBLISHED,
    conv,
    parse,
    run,
    to_bytes,
    yolov2,
    yolov2_tiny,
    yolov3,
    yolov3_tiny,
    yolov4,
)
from tests.rounding import DEEP, assert_rounding_only, in_double

MODELS = {"yolo_v3_spp": "yolo_v3"}  # with an option
SIZE = 64
WIDTH = 0.25


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def decode(kind, settings, raw):
    """Boxes (cells, A, 4) in pixels and scores (cells, A, K) as Darknet reads them off a head."""
    if kind == "detection":
        return decode_v1(raw.ravel(), int(settings["classes"]))
    height, width = raw.shape[2:]
    numbers = [float(each) for each in settings["anchors"].split(",")]
    table = np.array(numbers).reshape(-1, 2)
    mask = [int(m) for m in settings["mask"].split(",")] if "mask" in settings else [*range(5)]
    # Of [region] in cells, of [yolo] in pixels of the input.
    anchors = table[mask] * ((SIZE / width) if kind == "region" else 1)
    grid = raw.reshape(len(mask), -1, height, width).transpose(2, 3, 0, 1).astype(np.float64)
    rows, columns = np.indices((height, width))[..., None]
    reach = float(settings.get("scale_x_y", 1))
    x = (columns + sigmoid(grid[..., 0]) * reach - 0.5 * (reach - 1)) / width * SIZE
    y = (rows + sigmoid(grid[..., 1]) * reach - 0.5 * (reach - 1)) / height * SIZE
    w, h = np.exp(grid[..., 2]) * anchors[:, 0], np.exp(grid[..., 3]) * anchors[:, 1]
    boxes = np.stack([x - w / 2, y - h / 2, x + w / 2, y + h / 2], -1)
    labels = grid[..., 5:]
    if kind == "region":
        chances = np.exp(labels - labels.max(-1, keepdims=True))
        chances /= chances.sum(-1, keepdims=True)
    else:
        chances = sigmoid(labels)
    scores = sigmoid(grid[..., 4:5]) * chances
    return boxes.reshape(-1, len(mask), 4), scores.reshape(-1, len(mask), scores.shape[-1])


def decode_v1(raw, labels):
    chances = raw[: 49 * labels].reshape(49, 1, labels)
    confidence = raw[49 * labels : 49 * labels + 98].reshape(49, 2, 1)
    x, y, w, h = raw[49 * labels + 98 :].reshape(49, 2, 4).transpose(2, 0, 1)
    x = (x + np.arange(49)[:, None] % 7) / 7 * SIZE
    y = (y + np.arange(49)[:, None] // 7) / 7 * SIZE
    w, h = w**2 * SIZE, h**2 * SIZE
    boxes = np.stack([x - w / 2, y - h / 2, x + w / 2, y + h / 2], -1)
    return boxes, confidence.clip(0, 1) * chances.clip(0, 1)


def write(folder, cfg, numbers, name="old", **how):
    (folder / f"{name}.cfg").write_text(cfg)
    (folder / f"{name}.weights").write_bytes(to_bytes(numbers, **how))
    return folder / f"{name}.weights"


def narrow(cfg):
    """A .cfg with a quarter of its channels, but those of its heads."""
    return re.sub(
        r"(batch_normalize=1\nfilters=)(\d+)",
        lambda found: found[1] + str(scaled(int(found[2]), WIDTH)),
        cfg,
    )


def described(cfg, folder):
    (folder / "net.cfg").write_text(cfg)
    return describe(read_network(folder / "net.cfg"), "net.cfg")


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_network_is_recognised_layer_by_layer(name, tmp_path):
    assert described(PUBLISHED[name](3), tmp_path).model == MODELS.get(name, name)


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_network_computes_and_decodes_as_in_darknet(name, tmp_path):
    size = 448 if name == "yolo_v1_tiny" else SIZE
    model, _, options = astuple(described(PUBLISHED[name](3, size), tmp_path))
    cfg = narrow(PUBLISHED[name](3, size))
    module = registry.get(model).build(3, **options, width=WIDTH).eval()
    picture = random_picture(size)
    with torch.inference_mode():
        heads, numbers = run(cfg, torch.Generator().manual_seed(0), picture)
        fill(module, read_numbers(write(tmp_path, cfg, numbers)), "old.weights")
        raw = in_double(module)(picture)
    assert_same(module, raw, heads, cfg, size)


@pytest.mark.slow
def test_a_file_with_all_its_channels_computes_and_decodes_as_in_darknet(tmp_path):
    cfg, picture = yolov3_tiny(3, SIZE), random_picture(SIZE)
    with torch.inference_mode():
        heads, numbers = run(cfg, torch.Generator().manual_seed(0), picture)
        loaded = load_darknet(write(tmp_path, cfg, numbers))
        raw = in_double(loaded.module)(picture)
    assert loaded.card.model == "yolo_v3_tiny"
    assert_same(loaded.module, raw, heads, cfg, SIZE)


def random_picture(size):
    return torch.rand(1, 3, size, size, generator=torch.Generator().manual_seed(1)).double()


def assert_same(module, raw, heads, cfg, size):
    """What the module answers, and which boxes and scores it reads off, are Darknet's."""
    layers = [each for each in parse(cfg) if each[0] in ("yolo", "region", "detection")]
    if layers[0][0] != "detection":
        assert len(raw) == len(heads)
        for mine, theirs in zip(raw, heads, strict=True):
            assert_rounding_only(mine, theirs, DEEP)
        # Random sides could be e^20 times an anchor: what decodes them is compared up to e^5.
        raw = heads = tuple(head.clamp(-5, 5) for head in heads)
    scale = SIZE / size  # the decoders above know one size
    for step, head, (kind, settings) in zip(module.steps(raw)[0], heads, layers, strict=True):
        boxes, scores = decode(kind, settings, head.numpy())
        count = boxes.shape[1]
        found = step.scores[:, None] * step.chances
        # Read off in float32. Sides reach thousands, which a corner near 0 is the difference of.
        found_boxes = step.boxes.view(-1, count, 4) * scale
        np.testing.assert_allclose(found_boxes, boxes, rtol=1e-4, atol=5e-3)
        assert_rounding_only(found.view(*boxes.shape[:2], -1), scores)


def count(cfg):
    """How many numbers a .cfg asks for."""
    return sum(
        each.in_channels * each.filters * max(1, each.kernel) ** 2
        + each.filters * (4 if each.norm else 1)
        for each in read_network(cfg).convolutions
    )


@pytest.fixture
def tiny(tmp_path):
    """A file of yolov3-tiny with two labels, all its numbers 0.01."""
    path = write(tmp_path, yolov3_tiny(2, SIZE), np.zeros(0, np.float32))
    path.write_bytes(to_bytes(np.full(count(path.with_suffix(".cfg")), 0.01, np.float32)))
    return path


def refusal(path, **how):
    with pytest.raises(WeightsError) as caught:
        load_darknet(path, **how)
    return f"{caught.value.message} {caught.value.hint}"


def test_darknets_parameter_counts_come_out(tmp_path):
    for make, labels, wanted in (
        (yolov2, 80, 50_983_561),
        (yolov3, 80, 62_001_757),
        (yolov3_tiny, 80, 8_858_734),
        (yolov4, 80, 64_429_405),
    ):
        (tmp_path / "net.cfg").write_text(make(labels))
        assert count(tmp_path / "net.cfg") == wanted


def test_a_loaded_file_says_what_it_is(tiny):
    tiny.with_suffix(".names").write_text("cat\ndog\n")
    loaded = load(tiny)
    assert loaded.name == "old"
    assert [(each.id, each.name) for each in loaded.card.labels] == [(1, "cat"), (2, "dog")]
    assert loaded.card.preprocessing.mean == (0, 0, 0)
    assert loaded.card.preprocessing.std == (1, 1, 1)
    assert loaded.card.preprocessing.size_hw == (SIZE, SIZE)
    assert loaded.card.preprocessing.resize == "letterbox"
    assert "0.2.5" in loaded.card.notes
    assert not loaded.module.training


def test_names_of_another_name_are_found_if_they_fit_alone(tiny):
    tiny.with_name("coco.names").write_text("cat\ndog\n")
    tiny.with_name("voc.names").write_text("cat\ndog\nhorse\n")
    assert [each.name for each in load_darknet(tiny).card.labels] == ["cat", "dog"]
    tiny.with_name("pets.names").write_text("hound\nkitten\n")
    assert [each.name for each in load_darknet(tiny).card.labels] == ["label_1", "label_2"]


def test_what_darknet_adds_to_a_name_does_not_hide_the_cfg(tiny):
    last = tiny.rename(tiny.with_name("old_last.weights"))
    tiny.with_name("ol.cfg").write_text("[net]\n")
    assert load_darknet(last).card.model == "yolo_v3_tiny"


def test_labels_without_names_are_numbered(tiny):
    assert [each.name for each in load_darknet(tiny).card.labels] == ["label_1", "label_2"]


def test_each_grid_has_the_anchors_of_its_mask(tiny):
    coarse, fine = load_darknet(tiny).module.anchors.tolist()
    assert coarse == [[81, 82], [135, 169], [344, 319]]
    assert fine == [[23, 27], [37, 58], [81, 82]]


def test_older_files_count_pictures_in_four_bytes(tiny):
    new = read_numbers(tiny)
    old = tiny.with_name("older.weights")
    old.write_bytes(to_bytes(new.values, version=(0, 1, 0)))
    assert np.array_equal(read_numbers(old).values, new.values)
    assert read_numbers(old).version == "0.1.0"


def test_weights_can_begin_a_training(tiny):
    tensors = tensors_of(tiny)
    assert tensors["head16.1.bias"].tolist() == pytest.approx([0.01] * 21)


def test_a_file_that_ends_early_is_refused(tiny):
    tiny.write_bytes(tiny.read_bytes()[:-400])
    assert "it ends in layer 13 of 13" in refusal(tiny)


def test_numbers_left_over_are_refused(tiny):
    tiny.write_bytes(tiny.read_bytes() + bytes(12))
    assert "3 are left over" in refusal(tiny)


def test_half_a_number_is_refused(tiny):
    tiny.write_bytes(tiny.read_bytes() + bytes(2))
    assert "damaged" in refusal(tiny)


def test_numbers_that_are_not_finite_are_refused(tiny):
    values = read_numbers(tiny).values.copy()
    values[1000] = np.nan
    tiny.write_bytes(to_bytes(values))
    assert "not finite" in refusal(tiny)


def test_another_file_is_refused(tiny):
    tiny.write_bytes(b"PK and so on, an archive of another program")
    assert "no Darknet weights file" in refusal(tiny)
    tiny.write_bytes(b"short")
    assert "too short" in refusal(tiny)


def test_the_cfg_must_be_there(tiny):
    tiny.with_suffix(".cfg").unlink()
    assert "beside it, as old.cfg" in refusal(tiny)


def test_the_names_must_be_as_many(tiny, tmp_path):
    (tmp_path / "other.names").write_text("cat\n")
    assert "1 names, the .cfg 2 labels" in refusal(tiny, names=tmp_path / "other.names")


def altered(tiny, old, new):
    cfg = tiny.with_suffix(".cfg")
    text = cfg.read_text()
    assert old in text
    cfg.write_text(text.replace(old, new, 1))
    return refusal(tiny)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("filters=64", "filters=48", "Nearest is yolo_v3_tiny, but layer 3 of 13"),
        ("activation=leaky", "activation=relu", "layer 1 of 13"),
        ("[maxpool]", "[local]", r"[local] in line"),
        ("layers=-4", "layers=-40", "do not come before it"),
        ("stride=1", "stride=one", "stride=one is no number"),
        ("[net]", "[network?]", "does not begin with [net]"),
        ("batch=1", "batch: 1", "line 2 is no [section]"),
        ("mask=3,4,5", "mask=4,5", "three anchors a cell"),
        ("classes=2", "classes=2\nnew_coords=1", "new_coords"),
        ("layers=-4", "layers=-4\ngroups=2\ngroup_id=0", "the later half is supported"),
        ("layers=-4", "layers=-4\ngroups=4\ngroup_id=3", "the later half is supported"),
    ],
)
def test_a_cfg_that_is_not_ours_is_explained(tiny, old, new, said):
    assert said in altered(tiny, old, new)


def test_a_classifier_is_refused(tiny):
    cfg = tiny.with_suffix(".cfg")
    cfg.write_text(cfg.read_text().split("[yolo]")[0])
    assert "finds no objects" in refusal(tiny)


def test_the_voc_version_of_yolo_v2_tiny_has_a_wider_head(tmp_path):
    found = described(yolov2_tiny(20, head=1024), tmp_path)
    assert (found.model, found.options["head_channels"]) == ("yolo_v2_tiny", 1024)


def test_the_kind_of_reorg_becomes_an_option(tmp_path):
    for kind, wanted in (("reorg", "darknet"), ("reorg3d", "neighbours")):
        (tmp_path / "net.cfg").write_text(yolov2(3, SIZE, kind))
        assert describe(read_network(tmp_path / "net.cfg"), "").options["passthrough"] == wanted


CONV = "[convolutional]\nfilters=16\nsize=3\npad=1\nactivation=leaky\n"
YOLO = "[yolo]\nmask=0,1,2\nanchors=1,2,3,4,5,6\nclasses=3\n"
REGION = "[region]\nsoftmax=1\nnum=5\nanchors=1,2,3,4,5,6,7,8,9,10\n"


@pytest.mark.parametrize(
    "text",
    [
        "[net]\nwidth=nan\n" + CONV + YOLO * 2,
        "[net]\nwidth=inf\n" + CONV + YOLO * 2,
        "[net]\nwidth=0\nheight=0\n" + CONV + YOLO * 2,
        "[net]\n" + CONV + "[reorg]\nstride=0\n" + REGION,
        "[net]\n" + CONV + REGION + "classes=-1\n",
        "[net]\n" + CONV + YOLO.replace("classes=3", "classes=-7") * 2,
        "[net]\n" + CONV + YOLO.replace("classes=3", "classes=300") * 2,
        "[net]\n" + CONV + YOLO.replace("mask=0", "mask=-9") * 2,
        "[net]\n" + CONV + "[detection]\nclasses=-20\n",
    ],
)
def test_settings_that_make_no_sense_are_said(tmp_path, text):
    (tmp_path / "odd.cfg").write_text(text)
    with pytest.raises(WeightsError):
        describe(read_network(tmp_path / "odd.cfg"), "odd.cfg")


WORDS = (
    b"-1", b"0", b"1e308", b"9" * 5000, b"nan", b"[yolo]\n", b"[region]\n", b"mask=\n", b"[crop]\n",
    b"[route]\nlayers=-1,-1\n", b"[upsample]\nstride=99999999\n", b"layers=", b",", b"=", b"#",
    b"classes=0\n", b"anchors=1e308,1\n", b"[net]\n", b"filters=1e30\n", b"stride=0\n",
)  # fmt: skip


@hypothesis.settings(max_examples=8)
@given(seeds)
def test_a_damaged_cfg_is_read_or_refused(tmp_path_factory, seed):
    path = tmp_path_factory.getbasetemp() / "damaged.cfg"
    path.write_bytes(damaged_bytes(yolov3_tiny(3, SIZE).encode(), seed, WORDS))
    with suppress(AppError):
        assert describe(read_network(path), path.name)


def test_layers_that_grow_without_bounds_are_refused(tmp_path):
    layers = "[route]\nlayers=-1,-1\n" * 300 + "[upsample]\nstride=99\n" * 300
    (tmp_path / "net.cfg").write_text(f"[net]\nwidth=64\nheight=64\n{conv(3, 1)}{layers}")
    with pytest.raises(WeightsError, match="without bounds"):
        read_network(tmp_path / "net.cfg")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.parametrize("read", [read_network, read_numbers])
def test_a_pipe_is_refused(tmp_path, read):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(WeightsError, match="named pipe"):
        read(tmp_path / "pipe")
