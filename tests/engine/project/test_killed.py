"""kill -9 at random moments of random editing: what was acknowledged is there, history included.

Every edit is drawn from a seed, so that the one under way can be made again on a copy: the project
found afterwards is the acknowledged one, or that with exactly the edit that was under way.
"""

import hashlib
import os
import random
import select
import shutil
import signal
import sqlite3
import time
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from engine import folders
from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.errors import ProjectError
from engine.project.project import Project
from engine.project.regions import encode
from engine.values import Annotation, Box, Label, Mask, Polygon, SampleState
from tests.make_project import frame, miscounted

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
VERSION_1 = Path(__file__).with_name("version_1.sql")
PER_PROJECT = 25


@dataclass
class Editor:
    """One process that edits its own pictures; the first also edits labels."""

    name: str
    seed: int
    done: int = 0
    frames: tuple[str, ...] = field(init=False)
    killed_at: list[int] = field(default_factory=list)

    def __post_init__(self):
        self.frames = tuple(f"{self.name}{number}.jpg" for number in range(3))

    def digest(self, project):
        """All that a person could see of its work: Samples, history, labels."""
        told = []
        for name in self.frames:
            sample = project.sample(frame(project, name))
            both = (*sample.annotations, None, *sample.proposals)
            told.append([a and (encode(a.region), a.label_id, a.score, a.z, a.id) for a in both])
            told.append([sample.state.value, sample.size_hw, sample.attributes])
            history = project.history(frame(project, name))
            told.append([step and step.text for step in (history.undo, history.redo)])
        steps = [s for s in project.steps(0, -1) if s.text.startswith(self.name)]
        told.append([(s.text, s.is_undone, s.frames) for s in steps])
        told.append([project.labels if self.name == "a" else ()])
        return hashlib.sha256(repr(told).encode()).hexdigest()

    def edit(self, project):
        """The next edit, the same whenever it is made after the same ones."""
        self.done += 1
        draw = random.Random(f"{self.name} {self.seed} {self.done}")
        kinds = [_change] * 5 + [_draft, _batch, _travel, _travel, _travel, _take]
        kind = draw.choice([*kinds, _relabel, _relabel] if self.name == "a" else kinds)
        with suppress(ProjectError):  # such as a name that is taken
            kind(self, project, draw)

    def run(self, root, pipe):
        """Edit until killed, and tell what is done."""
        with Project.open(root) as project:
            while True:
                os.write(pipe, f"{self.done} {self.digest(project)}\n".encode())
                self.edit(project)


def _region(draw):
    x, y = draw.randrange(40), draw.randrange(40)
    if draw.random() < 0.3:
        pixels = np.random.default_rng(draw.randrange(99)).random((60, 60)) > 0.5
        return Mask(x, y, pixels)
    if draw.random() < 0.3:
        return Polygon([[x, y], [x + 9, y], [x, y + 9]])
    return Box(x, y, x + 8, y + 7)


def _function(editor, draw, label_ids=(1, 2)):
    region, label_id = _region(draw), draw.choice(label_ids)
    new = Annotation(region, label_id, id=f"{draw.getrandbits(64):x}")
    which, kind = draw.random(), draw.choice(["add", "add", "propose", "accept", "move", "delete"])

    def change(sample):
        both = (*sample.annotations, *sample.proposals)
        chosen = {both[int(which * len(both))].id} if both else set()
        if kind == "add" or not both:
            return edits.add(sample, new)
        if kind == "propose":
            return edits.set_proposals(sample, [*sample.proposals[-2:], new], (90, 90))
        if kind == "move":
            return edits.move(sample, chosen, 1, 1)
        function = {"accept": edits.accept_all, "delete": partial(edits.delete, ids=chosen)}
        return edits.set_state(function[kind](sample), SampleState.VERIFIED)

    return change


def _change(editor, project, draw):
    at = frame(project, draw.choice(editor.frames))
    brought = (Label(9, f"brought {draw.randrange(9)}", (1, 2, 3)),) if editor.name == "a" else ()
    change = _function(editor, draw, (1, 2, 9) if brought else (1, 2))
    project.apply(at, Edit(f"{editor.name} {editor.done}", change), labels=brought)


def _draft(editor, project, draw):
    at = frame(project, draw.choice(editor.frames))
    waiting = Annotation(_region(draw), 1, "unet", 0.5, id=f"{draw.getrandbits(64):x}")
    first = Edit("draft", partial(edits.set_proposals, proposals=[waiting]))
    edit = Edit(f"{editor.name} {editor.done}", _function(editor, draw))
    project.apply(at, edit, first=first)


def _batch(editor, project, draw):
    made = [(frame(project, n), Edit("", _function(editor, draw))) for n in editor.frames]
    project.apply_all(made, f"{editor.name} {editor.done}")


def _travel(editor, project, draw):
    history = project.history(frame(project, draw.choice(editor.frames)))
    if draw.random() < 0.6 and history.undo is not None:
        project.undo(history.undo.id)
    elif history.redo is not None:
        project.redo(history.redo.id)


def _take(editor, project, draw):
    steps = [s for s in project.steps(0, -1) if s.text.startswith(editor.name)]
    if steps:
        step = steps[int(draw.random() ** 2 * len(steps))]
        along = [other.id for other in project.dependents(step.id)]
        (project.redo if step.is_undone else project.undo)(step.id, along=along)


