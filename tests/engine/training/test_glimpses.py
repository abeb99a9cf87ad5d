import numpy as np
import pytest
import torch

from engine.sources.picture import read_picture
from engine.training.glimpses import COUNT, KEPT, SIDE, _prediction
from engine.training.kept_glimpses import kept_glimpses
from engine.values import Label
from models.contract import (
    ClassificationOutput,
    ClickOutput,
    DetectionOutput,
    SemanticOutput,
)
from tests.make_run import run

LABELS = (Label(0, "background", (0, 0, 0)), Label(1, "spot", (255, 0, 0)))
CONTENT = np.zeros((600, 300, 3), np.uint8)


def test_a_run_keeps_what_it_says_of_a_few_pictures_after_each_validation(plain):
    run(plain, "epochs=3", "validate_every=2")
    found = kept_glimpses(plain.parent / "run")
    assert list(found) == [2, 3]
    assert all(len(paths) == COUNT for paths in found.values())
    assert read_picture(found[3][0]).shape == (32, 32, 3)


def test_without_validations_there_is_nothing_to_keep(plain):
    plain.write_text(plain.read_text().replace(", val: list.txt", ""))
    run(plain, "epochs=1")
    assert kept_glimpses(plain.parent / "run") == {}


def test_a_long_run_keeps_few_of_them_the_first_and_the_last(plain):
    run(plain, f"epochs={KEPT + 10}")
    epochs = list(kept_glimpses(plain.parent / "run"))
    assert len(epochs) <= KEPT
    assert (epochs[0], epochs[-1]) == (1, KEPT + 10)


@pytest.mark.parametrize("masks", [None, torch.ones(1, 8, 8)])
def test_objects_are_found_where_they_are_on_the_small_copy(masks):
    box = torch.tensor([[0.0, 0, 300, 300]])
    output = DetectionOutput(box, torch.tensor([0.9]), torch.tensor([0]), masks)
    prediction, small = _prediction(output, CONTENT, LABELS)
    assert small.shape == (SIDE, SIDE // 2, 3)
    (found,) = prediction.detections
    assert found.label_id == 1
    if masks is None:
        assert found.region.xyxy == (0, 0, 128, 128)


def test_label_maps_and_rankings_are_shown_too():
    logits = torch.zeros(2, 640, 320)
    logits[1, :300] = 9
    prediction, _ = _prediction(SemanticOutput(logits), CONTENT, LABELS)
    assert prediction.label_map.ids.shape == (SIDE, SIDE // 2)
    assert prediction.label_map.ids[0, 0] == 1
    assert prediction.label_map.ids[-1, -1] == 0
    output = ClassificationOutput(torch.tensor([0.0, 5.0]))
    prediction, _ = _prediction(output, CONTENT, LABELS)
    assert prediction.ranking[0][0] == 1


def test_a_network_that_is_asked_by_clicks_says_nothing():
    assert _prediction(ClickOutput(()), CONTENT, LABELS)[0] is None


def test_a_disk_that_takes_nothing_ends_no_run(plain, caplog):
    (plain.parent / "run").mkdir()
    (plain.parent / "run" / "glimpses").write_text("a file in the folder's place")
    run(plain, "epochs=1")
    assert "were not kept" in caplog.text
    assert kept_glimpses(plain.parent / "run") == {}
    caplog.clear()
