"""A network of another program is probed, added, and then used like any other weights."""

import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from engine.commands.app import main
from engine.devices import cpu
from engine.errors import UntrustedError, WeightsError
from engine.evaluation.evaluate import evaluate, judged
from engine.exchange.add import (
    add,
    copy_shared,
    is_known_data,
    place_for,
    suggested_names,
)
from engine.exchange.brought import bring
from engine.exchange.label_texts import name_for, read_names
from engine.exchange.probe import probe
from engine.exchange.runner import Runner
from engine.exchange.trial import told, trial
from engine.exchange.usual import with_head
from engine.foreign.head import Feed, Head
from engine.model_table import facts_of
from engine.pipeline.pipeline import Pipeline
from engine.values import Frame, FrameId
from engine.weights.library import available, find
from engine.weights.load import load
from engine.weights.trust import trust
from models.task import Task
from tests.make_foreign import (
    BrightCells,
    Halves,
    Listed,
    picture,
    write_bright_onnx,
    write_script,
)

NAMES = "{0: 'red', 1: 'green'}"
WANTED = [("red", (16, 16, 32, 32)), ("green", (32, 48, 48, 64))]


def seen(pipeline):
    found = pipeline.predict(Frame(FrameId(""), picture()))
    names = {label.id: label.name for label in found.labels}
    return [(names[d.label_id], d.region.xyxy) for d in found.detections]


def probed(path):
    return probe(Runner(bring(path)), picture())


@pytest.fixture
def onnx(tmp_path):
    return write_bright_onnx(tmp_path / "bright cells.onnx", names=NAMES)


def trusted(path):
    trust(path.read_bytes())
    return path


def test_an_onnx_file_becomes_weights_like_any_other(onnx):
    found = probed(onnx)
    assert found.best.head.layout == "yolo_v8"
    path = add(found.brought, found.draft)
    onnx.unlink()
    assert path.stem == "bright_cells"
    assert find("bright_cells") == path
    (entry,) = [each for each in available() if each.name == "bright_cells"]
    assert (entry.origin, entry.model, entry.task) == ("added", "onnx", Task.DETECTION)
    assert "bright cells.onnx" in entry.text
    pipeline = Pipeline(load("bright_cells"))
    pipeline.warm_up()
    assert seen(pipeline) == WANTED
    assert pipeline.backend_name == "openvino"
    assert pipeline.device_text == f"{cpu().name}, f32"
    assert facts_of("onnx").backends == ("openvino",)


def test_a_batch_is_run_picture_by_picture(onnx):
    found = probed(onnx)
    pipeline = Pipeline(load(add(found.brought, found.draft)))
    raws = pipeline.infer_batch([np.zeros((64, 64, 3), np.uint8), picture()])
    counts = [len(pipeline.decode(raw, FrameId("")).detections) for raw in raws]
    assert counts == [0, 2]


@pytest.mark.parametrize(
    ("module", "layout"), [(BrightCells(), "yolo_v8"), (Listed(), "lists"), (Halves(), "semantic")]
)
def test_torchscript_too(tmp_path, module, layout):
    path = trusted(write_script(tmp_path / "net.pt", module))
    found = probed(path)
    assert found.best.head.layout == layout
    pipeline = Pipeline(load(add(found.brought, found.draft)))
    assert pipeline.backend_name == "torch"
    if layout == "semantic":
        ids = pipeline.predict(Frame(FrameId(""), picture())).label_map.ids
        assert (ids[20:28, 20:28] == 0).all()
        assert (ids[52:60, 36:44] == 1).all()
    else:
        assert seen(pipeline)[0][1] == (16, 16, 32, 32)


def test_lists_of_different_lengths_are_one_batch(tmp_path):
    path = trusted(write_script(tmp_path / "net.pt", Listed()))
    found = probed(path)
    pipeline = Pipeline(load(add(found.brought, found.draft)))
    raws = pipeline.infer_batch([picture(), picture()])
    assert [len(pipeline.decode(raw, FrameId("")).detections) for raw in raws] == [1, 1]


def test_code_is_run_only_where_a_person_agreed(tmp_path):
    path = write_script(tmp_path / "net.pt", BrightCells())
    with pytest.raises(UntrustedError, match="runs code"):
        bring(path)
    found = probed(trusted(path))
    added = add(found.brought, found.draft)
    shared = tmp_path / "shared.safetensors"
    added.rename(shared)
    assert load(shared).card.model == "torchscript"


def test_a_shared_file_with_code_is_not_run_on_another_machine(tmp_path, monkeypatch):
    found = probed(trusted(write_script(tmp_path / "net.pt", BrightCells())))
    added = add(found.brought, found.draft)
    shared = tmp_path / "shared.safetensors"
    added.rename(shared)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "elsewhere"))
    with pytest.raises(UntrustedError):
        load(shared)
    with pytest.raises(UntrustedError):
        copy_shared(shared, is_trusted=False)
    path, labels = copy_shared(shared, is_trusted=True)
    assert labels == 2
    assert seen(Pipeline(load(path)))[0][1] == (16, 16, 32, 32)


def test_nothing_is_written_over(onnx):
    found = probed(onnx)
    first = add(found.brought, found.draft)
    before = first.read_bytes()
    with pytest.raises(WeightsError, match="already"):
        add(found.brought, found.draft)
    assert first.read_bytes() == before
    for name in ("", "../up", "a/b", "."):
        with pytest.raises(WeightsError, match=r"name|called"):
            place_for(name)


