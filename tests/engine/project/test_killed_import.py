"""kill -9 during imports between random edits: an import is there as a whole, or not at all."""

import os
import random
from dataclasses import dataclass

import pytest

from engine.formats.open_dataset import OpenDataset
from engine.project.importing import Policy, import_dataset
from engine.values import Annotation, Box, Label, Sample
from tests.engine.project.test_killed import Editor, kill_often
from tests.make_project import frame

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
PICTURES = 12
LABELS = (
    Label(0, "background", (0, 0, 0)),
    Label(1, "dot", (0, 9, 0)),
    Label(3, "cell", (9, 0, 0)),
)
NEW = Label(3, "new", (9, 9, 9))


@dataclass
class Importer(Editor):
    """An editor every second edit of which is an import over its pictures."""

    def __post_init__(self):
        self.frames = tuple(f"{self.name}{number}.jpg" for number in range(PICTURES))

    def imports_at(self, number):
        return random.Random(f"import {self.name} {self.seed} {number}").random() < 0.5

    def edit(self, project):
        if not self.imports_at(self.done + 1):
            super().edit(project)
            return
        self.done += 1
        draw = random.Random(f"{self.name} {self.seed} {self.done}")
        for name in self.frames:
            (project.root / name).touch()
        samples = [self._sample(project, name, draw) for name in self.frames]
        table = {sample.frame_id: sample for sample in samples}
        labels = (*LABELS[:2], NEW) if self.name == "a" else LABELS

        def read(frame_id, report):
            return table[frame_id]

        import_dataset(project, OpenDataset(tuple(table), labels, read), draw.choice([*Policy]))

    def _sample(self, project, name, draw):
        boxes = [
            Annotation(
                Box(draw.randrange(50), 1, 60, 40 + draw.randrange(20)),
                draw.choice([1, 3]),
                "import",
                id=f"{draw.getrandbits(64):x}",
            )
            for _ in range(draw.randrange(5))
        ]
        return Sample(frame(project, name), (90, 90), tuple(boxes))


def kill_imports(folder, kills, names):
    """Kill so many times; gives the acknowledged edits, and how many kills met an import."""
    made = []

    def make(name, seed):
        made.append(Importer(name, seed))
        return made[-1]

    edits_made, _ = kill_often(folder, kills, names, make)
    met = sum(importer.imports_at(n + 1) for importer in made for n in importer.killed_at)
    return edits_made, met


def test_a_kill_leaves_an_import_whole_or_undone(tmp_path):
    edits_made, _ = kill_imports(tmp_path, 4, "a")
    assert edits_made > 0


@pytest.mark.long
@pytest.mark.parametrize("names", ["a", "ab"], ids=["one process", "two processes"])
def test_a_thousand_kills_leave_imports_whole_or_undone(tmp_path, names, inputs, record_property):
    edits_made, met = kill_imports(tmp_path, inputs, names)
    record_property("kills", f"{inputs}, {edits_made} edits acknowledged, {met} in an import")
