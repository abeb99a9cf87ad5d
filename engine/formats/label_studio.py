"""Label Studio JSON (read): a list of tasks, each with a picture and results of annotating it.

Coordinates are percent of the picture's width and height, 0 its left and upper edge and 100 its
right and lower one: times the size they are ours. A rectangle's `rotation` is in degrees clockwise
around its top-left corner, an ellipse's around its centre. A brush is run lengths of an RGBA
picture (`packed_mask.py`), as label-studio-converter decodes them. Where a task was annotated more
than once, the one marked as ground truth counts, else the first; where nobody annotated it, a
model's prediction is read with its scores. Choices and texts are attributes under the names of
their fields. Source: labelstud.io, "Label Studio task format", and the pages of the tags.
"""

import re
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from engine.errors import DatasetError
from engine.formats.label_studio_shapes import SHAPES, labels_of, region_of, words_of
from engine.formats.open_dataset import OpenDataset, ReadOptions
from engine.formats.peek import files_in, peek
from engine.formats.picture_names import PictureNames
from engine.formats.read_sample import (
    LabelIds,
    Objects,
    files_to_read,
    number,
    picture_hw,
    size_hw,
    table,
)
from engine.formats.registry import Carries, Format, register
from engine.formats.report import Report
from engine.plain_json import read_json
from engine.values import Box, FrameId, Mask, Polygon, Polyline, Sample

_MOST_BYTES = 512 << 20
_KEYS = ("image", "img", "picture", "photo", "url")
_UPLOADED = re.compile(r"[0-9a-f]{8}-(.+)")
_Row = dict[str, Any]


def open_dataset(path: Path, options: ReadOptions) -> OpenDataset:
    """A file, or those of a folder."""
    report, ids = Report(), LabelIds()
    tasks: dict[FrameId, list[_Row]] = {}
    for file in files_to_read(path, _files(path), "file of Label Studio"):
        folders = [options.images] if options.images is not None else []
        names = PictureNames([*folders, file.parent / "images", file.parent])
        content = read_json(file, most=_MOST_BYTES)
        for place, task in enumerate(content if isinstance(content, list) else [content], start=1):
            try:
                found = _picture(table(task, "it"), names)
            except ValueError as error:
                report.skip(file.name, f"task {place}", str(error))
                continue
            tasks.setdefault(FrameId(str(found)), []).append(task)
            for name in _all_labels(task):
                ids.add(name)
    if not tasks:
        raise DatasetError(f"{path.name} has no task with a picture.", hint="Export it as JSON.")

    def read(frame_id: FrameId, report: Report) -> Sample:
        return _read(frame_id, tasks[frame_id], ids, report)

    return OpenDataset(tuple(tasks), ids.labels, read, report)


def recognise(path: Path) -> bool:
    """Whether this is a list of tasks, or a folder with one."""
    return bool(_files(path))


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path] if _is_tasks(path) else []
    return [p for p in files_in(path, ".json") if _is_tasks(p)]


def _is_tasks(path: Path) -> bool:
    found = peek(path, ".json")
    return (
        found.startswith(("[", "{"))
        and '"result"' in found
        and any(f'"{key}"' in found for key in ("annotations", "completions", "predictions"))
        and any(f'"{key}"' in found for key in ("from_name", "to_name", "was_cancelled"))
    )


def _picture(task: _Row, names: PictureNames) -> Path:
    """The picture that a task is about, by the last part of its address."""
    data = table(task.get("data"), "its data")
    texts = [data[key] for key in (*_KEYS, *data) if isinstance(data.get(key), str)]
    text = next((t for t in texts if t.strip() and not t.startswith("data:")), "")
    parts = urlsplit(text) if "]" not in text and "[" not in text else None
    where = text
    if parts is not None:
        local = parse_qs(parts.query, max_num_fields=20).get("d") if parts.query else None
        where = local[0] if local else unquote(parts.path)
    name = where.replace("\\", "/").replace("\0", "")
    if not PurePosixPath(name).name:
        raise ValueError("it names no picture")
    found = names.find(name)
    uploaded = _UPLOADED.fullmatch(PurePosixPath(name).name)
    # The server puts eight letters before the name of an uploaded picture.
    if found is None and uploaded:
        found = names.find(uploaded[1])
    return found if found is not None else names.place(name)


