"""`bench` prints a table, or the JSON that docs/design.md promises."""

import json

import pytest

from engine import bench
from engine.bench import registry
from engine.bench.registry import Measurement
from engine.commands.app import main
from tests import fakes  # noqa: F401 - registers the tiny models


@pytest.fixture(autouse=True)
def _one_measurement(monkeypatch):
    bench.load_all()
    rows = [
        Measurement("live.fake", 2.0, "ms", "numpy", 8.0, 5.0),
        Measurement("live.other", 1.0, ""),
    ]
    monkeypatch.setattr(registry, "_MEASURES", {"live": lambda progress: rows})


def test_bench_prints_one_json_object(capsys):
    assert main(["bench", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["machine"]["cores"]
    first = answer["rows"][0]
    keys = {"id", "value", "unit", "rival", "rival_value", "ratio", "budget", "ok"}
    assert keys == first.keys()
    assert (first["id"], first["ratio"], first["ok"]) == ("live.fake", 4.0, True)


def test_bench_prints_a_table(capsys):
    assert main(["bench", "live"]) == 0
    out = capsys.readouterr().out
    assert "live.fake" in out
    assert "4.00x" in out


def test_bench_of_something_unknown_is_expected_trouble(capsys):
    assert main(["bench", "dance"]) == 1
    assert "live" in capsys.readouterr().err


def test_bench_models_adds_a_table_of_models_to_the_same_json(capsys):
    arguments = ["bench", "models", "--models", "tiny_segmenter", "--device", "cpu"]
    assert main([*arguments, "--backend", "torch", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer.keys() == {"machine", "rows", "models"}
    assert [row["unit"] for row in answer["rows"]] == ["ms", "frames/s"]
    (model,) = answer["models"]
    assert model["model"] == "tiny_segmenter"
    assert model["device"]
    assert main([*arguments, "--backend", "torch"]) == 0
    assert "multiply-adds" in capsys.readouterr().out


def test_bench_models_fails_when_nothing_could_be_measured(capsys):
    assert main(["bench", "models", "--weights", "gone"]) == 1
    assert "gone" in capsys.readouterr().err


def test_options_of_models_fit_no_other_measurement(capsys):
    assert main(["bench", "live", "--device", "cpu"]) == 2
