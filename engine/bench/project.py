"""How long a project of 100,000 pictures takes to open."""

import tempfile
import time
from functools import partial
from pathlib import Path

from engine.bench.registry import Measurement, register

COUNT = 100_000
PAGE = 200


@register("project")
def measure() -> list[Measurement]:
    """Opening, the first page of the filmstrip and the first Sample; then one edit."""
    from engine.annotations import edits
    from engine.annotations.edits import Edit
    from engine.project.project import Project
    from engine.values import Annotation, Box

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Project.create(folder) as project:
            project.add_frames(folder / f"{i // 1000:03d}/{i:06d}.jpg" for i in range(COUNT))
        start = time.perf_counter()
        with Project.open(folder) as project:
            frames = project.frames(0, PAGE)
            project.sample(frames[0].frame_id)
            opened = time.perf_counter() - start
            times = []
            for frame in frames[:50]:
                box = Annotation(Box(1, 1, 5, 5), 0)
                edit = Edit("Draw box", partial(edits.add, annotations=box))
                start = time.perf_counter()
                project.apply(frame.frame_id, edit)
                times.append((time.perf_counter() - start) * 1000)
        return [
            Measurement("project.open_100k", opened, "s", budget=2.0),
            Measurement("project.edit_100k", sorted(times)[len(times) // 2], "ms", budget=16.0),
        ]
