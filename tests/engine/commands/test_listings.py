"""`models`, `weights` and `doctor`: what they promise to scripts."""

import json
import subprocess
import sys

import pytest

from engine import health
from engine.commands.app import command_names, main
from tests.make_click import write_click_weights


def run_json(capsys, *arguments):
    code = main([*arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_models_lists_every_registered_model(capsys):
    code, rows = run_json(capsys, "models")
    assert code == 0
    keys = {"name", "task", "paper", "parameters", "input_hw", "backends"}
    assert all(keys <= row.keys() for row in rows)
    counts = {row["name"]: row["parameters"] for row in rows}
    assert counts["lraspp_mobilenet_v3_large"] == 3_221_538  # as torchvision says
    assert {"unet32", "unet64", "unet128", "yolo_v3_tiny"} <= counts.keys()


def test_models_tells_scripts_of_options_and_cards(capsys):
    row = run_json(capsys, "models", "deeplab_v3plus")[1]
    assert row["year"] == 2018
    (stride,) = [option for option in row["options"] if option["name"] == "output_stride"]
    assert (stride["choices"], stride["default"], stride["live"]) == ([16, 8], 16, True)
    assert {"en", "ko"} == row["about"]["idea"].keys()
    (first, *_) = row["weights"]
    assert first.keys() == {"name", "trained", "not_learnt"}


def test_people_read_models_by_task_and_year(capsys):
    assert main(["models"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) < 120
    firsts = [line.split()[0] for line in lines if line]
    assert firsts.index("SEMANTIC") < firsts.index("deeplab_v1") < firsts.index("deeplab_v3plus")
    assert firsts.index("deeplab_v3plus") < firsts.index("DETECTION") < firsts.index("yolo_v3_tiny")
    assert "output_stride*" in next(line for line in lines if line.startswith("deeplab_v3plus "))


def test_people_read_a_card(capsys):
    assert main(["models", "hypercolumn"]) == 0
    text = capsys.readouterr().out
    assert "CVPR 2015" in text
    assert "The idea: " in text
    assert "Differs from the paper: " in text
    assert "option stacked, live: False, True" in text


def test_an_unknown_model_lists_the_known_ones(capsys):
    code, answer = run_json(capsys, "models", "unet33")
    assert code == 1
    assert "unet32" in answer["hint"]


def test_weights_lists_what_can_be_downloaded(capsys):
    code, answer = run_json(capsys, "weights")
    assert code == 0
    assert "coco-lraspp_mobilenet_v3_large" in {row["name"] for row in answer["weights"]}


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments", [["models"], ["models", "unet32"], ["weights"], ["weights", "--json"]]
)
def test_listings_import_no_torch(arguments):
    code = (
        "import sys\n"
        "from engine.commands.app import main\n"
        f"assert main({arguments}) == 0\n"
        "heavy = {'torch', 'torchvision', 'openvino', 'timm', 'skimage'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_downloading_an_unknown_name_lists_the_known_ones(capsys):
    code, answer = run_json(capsys, "weights", "download", "no-such")
    assert code == 1
    assert "coco-lraspp_mobilenet_v3_large" in answer["hint"]


@pytest.mark.parametrize(("state", "code"), [("warning", 0), ("problem", 1)])
def test_doctor_fails_only_when_maskloop_cannot_run(capsys, monkeypatch, state, code):
    monkeypatch.setattr(health, "PROBES", {"torch": lambda: (state, "odd", "Do this.")})
    assert main(["doctor"]) == code
    assert "torch: Do this." in capsys.readouterr().out
    assert run_json(capsys, "doctor")[1]["usable"] is (code == 0)


def test_every_command_of_the_design_has_a_name():
    assert {"doctor", "models", "weights", "train"} <= command_names()


def test_people_read_which_weights_answer_clicks(capsys, tmp_path):
    write_click_weights(tmp_path / "weights" / "click_tiny.safetensors")
    assert main(["weights", "--project", str(tmp_path)]) == 0
    line = next(x for x in capsys.readouterr().out.splitlines() if x.startswith("click_tiny"))
    assert "answers clicks" in line
    assert main(["models", "click"]) == 0
    assert "answers clicks" in capsys.readouterr().out
    assert main(["models"]) == 0
    assert "ANSWERS CLICKS (1)" in capsys.readouterr().out
