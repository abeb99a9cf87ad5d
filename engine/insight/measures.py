"""Figures of a dataset; each number comes with the pictures that it counts."""

from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray

from engine.insight.tables import KINDS, DatasetTables
from engine.values import IGNORE, Box, Polyline, SampleState

BINS = 24
GRID = 32

Rows = NDArray[np.intp]
"""Rows of pictures, each once, in order."""


@dataclass(frozen=True, eq=False)
class Bars:
    """A bar chart. `counts` is (bars,) or, stacked, (bars, parts); `rows` the pictures of a bar.

    Bars of numbers have one more edge than there are bars.
    """

    names: tuple[str, ...]
    counts: NDArray[np.int64]
    rows: tuple[Rows, ...]
    parts: tuple[str, ...] = ()
    edges: NDArray[np.float64] | None = None


@dataclass(frozen=True, eq=False)
class Points:
    """A scatter plot: (N,) coordinates and the picture of each point."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    rows: Rows


@dataclass(frozen=True, eq=False)
class Grid:
    """A heat map or table of counts (H, W); `rows` by cell, row by row."""

    counts: NDArray[np.int64]
    rows: tuple[Rows, ...]
    names: tuple[str, ...] = ()


def by_label(tables: DatasetTables) -> Bars:
    """Objects of each label that is used by the state of their picture, the most first."""
    objects = _whole(tables)
    names = {x.id: x.name for x in tables.labels} | {IGNORE: "ignored"}
    found, totals = np.unique(objects["label"], return_counts=True)
    ids = found[np.argsort(-totals, kind="stable")].tolist()
    states = tables.states[objects["picture"]]
    counts = np.zeros((len(ids), len(SampleState)), np.int64)
    rows = []
    for number, label_id in enumerate(ids):
        is_it = objects["label"] == label_id
        counts[number] = np.bincount(states[is_it], minlength=len(SampleState))
        rows.append(np.unique(objects["picture"][is_it]).astype(np.intp))
    shown = tuple(names.get(label_id, f"label {label_id}") for label_id in ids)
    return Bars(shown, counts, tuple(rows), tuple(str(s) for s in SampleState))


def by_state(tables: DatasetTables) -> Bars:
    """Pictures by state, those marked as empty counted once more at the end."""
    rows = [np.flatnonzero(tables.states == n) for n in range(len(SampleState))]
    rows.append(np.flatnonzero(tables.is_empty))
    names = (*(str(s) for s in SampleState), "empty")
    return Bars(names, np.array([len(r) for r in rows], np.int64), tuple(rows))


def objects_per_picture(tables: DatasetTables) -> Bars:
    """How many pictures have none, one, two ... objects."""
    counts = np.bincount(_whole(tables)["picture"], minlength=len(tables))
    return _histogram(counts.astype(np.float64), np.arange(len(tables)), whole=True)


def box_sizes(tables: DatasetTables) -> Bars:
    """Square root of width times height, as a share of the picture's, in percent."""
    objects = _areas(_sized(tables))
    area = (objects["x2"] - objects["x1"]) * (objects["y2"] - objects["y1"])
    return _shares(tables, objects, area)


def mask_areas(tables: DatasetTables) -> Bars:
    """The side of a square of the same area, as a share of the picture's, in percent."""
    objects = _areas(_sized(tables))
    objects = objects[objects["kind"] != KINDS.index(Box)]
    return _shares(tables, objects, objects["area"])


def box_shapes(tables: DatasetTables) -> Points:
    """Width and height in pixels of every object that is no line or point."""
    objects = _areas(_drawn(tables))
    width, height = objects["x2"] - objects["x1"], objects["y2"] - objects["y1"]
    return Points(width.astype(float), height.astype(float), objects["picture"].astype(np.intp))


