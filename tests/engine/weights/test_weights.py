import json
from dataclasses import replace

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from engine.errors import WeightsError
from engine.preprocess import Preprocessing
from engine.weights.card import METADATA_KEY, Card, read_card
from engine.weights.load import load, warm_start
from engine.weights.weights import save
from models.segmentation.unet import unet32
from models.task import Task
from tests.make import LABELS
from tests.rounding import assert_rounding_only

CARD = Card("unet32", Task.SEMANTIC, LABELS, Preprocessing((64, 64)), metrics={"miou": 0.5})


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    return unet32(3).eval()


@pytest.fixture
def path(tmp_path, model):
    save(tmp_path / "a.safetensors", model.state_dict(), CARD)
    return tmp_path / "a.safetensors"


def test_what_was_saved_is_loaded(path, model):
    weights = load(path)
    assert weights.card == CARD
    assert weights.name == "a"
    assert not weights.module.training
    batch = torch.randn(1, 3, 32, 32)
    with torch.inference_mode():
        found, wanted = weights.module(batch)[0], model(batch)[0]
    # The file holds half precision: each weight is off by up to half a unit, and they average out.
    assert_rounding_only(found, wanted, 2, computed_in=torch.float16)


def test_numbers_beyond_half_precision_survive(tmp_path, model):
    state = {k: v.clone() for k, v in model.state_dict().items()}
    state["enter.0.1.running_var"][0] = 1e6
    save(tmp_path / "big.safetensors", state, CARD)
    loaded = load(tmp_path / "big.safetensors").module.state_dict()
    assert loaded["enter.0.1.running_var"][0] == 1e6


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(WeightsError, match="no file"):
        read_card(tmp_path / "none.safetensors")


@pytest.mark.parametrize("content", [b"", b"hello", b"\x80\x04pickle" * 9])
def test_no_safetensors_is_said(tmp_path, content):
    path = tmp_path / "x.safetensors"
    path.write_bytes(content)
    with pytest.raises(WeightsError, match="no safetensors"):
        load(path)


def test_a_file_without_a_card_is_refused(tmp_path, model):
    save_file({"a": torch.zeros(2)}, tmp_path / "x.safetensors")
    with pytest.raises(WeightsError, match="which model"):
        load(tmp_path / "x.safetensors")


def rewrite(path, change):
    tensors = load_file(path)
    with safe_open(path, "pt") as file:
        card = json.loads(file.metadata()[METADATA_KEY])
    change(tensors, card)
    save_file(tensors, path, metadata={METADATA_KEY: json.dumps(card)})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t, c: c.update(model="unet99"), "No model is called unet99"),
        (lambda t, c: c.update(model="yolo_v3_tiny", options={}), "does not fit"),
        (lambda t, c: c.update(options={"depth": 3}), "has no option depth"),
        (lambda t, c: c.pop("labels"), "lacks 'labels'"),
        (lambda t, c: c["labels"][1].update(id=7), "damaged"),
        (lambda t, c: c.update(version=99), "newer"),
        (lambda t, c: t["score.weight"].fill_(float("nan")), "not finite, in score.weight"),
        (lambda t, c: t.pop("score.weight"), "score.weight"),
        (lambda t, c: t.update(extra=torch.zeros(1)), "extra"),
        (lambda t, c: t.update({"score.bias": torch.zeros(9)}), "score.bias"),
    ],
)
def test_damaged_or_foreign_files_are_refused_with_words(path, change, words):
    rewrite(path, change)
    with pytest.raises(WeightsError, match=words):
        load(path)


def test_an_unwritable_folder_leaves_nothing_behind(tmp_path, model):
    (tmp_path / "file").write_text("x")
    with pytest.raises(WeightsError, match="Cannot write"):
        save(tmp_path / "file" / "a.safetensors", model.state_dict(), CARD)
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_warm_start_reports_what_did_not_fit(path):
    other = unet32(7)
    fit = warm_start(other, path)
    assert set(fit.other_shape) == {"score.weight", "score.bias"}
    assert fit.missing == fit.extra == ()
    assert "down1.1.0.0.weight" in fit.matched


def test_warm_start_reads_a_foreign_state_dict_without_code(tmp_path, model):
    torch.save({"state_dict": model.state_dict()}, tmp_path / "x.pth")
    assert not warm_start(unet32(3), tmp_path / "x.pth").other_shape
    torch.save({"state_dict": print}, tmp_path / "evil.pth")
    with pytest.raises(WeightsError, match="cannot be read"):
        warm_start(unet32(3), tmp_path / "evil.pth")


def test_warm_start_with_nothing_in_common_is_refused(tmp_path):
    save_file({"a": torch.zeros(2)}, tmp_path / "x.safetensors")
    with pytest.raises(WeightsError, match="Nothing"):
        warm_start(unet32(3), tmp_path / "x.safetensors")


def test_a_card_numbers_its_labels_without_gaps():
    with pytest.raises(ValueError, match="count up"):
        replace(CARD, labels=(LABELS[0], LABELS[2]))
    with pytest.raises(ValueError, match="count up from 1"):
        replace(CARD, task=Task.DETECTION)
