"""Damaged texts and weights of every kind, by the thousand: they are read or refused."""

import json
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

import pytest
import torch

from engine.evaluation.coco import evaluate_results
from engine.evaluation.stored import read_report
from engine.formats.instances import read_instances
from engine.formats.labels_file import read_labels
from engine.formats.sample_files import read_yolo
from engine.pipeline.batch_results import NOTES, Existing, Results
from engine.plain_json import read_json
from engine.plain_yaml import read_yaml
from engine.training.config import read_config
from engine.training.learner import TrainState
from engine.training.ranks import ranks_here
from engine.training.run import Position, load_checkpoint, save_checkpoint
from engine.weights.build import build
from engine.weights.card import from_json, to_json
from engine.weights.darknet_cfg import read_network
from engine.weights.darknet_models import describe
from engine.weights.load import load_file_weights
from engine.weights.weights import read_tensors, save
from models.shapes_only import shapes_only
from tests.damage import damaged_bytes, damaged_json
from tests.engine.evaluation import test_coco, test_stored
from tests.engine.formats import test_instances, test_labels_file, test_sample_files
from tests.engine.pipeline import test_batch_results
from tests.engine.test_plain_json import VALUE
from tests.engine.test_plain_yaml import GOOD as YAML
from tests.engine.test_plain_yaml import WORDS as YAML_WORDS
from tests.engine.training import test_config
from tests.engine.weights.darknet_files import yolov3_tiny
from tests.engine.weights.test_card import make_card
from tests.engine.weights.test_darknet import WORDS as CFG_WORDS
from tests.in_children import try_all
from tests.make_run import Plain

PEAK_MB = 700  # What a small file may take at most.
CARD = make_card(options={"width": 0.25}, model="segnet_basic")
"""Of a small network."""


def written(folder: str, name: str, data: bytes) -> Path:
    path = Path(folder) / name
    path.write_bytes(data)
    return path


def read_text(folder: str, seed: int) -> None:
    read_json(written(folder, "a.json", damaged_json(VALUE, seed)))


def read_settings(folder: str, seed: int) -> None:
    read_yaml(written(folder, "a.yaml", damaged_bytes(YAML.encode(), seed, YAML_WORDS)))


def read_run(folder: str, seed: int) -> None:
    good, words = test_config.FULL.encode(), test_config.WORDS
    if seed % 2:
        read_config(written(folder, "a.yaml", damaged_bytes(good, seed, words)))
        return
    change = damaged_bytes(b"schedule={gamma: 0.5}", seed, words).decode("utf-8", "replace")
    read_config(written(folder, "a.yaml", good), [change])


def read_card(folder: str, seed: int) -> None:
    text = damaged_json(json.loads(to_json(CARD)), seed).decode("utf-8", "replace")
    with shapes_only():
        build(from_json(text))


def read_cfg(folder: str, seed: int) -> None:
    path = written(folder, "a.cfg", damaged_bytes(yolov3_tiny(3, 64).encode(), seed, CFG_WORDS))
    network = read_network(path)
    if seed % 20 == 0:  # It takes a tenth of a second.
        describe(network, path.name)


def read_label_names(folder: str, seed: int) -> None:
    good = b"0 background #000000\n1 traffic light #0102ff\n9 ignored #000000 ignore\n"
    data = damaged_bytes(good, seed, test_labels_file.WORDS)
    read_labels(written(folder, ("labels.txt", "classes.txt")[seed % 2], data))


def read_boxes(folder: str, seed: int) -> None:
    good = b"0 0.5 0.5 0.2 0.2\n3 0.1 0.25 0.1 0.5 0.75\n\n"
    data = damaged_bytes(good, seed, test_sample_files.WORDS)
    read_yolo(written(folder, "a.txt", data), (48, 64))


def read_objects(folder: str, seed: int) -> None:
    read_instances(written(folder, "a.json", damaged_json(test_instances.GOOD, seed)))


def read_scores(folder: str, seed: int) -> None:
    read_report(written(folder, "a.json", damaged_json(test_stored.GOOD, seed)))


def score_results(folder: str, seed: int) -> None:
    truth = {**test_coco.TRUTH, "annotations": test_coco.OUTLINED}
    masks = [{**test_coco.MASKED, "segmentation": test_coco.SQUARE}]
    good = [masks if seed % 2 else test_coco.RESULTS, truth]
    data = [json.dumps(value).encode() for value in good]
    place = seed // 2 % 2
    data[place] = damaged_json(good[place], seed)
    evaluate_results(written(folder, "r.json", data[0]), written(folder, "t.json", data[1]))


def go_on(folder: str, seed: int) -> None:
    rows = ({"tile": 0}, test_batch_results.ROW, test_batch_results.ROW | {"path": "/b.png"})
    good = "".join(f"{json.dumps(row)}\n" for row in rows)
    written(folder, NOTES, damaged_bytes(good.encode(), seed))
    results = Results(Path(folder), {"tile": 0}, Existing.RESUME)
    results.begin()


@cache
def saved_weights(folder: str) -> tuple[bytes, bytes]:
    module = build(CARD)
    save(Path(folder) / "good.safetensors", module.state_dict(), CARD)
    torch.save(dict(list(module.state_dict().items())[:4]), Path(folder) / "good.pt")
    good = (Path(folder) / name for name in ("good.safetensors", "good.pt"))
    return tuple(path.read_bytes() for path in good)


def load_weights(folder: str, seed: int) -> None:
    whole, foreign = saved_weights(folder)
    if seed % 2:
        load_file_weights(written(folder, "a.safetensors", damaged_bytes(whole, seed)))
    else:
        read_tensors(written(folder, "a.pt", damaged_bytes(foreign, seed)))


@cache
def saved_checkpoint(folder: str) -> tuple[TrainState, bytes]:
    path = written(folder, "config.yaml", b"model: plain\ndata: {train: a.txt}\nrun: run\n")
    learner = TrainState(read_config(path), Plain(2), torch.device("cpu"), ranks_here())
    save_checkpoint(Path(folder) / "good.safetensors", learner, Position())
    return learner, (Path(folder) / "good.safetensors").read_bytes()


def resume(folder: str, seed: int) -> None:
    learner, good = saved_checkpoint(folder)
    data = damaged_bytes(good, seed)
    load_checkpoint(written(folder, "a.safetensors", data), learner)
    assert data == good, "damage that went unnoticed"


READERS = (
    read_text, read_settings, read_run, read_card, read_cfg, read_label_names, read_boxes,
    read_objects, read_scores, score_results, go_on, load_weights, resume,
)  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("read", READERS)
def test_only_app_errors_come_out(
    tmp_path: Path, read: Callable[[str, int], None], inputs: int, record_property
) -> None:
    tally = try_all(partial(read, str(tmp_path)), range(inputs))
    record_property("damaged", f"{read.__name__}: {tally}")
    assert not tally.aborted + tally.hung, tally
    assert not tally.raised, tally.raised
    assert tally.peak_mb < PEAK_MB, tally
