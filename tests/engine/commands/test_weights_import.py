import json

import numpy as np
import torch

from engine.commands.app import main
from engine.weights.load import load
from tests.engine.weights.darknet_files import to_bytes, yolov3_tiny


def test_darknets_files_become_weights_of_ours(tmp_path, capsys):
    (tmp_path / "net.cfg").write_text(yolov3_tiny(2, 64))
    (tmp_path / "net.weights").write_bytes(to_bytes(np.full(8_678_554, 0.01, np.float32)))
    (tmp_path / "two.names").write_text("cat\ndog\n")
    files = [str(tmp_path / name) for name in ("net.cfg", "net.weights")]
    names, out = str(tmp_path / "two.names"), tmp_path / "new.safetensors"
    assert main(["weights", "import", *files, "--names", names, "--out", str(out), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer == {"path": str(out), "model": "yolo_v3_tiny", "labels": 2}
    ours = load(out)
    assert [label.name for label in ours.card.labels] == ["cat", "dog"]
    assert torch.allclose(ours.module.head32[1].bias, torch.tensor(0.01), atol=1e-5)


def test_what_is_wrong_is_said(tmp_path, capsys):
    (tmp_path / "net.cfg").write_text(yolov3_tiny(2, 64).replace("filters=64", "filters=65"))
    (tmp_path / "net.weights").write_bytes(to_bytes(np.zeros(10, np.float32)))
    files = [str(tmp_path / name) for name in ("net.cfg", "net.weights")]
    assert main(["weights", "import", *files, "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert "Nearest is yolo_v3_tiny" in answer["error"]
    assert "yolov4" in answer["hint"]
