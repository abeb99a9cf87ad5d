"""The history against a plain model of it: random edits, undo and redo by frame and by step."""

import uuid
from dataclasses import dataclass
from functools import partial

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.project.project import Project
from engine.values import Annotation, Box, Mask, SampleState
from tests.make_project import frame, miscounted

NAMES = ("a.jpg", "b.jpg", "c.jpg")
IDS = ("p", "q", "r")


def change(sample, kind, name):
    """One of the edits, by its kind."""
    if kind == "add" and not sample.find(name):
        return edits.add(sample, Annotation(Box(1, 1, 5, 5), 1, id=name))
    if kind == "propose" and not sample.find(name):
        new = Annotation(Mask(1, 1, [[True, False, True]]), 2, "unet", 0.5, id=name)
        return edits.set_proposals(sample, [new, *sample.proposals], (40, 50))
    if kind == "verify":
        return edits.set_state(sample, SampleState.VERIFIED)
    function = {"delete": edits.delete, "accept": edits.accept, "front": edits.to_front}.get(kind)
    if function is not None:
        return function(sample, {name})
    return edits.move(sample, {name}, 2, 1) if kind == "move" else sample


@dataclass(eq=False)
class Step:
    """A step of the model: its text, and each frame's Sample after it."""

    text: str
    after: dict
    is_draft: bool
    is_done: bool = True

    def shares(self, steps):
        return any(self.after.keys() & step.after.keys() for step in steps)


class Model:
    """What the project must say: Samples and steps, kept in plain lists."""

    def __init__(self, project):
        self.first = {name: project.sample(frame(project, name)) for name in NAMES}
        self.steps = []

    def sample(self, name):
        done = [s for s in self.steps if s.is_done and name in s.after]
        return done[-1].after[name] if done else self.first[name]

    def add(self, after, *, is_draft=False):
        after = {name: sample for name, sample in after.items() if sample != self.sample(name)}
        if not after:
            return
        step = Step(f"step {uuid.uuid4()}", after, is_draft)
        gone = [step]
        for other in self.steps:
            if not other.is_done and other.shares(gone):
                gone.append(other)
        self.steps = [s for s in self.steps if s not in gone] + [step]

    def next(self, name, *, is_redo):
        steps = [s for s in self.rows() if name in s.after and s.is_done is not is_redo]
        return (steps[0] if is_redo else steps[-1]) if steps else None

    def rows(self):
        return [s for s in self.steps if not s.is_draft]

    def take(self, step):
        at, was_done = self.steps.index(step), step.is_done
        chain = [step]
        for other in self.steps[at + 1 :] if was_done else reversed(self.steps[:at]):
            if other.is_done is was_done and other.shares(chain):
                chain.append(other)
        for one in chain:
            one.is_done = not was_done
        return [one for one in chain[1:] if not one.is_draft]


def do(model, project, move):
    """One move in the model and in the project."""
    verb, kind, name, which = move
    at = NAMES[which % 3]
    edit = partial(change, kind=kind, name=name)
    if verb == "edit":
        model.add({at: edit(model.sample(at))})
        project.apply(frame(project, at), Edit(model.steps[-1].text if model.steps else "", edit))
    elif verb == "draft":
        draw(model, project, at, edit)
    elif verb == "batch":
        model.add({n: edit(model.sample(n)) for n in NAMES})
        project.apply_all(
            [(frame(project, n), Edit("", edit)) for n in NAMES],
            model.steps[-1].text if model.steps else "",
        )
    elif verb in ("undo", "redo"):
        step = model.next(at, is_redo=verb == "redo")
        found = getattr(project.history(frame(project, at)), verb)
        assert (found and found.text) == (step and step.text)
        if step:
            take(model, project, step, found)
    elif rows := model.rows():
        step = rows[which % len(rows)]
        take(model, project, step, project.steps()[::-1][which % len(rows)])


def draw(model, project, at, edit):
    """An edit over a live model's proposals, which are stored before it."""
    draft = Edit("draft", partial(change, kind="propose", name="r"))
    middle = draft(model.sample(at))
    after = edit(middle)
    if after != middle:
        model.add({at: middle}, is_draft=True)
        model.add({at: after})
    text = model.steps[-1].text if model.steps else ""
    project.apply(frame(project, at), Edit(text, edit), first=draft)


def take(model, project, step, row):
    along = [found.id for found in project.dependents(row.id)]
    others = model.take(step)
    texts = {s.id: s.text for s in project.steps()}
    assert {texts[i] for i in along} == {other.text for other in others}
    (project.redo if step.is_done else project.undo)(row.id, along=along)


moves = st.tuples(
    st.sampled_from(["edit", "edit", "draft", "batch", "undo", "redo", "step", "step", "step"]),
    st.sampled_from(["add", "propose", "move", "accept", "verify", "front", "delete"]),
    st.sampled_from(IDS),
    st.integers(0, 11),
)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(moves, min_size=15, max_size=20))
def test_random_edits_with_undo_and_redo_are_those_of_the_model(tmp_path_factory, made):
    with Project.create(tmp_path_factory.mktemp("p")) as project:
        model = Model(project)
        for move in made:
            do(model, project, move)
            project._store.forget_cached()
            for name in NAMES:
                assert project.sample(frame(project, name)) == model.sample(name)
            assert miscounted(project) == []
            told = [(s.text, s.is_undone) for s in project.steps()]
            assert told == [(s.text, not s.is_done) for s in reversed(model.rows())]
