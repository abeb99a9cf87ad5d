import pytest

from engine.errors import TrainingError
from engine.jobs import CancelToken, no_progress
from engine.training.config import make_config
from engine.training.preview import preview_config


def fields(folder, **more):
    lists = {"train": str(folder / "list.txt")}
    return {"model": "plain", "data": lists, "run": "run", "size_hw": (24, 40), **more}


def show(config):
    return preview_config(config, 2, seed=0, progress=no_progress, cancel=CancelToken())


def test_a_config_is_shown_at_its_size_and_makes_no_run(plain):
    shown = show(make_config(fields(plain.parent, augment={"elastic": 0.02}), plain.parent))
    assert [p.painted.shape for p in shown] == [(24, 40, 3)] * 2
    assert not (plain.parent / "run").exists()


def test_what_cannot_be_trained_is_not_shown(plain):
    config = make_config(fields(plain.parent, augment={"mosaic": 0.5}), plain.parent)
    with pytest.raises(TrainingError, match="mosaic"):
        show(config)
