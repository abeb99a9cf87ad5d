import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.commands.app import main
from engine.commands.refine_option import parse_refine
from engine.errors import ConfigError
from engine.weights.weights import save
from tests.fakes import make_weights
from tests.make import write_picture


def saved(folder: Path, model: str = "tiny_segmenter") -> str:
    made = make_weights(model)
    save(folder / f"{model}.safetensors", made.module.state_dict(), made.card)
    return str(folder / f"{model}.safetensors")


def test_a_name_alone_has_the_settings_of_the_papers() -> None:
    assert parse_refine("crf").settings == parse_refine("none").settings
    assert not parse_refine("none").is_on


def test_numbers_are_set_by_key() -> None:
    settings = parse_refine("crf:color_sigma=8,iterations=10, side=128").settings
    assert (settings.crf.color_sigma, settings.crf.iterations, settings.side) == (8.0, 10, 128)
    assert parse_refine("tree_cut:largest=0.2").settings.tree_cut.largest == 0.2
    assert parse_refine("superpixels:count=90").settings.superpixels.count == 90


@pytest.mark.parametrize(
    "text",
    [
        "magic",
        "crf:sigma=3",
        "crf:iterations=many",
        "crf:iterations=0",
        "crf:color_sigma=nan",
        "crf:bilateral_weight=inf",
        "crf:side=1",
        "none:x=1",
    ],
)
def test_what_is_not_known_is_refused(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_refine(text)
    assert "crf" in caught.value.hint


@pytest.mark.parametrize("text", ["superpixels:compactness=nan", "tree_cut:compactness=inf"])
def test_superpixels_of_no_compactness_are_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="compactness"):
        parse_refine(text)


@pytest.mark.parametrize("value", ["1.5", "many", ""])
def test_what_is_no_whole_number_is_said_in_words(value: str) -> None:
    with pytest.raises(ConfigError, match="iterations is a whole number, not"):
        parse_refine(f"crf:iterations={value}")


def test_evaluate_and_predict_say_how_they_refined(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_picture(tmp_path / "a.png")
    Image.fromarray(np.zeros((48, 64), np.uint8)).save(tmp_path / "a_label.png")
    (tmp_path / "list.txt").write_text("a.png a_label.png\n", encoding="utf-8")
    (tmp_path / "labels.txt").write_text("0 background\n1 cat\n2 dog\n", encoding="utf-8")
    given = ["--weights", saved(tmp_path), "--backend", "torch", "--device", "cpu", "--json"]
    refine = ["--refine", "superpixels:count=20"]
    assert main(["evaluate", "--data", str(tmp_path / "list.txt"), *given, *refine]) == 0
    metrics = json.loads(capsys.readouterr().out)
    assert metrics["refine"] == refine[1]
    assert {"pixel_accuracy", "mean_accuracy", "miou", "mean_boundary_iou"} <= set(metrics)
    assert set(metrics["boundary_iou"]) == {"background", "cat", "dog"}
    out = ["--out", str(tmp_path / "out"), "--refine", "crf"]
    assert main(["predict", str(tmp_path / "a.png"), *given, *out]) == 0
    assert json.loads(capsys.readouterr().out)["refine"] == "crf"


def test_boxes_cannot_be_refined(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture = str(write_picture(tmp_path / "a.png"))
    given = ["--weights", saved(tmp_path, "tiny_detector"), "--out", str(tmp_path / "out")]
    assert main(["predict", picture, *given, "--backend", "torch", "--refine", "crf"]) == 1
    assert "no label scores" in capsys.readouterr().err
