"""Our networks as files of other formats: the same numbers, or a reason why not."""

import json
from dataclasses import replace

import numpy as np
import pytest

from engine.commands.app import main
from engine.errors import WeightsError
from engine.exchange.brought import bring
from engine.exchange.give import compared, export
from engine.exchange.probe import probe
from engine.exchange.runner import Runner
from engine.exchange.trial import trial
from engine.foreign.kinds import ONNX, TORCHSCRIPT
from engine.preprocess import Preprocessing
from engine.values import Frame, FrameId, Label
from engine.weights.build import build
from engine.weights.card import Card
from engine.weights.trust import trust
from engine.weights.weights import Weights, save
from models.task import Task
from tests.make_foreign import picture, write_bright_onnx

SIZE = (64, 64)


def weights_of(model, task, tmp_path, count=3, **options):
    first = 0 if task is Task.SEMANTIC else 1
    labels = tuple(Label(i, f"thing {i}", (9 * i, 0, 0)) for i in range(first, first + count))
    card = Card(model, task, labels, Preprocessing(SIZE), options=options)
    module = build(card)
    save(tmp_path / f"{model}.safetensors", module.state_dict(), card)
    return Weights(model, tmp_path / f"{model}.safetensors", card, module.float().eval())


@pytest.mark.slow
@pytest.mark.parametrize("kind", [ONNX, TORCHSCRIPT])
def test_an_export_comes_back_as_a_network_that_says_the_same(tmp_path, kind):
    weights = weights_of("unet32", Task.SEMANTIC, tmp_path)
    path = tmp_path / f"net.{kind}"
    done = export(weights, path, kind, picture())
    assert done.largest_difference <= 1e-3
    assert done.shapes == ((1, 3, *SIZE),)
    trust(path.read_bytes())
    brought = bring(path)
    assert brought.names == ("thing 0", "thing 1", "thing 2")
    runner = Runner(brought)
    found = probe(runner, picture(), SIZE[0])
    assert found.best.head.layout == "semantic"
    draft = replace(
        found.draft, preprocessing=replace(weights.card.preprocessing, resize="letterbox")
    )
    theirs = trial(runner, draft).infer(picture()).output.logits.numpy()
    from engine.pipeline.pipeline import Pipeline

    ours = Pipeline(weights, backend="torch").infer(picture()).output.logits.numpy()
    assert np.abs(ours - theirs).max() < 0.05 * np.abs(ours).max()
    seen = trial(runner, draft).predict(Frame(FrameId(""), picture()))
    assert seen.label_map is not None


@pytest.mark.slow
def test_what_cannot_be_exported_says_why(tmp_path):
    fast = weights_of("fast_rcnn", Task.DETECTION, tmp_path, width=0.25)
    with pytest.raises(WeightsError, match="proposes outside of the network"):
        export(fast, tmp_path / "net.onnx", ONNX, picture())
    path = write_bright_onnx(tmp_path / "bright.onnx")
    runner = Runner(bring(path))
    foreign = trial(runner, probe(runner, picture()).draft).weights
    with pytest.raises(WeightsError, match="another program"):
        export(foreign, tmp_path / "net.onnx", ONNX, picture())
    assert not (tmp_path / "net.onnx").exists()


def test_a_file_that_says_something_else_is_not_written():
    right = [np.array([[1.0, 200.0]], np.float32)]
    assert compared(right, [right[0] + 0.1], "x") == pytest.approx(0.0005, abs=1e-5)
    with pytest.raises(WeightsError, match="differs"):
        compared(right, [right[0] + 1], "x")
    with pytest.raises(WeightsError, match="differs"):
        compared(right, [right[0] * np.nan], "x")
    with pytest.raises(WeightsError, match="other outputs"):
        compared(right, [right[0][0]], "x")


@pytest.mark.slow
def test_the_command(tmp_path, capsys):
    weights = weights_of("unet32", Task.SEMANTIC, tmp_path)
    out = tmp_path / "net.torchscript"
    command = ["weights", "export", str(weights.path), "--format", "torchscript", "--out", str(out)]
    assert main([*command, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["outputs"] == [[1, 3, 64, 64]]
    assert told["largest_difference"] <= 1e-3
    assert main(command) == 1
    assert "is there already" in capsys.readouterr().err
    assert main([*command[:4], "odd"]) == 1
