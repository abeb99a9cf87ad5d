"""Small datasets to export."""

from pathlib import Path

import cv2
import numpy as np

from engine.annotations.emptiness import EMPTY
from engine.export.export import export
from engine.export.options import ExportOptions, Split
from engine.values import (
    Annotation,
    Box,
    Dataset,
    FrameId,
    Label,
    Mask,
    Polygon,
    Sample,
    SampleState,
)

LABELS = (
    Label(0, "background", (0, 0, 0)),
    Label(1, "cell", (255, 0, 0)),
    Label(2, "b", (1, 2, 3)),
)
SQUARE = Annotation(Polygon([[2, 2], [8, 2], [8, 6], [2, 6]]), 1)
BLOCK = Annotation(Mask(10, 10, np.ones((4, 5), bool)), 2)
BOX = Annotation(Box(1, 1, 11, 21), 1)
ALL = Split((1.0, 0.0, 0.0))
"""Everything in train."""


def picture(path: Path, seed: int = 0) -> Path:
    """A picture of 40 x 30 that is like no other."""
    path.parent.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(seed).integers(0, 255, (6, 8, 3), np.uint8)
    cv2.imwrite(str(path), cv2.resize(noise, (40, 30), interpolation=cv2.INTER_CUBIC))
    return path


def sample(path: Path, *annotations: Annotation, seed: int = 0) -> Sample:
    """A verified picture."""
    frame_id = FrameId(str(picture(path, seed)))
    return Sample(frame_id, (30, 40), annotations, state=SampleState.VERIFIED)


def dataset(folder: Path, count: int = 10, annotations=(SQUARE, BLOCK)) -> Dataset:
    """Verified pictures with the same objects; ones without any are marked as empty."""
    mark = () if annotations else (EMPTY,)
    made = (sample(folder / f"pictures/{i:02d}.png", *annotations, seed=i) for i in range(count))
    return Dataset(tuple(with_attributes(one, mark) for one in made), LABELS)


def with_attributes(one: Sample, attributes: tuple[tuple[str, str], ...]) -> Sample:
    """The Sample with these."""
    return Sample(
        one.frame_id, one.size_hw, one.annotations, state=one.state, attributes=attributes
    )


def run(data, folder: Path, name: str = "txt_semantic", **options):
    """Export and give the report."""
    return export(data, folder, ExportOptions(name, **options))


def tree(folder: Path) -> list[str]:
    """Everything below it."""
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*"))


def opened(folder: Path, annotations) -> Dataset:
    """The dataset of pictures that `dataset` made there before."""
    found = sorted((folder / "pictures").glob("*.png"))
    return Dataset(
        tuple(
            Sample(FrameId(str(path)), (30, 40), annotations, state=SampleState.VERIFIED)
            for path in found
        ),
        LABELS,
    )