def _results(task: _Row) -> tuple[list[_Row], bool, int]:
    """The rows that count, whether a model made them, and how many more annotations there are."""
    found = task.get("annotations", task.get("completions")) or []
    done = [a for a in found if isinstance(a, dict) and not a.get("was_cancelled")]
    best = sorted(done, key=lambda a: a.get("ground_truth") is not True)
    if best:
        return _rows(best[0]), False, len(best) - 1
    predictions = [p for p in task.get("predictions") or [] if isinstance(p, dict)]
    return (_rows(predictions[0]), True, len(predictions) - 1) if predictions else ([], False, 0)


def _stated_hw(task: _Row) -> tuple[int, int] | None:
    """The size of the picture as any result states it."""
    lists = (task.get(key) for key in ("annotations", "completions", "predictions"))
    found = (a for rows in lists if isinstance(rows, list) for a in rows if isinstance(a, dict))
    sizes = (
        size_hw(r.get("original_height"), r.get("original_width")) for a in found for r in _rows(a)
    )
    return next(filter(None, sizes), None)


def _rows(annotation: _Row) -> list[_Row]:
    found = annotation.get("result")
    rows = [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []
    score = annotation.get("score")
    return [row if "score" in row or score is None else {**row, "score": score} for row in rows]


def _all_labels(task: _Row) -> list[str]:
    try:
        return [name for row in _results(task)[0] for name in labels_of(row)]
    except (TypeError, AttributeError):
        return []  # for whoever reads this picture


def _read(frame_id: FrameId, tasks: list[_Row], ids: LabelIds, report: Report) -> Sample:
    objects = Objects(frame_id, report)
    attributes: list[tuple[str, str]] = []
    stated = next(filter(None, map(_stated_hw, tasks)), None)
    for task in tasks:
        try:
            rows, is_predicted, more = _results(task)
        except (TypeError, AttributeError) as error:
            message = f"The task of {objects.name} is damaged."
            raise DatasetError(message, hint="Export it again.") from error
        if more:
            objects.skip("annotation", "only one of each picture is read", more)
        if task.get("predictions") and not is_predicted:
            objects.skip("prediction", "a person annotated the picture")
        _add_all(objects, rows, picture_hw(frame_id, stated, Report()), ids)
        attributes += _about(rows)
    return objects.sample(stated, attributes)


def _add_all(objects: Objects, rows: list[_Row], frame_hw: tuple[int, int], ids: LabelIds) -> None:
    """The regions; labels, choices and texts of one have its id."""
    beside: dict[str, list[_Row]] = {}
    for row in rows:
        beside.setdefault(str(row.get("id")), []).append(row)
    seen: set[str] = set()
    for place, row in enumerate(rows, start=1):
        kind = SHAPES.get(str(row.get("type")))
        if kind is None or str(row.get("id", place)) in seen:
            continue
        seen.add(str(row.get("id", place)))
        with objects.trying(f"result {place}"):
            same = beside[str(row["id"])] if "id" in row else [row]
            names = list(dict.fromkeys(n for r in same for n in labels_of(r)))
            if not names:
                raise ValueError("its label is missing")
            if number(row.get("image_rotation") or 0, "image_rotation") % 360:
                raise ValueError("its picture was turned in Label Studio")
            region, how = region_of(kind, table(row.get("value"), "its value"), row, frame_hw)
            if len(names) > 1:
                how = ", ".join([*filter(None, [how]), f"with the first of {len(names)} labels"])
            others = tuple(pair for r in same for pair in words_of(r) if r is not row)
            score = row.get("score")
            objects.add(
                region,
                ids.id_of(names[0]),
                how=how,
                attributes=others,
                score=None if score is None else number(score, "its score"),
            )


def _about(rows: list[_Row]) -> list[tuple[str, str]]:
    """What is said of the picture as a whole."""
    regions = {str(row.get("id")) for row in rows if SHAPES.get(str(row.get("type")))}
    return [pair for row in rows if str(row.get("id")) not in regions for pair in words_of(row)]


register(
    Format(
        "label_studio",
        "Label Studio JSON",
        Carries(
            frozenset({Box, Polygon, Mask, Polyline}),
            holes=False,
            scores=True,
            attributes=True,
            sample_attributes=True,
            lines=True,
        ),
        recognise,
        open_dataset,
    )
)
