import json
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.commands.app import main
from engine.weights.weights import save
from tests.fakes import make_weights
from tests.make import write_picture
from tests.make_video import write_square_video


@pytest.fixture
def weights(tmp_path: Path) -> str:
    made = make_weights()
    save(tmp_path / "tiny.safetensors", made.module.state_dict(), made.card)
    return str(tmp_path / "tiny.safetensors")


def test_one_json_object_with_the_promised_keys(
    tmp_path: Path, weights: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write_picture(tmp_path / "in" / "a.png")
    (tmp_path / "in" / "b.png").write_bytes(b"")
    out = tmp_path / "out"
    given = ["predict", str(tmp_path / "in"), "--weights", weights, "--out", str(out)]
    assert main([*given, "--overlay", "--device", "cpu", "--json"]) == 1, "b.png cannot be read"
    result = json.loads(capsys.readouterr().out)
    promised = {"images", "seconds", "fps", "device", "backend", "labels", "list", "errors"}
    assert promised <= result.keys()
    assert result["images"] == 1
    assert result["backend"] == "openvino"
    assert [Path(error["path"]).name for error in result["errors"]] == ["b.png"]
    assert Path(result["list"]).is_file()
    assert Path(result["labels"]).is_file()
    assert main(["check", result["list"]]) == 0
    (seen,) = result["predictions"]
    assert (Path(seen["path"]).name, seen["index"]) == ("a.png", 0)
    assert sum(seen["shares"].values()) == pytest.approx(1, abs=1e-4)


def test_an_option_of_the_model_is_switched(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = make_weights("tiny_switched")
    save(tmp_path / "switched.safetensors", made.module.state_dict(), made.card)
    picture = write_picture(tmp_path / "in" / "a.png")
    given = ["predict", str(picture), "--weights", str(tmp_path / "switched.safetensors")]
    maps = []
    for prefer in ("bright", "dark"):
        out = tmp_path / prefer
        options = ["--option", f"prefer={prefer}", "--device", "cpu", "--backend", "torch"]
        assert main([*given, "--out", str(out), *options]) == 0
        maps.append(next(out.rglob("a.png")).read_bytes())
    assert maps[0] != maps[1]
    assert main([*given, "--out", str(tmp_path / "no"), "--option", "prefer=grey"]) == 1
    assert "Choose bright, dark" in capsys.readouterr().err


@pytest.mark.parametrize("content", [None, b"", b"no picture"])
def test_nothing_readable_is_said_before_weights_are_looked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / "a.png").write_bytes(content)
    given = ["--weights", "no-such-weights", "--out", str(tmp_path / "out")]
    assert main(["predict", str(tmp_path / "a.png"), *given]) == 1
    said = capsys.readouterr().err
    assert "Nothing could be read" in said
    assert "no-such-weights" not in said


def test_nothing_readable_is_trouble(
    tmp_path: Path, weights: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--weights", weights, "--out", str(tmp_path / "out"), "--backend", "torch"]
    assert main(["predict", str(tmp_path / "missing.png"), *given]) == 1
    said = capsys.readouterr()
    assert "Nothing could be read" in said.err
    assert "does not exist" in said.err
    assert said.out == ""


def test_results_are_replaced_or_gone_on_with_only_when_asked(
    tmp_path: Path, weights: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write_picture(tmp_path / "in" / "a.png")
    out = tmp_path / "out"
    given = ["predict", "--weights", weights, "--out", str(out), "--backend", "torch", "--json"]
    assert main([*given, str(tmp_path / "in")]) == 0
    before = (out / "predictions.txt").read_bytes()
    write_picture(tmp_path / "in" / "b.png")
    assert main([*given, str(tmp_path / "typo.jpg")]) == 1
    assert main([*given, str(tmp_path / "typo.jpg"), "--overwrite"]) == 1
    assert main([*given, str(tmp_path / "in")]) == 1
    said = capsys.readouterr().err
    assert "--overwrite" in said
    assert "--resume" in said
    assert (out / "predictions.txt").read_bytes() == before
    assert main([*given, str(tmp_path / "in"), "--resume"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["images"], result["kept"]) == (1, 1)
    assert len((out / "predictions.txt").read_text().splitlines()) == 2
    assert main([*given, str(tmp_path / "in"), "--overwrite", "--resume"]) == 2
    assert main([*given, str(tmp_path / "in" / "b.png"), "--overwrite"]) == 0
    assert len((out / "predictions.txt").read_text().splitlines()) == 1


def test_wrong_usage_and_missing_devices(
    tmp_path: Path, weights: str, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = str(write_picture(tmp_path / "a.png"))
    given = ["predict", picture, "--weights", weights, "--out", str(tmp_path / "out")]
    assert main([*given, "--tile", "3"]) == 2
    assert main([*given, "--conf", "7"]) == 2
    assert main([*given, "--device", "cuda:99"]) == 1
    assert "cpu" in capsys.readouterr().err


def test_predictions_go_into_any_format_with_their_scores(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = make_weights("tiny_detector")
    save(tmp_path / "tiny.safetensors", made.module.state_dict(), made.card)
    pixels = np.zeros((64, 96, 3), np.uint8)
    pixels[20:40, 30:60] = 255
    (tmp_path / "in").mkdir()
    Image.fromarray(pixels).save(tmp_path / "in" / "a.png")
    out = tmp_path / "out"
    given = ["predict", str(tmp_path / "in"), "--weights", str(tmp_path / "tiny.safetensors")]
    given += ["--out", str(out), "--backend", "torch", "--json", "--format"]
    assert main([*given, "no_such_format"]) == 1
    assert not out.exists()
    capsys.readouterr()
    assert main([*given, "coco"]) == 0
    result = json.loads(capsys.readouterr().out)
    ((first, second),) = [seen["detections"] for seen in result["predictions"]]
    assert first["label"] != second["label"]
    assert first["score"] == pytest.approx(0.9, abs=1e-3)
    assert first["xyxy"] == pytest.approx([30, 20, 60, 40], abs=2)
    assert result["exported"]["verification"]["ok"]
    (path,) = (out / "coco" / "annotations").iterdir()
    written = json.loads(path.read_text())
    assert [row["category_id"] for row in written["annotations"]] == [1, 2]
    assert all(0 < row["score"] <= 1 for row in written["annotations"])
    assert main([*given, "coco", "--overwrite"]) == 0


def test_objects_of_a_video_are_tracked_into_a_format_that_holds_tracks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = make_weights("tiny_detector")
    save(tmp_path / "tiny.safetensors", made.module.state_dict(), made.card)
    out = tmp_path / "out"
    video = write_square_video(tmp_path / "a.mp4", 8, fps=25, step=3)
    given = ["predict", str(video), "--out", str(out)]
    given += ["--weights", str(tmp_path / "tiny.safetensors"), "--device", "cpu", "--conf", "0.5"]
    assert main([*given, "--trails", "--overlay", "--format", "mot", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    tracks = [[found["track"] for found in seen["detections"]] for seen in result["predictions"]]
    assert tracks == [[1]] * 8
    rows = next((out / "mot").rglob("gt.txt")).read_text(encoding="utf-8").splitlines()
    assert [row.split(",")[:2] for row in rows] == [[str(n), "1"] for n in range(1, 9)]
    assert (out / "overlays" / "a.mp4").is_file()


def test_labels_areas_and_holes_are_chosen(
    tmp_path: Path, weights: str, capsys: pytest.CaptureFixture[str]
) -> None:
    pixels = np.zeros((48, 64, 3), np.uint8)
    pixels[..., 0] = 255
    pixels[10:40, 10:40] = (0, 255, 0)
    pixels[20:30, 20:30] = (255, 0, 0)
    pixels[0:5, 55:60] = (0, 0, 255)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    given = ["predict", str(tmp_path / "a.png"), "--weights", weights, "--json", "--device", "cpu"]
    names = [label.name for label in make_weights().card.labels]

    def shares(name: str, *options: str) -> dict[str, float]:
        assert main([*given, "--out", str(tmp_path / name), *options]) == 0
        (seen,) = json.loads(capsys.readouterr().out)["predictions"]
        return seen["shares"]

    plain = shares("plain")
    assert set(plain) == set(names)
    assert set(shares("only", "--only", names[1])) == set(names[:2])
    tidy = shares("tidy", "--fill-holes", "--min-area", "200")
    assert set(tidy) == set(names[:2])
    assert tidy[names[1]] == pytest.approx(plain[names[1]] + 100 / 48 / 64, abs=0.02)
    assert main([*given, "--out", str(tmp_path / "no"), "--only", "cow"]) == 1
    assert "do not know cow" in capsys.readouterr().err


def test_a_cluster_takes_no_frames_that_depend_on_others(
    tmp_path: Path,
    weights: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    picture, out = write_picture(tmp_path / "a.png"), tmp_path / "out"
    given = ["predict", str(picture), "--weights", weights, "--out", str(out), "--device", "cpu"]
    assert main([*given, "--ray", "local", "--smooth", "0.5"]) == 2
    assert "--smooth" in capsys.readouterr().err
    assert main([*given, "--ray", "local"]) == 1
    assert "maskloop[cluster]" in capsys.readouterr().err
    assert not out.exists()


def test_objects_of_every_frame_are_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = make_weights("tiny_detector")
    save(tmp_path / "tiny.safetensors", made.module.state_dict(), made.card)
    write_square_video(tmp_path / "a.mp4", 6, fps=25, step=6)
    given = ["predict", str(tmp_path / "a.mp4"), "--weights", str(tmp_path / "tiny.safetensors")]
    given += ["--out", str(tmp_path / "out"), "--device", "cpu", "--conf", "0.5", "--overwrite"]
    given += ["--line", "gate=25,48,25,0", "--count-at", "centre"]
    assert main([*given, "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    (counts,) = result["counts"][str(tmp_path / "a.mp4")]
    assert list(counts["forward"].values()) == [1]
    assert result["predictions"][-1]["counts"] == [counts]
    assert not list(result["predictions"][0]["counts"][0]["forward"])
    assert main(given) == 0
    assert "a.mp4: gate: forward 1 " in capsys.readouterr().out
