"""Frames shared out to other processes: by Ray, with two workers here, if it is installed."""

import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

import models
from engine.errors import ConfigError
from engine.pipeline import cluster
from engine.pipeline.batch import BatchOptions, predict_batch
from engine.pipeline.cluster import Cluster, Wish, Worker
from engine.pipeline.pipeline import Pipeline
from engine.preprocess import Preprocessing
from engine.sources.video_writer import VideoWriter
from engine.thresholds import Thresholds
from engine.values import Frame, FrameId, Prediction
from engine.weights.card import Card
from engine.weights.load import load
from engine.weights.weights import save
from models import registry
from models.task import Task
from tests.make import LABELS, make_pixels, write_picture


@pytest.fixture(scope="module")
def tiny_weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An untrained U-Net at its smallest size, which other processes know, too."""
    models.load_all()
    torch.manual_seed(1)
    network = registry.get("unet32").build(len(LABELS))
    path = tmp_path_factory.mktemp("weights") / "tiny.safetensors"
    save(path, network.state_dict(), Card("unet32", Task.SEMANTIC, LABELS, Preprocessing((32, 32))))
    return path


@pytest.fixture
def inputs(tmp_path: Path) -> list[str]:
    for number in range(10):
        write_picture(tmp_path / "in" / f"{number}.png", (96, 128), seed=number)
    (tmp_path / "in" / "5.png").write_bytes(b"")
    writer = VideoWriter(tmp_path / "clip.mp4", 25, (48, 64))
    for number in range(14):
        writer.write(np.full((48, 64, 3), 10 * number, np.uint8))
    writer.close()
    return [str(tmp_path / "in"), str(tmp_path / "clip.mp4")]


def wish_of(weights: Path, **wanted: object) -> Wish:
    return Wish(str(weights), device="cpu", backend="torch", **wanted)


def files(out: Path) -> dict[str, bytes]:
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in out.rglob("*")
        if path.is_file() and path.name != "predictions.txt"
    }


class Late:
    """A crew in this process that answers when it must."""

    ahead = 3

    def __init__(self, wish: Wish) -> None:
        self.worker, self.sent = Worker(wish), list[list[Frame]]()
        self.most = 0

    def begin(self, frames: list[Frame]) -> None:
        self.sent.append(list(frames))
        self.most = max(self.most, len(self.sent))

    def finish(self) -> list[Prediction]:
        return self.worker.predict(self.sent.pop(0))


@pytest.mark.parametrize("tile", [0, 64])
def test_a_crew_changes_nothing_of_the_result(
    tmp_path: Path, inputs: list[str], tiny_weights: Path, tile: int
) -> None:
    thresholds = Thresholds(conf=0.3, tile=tile)
    pipeline = Pipeline(load(str(tiny_weights)), device="cpu", backend="torch")
    alone = predict_batch(pipeline, inputs, BatchOptions(tmp_path / "alone", thresholds))
    crew = Late(wish_of(tiny_weights, thresholds=thresholds))
    told: list[FrameId] = []
    options = BatchOptions(
        tmp_path / "crew", thresholds, crew=crew, tell=lambda said: told.append(said.frame_id)
    )
    report = predict_batch(pipeline, inputs, options)
    assert (report.images, report.kept) == (alone.images, 0) == (23, 0)
    assert files(tmp_path / "crew") == files(tmp_path / "alone")
    assert len(told) == 23
    assert [frame_id.index for frame_id in told[9:]] == list(range(14)), "in order"
    assert crew.most == Late.ahead + 1
    assert not crew.sent


def test_without_ray_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(ConfigError, match="Ray is not installed"):
        Cluster(cluster.LOCAL, Wish("any"))


@pytest.mark.slow
def test_a_worker_that_is_killed_is_replaced_and_its_frames_are_done(
    tmp_path: Path, inputs: list[str], tiny_weights: Path
) -> None:
    ray = pytest.importorskip("ray", reason="needs the extra `cluster`")
    pipeline = Pipeline(load(str(tiny_weights)), device="cpu", backend="torch")
    alone = predict_batch(pipeline, inputs, BatchOptions(tmp_path / "alone"))
    with Cluster(cluster.LOCAL, wish_of(tiny_weights)) as crew:
        assert len(crew.workers) == 2
        before = ray.get([worker.process.remote() for worker in crew.workers])
        assert len({*before, os.getpid()}) == 3
        killed: list[int] = []

        def kill_one(said: Prediction) -> None:
            if not killed:
                os.kill(before[0], signal.SIGKILL)
                killed.append(before[0])

        options = BatchOptions(tmp_path / "crew", crew=crew, tell=kill_one)
        report = predict_batch(pipeline, inputs, options)
        after = ray.get([worker.process.remote() for worker in crew.workers])
    assert after[0] != before[0]
    assert after[1] == before[1]
    assert report.images == alone.images
    assert files(tmp_path / "crew") == files(tmp_path / "alone")


def test_frames_of_a_group_go_through_the_network_together(tiny_weights: Path) -> None:
    worker = Worker(wish_of(tiny_weights))
    frames = [Frame(FrameId(str(n)), make_pixels((48, 64), seed=n)) for n in range(3)]
    said = worker.predict(frames)
    assert [each.frame_id for each in said] == [frame.id for frame in frames]
    assert said == [replace(each) for each in worker.predict(frames)]
    assert worker.process() == os.getpid()
