"""Probes a network that was brought: runs it on a picture and guesses what it says."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from engine.errors import WeightsError
from engine.exchange.brought import Brought
from engine.exchange.runner import Runner
from engine.exchange.usual import is_bgr, preprocessing_of, side_of
from engine.foreign.guess import guess
from engine.foreign.guess_shapes import has_keypoints
from engine.foreign.head import MOST_LABELS, Feed, Head
from engine.foreign.seen import Guess, Outputs, Seen
from engine.jobs import CancelToken
from engine.preprocess import Preprocessing, prepare

SIDES = (640, 320, 224, 512, 416, 256, 384, 300, 128, 64, 32)
"""Tried one after the other where a file fixes no size."""
MOST_SIDES = 2048
UNSURE = 0.7
"""Below this a person should look."""


@dataclass(frozen=True)
class Draft:
    """How a network is going to be used: what a person may change before it is saved."""

    head: Head
    feed: Feed
    preprocessing: Preprocessing
    names: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Probe:
    """What came of it: the outputs of a picture, what they may mean, and the likeliest draft."""

    brought: Brought
    outputs: tuple[Seen, ...]
    guesses: tuple[Guess, ...]
    draft: Draft

    @property
    def best(self) -> Guess:
        """The likeliest meaning."""
        return self.guesses[0]


def probe(
    runner: Runner, pixels: NDArray[np.uint8], side: int | None = None,
    *, cancel: CancelToken | None = None,
) -> Probe:  # fmt: skip
    """Run it on a frame's pixels (H, W, 3), at a side that a person wishes, or that works.

    WeightsError where it does not run, or nothing known comes out of it.
    """
    brought, cancel = runner.brought, cancel or CancelToken()
    size_hw, seen = _first_run(runner, pixels, side, cancel)
    guesses = _guess(seen, size_hw, brought)
    head = guesses[0].head
    usual, is_open = side_of(head.layout), brought.size_hw is None and brought.exported_hw is None
    if is_open and side is None and usual != size_hw[0]:
        size_hw = (usual, usual)
    cancel.check()
    feed = replace(brought.feed, is_bgr=is_bgr(head) and brought.feed.channels == 3)
    preprocessing = preprocessing_of(head, feed, size_hw)
    try:
        seen = _run(runner, pixels, feed, preprocessing)
    except WeightsError:  # Its usual size is not this one's.
        preprocessing = replace(preprocessing, size_hw=_first_run(runner, pixels, side, cancel)[0])
        seen = _run(runner, pixels, feed, preprocessing)
    guesses = _guess(seen, preprocessing.size_hw, brought)
    draft = Draft(guesses[0].head, feed, preprocessing)
    return Probe(brought, tuple(seen), guesses, draft)


def _first_run(
    runner: Runner, pixels: NDArray[np.uint8], side: int | None, cancel: CancelToken
) -> tuple[tuple[int, int], list[Seen]]:
    """The first size at which it runs, and what it gives, for a picture of 0..1."""
    feed = runner.brought.feed
    fixed = runner.brought.size_hw
    if fixed is not None and not all(8 <= each <= 4 * MOST_SIDES for each in fixed):
        raise WeightsError(f"It takes pictures of {fixed[1]} x {fixed[0]} pixels.")
    exported = runner.brought.exported_hw
    first = [exported] if exported and not side else []
    tried = [*first, *((each, each) for each in ([side] if side else SIDES))]
    sizes = [fixed] if fixed else tried
    trouble: WeightsError | None = None
    for size_hw in sizes:
        cancel.check()
        plain = preprocessing_of(Head("yolo_v8", 1), feed, size_hw)
        try:
            return size_hw, _run(runner, pixels, feed, plain)
        except WeightsError as error:
            trouble = trouble or error
    assert trouble is not None
    raise trouble


def _run(
    runner: Runner, pixels: NDArray[np.uint8], feed: Feed, preprocessing: Preprocessing
) -> list[Seen]:
    prepared, _ = prepare(pixels, preprocessing)
    return runner.outputs(torch.from_numpy(prepared[None]), feed)


def _guess(seen: Sequence[Seen], size_hw: tuple[int, int], brought: Brought) -> tuple[Guess, ...]:
    if not seen:
        raise WeightsError(f"{brought.path.name} gives no numbers.", hint="Export it again.")
    if has_keypoints(Outputs(seen, size_hw, purpose=brought.purpose)):
        raise WeightsError(
            f"{brought.path.name} finds the points of poses, which Maskloop cannot keep together.",
            hint="Bring a network that gives boxes, rotated boxes, masks or label scores.",
        )
    found = guess(seen, size_hw, len(brought.names), brought.purpose)
    if found:
        return found
    shapes = ", ".join(each.text for each in seen)
    raise WeightsError(
        f"What {brought.path.name} gives is no answer that Maskloop knows: {shapes}.",
        hint="It knows heads of YOLO (boxes, rotated boxes, masks), NanoDet, DETR and SSD, lists "
        f"of boxes, label scores of pixels or pictures, each of up to {MOST_LABELS} labels. Export "
        "the network with one of these.",
    )
