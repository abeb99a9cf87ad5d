import subprocess
import sys
from dataclasses import FrozenInstanceError
from inspect import signature

import pytest

from engine.commands.live import live
from engine.commands.predict import predict
from engine.evaluation.scene import SHOWN_SCORE
from engine.thresholds import Thresholds


@pytest.mark.parametrize("values", [(-0.1, 0.5), (1.1, 0.5), (0.5, -0.1), (0.5, float("nan"))])
def test_both_are_0_to_1(values):
    with pytest.raises(ValueError, match="is 0 to 1"):
        Thresholds(*values)


def test_they_are_compared_by_content_and_do_not_change():
    assert Thresholds(0.25, 0.45) == Thresholds() != Thresholds(0.25, 0.5)
    with pytest.raises(FrozenInstanceError):
        Thresholds().conf = 0.5


@pytest.mark.parametrize("command", [live, predict])
def test_commands_have_their_defaults(command):
    given = signature(command).parameters
    assert Thresholds(given["conf"].default, given["iou"].default) == Thresholds()


def test_a_report_speaks_of_what_is_shown():
    assert Thresholds().conf == SHOWN_SCORE


def test_they_cost_neither_torch_nor_numpy():
    code = (
        "import sys, engine.thresholds; sys.exit(any(x in sys.modules for x in ('torch', 'numpy')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