def test_a_draft_is_tried_under_another_head_without_being_saved(onnx):
    found = probed(onnx)
    runner = Runner(found.brought)
    assert seen(trial(runner, found.draft)) == WANTED
    head = with_head(found.draft.head, "semantic", [])
    wrong = trial(runner, replace(found.draft, head=head))
    with pytest.raises(WeightsError, match="not: Label scores"):
        wrong.predict(Frame(FrameId(""), picture()))
    swapped = replace(found.draft, feed=Feed(is_bgr=True))
    assert [name for name, _ in seen(trial(runner, swapped))] == ["green"]
    assert told(trial(runner, found.draft).predict(Frame(FrameId(""), picture()))) == (
        "2 objects: red 0.98, green 0.98"
    )


def test_what_labels_are_called(onnx):
    brought = bring(onnx)
    assert suggested_names(Head("yolo_v8", 2), brought) == ("red", "green")
    assert suggested_names(Head("semantic", 3), brought) == ("background", "red", "green")
    assert suggested_names(Head("saliency", 2), brought) == ("background", "object")
    assert suggested_names(Head("yolo_v8", 3), brought) == ("label 1", "label 2", "label 3")
    assert suggested_names(Head("semantic", 2), replace(brought, names=())) == (
        "background",
        "label 1",
    )
    coco = suggested_names(Head("yolo_v8", 80), brought)
    assert (coco[0], coco[-1], len(coco)) == ("person", "toothbrush", 80)
    assert is_known_data(Head("yolo_v8", 80), brought)
    assert not is_known_data(Head("yolo_v8", 2), brought)
    for count in (90, 91):
        assert len(set(suggested_names(Head("detr", count), brought))) == count
    assert suggested_names(Head("semantic", 21), brought)[15] == "person"


def test_names_from_a_text(tmp_path):
    path = tmp_path / "labels.txt"
    path.write_text("cat\n\nbig dog\n", encoding="utf-8")
    assert read_names(path) == ("cat", "big dog")
    path.write_text("0 cat #102030\n1 big dog #405060\n", encoding="utf-8")
    assert read_names(path) == ("cat", "big dog")
    with pytest.raises(WeightsError, match="Cannot read"):
        read_names(tmp_path / "gone.txt")


def test_odd_names_of_files_become_names_of_weights(tmp_path):
    assert name_for(tmp_path / "my net (1).onnx") == "my_net_1"
    assert name_for(tmp_path / "...onnx") == "onnx" or name_for(tmp_path / "()") == "network"


def test_added_weights_are_evaluated(onnx, tmp_path):
    found = probed(onnx)
    added = add(found.brought, found.draft)
    Image.fromarray(picture()).save(tmp_path / "one.png")
    (tmp_path / "one.txt").write_text(
        "0 0.375 0.375 0.25 0.25\n1 0.625 0.875 0.25 0.25\n", encoding="utf-8"
    )
    (tmp_path / "labels.txt").write_text("1 red #ff0000\n2 green #00ff00\n", encoding="utf-8")
    (tmp_path / "val.txt").write_text("one.png one.txt\n", encoding="utf-8")
    report = evaluate(judged(load(added)), tmp_path / "val.txt")
    assert report.metrics["ap50"] == pytest.approx(1.0)


def run(*arguments):
    return main([str(each) for each in arguments])


def test_the_command_adds_and_tells(onnx, tmp_path, capsys):
    Image.fromarray(picture()).save(tmp_path / "one.png")
    assert run("weights", "add", onnx, "--picture", tmp_path / "one.png", "--json") == 0
    told_json = json.loads(capsys.readouterr().out)
    assert told_json["head"] == "yolo_v8"
    assert told_json["name"] == "bright_cells"
    assert told_json["picture"] == "2 objects: red 0.98, green 0.98"
    assert run("predict", tmp_path / "one.png", "--weights", "bright_cells", "--out",
               tmp_path / "out") == 0  # fmt: skip
    lines = (tmp_path / "out").rglob("one.txt")
    assert len(next(iter(lines)).read_text(encoding="utf-8").splitlines()) == 2
    assert run("weights", "add", onnx) == 1
    assert "already" in capsys.readouterr().err


def test_the_command_asks_before_it_runs_code(tmp_path, capsys):
    path = write_script(tmp_path / "net.pt", BrightCells())
    assert run("weights", "add", path) == 1
    assert "--trust" in capsys.readouterr().err
    assert run("weights", "add", path, "--trust", "--name", "mine", "--labels",
               _lines(tmp_path / "l.txt", "a", "b")) == 0  # fmt: skip
    assert [label.name for label in load("mine").card.labels] == ["a", "b"]


def _lines(path, *names):
    path.write_text("\n".join(names), encoding="utf-8")
    return path


def test_a_file_that_was_not_added_says_how_to(onnx, tmp_path, capsys):
    Image.fromarray(picture()).save(tmp_path / "one.png")
    code = run("predict", tmp_path / "one.png", "--weights", onnx, "--out", tmp_path / "out")
    assert code == 1
    assert "maskloop weights add" in capsys.readouterr().err
