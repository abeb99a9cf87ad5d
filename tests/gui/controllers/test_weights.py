from dataclasses import replace

import pytest
from PySide6.QtCore import QObject

from engine.weights.weights import save
from gui.controllers.weights import WeightsController
from tests.fakes import make_weights
from tests.gui.conftest import PATIENCE_MS
from tests.make_click import write_click_weights


@pytest.fixture
def weights(qtbot, jobs):
    parent = QObject()
    yield WeightsController(jobs, parent)
    qtbot.waitUntil(lambda: not jobs.running, timeout=PATIENCE_MS)


def load(qtbot, weights, path):
    with qtbot.waitSignal(weights.loaded_changed, timeout=PATIENCE_MS):
        weights.load(str(path), "cpu", "torch")


def test_the_picker_tells_what_is_here_and_what_would_be_downloaded(qtbot, weights):
    with qtbot.waitSignal(weights.choices_changed, timeout=PATIENCE_MS):
        weights.refresh()
    away = [choice for choice in weights.choices if not choice.is_here]
    assert away
    assert all("MB" in choice.text for choice in away)


def test_a_file_that_cannot_be_used_is_offered_last_and_says_why(qtbot, weights, tmp_path):
    odd = tmp_path / "weights" / "odd.safetensors"
    odd.parent.mkdir()
    odd.write_bytes(b"no tensors at all")
    weights.project_folder = tmp_path
    with qtbot.waitSignal(weights.choices_changed, timeout=PATIENCE_MS):
        weights.refresh()
    choice = weights.choices[-1]
    assert (choice.text, choice.is_here) == ("odd (cannot be read)", False)
    assert "no safetensors file" in choice.tip
    with qtbot.waitSignal(weights.failed, timeout=PATIENCE_MS) as failed:
        weights.load(choice.key)
    assert "no safetensors file" in failed.args[0].message


def test_loading_says_where_it_really_runs(qtbot, weights, tiny_weights):
    load(qtbot, weights, tiny_weights)
    assert weights.loaded.name == "tiny"
    assert "torch" in weights.loaded.device_text
    assert "cat" in weights.loaded.about
    assert any(choice.key == str(tiny_weights) for choice in weights.choices)


def test_what_weights_began_with_is_as_their_card_says(qtbot, weights, tmp_path):
    made = make_weights("tiny_segmenter")
    path = tmp_path / "child.safetensors"
    card = replace(made.card, parent="first", encoder="resnet18: ImageNet")
    save(path, made.module.state_dict(), card)
    load(qtbot, weights, path)
    assert weights.loaded.began_with == "first, resnet18: ImageNet"
    assert weights.choices[-1].encoder == "resnet18: ImageNet"


@pytest.mark.parametrize(
    "content", [b"", b"no tensors at all", b"\x08\x00\x00\x00\x00\x00\x00\x00{}      "]
)
def test_a_failed_load_keeps_the_old_weights(qtbot, weights, tiny_weights, tmp_path, content):
    load(qtbot, weights, tiny_weights)
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(content)
    with qtbot.waitSignal(weights.failed, timeout=PATIENCE_MS) as failed:
        weights.load(str(broken))
    assert "broken" in failed.args[0].message
    assert weights.loaded.name == "tiny"
    assert weights.previous is None


def test_the_weights_before_stay_at_hand(qtbot, weights, tiny_weights, tmp_path):
    other = tmp_path / "other.safetensors"
    other.write_bytes(tiny_weights.read_bytes())
    load(qtbot, weights, tiny_weights)
    load(qtbot, weights, other)
    assert weights.loaded.name == "other"
    assert weights.previous.name == "tiny"


def test_only_the_last_choice_is_loaded(qtbot, weights, tiny_weights, tmp_path):
    other = tmp_path / "other.safetensors"
    other.write_bytes(tiny_weights.read_bytes())
    names = []
    weights.loaded_changed.connect(lambda loaded: names.append(loaded.name))
    with qtbot.waitSignal(weights.loaded_changed, timeout=PATIENCE_MS):
        weights.load(str(tiny_weights), "cpu", "torch")
        weights.load(str(other), "cpu", "torch")
    assert names == ["other"]


def test_a_projects_own_weights_come_first(qtbot, weights, tiny_weights, tmp_path):
    own = tmp_path / "runs" / "first" / "weights" / "mine.safetensors"
    own.parent.mkdir(parents=True)
    own.write_bytes(tiny_weights.read_bytes())
    weights.project_folder = tmp_path
    with qtbot.waitSignal(weights.choices_changed, timeout=PATIENCE_MS):
        weights.refresh()
    assert weights.choices[0].key == str(own)
    assert "trained here" in weights.choices[0].text


def test_a_project_that_opens_while_weights_are_listed_is_not_forgotten(
    qtbot, weights, tiny_weights, tmp_path
):
    own = tmp_path / "runs" / "first" / "weights" / "mine.safetensors"
    own.parent.mkdir(parents=True)
    own.write_bytes(tiny_weights.read_bytes())
    weights.refresh()
    weights.project_folder = tmp_path
    weights.refresh()
    found = lambda: bool(weights.choices) and weights.choices[0].key == str(own)  # noqa: E731
    qtbot.waitUntil(found, timeout=PATIENCE_MS)


def test_what_answers_clicks_is_listed_but_not_to_run_live(qtbot, weights, tmp_path):
    path = write_click_weights(tmp_path / "weights" / "click_tiny.safetensors")
    weights.project_folder = tmp_path
    with qtbot.waitSignal(weights.choices_changed, timeout=PATIENCE_MS):
        weights.refresh()
    (choice,) = [each for each in weights.choices if each.key == str(path)]
    assert choice.answers_clicks
    assert "answers clicks" in choice.tip
    assert weights.live_choices
    assert choice not in weights.live_choices


def test_what_would_be_downloaded_says_how_much_and_from_where(qtbot, weights):
    with qtbot.waitSignal(weights.choices_changed, timeout=PATIENCE_MS):
        weights.refresh()
    by_key = {choice.key: choice for choice in weights.choices}
    away = by_key["coco-ssd300_vgg16"]
    assert away.download == "143 MB, torchvision SSD300_VGG16_Weights.COCO_V1"
    assert not any(choice.download for choice in weights.choices if choice.is_here)


def test_nothing_is_downloaded_that_nobody_asked_for(qtbot, weights):
    with qtbot.waitSignal(weights.failed, timeout=PATIENCE_MS) as failed:
        weights.load("coco-ssd300_vgg16", may_download=False)
    assert "not downloaded" in failed.args[0].message
    assert weights.loaded is None


def test_unloading_keeps_the_weights_for_a_comparison(qtbot, weights, tiny_weights):
    load(qtbot, weights, tiny_weights)
    before = weights.loaded
    with qtbot.waitSignals([weights.unloaded, weights.choices_changed]):
        weights.unload()
    assert weights.loaded is None
    assert weights.previous is before


def test_unloading_gives_up_what_is_being_loaded(qtbot, weights, tiny_weights):
    weights.load(str(tiny_weights), "cpu", "torch")
    weights.unload()
    assert not weights.is_loading
    assert weights.loaded is None