def positions(tables: DatasetTables, side: int = GRID) -> Grid:
    """Where the middles of objects lie in their pictures, from top left: (side, side)."""
    objects = _sized(tables)
    height, width = tables.sizes_hw[objects["picture"]].T
    x = (objects["x1"] + objects["x2"]) / 2 / width
    y = (objects["y1"] + objects["y2"]) / 2 / height
    cells = np.clip((y * side).astype(int), 0, side - 1) * side
    cells += np.clip((x * side).astype(int), 0, side - 1)
    counts = np.bincount(cells, minlength=side * side).reshape(side, side)
    return Grid(counts.astype(np.int64), _rows_by(cells, objects["picture"], side * side))


def picture_sizes(tables: DatasetTables) -> Points:
    """Width and height of every picture that was read."""
    rows = np.flatnonzero(tables.sizes_hw.all(axis=1))
    height, width = tables.sizes_hw[rows].astype(float).T.reshape(2, -1)
    return Points(width, height, rows)


def together(tables: DatasetTables) -> Grid:
    """How many pictures have objects of both labels; the diagonal has those of one: (L, L)."""
    objects = _drawn(tables)
    labels = [x for x in tables.labels if x.id in set(objects["label"].tolist())]
    has = np.zeros((len(tables), len(labels)), np.bool_)
    for number, label in enumerate(labels):
        has[objects["picture"][objects["label"] == label.id], number] = True
    counts = has.T.astype(np.int64) @ has
    rows = tuple(np.flatnonzero(a & b) for a, b in product(has.T, repeat=2))
    return Grid(counts, rows, tuple(label.name for label in labels))


def histogram(values: NDArray[np.float64], rows: Rows) -> Bars:
    """Numbers with the picture of each, in even bins."""
    return _histogram(values, rows)


def _drawn(tables: DatasetTables) -> NDArray[np.void]:
    return tables.objects[~tables.objects["is_proposal"]]


def _whole(tables: DatasetTables) -> NDArray[np.void]:
    """One row for each object."""
    objects = _drawn(tables)
    return objects[~objects["is_part"]]


def _sized(tables: DatasetTables) -> NDArray[np.void]:
    """Objects on pictures whose size is known."""
    objects = _drawn(tables)
    return objects[tables.sizes_hw[objects["picture"]].all(axis=1)]


def _areas(objects: NDArray[np.void]) -> NDArray[np.void]:
    """Without lines and points."""
    return objects[objects["kind"] != KINDS.index(Polyline)]


def _shares(tables: DatasetTables, objects: NDArray[np.void], area: NDArray[np.float32]) -> Bars:
    whole = tables.sizes_hw[objects["picture"]].astype(np.float64).prod(axis=1)
    share = 100 * np.sqrt(np.clip(area / np.maximum(whole, 1), 0, 1))
    return _histogram(share, objects["picture"].astype(np.intp), top=100.0)


def _histogram(
    values: NDArray[np.float64], rows: Rows, *, top: float = 0.0, whole: bool = False
) -> Bars:
    highest = max(float(values.max(initial=0.0)), 1.0)
    if whole and highest < BINS:
        edges = np.arange(int(highest) + 2, dtype=np.float64) - 0.5
    else:
        edges = np.linspace(0.0, top or highest, BINS + 1, dtype=np.float64)
    bins = np.clip(np.digitize(values, edges) - 1, 0, len(edges) - 2)
    counts = np.bincount(bins, minlength=len(edges) - 1).astype(np.int64)
    names = tuple(f"{a:.3g} to {b:.3g}" for a, b in pairwise(edges))
    if whole and highest < BINS:
        names = tuple(str(n) for n in range(len(edges) - 1))
    return Bars(names, counts, _rows_by(bins, rows, len(edges) - 1), edges=edges)


def _rows_by(bins: NDArray[np.intp], rows: NDArray[np.integer], count: int) -> tuple[Rows, ...]:
    """The pictures of each bin."""
    order = np.argsort(bins, kind="stable")
    starts = np.searchsorted(bins[order], np.arange(count + 1))
    sorted_rows = np.asarray(rows, np.intp)[order]
    return tuple(np.unique(sorted_rows[a:b]) for a, b in pairwise(starts))
