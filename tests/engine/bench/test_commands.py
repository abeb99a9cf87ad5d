"""The measurement of small commands runs, here beside a process that does nothing."""

import subprocess
import sys

import pytest

from engine.bench import commands

NOTHING = (sys.executable, "-c", "")
FAILING = (sys.executable, "-c", "raise SystemExit(1)")


@pytest.fixture
def quick(monkeypatch):
    """One round, and processes that do nothing."""
    monkeypatch.setattr(commands, "IMPORT", NOTHING)
    monkeypatch.setattr(commands, "HELP", NOTHING)
    monkeypatch.setattr(commands, "ROUNDS", 1)
    return monkeypatch


def test_every_small_command_is_measured_in_times_of_the_import(quick):
    budgets = {name: budget for name, (_, budget) in commands.COMMANDS.items()}
    assert budgets == {"models": 1.3, "model_card": 1.3, "weights": 1.3, "doctor": 1.6}
    quick.setattr(commands, "COMMANDS", {name: (NOTHING, b) for name, b in budgets.items()})
    first, *rows = commands.measure()
    assert (first.id, first.unit, first.budget) == ("commands.help", "s", 0.4)
    assert [(row.id, row.budget) for row in rows] == [
        (f"commands.{name}", budget) for name, budget in budgets.items()
    ]
    assert all(row.rival == "importing torch and torchvision" for row in rows)
    # Both are the same process, however fast the machine is.
    assert all(0.01 < row.value < 100 for row in rows)


def test_a_command_that_fails_is_not_called_fast(quick):
    quick.setattr(commands, "COMMANDS", {"models": (FAILING, 1.3)})
    with pytest.raises(subprocess.CalledProcessError):
        commands.measure()


def test_the_doctor_may_find_the_machine_unusable(quick):
    quick.setattr(commands, "COMMANDS", {"doctor": ((*FAILING, "doctor"), 1.6)})
    assert commands.measure()[1].value > 0
