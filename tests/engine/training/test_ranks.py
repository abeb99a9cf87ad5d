"""Two processes train as one: started by torchrun, on the CPU."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

import tests.make_run
from engine.training.events import Ended, EpochEnded, Started, read_line
from engine.training.ranks import Ranks, ranks_here
from tests.make_run import losses_of, of, run, write_run

ROOT = Path(__file__).resolve().parents[3]
CHANGES = ("model=plain", "precision=float32", "optimizer=sgd", "loss={dice: 0}", "device=cpu")


def torchrun(config, *changes):
    """The events of a Run in two processes; the first alone prints any."""
    command = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2"]
    command += [tests.make_run.__file__, "train", str(config), "--json"]
    for change in changes:
        command += ["--set", change]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "GLOO_SOCKET_IFNAME": "lo"}
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found = map(read_line, done.stdout.splitlines())
    return [event for event in found if event is not None]


@pytest.mark.slow
def test_two_processes_make_the_model_of_one(plain, tmp_path):
    # Five samples in batches of two: the second process is left without one in the last.
    config = write_run(tmp_path, count=5)
    alone = run(config, *CHANGES, "run=alone", "accumulate=2")
    together = torchrun(config, *CHANGES, "run=together", "accumulate=2")
    assert of(together, Started)[0].processes == 2
    assert losses_of(together) == pytest.approx(losses_of(alone), rel=1e-4)
    assert len(of(together, EpochEnded)) == 2
    assert not of(together, Ended)[0].stopped
    a, b = (load_file(tmp_path / name / "checkpoint.safetensors") for name in ("alone", "together"))
    assert a.keys() == b.keys()
    for name in a:
        torch.testing.assert_close(a[name], b[name], rtol=1e-4, atol=1e-6)


def test_one_process_is_all_of_them(monkeypatch):
    assert ranks_here() == Ranks(0, 1, 0)
    assert Ranks().share([1, 2, 3]) == [1, 2, 3]
    assert Ranks().any(True, torch.device("cpu"))
    for name, value in (("RANK", "1"), ("WORLD_SIZE", "2"), ("LOCAL_RANK", "0")):
        monkeypatch.setenv(name, value)
    assert ranks_here() == Ranks(), "torchrun has not said so"
    monkeypatch.setenv("TORCHELASTIC_RUN_ID", "1")
    assert ranks_here() == Ranks(1, 2, 0)
    assert ranks_here().share([1, 2, 3]) == [2]
    assert not ranks_here().is_first
