"""Speed, rehearsed on the CPU with a network of no weight."""

import json
from dataclasses import replace

import pytest
import torch

from models import registry
from scripts.gpu import speed
from scripts.gpu.report import text_of
from scripts.gpu.table import FULL, LIVE, SPEED, SYSTEMS, TESTS, TINY
from tests.make_run import PLAIN, Plain


class Failing(Plain):
    """Does not fit into any memory."""

    def forward(self, batch):
        raise torch.OutOfMemoryError("out of memory")


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """What is measured of the plain model, and of one that cannot run."""
    result = tmp_path_factory.mktemp("speed") / "result.json"
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(registry._SPECS, "plain", PLAIN)
        patch.setitem(registry._SPECS, "failing", replace(PLAIN, build=Failing))
        tiny = replace(TINY, systems=("failing", "plain"), live=("plain",))
        speed.measure(tiny, result, seconds=600)
    return json.loads(result.read_text())


def test_every_system_and_batch_has_its_row(found):
    first, second = found["systems"][1:]
    assert [first["batch"], second["batch"]] == list(TINY.batches)
    keys = ("eager_ms", "ours_ms", "no_graph_ms", "network_ms", "times", "share_of_matrix_rate")
    for key in keys:
        assert first[key] > 0
        assert second[key] > 0
    assert first["live_times"] == pytest.approx(first["live_ours_fps"] / first["live_naive_fps"])
    assert "live_times" not in second


def test_two_models_are_measured_in_turn_and_at_once(found):
    first, second = found["systems"][1:]
    assert min(first["two_in_turn_ms"], first["two_at_once_ms"]) > 0
    assert min(first["decode_ms"], first["copied_decode_ms"]) > 0
    assert first["prepared_here_ms"] > 0
    assert "frame_ms" not in first, "the CPU takes no frames"
    assert "two_at_once_ms" not in second


def test_graphs_are_counted_and_what_keeps_them_off_is_told(found):
    assert [row["graphs"] for row in found["systems"][1:]] == [0, 0], "the CPU has none"
    row = found["systems"][1] | {"why_no_graphs": "RuntimeError: no"}
    text = text_of({SPEED: found | {"systems": [row], "ended": "ended with 0", "seconds": 1}})
    assert "  no graphs: RuntimeError: no" in text.splitlines()


def test_trouble_with_one_system_is_told_and_costs_no_other(found):
    assert "out of memory" in found["systems"][0]["trouble"]


def test_without_time_nothing_is_measured(tmp_path):
    speed.measure(TINY, tmp_path / "result.json", seconds=-1)
    (row,) = json.loads((tmp_path / "result.json").read_text())["systems"]
    assert row["trouble"] == "no time was left"


def test_the_rate_of_a_matrix_product_is_counted_in_operations():
    assert speed.matrix_rate(torch.device("cpu"), TINY) > 1e6


def test_the_text_tells_every_part(found):
    parts = {
        TESTS: {"tests": 3, "failures": 1, "failed": {"a.b": "not equal"}, "log": "the end"},
        SPEED: found,
        "a_run": {"epochs": [], "trouble": "no time"},
        "another": {"epochs": [{"val": {"miou": 0.5}}], "best": 0.5, "weights": "a.safetensors"},
    }
    text = text_of(
        {key: part | {"ended": "ended with 0", "seconds": 1} for key, part in parts.items()}
    )
    for told in ("failed: a.b: not equal", "plain", "no time", "miou 0.5", "a.safetensors"):
        assert told in text


def test_the_table_names_systems_that_there_are():
    import models

    models.load_all()
    assert set(SYSTEMS) <= set(registry.names())
    assert set(LIVE) <= set(SYSTEMS)
    assert FULL.side == 512
    assert FULL.batches == (1, 16)
