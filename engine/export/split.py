"""A seeded split that keeps what belongs together on one side."""

import re
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import TypeVar

import numpy as np

from engine import folders
from engine.errors import ConfigError
from engine.export.duplicates import Fingerprint, near_duplicates
from engine.export.options import Split, check_fractions
from engine.formats.open_dataset import SPLITS
from engine.sources.frame_reader import is_video_frame
from engine.values import FrameId

T = TypeVar("T")
_FROZEN = re.compile(r"(.+)_\d{6,}")
"""The stem of a frame that was frozen from a video: the video's, and the index."""


def sides(
    frames: Sequence[FrameId], options: Split, prints: Sequence[Fingerprint | None]
) -> list[list[str]]:
    """For each fold, or once without folds, the name of the split that each frame is in."""
    groups = groups_of(frames, options, prints)
    if options.folds:
        if len(set(groups)) < options.folds:
            raise ConfigError(
                f"{options.folds} folds need as many pictures that have nothing to do with one "
                f"another; there are {len(set(groups))}.",
                hint="Choose fewer folds, or keep less together.",
            )
        fold_of = _each(groups, [1 / options.folds] * options.folds, options.seed)
        return [
            [SPLITS[1] if number == fold else SPLITS[0] for number in fold_of]
            for fold in range(options.folds)
        ]
    return [[SPLITS[i] for i in _each(groups, options.fractions, options.seed)]]


def keeping_parts(
    frames: Sequence[FrameId],
    options: Split,
    prints: Sequence[Fingerprint | None],
    parts: Mapping[str, Collection[FrameId]],
) -> list[str]:
    """The name of the split that each frame is in: that of its part, else as it is divided.

    Where no part is for validation, frames for training are divided into both; where all would be
    for validation or testing, no part is kept.
    """
    kept = dict(parts) if parts.get("val") else {**parts, "train": ()}
    own = {frame: name for name in SPLITS for frame in kept.get(name, ())}
    rest = [i for i, frame in enumerate(frames) if frame not in own]
    found = [own.get(frame, "") for frame in frames]
    if not rest:
        return found if "train" in found else sides(frames, options, prints)[0]
    train, val, test = options.fractions
    if "test" in found:
        train, val, test = train / (train + val), val / (train + val), 0.0
    options = replace(options, fractions=(train, val, test))
    some = [prints[i] for i in rest] if len(prints) else ()
    for i, name in zip(rest, sides([frames[i] for i in rest], options, some)[0], strict=True):
        found[i] = name
    return found


def groups_of(
    frames: Sequence[FrameId], options: Split, prints: Sequence[Fingerprint | None] = ()
) -> list[int]:
    """A group number for each frame; what must not be parted shares it."""
    found = near_duplicates(prints) if options.by_likeness and len(prints) else range(len(frames))
    pattern = re.compile(options.by_pattern) if options.by_pattern else None
    videos = _videos(frames)
    keys: list[list[Hashable]] = []
    for frame, alike in zip(frames, found, strict=True):
        own: list[Hashable] = [("alike", alike)]
        if frame in videos:
            own.append(("video", videos[frame]))
        path = PurePath(frame.path)
        if options.by_folder:
            own.append(("folder", str(path.parent)))
        if pattern is not None and (match := pattern.search(path.as_posix())):
            own.append(("pattern", match[1] if pattern.groups else match[0]))
        keys.append(own)
    return _joined(keys)


def split_groups(
    items: Sequence[T],
    groups: Sequence[Hashable],
    fractions: tuple[float, float, float],
    seed: int,
) -> dict[str, tuple[T, ...]]:
    """Items by split; items of one group stay together. Small sets get val before test."""
    check_fractions(fractions)
    side_of = _each(groups, fractions, seed)
    return {
        name: tuple(item for i, item in enumerate(items) if side_of[i] == side)
        for side, name in enumerate(SPLITS)
    }


def _videos(frames: Iterable[FrameId]) -> dict[FrameId, str]:
    """What video each frame comes from, also those that were frozen as pictures."""
    frozen: dict[FrameId, str] = {}
    videos: dict[FrameId, str] = {}
    for frame in frames:
        path = PurePath(frame.path)
        match = _FROZEN.fullmatch(path.stem) if path.parent.name == folders.FROZEN else None
        if match is not None:
            frozen[frame] = match[1]
        elif is_video_frame(frame):
            videos[frame] = frame.path
    # A frozen frame bears its video's name, in letters that any file system takes.
    named = {
        "".join(c if c.isalnum() or c in "-_" else "_" for c in PurePath(path).stem): path
        for path in videos.values()
    }
    return videos | {frame: named.get(name, f"frozen {name}") for frame, name in frozen.items()}


def _joined(keys: Sequence[Sequence[Hashable]]) -> list[int]:
    """A number for each list of keys; lists that share a key, also by way of others, share it."""
    parent = list(range(len(keys)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    first: dict[Hashable, int] = {}
    for number, own in enumerate(keys):
        for key in own:
            parent[root(number)] = root(first.setdefault(key, number))
    return [root(i) for i in range(len(keys))]


def _each(groups: Sequence[Hashable], fractions: Sequence[float], seed: int) -> list[int]:
    """The side of each item."""
    members: dict[Hashable, list[int]] = defaultdict(list)
    for index, group in enumerate(groups):
        members[group].append(index)
    assigned = _assign([len(m) for m in members.values()], fractions, seed)
    result = [0] * len(groups)
    for side, indices in zip(assigned, members.values(), strict=True):
        for index in indices:
            result[index] = side
    return result


def _assign(sizes: list[int], fractions: Sequence[float], seed: int) -> list[int]:
    """The side of each group: large groups first, each where most is missing."""
    shuffled = np.random.default_rng(seed).permutation(len(sizes)).tolist()
    order = sorted(shuffled, key=lambda i: -sizes[i])
    missing = np.array(fractions) * sum(sizes)
    assigned = [0] * len(sizes)
    for i in order:
        assigned[i] = int(np.argmax(missing))
        missing[assigned[i]] -= sizes[i]
    # The third side is filled only where there is enough for it.
    for side, least in enumerate((1, 2, 4)[: len(fractions)]):
        is_wanted = fractions[side] > 0 and len(sizes) >= least
        if is_wanted and side not in assigned:
            largest = max(range(len(fractions)), key=assigned.count)
            assigned[next(i for i in reversed(order) if assigned[i] == largest)] = side
    return assigned
