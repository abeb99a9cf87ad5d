"""Writes txt lists with their label files, and registers the three kinds of them.

Boxes are written so that other tools find them too, as pictures in `images/SPLIT` and their labels
in `labels/SPLIT`: `labels.txt` and `classes.txt` count as the label files do, from 0 and without a
background, and `data.yaml` names the same (the layout of YOLO).
"""

import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePath

from engine.files import write_all
from engine.formats.labels_file import IMAGES, box_ids, list_names
from engine.formats.open_dataset import SPLITS
from engine.formats.registry import Format, register
from engine.formats.txt_dataset import open_dataset, recognise
from engine.formats.txt_label_files import CARRIES, ENDINGS, FORMATS, LabelFiles
from engine.formats.txt_list import list_text
from engine.labels import background_of
from engine.values import IGNORE, Label, Sample
from models.task import Task

LABELS = "labels"


class TxtWriter:
    """Writes lists of one task; a dataset without splits is one list, train.txt."""

    def __init__(self, folder: Path, labels: Sequence[Label], *, task: Task) -> None:
        self._folder, self._task = folder, task
        self._pictures = os.path.join(folder, IMAGES, "")
        self._labels = tuple(labels)
        self._files = LabelFiles(task, background_of(labels))
        self._pairs: dict[str, list[tuple[Path, Path]]] = defaultdict(list)
        self._ignored: frozenset[int] = frozenset()
        self._box_ids = box_ids(labels)

    def picture_place(self, name: str, split: str) -> PurePath:
        """In `images`, where boxes keep the splits apart as other tools want it."""
        if self._task is Task.DETECTION:
            return PurePath(IMAGES, split or SPLITS[0], name)
        return PurePath(IMAGES, name)

    def add(self, sample: Sample, picture: Path, split: str) -> None:
        """Write the label file."""
        place = self._label_place(picture, split or SPLITS[0])
        if self._task is Task.DETECTION:
            renamed = (replace(a, label_id=self._box_ids[a.label_id]) for a in sample.annotations)
            sample = replace(sample, annotations=tuple(renamed))
        self._files.write(place, sample)
        if self._task is Task.SEMANTIC and any(a.label_id == IGNORE for a in sample.annotations):
            # Without this, maps of nothing but 0 and 255 would be read as masks of the id 1.
            self._ignored = frozenset({IGNORE})
        self._pairs[split or SPLITS[0]].append((picture, place))

    def finish(self) -> None:
        """Write the lists and what names the labels."""
        folder = self._folder
        lists = {folder / f"{split}.txt": pairs for split, pairs in self._pairs.items()}
        texts = {path: list_text(path, pairs) for path, pairs in lists.items()}
        write_all(texts | list_names(folder, self._task, self._labels, self._ignored))

    def _label_place(self, picture: Path, split: str) -> Path:
        # As texts: paths as objects take as long as writing a file.
        path = str(picture)
        if path.startswith(self._pictures):
            below = path[len(self._pictures) :]
        else:
            below = os.path.join(*[split] * (self._task is Task.DETECTION), os.path.basename(path))
        return Path(self._folder, LABELS, os.path.splitext(below)[0] + ENDINGS[self._task])


for _task, _text in (
    (Task.INSTANCE, "txt list: boxes and masks (JSON)"),
    (Task.DETECTION, "txt list: boxes (YOLO txt)"),
    (Task.SEMANTIC, "txt list: label maps (PNG)"),
):
    register(
        Format(
            FORMATS[_task],
            _text,
            CARRIES[_task],
            partial(recognise, task=_task),
            open_dataset,
            partial(TxtWriter, task=_task),
        )
    )
