"""What the weights picker offers, and how a name becomes a file."""

import json

import numpy as np
import pytest
from safetensors.numpy import save_file

import resources
from engine.errors import WeightsError
from engine.preprocess import Preprocessing
from engine.values import Label
from engine.weights import library
from engine.weights.card import METADATA_KEY, Card, read_card, to_json
from models.task import Task
from tests.make_click import write_click_weights

LABELS = (Label(0, "background", (0, 0, 0)), Label(1, "cat", (220, 60, 60)))


@pytest.fixture
def bundle(tmp_path, monkeypatch):
    """An installation whose bundled weights the test decides."""
    folder = tmp_path / "resources"
    (folder / "weights").mkdir(parents=True)
    monkeypatch.setattr(resources, "__file__", str(folder / "__init__.py"))
    return folder / "weights"


def save_card(path, model="unet32", **more):
    card = Card(
        model,
        Task.SEMANTIC,
        LABELS,
        Preprocessing((64, 64)),
        metrics={"miou": 0.5, "mean_accuracy": 0.75, "ap": "good"},
        **more,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file({"a": np.zeros(1, np.float32)}, path, metadata={METADATA_KEY: to_json(card)})
    return path


def test_without_any_file_only_downloads_are_offered(bundle):
    entries = library.available()
    assert {entry.origin for entry in entries} == {"downloadable"}
    assert all(entry.path is None and entry.size > 1e6 for entry in entries)


def test_bundled_weights_come_first_and_are_found_by_name(bundle):
    path = save_card(bundle / "lesion-unet32.safetensors")
    entry = library.available()[0]
    assert (entry.name, entry.origin, entry.model) == ("lesion-unet32", "bundled", "unet32")
    assert entry.text == "mIoU 0.500"
    assert library.find("lesion-unet32") == path
    assert library.bundled() == [path]


def test_a_line_says_what_was_not_learnt(bundle):
    save_card(bundle / "spots.safetensors", trained={"background": 4, "cat": 0})
    entry = library.available()[0]
    assert entry.text == "mIoU 0.500 Not learnt: cat."
    assert (entry.trained["background"], entry.not_learnt) == (4, ("cat",))


def test_downloaded_weights_change_their_origin(bundle):
    name = "coco-ssdlite320_mobilenet_v3_large"
    path = library.download_folder() / f"{name}.pth"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"here")
    (path.parent / "coco-maskrcnn_resnet50_fpn.pth.part").write_bytes(b"half")
    origins = {entry.name: entry.origin for entry in library.available()}
    assert origins[name] == "downloaded"
    assert origins["coco-maskrcnn_resnet50_fpn"] == "downloadable"
    assert library.find(name) == path


def test_weights_trained_in_a_project_are_offered(bundle, tmp_path):
    path = save_card(tmp_path / "project" / "runs" / "1" / "weights" / "mine.safetensors")
    entry = library.available(tmp_path / "project")[-1]
    assert (entry.name, entry.origin, entry.path) == ("mine", "project", path)
    assert library.find("mine", tmp_path / "project") == path


def test_the_folder_of_the_pictures_will_do(bundle, tmp_path):
    path = save_card(tmp_path / "pictures" / ".maskloop" / "weights" / "mine.safetensors")
    assert library.find("mine", tmp_path / "pictures") == path


def test_a_damaged_file_is_left_out_and_the_rest_stays(bundle, caplog):
    save_card(bundle / "good.safetensors")
    (bundle / "bad.safetensors").write_bytes(b"not tensors")
    names = [entry.name for entry in library.available() if entry.path]
    assert names == ["good"]
    assert "bad.safetensors" in caplog.text


@pytest.mark.parametrize(
    "change",
    [
        {"metrics": 1.5},
        {"notes": 5},
        {"options": [1]},
        {"config": None},
        {"version": [1]},
        {"labels": {"a": 1}},
        {"preprocessing": {"size_hw": [64, 64], "mean": [1e308] * 3, "std": [1] * 3, "resize": 1}},
        {"metrics": {"a": "[" * 900}},
    ],
)
def test_an_odd_card_is_set_aside_and_said_and_all_others_stay(bundle, caplog, change):
    save_card(bundle / "good.safetensors")
    raw = json.loads(to_json(read_card(bundle / "good.safetensors"))) | change
    text = json.dumps(raw).replace('"' + "[" * 900 + '"', "[" * 900 + "]" * 900)
    save_file({"a": np.zeros(1, np.float32)}, bundle / "odd.safetensors", {METADATA_KEY: text})
    assert [entry.name for entry in library.available() if entry.path] == ["good"]
    assert "odd.safetensors" in caplog.text
    assert [each.path.name for each in library.look()[1]] == ["odd.safetensors"]
    assert library.find("good") == bundle / "good.safetensors"
    with pytest.raises(WeightsError, match="cannot be used"):
        library.find("odd")


def test_a_name_not_downloaded_yet_says_the_command(bundle):
    with pytest.raises(WeightsError) as caught:
        library.find("coco-maskrcnn_resnet50_fpn")
    assert "maskloop weights download coco-maskrcnn_resnet50_fpn" in caught.value.hint


@pytest.mark.parametrize("name", ["no-such", "missing.safetensors", "folder/none"])
def test_unknown_weights_say_what_there_is(bundle, name):
    with pytest.raises(WeightsError) as caught:
        library.find(name)
    assert caught.value.hint


def test_a_name_with_a_slip_tells_the_one_that_was_meant(bundle):
    save_card(bundle / "nuclei-mnc.safetensors")
    with pytest.raises(WeightsError) as caught:
        library.find("nuclei-mcn")
    assert caught.value.hint == "Did you mean nuclei-mnc?"


def test_a_folder_is_called_a_folder(bundle, tmp_path):
    with pytest.raises(WeightsError, match="is a folder"):
        library.find(tmp_path)


def test_what_answers_clicks_is_bundled_but_never_live(bundle):
    alone = save_card(bundle / "lesion-unet32.safetensors")
    asked = write_click_weights(bundle / "click_lite0.safetensors")
    assert library.bundled() == [asked, alone]
    assert library.bundled_live() == [alone]
