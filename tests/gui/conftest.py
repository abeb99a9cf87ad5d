"""The session and the window for tests; both fail when a Job is left behind."""

import functools
import random
import time
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import QEvent, QObject
from pytestqt.qtbot import QtBot

from gui.dialogs import ask
from gui.jobs import Job, Jobs
from gui.session.session import Session
from gui.settings import SettingsStore

PATIENCE_MS = 120_000
"""Only a hang takes this long."""
LATE_SECONDS = 1.5


class PatientBot(QtBot):
    """Waits as long as a hang takes, where pytest-qt gives up after five seconds: on a machine that
    has much to do, a Job may not have had its turn by then."""

    def waitSignal(self, signal, *, timeout=PATIENCE_MS, **more):  # noqa: N802 - overrides pytest-qt
        return super().waitSignal(signal, timeout=timeout, **more)

    def waitSignals(self, signals, *, timeout=PATIENCE_MS, **more):  # noqa: N802
        return super().waitSignals(signals, timeout=timeout, **more)

    def waitUntil(self, callback, *, timeout=PATIENCE_MS):  # noqa: N802
        super().waitUntil(callback, timeout=timeout)


@pytest.fixture
def qtbot(qapp, request):
    return PatientBot(request)


def _kind(work) -> str:
    while isinstance(work, functools.partial):
        work = work.func
    return f"{work.__module__}.{work.__qualname__}"


@pytest.fixture(autouse=True)
def _late(request, monkeypatch):
    """With --late a test fails that looks at what a Job does without waiting for that Job, and so
    does a window in which the order of two Jobs matters."""
    seed, run = request.config.getoption("--late"), Job.run
    if seed is None:
        return

    def run_late(job):
        is_late = random.Random(seed + _kind(job._work)).random() < 0.5
        end = time.monotonic() + LATE_SECONDS * is_late
        while time.monotonic() < end and not job.is_cancelled:
            time.sleep(0.01)
        run(job)

    monkeypatch.setattr(Job, "run", run_late)


@pytest.fixture
def jobs(qtbot):
    """Jobs that must have ended when the test does."""
    parent = QObject()
    jobs = Jobs(parent)
    yield jobs
    left = [job.text or "(no text)" for job in jobs.running]
    assert jobs.close(), "a Job hangs"
    assert not left, f"Jobs left behind: {left}"


@pytest.fixture
def hold(monkeypatch):
    """Lets the work of Jobs, given by module and name, wait until the Event it returns is set."""
    gates = []

    def hold(module, name):
        gate, work = Event(), getattr(module, name)

        def wait(*args):
            assert gate.wait(PATIENCE_MS / 1000)
            return work(*args)

        monkeypatch.setattr(module, name, wait)
        gates.append(gate)
        return gate

    yield hold
    for gate in gates:
        gate.set()


@pytest.fixture
def make(qtbot):
    """Builds a widget that is closed after the test."""

    def make(kind):
        widget = kind()
        qtbot.addWidget(widget)
        return widget

    return make


@pytest.fixture
def store(tmp_path):
    """Fresh settings that do not run a model unasked."""
    store = SettingsStore(tmp_path / "config")
    store.change(live=False)
    return store


@pytest.fixture
def session(qtbot, store):
    """A session without a window."""
    session = Session(store)
    yield session
    session.close()
    assert not session.jobs.running


@pytest.fixture
def on_picture(session, tmp_path):
    """A session without a window that shows a picture of a new project."""
    from engine.project.project import Project
    from engine.values import FrameId
    from tests.make import write_picture

    frame_id = FrameId(str(write_picture(tmp_path / "a.png")))
    with Project.create(tmp_path) as project:
        session.project.project = project
        session.project.reload_labels()
        session.annotations.set_project(project)
        session.annotations.show(frame_id, (48, 64))
        yield session
        session.annotations.set_project(None)
        session.project.project = None


def _unexpected(*_):
    raise AssertionError("A question was asked that the test does not answer.")


@pytest.fixture
def app(qtbot, qapp, store, monkeypatch):
    """The real window with everything connected, offscreen. A question would wait for ever."""
    questions = (
        "label",
        "label_at",
        "is_agreed",
        "undecided",
        "is_empty",
        "taken_folder",
        "taken_run",
    )
    for name in (*questions, "ends_training", "ends_work", "picture_range", "attributes"):
        monkeypatch.setattr(ask, name, _unexpected)
    from gui.app import App, Opening

    qapp.setStyleSheet("")  # As at a start: what is built is dressed once, at its end.
    app = App(store)
    app.window.resize(1280, 800)
    app.show(Opening())
    yield app
    # Where a test failed while something is under way: an error inside of Qt's close ends us all.
    for name in ("ends_training", "ends_work"):
        monkeypatch.setattr(ask, name, lambda *_: True)
    app.window.close()
    assert not app.session.jobs.running
    app.window.deleteLater()
    qapp.sendPostedEvents(app.window, QEvent.Type.DeferredDelete)  # It would be dressed once more.


@pytest.fixture
def pictures(tmp_path) -> Path:
    """A folder with three pictures, named so that order and Korean names are tested."""
    from tests.make import write_picture

    folder = tmp_path / "사진"
    for number, name in enumerate(("강아지 1.png", "강아지 2.png", "강아지 10.png")):
        write_picture(folder / name, (96, 128), seed=number)
    return folder


@pytest.fixture(scope="session")
def tiny_weights(tmp_path_factory) -> Path:
    """An untrained U-Net at the smallest size, saved as a Weights file."""
    import torch

    import models
    from engine.preprocess import Preprocessing
    from engine.weights.card import Card
    from engine.weights.weights import save
    from models import registry
    from models.task import Task
    from tests.make import LABELS

    models.load_all()
    torch.manual_seed(1)
    network = registry.get("unet32").build(len(LABELS))
    path = tmp_path_factory.mktemp("weights") / "tiny.safetensors"
    card = Card("unet32", Task.SEMANTIC, LABELS, Preprocessing((32, 32)))
    save(path, network.state_dict(), card)
    return path


def open_pictures(qtbot, app, path) -> None:
    """Open them in the window and wait for their project, the first one's pixels and its Sample:
    each comes from a Job of its own, in any order."""
    session = app.session
    with qtbot.waitSignal(session.project.opened):
        app.desk.open_paths([str(path)])
    qtbot.waitUntil(lambda: session.frames.frame is not None)
    qtbot.waitUntil(lambda: session.annotations.sample is not None)


def open_video(qtbot, app, path) -> None:
    """Open it in the window and wait for its first frame and its project."""
    session = app.session
    with qtbot.waitSignal(session.live.shown), qtbot.waitSignal(session.project.opened):
        app.desk.open_paths([str(path)])


@pytest.fixture
def opened(qtbot, app, pictures):
    """The window with the three pictures open and their project ready."""
    open_pictures(qtbot, app, pictures)
    return app
