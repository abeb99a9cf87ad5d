import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.commands.app import main
from engine.sources.video import VideoSource
from engine.sources.video_writer import VideoWriter
from engine.weights.weights import save
from tests.fakes import make_weights
from tests.make_video import write_square_video


@pytest.fixture
def weights(tmp_path: Path) -> str:
    made = make_weights()
    save(tmp_path / "tiny.safetensors", made.module.state_dict(), made.card)
    return str(tmp_path / "tiny.safetensors")


def test_a_video_is_played_recorded_and_measured(
    tmp_path: Path, weights: str, capsys: pytest.CaptureFixture[str]
) -> None:
    writer = VideoWriter(tmp_path / "a.mp4", 100, (48, 64))
    for i in range(12):
        writer.write(np.full((48, 64, 3), i * 20, np.uint8))
    writer.close()
    given = ["live", str(tmp_path / "a.mp4"), "--weights", weights, "--device", "cpu"]
    given += ["--no-window", "--record", str(tmp_path / "b.mp4"), "--json"]
    given += ["--raw", str(tmp_path / "c.mp4"), "--jsonl", str(tmp_path / "d.jsonl")]
    assert main(given) == 0
    said = capsys.readouterr()
    result = json.loads(said.out)
    assert "H.264" in said.err
    assert str(tmp_path / "d.jsonl") in said.err
    assert {
        "capture_fps",
        "infer_fps",
        "display_fps",
        "delay_ms",
        "dropped",
        "frames",
        "device",
        "backend",
    } <= result.keys()
    assert result["frames"] + result["dropped"] == 12
    assert result["delay_ms"] > 0
    for name in ("b.mp4", "c.mp4"):
        recorded = VideoSource(tmp_path / name)
        assert recorded.count == result["frames"]
        recorded.close()
    lines = (tmp_path / "d.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == result["frames"]
    assert "network" in json.loads(lines[-1])["times_ms"]


def test_a_folder_is_watched(
    tmp_path: Path, weights: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    Image.fromarray(np.zeros((48, 64, 3), np.uint8)).save(folder / "a.png")
    given = ["live", "--watch", str(folder), "--weights", weights, "--device", "cpu"]
    assert main([*given, "--no-window", "--seconds", "0.5", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["frames"] == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["0", "--size", "large"], "no size"),
        (["a.mp4", "--size", "640x480"], "no camera"),
        (["98", "--size", "640x480", "--rate", "30"], "no camera 98"),
    ],
)
def test_only_a_camera_has_a_choice_of_sizes(
    weights: str, given: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["live", *given, "--weights", weights, "--no-window"]) == 1
    assert said in capsys.readouterr().err


def test_a_missing_camera_is_trouble(weights: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["live", "98", "--weights", weights, "--no-window", "--json"]) == 1
    said = capsys.readouterr()
    assert "no camera 98" in said.err
    assert "no camera 98" in json.loads(said.out)["error"]


def test_live_objects_are_tracked_and_unknown_labels_are_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = make_weights("tiny_detector")
    save(tmp_path / "tiny.safetensors", made.module.state_dict(), made.card)
    write_square_video(tmp_path / "a.mp4", 12, fps=100, step=2)
    given = ["live", str(tmp_path / "a.mp4"), "--weights", str(tmp_path / "tiny.safetensors")]
    given += ["--device", "cpu", "--no-window", "--json"]
    recorded = tmp_path / "b.mp4"
    assert main([*given, "--track", "--trails", "--record", str(recorded)]) == 0
    assert json.loads(capsys.readouterr().out)["frames"] > 0
    assert main([*given, "--only", "cow"]) == 1
    assert "do not know cow" in capsys.readouterr().err


def test_other_weights_run_over_the_same_frames(
    tmp_path: Path, weights: str, capsys: pytest.CaptureFixture[str]
) -> None:
    made = make_weights("tiny_detector")
    save(tmp_path / "boxes.safetensors", made.module.state_dict(), made.card)
    write_square_video(tmp_path / "a.mp4", 4, fps=100, step=0)
    lines = tmp_path / "a.jsonl"
    given = ["live", str(tmp_path / "a.mp4"), "--weights", str(tmp_path / "boxes.safetensors")]
    given += ["--over", weights, "--device", "cpu", "--no-window", "--json", "--refine", "crf"]
    assert main([*given, "--jsonl", str(lines)]) == 0
    assert json.loads(capsys.readouterr().out)["over"] == ["tiny"]
    told = [json.loads(line) for line in lines.read_text(encoding="utf-8").splitlines()]
    assert "detections" in told[-1]
    assert "shares" in told[-1]["beside"]


def test_objects_are_counted_at_lines_and_in_zones(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = make_weights("tiny_detector")
    save(tmp_path / "tiny.safetensors", made.module.state_dict(), made.card)
    write_square_video(tmp_path / "a.mp4", 6, fps=5, step=6)
    lines = tmp_path / "a.jsonl"
    given = ["live", str(tmp_path / "a.mp4"), "--weights", str(tmp_path / "tiny.safetensors")]
    given += ["--device", "cpu", "--no-window", "--conf", "0.5", "--jsonl", str(lines)]
    given += ["--line", "gate=25,48,25,0", "--zone", "0,0,64,0,64,48,0,48", "--count-at", "centre"]
    assert main([*given, "--record", str(tmp_path / "b.mp4"), "--json"]) == 0
    gate, room = json.loads(capsys.readouterr().out)["counts"]
    assert (gate["name"], room["name"]) == ("gate", "zone 1")
    assert list(gate["forward"].values()) == [1]
    assert gate["back"] == dict.fromkeys(gate["forward"], 0)
    assert list(room["inside"].values()) == [1]
    told = [json.loads(line) for line in lines.read_text(encoding="utf-8").splitlines()]
    assert told[-1]["counts"] == [gate, room]
    assert main(given) == 0
    assert "gate: forward 1 " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (["--line", "1,2,3"], "For example"),
        (["--line", "1,2,3,4,5,6"], "two points"),
        (["--zone", "a=1,2,3,4"], "three or more"),
        (["--line", "1,1,1,1"], "differ"),
        (["--line", "a=0,0,1,1", "--zone", "a=0,0,1,0,1,1"], "same name"),
        (["--line", "0,0,1,1", "--count-at", "head"], "foot"),
    ],
)
def test_a_line_that_is_none_is_said(
    weights: str, wrong: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["live", "a.mp4", "--weights", weights, *wrong]) == 2
    assert said in " ".join(capsys.readouterr().err.split())


def test_only_objects_can_be_counted(weights: str, capsys: pytest.CaptureFixture[str]) -> None:
    given = ["live", "a.mp4", "--weights", weights, "--device", "cpu", "--no-window"]
    assert main([*given, "--line", "0,0,1,1"]) == 1
    assert "finds no objects" in capsys.readouterr().err
