"""Random actions by the thousand in the real window: what it shows is stored, history holds.

A seed that fails is tried again by its number: the actions are drawn from it.
"""

import gc
import hashlib
import os
import resource
from pathlib import Path

import pytest

from engine.project import history
from engine.project.project import Project
from engine.project.regions import encode
from tests.gui.conftest import PATIENCE_MS
from tests.monkey import Monkey

ROUND = 200
WARM = 2000
MOST_GROWN_MB = 50
TOP = """
SELECT coalesce(max(steps.id), 0) FROM step_frames JOIN steps ON steps.id = step_frames.step
WHERE is_undone = 0 AND frame = (SELECT id FROM frames WHERE path = ? AND number = ?)
"""


def digest(sample):
    """All that a person could see of a Sample, shorter than itself."""
    objects = [
        (encode(a.region), a.label_id, a.origin, a.score, a.track, a.z, sorted(a.attributes), a.id)
        for side in (sample.annotations, sample.proposals)
        for a in side
    ]
    split = len(sample.annotations)
    told = repr((objects, split, sample.state, sample.size_hw, sorted(sample.attributes)))
    return hashlib.sha256(told.encode()).hexdigest()


def stored(app):
    """Samples, labels and states as another window would read them."""
    project = app.session.project.project
    with Project.open(project.place, read_only=True) as other:
        ids = other.frame_ids()
        samples = {each: other.sample(each) for each in ids}
        return samples, other.labels, other.states()


class Watch:
    """What every picture looked like after each of its steps."""

    def __init__(self, app, monkey):
        self.app, self.monkey = app, monkey
        self.known: dict[tuple[str, int], str] = {}
        self.refused: list[str] = []
        self.is_stuck = False
        app.session.failed.connect(self.note)

    def note(self, error):
        """What the window was refused."""
        self.refused = [*self.refused[-3:], str(error)]

    def look(self):
        """After a step, a picture looks as it did whenever that was its last one."""
        annotations, project = self.app.session.annotations, self.app.session.project.project
        sample = annotations.stored_sample
        if sample is None or project is None or self.app.session.large.is_running:
            return
        key = sample.frame_id.path, self.top(sample.frame_id)
        assert self.known.setdefault(key, digest(sample)) == digest(sample), self.monkey.done[-5:]

    def top(self, frame_id):
        """The last step of a picture that is done; 0 for none."""
        store = self.app.session.project.project._store
        return store.query(TOP, (store.place.stored(frame_id.path), frame_id.index))[0][0]

    def compare(self):
        """What the window holds is what another window would read."""
        self.monkey.settle()
        session = self.app.session
        samples, labels, states = stored(self.app)
        here = session.annotations.stored_sample
        assert samples.get(here.frame_id, here) == here
        assert session.project.labels == labels
        assert {each: session.project.state_of(each) for each in samples} == {
            each: states.get(each, samples[each].state) for each in samples
        }
        assert self.app.window.canvas.scene.sample == session.annotations.sample
        assert set(session.annotations.selection) <= {
            a.id
            for a in (
                *session.annotations.sample.annotations,
                *session.annotations.sample.proposals,
            )
        }

    def compare_first(self, before):
        """All is undone; what a live model had said before the first step is no step."""
        project = self.app.session.project.project
        now, top = project.sample(before.frame_id), self.top(before.frame_id)
        if top:
            assert project._store.query("SELECT kind FROM steps WHERE id = ?", (top,)) == [
                ("draft",)
            ]
            assert (now.annotations, now.attributes) == (before.annotations, before.attributes)
        else:
            assert now == before

    def undo_all(self):
        """Take back every step, the newest first; gives them in that order.

        A step that was done again later than newer ones goes before them where they are refused.
        """
        project, taken = self.app.session.project.project, []
        while left := [step for step in project.steps(0, -1) if not step.is_undone]:
            found = [step.id for step in left if self.take(step)]
            if not found:
                self.expect_labels(left[-1])
                break
            taken += found
        return taken

    def redo(self, step_ids):
        """Do these again, the one first that was taken back last."""
        for step_id in reversed(step_ids):
            if not self.take(self.step(step_id)):
                self.expect_labels(self.step(step_id))
                break

    def expect_labels(self, step):
        """Only a label can be in the way: its name may be another's by now, or it may be in use
        again, because an older step was taken back before. The window has said which."""
        assert step.kind == "labels", (step, self.refused)
        self.is_stuck = True

    def step(self, step_id):
        """A step of the history as it is now."""
        return history.step(self.app.session.project.project._store, step_id)

    def take(self, step):
        """As the History panel does; whether it was taken, for else the window has said why."""
        self.refused = []
        self.app.session.annotations.history.take(step)
        self.monkey.settle()
        self.look()
        is_taken = self.step(step.id).is_undone != step.is_undone
        assert is_taken or self.refused, step
        return is_taken


def run(app, waits, seed, monkeypatch, count, each_round):
    """So many actions; gives the Watch."""
    monkey = Monkey(app, waits, seed)
    monkey.answer_questions(monkeypatch)
    watch = Watch(app, monkey)
    first = {each: app.session.project.project.sample(each) for each in app.session.frames.ids}
    for number in range(count):
        monkey.act()
        watch.look()
        if number % ROUND == ROUND - 1:
            watch.compare()
            each_round(number)
    monkey.show_all()
    last = {each: digest(sample) for each, sample in stored(app)[0].items()}
    taken = watch.undo_all()
    watch.compare()
    if not watch.is_stuck:
        for sample in first.values():
            watch.compare_first(sample)
    watch.redo(taken)
    watch.compare()
    now = {each: digest(sample) for each, sample in stored(app)[0].items()}
    assert watch.is_stuck or now == last
    return watch


def waiter(qtbot):
    def waits(condition):
        if not condition():
            qtbot.waitUntil(condition, timeout=PATIENCE_MS)

    return waits


def resident_mb():
    """What this process has in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


@pytest.mark.slow
def test_hundreds_of_random_actions(qtbot, opened, monkeypatch):
    watch = run(opened, waiter(qtbot), 1, monkeypatch, 400, lambda number: None)
    assert len(watch.known) > 40
    assert not watch.is_stuck


@pytest.mark.long
@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="asks Linux for the memory")
def test_thousands_of_random_actions(qtbot, opened, monkeypatch, inputs, record_property):
    sizes = []

    def each_round(number):
        gc.collect()
        if number >= WARM:
            sizes.append(resident_mb())

    watch = run(opened, waiter(qtbot), 2, monkeypatch, 2 * inputs, each_round)
    record_property("actions", f"{2 * inputs}, {len(watch.known)} different Samples")
    if sizes:
        record_property("MB in memory", f"{sizes[0]:.0f}, at the end {sizes[-1]:.0f}")
        assert sizes[-1] - sizes[0] < MOST_GROWN_MB