def _relabel(editor, project, draw):
    ids = [label.id for label in project.labels if label.id > 2]
    draw.shuffle(ids)
    name = f"label {draw.randrange(20)}"
    if len(ids) < 3:
        project.add_label(name)
    elif draw.random() < 0.3:
        project.merge_labels(ids[:1], ids[1])
    elif draw.random() < 0.3:
        project.delete_labels(ids[:1], with_objects=True)
    elif draw.random() < 0.5:
        project.rename_label(ids[0], name)
    else:
        project.reorder_labels(ids)


def new_project(root):
    with Project.create(root, (Label(1, "cell", (9, 0, 0)), Label(2, "dot", (0, 9, 0)))) as made:
        made.add_frames(root / f"{name}{number}.jpg" for name in "ab" for number in range(3))


def killed(editors, root, seconds):
    """Let these edit at the same time, kill them, and give the last words of each."""
    children = []
    for editor in editors:
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            try:
                editor.run(root, writing)
            except BaseException as error:
                os.write(writing, f"failed {error!r}".encode()[:400])
            finally:
                os._exit(0)
        os.close(writing)
        children.append((child, reading))
    said = [b""] * len(children)
    end = None
    while end is None or time.monotonic() < end:
        left = 30 if end is None else max(0, end - time.monotonic())
        ready, _, _ = select.select([pipe for _, pipe in children], [], [], left)
        for number, (_, pipe) in enumerate(children):
            if pipe in ready:
                said[number] += os.read(pipe, 1 << 16)
        if end is None and all(b"\n" in text for text in said):
            end = time.monotonic() + seconds
    for child, _ in children:
        os.kill(child, signal.SIGKILL)
    for number, (child, pipe) in enumerate(children):
        os.waitpid(child, 0)
        while rest := os.read(pipe, 1 << 16):
            said[number] += rest
        os.close(pipe)
    assert not any(b"failed" in text for text in said), said
    return [text.decode().splitlines() for text in said]


def check_survivor(editor, lines, root, copy):
    """Compare with what was acknowledged, else with the edit that was under way."""
    done, digest = lines[-1].split()
    editor.killed_at.append(int(done))
    with Project.open(root) as project:
        found = editor.digest(project)
        assert project._store.query("PRAGMA quick_check") == [("ok",)]
        assert project._store.query("PRAGMA foreign_key_check") == []
        assert miscounted(project) == []
        assert project.lost_edits == 0
    before, editor.done = editor.done, int(done)
    if found == digest:
        return 0
    again = type(editor)(editor.name, editor.seed, before)
    with Project.open(copy) as project:
        while again.done <= editor.done:
            again.edit(project)
        assert again.digest(project) == found, f"after {done} edits with the seed {editor.seed}"
    editor.done += 1
    return 1


def kill_often(folder, kills, names, make=Editor):
    """Kill so many times; gives the acknowledged edits and those that were under way and kept.

    More often where a busy machine lets nobody come as far as an edit.
    """
    draw, edits_made, kept = random.Random(7), 0, 0
    editors = []
    root, copy = folder / "project", folder / "copy"
    for number in range(20 * kills):
        if number >= kills and edits_made:
            break
        if number % PER_PROJECT == 0:
            shutil.rmtree(root, ignore_errors=True)
            root.mkdir()
            new_project(root)
            editors = [make(name, 1000 * len(names) + number) for name in names]
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(root, copy)
        before = sum(editor.done for editor in editors)
        for editor, lines in zip(
            editors, killed(editors, root, draw.random() ** 2 * 0.15), strict=True
        ):
            kept += check_survivor(editor, lines, root, copy)
        edits_made += sum(editor.done for editor in editors) - before
    return edits_made, kept


def migrate_often(folder, kills):
    """Kill while a file of version 1 comes forward; it is whole whenever it is opened again."""
    draw = random.Random(3)
    for number in range(kills):
        place = folder / str(number) / folders.PROJECT
        place.mkdir(parents=True)
        connection = sqlite3.connect(place / "project.db")
        connection.executescript(VERSION_1.read_text(encoding="utf-8"))
        connection.close()
        child = os.fork()
        if not child:
            try:
                Project.open(place.parent).close()
            finally:
                os._exit(0)
        select.select([], [], [], draw.random() * 0.03)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        with Project.open(place.parent) as project:
            assert project._store.query("PRAGMA integrity_check") == [("ok",)]
            assert len(project.sample(frame(project)).annotations) == 3
            assert [step.text for step in project.steps()][:2] == ["Verify", "Draw box"]
        shutil.rmtree(place.parent)


@pytest.mark.parametrize("names", ["a", "ab"], ids=["one process", "two processes"])
def test_a_kill_loses_no_acknowledged_edit(tmp_path, names):
    edits_made, _ = kill_often(tmp_path, 4, names)
    assert edits_made > 0


def test_a_kill_while_a_file_comes_forward_loses_nothing(tmp_path):
    migrate_often(tmp_path, 3)


@pytest.mark.long
@pytest.mark.parametrize("names", ["a", "ab"], ids=["one process", "two processes"])
def test_a_thousand_kills_lose_no_acknowledged_edit(tmp_path, names, inputs, record_property):
    edits_made, kept = kill_often(tmp_path, inputs, names)
    record_property("kills", f"{inputs}, {edits_made} edits acknowledged, {kept} under way kept")


@pytest.mark.long
def test_a_thousand_kills_of_a_migration_lose_nothing(tmp_path, inputs, record_property):
    migrate_often(tmp_path, inputs)
    record_property("kills while a file of version 1 came forward", inputs)
