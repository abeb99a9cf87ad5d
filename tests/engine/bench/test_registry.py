"""Rows compare in the right direction, and measurements are found by name."""

import pytest

from engine.bench import registry
from engine.bench.clock import machine, median_ms, rounds
from engine.bench.registry import Measurement
from engine.errors import ConfigError
from engine.jobs import no_progress


def test_less_time_is_better():
    row = Measurement("x", 2.0, "ms", rival="numpy", rival_value=10.0, budget=5.0)
    assert row.ratio == 5.0
    assert row.ok


def test_a_higher_rate_is_better():
    row = Measurement("x", 0.9, "", rival_value=1.0, budget=0.95, more_is_better=True)
    assert row.ratio == pytest.approx(0.9)
    assert row.ok is False


def test_without_rival_and_budget_nothing_is_claimed():
    row = Measurement("x", 1.23456, "s").as_json()
    assert (row["value"], row["ratio"], row["ok"]) == (1.235, None, None)


def test_an_unknown_measurement_lists_the_known_ones(monkeypatch):
    monkeypatch.setattr(registry, "_MEASURES", {"live": list})
    with pytest.raises(ConfigError) as caught:
        registry.get("dance")
    assert "live" in caught.value.hint


def test_the_clock_warms_up_and_counts():
    calls = []
    assert median_ms(lambda: calls.append(1), seconds=0, at_least=3) >= 0
    assert len(calls) == 4
    assert machine()["cores"]


def test_a_round_begins_while_there_is_time_and_the_first_in_any_case():
    assert list(rounds(3, seconds=600)) == [0, 1, 2]
    assert list(rounds(3, seconds=-1)) == [0]


def test_a_quick_measurement_is_asked_for_like_one_that_tells_its_progress(monkeypatch):
    monkeypatch.setattr(registry, "_MEASURES", {})
    row = Measurement("x", 1.0, "s")
    registry.register("quick")(lambda: [row])
    registry.register_long("long")(lambda progress: [row])
    assert [registry.get(name)(no_progress) for name in registry.names()] == [[row], [row]]
    with pytest.raises(ValueError, match="registered twice"):
        registry.register("long")(list)
