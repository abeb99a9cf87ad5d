"""A network that is asked by clicks: sees a frame once, then answers every question about it.

Small objects are seen again, larger: as in Sofiiuk et al. (RITM, ICIP 2022), the network looks at
the part of the frame around the first answer. What it says is made to agree with every click.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.backends.backend import choose
from engine.click.outline import Rect, outline_of, without_specks
from engine.click.question import Question
from engine.click.scales import closer_looks
from engine.errors import WeightsError
from engine.preprocess import Placement, prepare
from engine.regions.crops import bounds, window
from engine.values import Mask
from engine.weights.weights import Weights
from models.click.click_net import ClickNet, quarter
from models.click.heed import heeded
from models.click.prompts import STRIDE, Prompts
from models.contract import RawTensors

FINE = 1
"""Of what a network has seen, the features by which a correction spreads."""
AROUND = 0.4
"""How much of an object's sides is seen beyond each of them."""
SMALL = 0.6
"""An object whose part of the frame is smaller than this share of both its sides is seen again."""
MOST_TIMES = 3.0
"""How much larger than in the frame a part is shown: beyond, there is nothing more to see."""


@dataclass(frozen=True, eq=False)
class SeenPart:
    """A part of a frame (left, top, right, bottom) as the network has seen it."""

    rect: Rect
    placement: Placement
    features: RawTensors

    def covers(self, rect: Rect) -> bool:
        """Whether a part of the frame lies within this one."""
        mine = self.rect
        return all(a <= b for a, b in zip(mine[:2], rect[:2], strict=True)) and all(
            a >= b for a, b in zip(mine[2:], rect[2:], strict=True)
        )


@dataclass(frozen=True, eq=False)
class Answer:
    """The outline, None if there is nothing; `score` is the mean chance of its pixels. With what
    the next answer begins from."""

    mask: Mask | None
    score: float
    view: SeenPart
    logits: Tensor


class Asker:
    """Weights that answer clicks. Any thread may call it, one at a time."""

    def __init__(self, weights: Weights, device: str = "auto") -> None:
        if not isinstance(weights.module, ClickNet):
            raise WeightsError(
                f"{weights.name} does not answer clicks.",
                hint="Choose weights that do, such as click_lite0.",
            )
        self.weights = weights
        self._net = weights.module
        self._backend = choose(weights, device)

    @property
    def device_text(self) -> str:
        """The device and precision really in use for seeing; answers are worked out on the CPU."""
        return self._backend.device_text

    @property
    def backend_name(self) -> str:
        """The backend really in use."""
        return self._backend.name

    @property
    def origin(self) -> str:
        """Model and weights, as an Annotation names them."""
        return f"{self.weights.card.model}/{self.weights.name}"

    def see(self, pixels: NDArray[np.uint8], rect: Rect | None = None) -> SeenPart:
        """Let the network see a frame (H, W, 3) uint8 RGB, or a part of it."""
        rect = rect or (0, 0, pixels.shape[1], pixels.shape[0])
        part = pixels[rect[1] : rect[3], rect[0] : rect[2]]  # No copy: it may be very large.
        given, placement = prepare(part, self.weights.card.preprocessing)
        raw = self._backend.run(given[None])
        return SeenPart(rect, placement, tuple(tensor.cpu() for tensor in raw))

    def answer(self, view: SeenPart, question: Question, before: Answer | None = None) -> Answer:
        """What the question points at, in what was seen; `before` is the answer to less of it."""
        prompts = _prompts(view, question, before)
        with torch.inference_mode():
            logits = self._net.answer(view.features, prompts)
            logits = heeded(logits, view.features[FINE], prompts.clicks[0])
        found = _of_frame(logits, view)
        mask, score = outline_of(without_specks(found, _clicked(prompts, found)), view.rect)
        return Answer(mask, score, view, logits)

    def ask(
        self,
        pixels: NDArray[np.uint8],
        whole: SeenPart,
        question: Question,
        before: Answer | None = None,
    ) -> Answer:
        """The best answer: of a small object, from a closer look at its part of the frame.

        `whole` is the frame's view; `before` answered the question without its last click. A closer
        look that sees only a part of the object is given up: its edge would cut the object.
        """
        if before is None:
            answer = self._first(pixels, whole, question)
        else:
            answer = self.answer(before.view, question, before)
        view, closer = answer.view, answer
        rect = self.part_of(pixels, question, answer)
        if rect is not None and not (
            view is not whole and _is_near(view, rect, is_first=before is None)
        ):
            closer = self.answer(self.see(pixels, rect), question, answer)
        if closer.view is whole or (rect is not None and not _is_cut(closer, pixels)):
            return closer
        return answer if view is whole or before is None else self.answer(whole, question, answer)

    def _first(self, pixels: NDArray[np.uint8], whole: SeenPart, question: Question) -> Answer:
        """The first answer: of a very large frame, at the scale at which it is the surest."""
        best = self.answer(whole, question)
        input_hw = self.weights.card.preprocessing.size_hw
        for rect in closer_looks(question, pixels.shape[:2], input_hw):
            found = self.answer(self.see(pixels, rect), question)
            if found.mask is not None and found.score > best.score and not _is_cut(found, pixels):
                best = found
        return best

    def part_of(self, pixels: NDArray[np.uint8], question: Question, answer: Answer) -> Rect | None:
        """The part of a frame that shows the object and its surroundings; None for a large one."""
        corners = [(c.x, c.y) for c in question.clicks]
        if question.box is not None:
            corners += [question.box.xyxy[:2], question.box.xyxy[2:]]
        if answer.mask is not None:
            left, top, right, bottom = bounds(answer.mask)
            corners += [(left, top), (right, bottom)]
        if not corners:
            return None
        least = np.array(self.weights.card.preprocessing.size_hw) / MOST_TIMES
        reach = (*np.min(corners, 0).tolist(), *np.max(corners, 0).tolist())
        return closer_look(reach, pixels.shape[:2], (least[0], least[1]))


def closer_look(
    xyxy: tuple[float, ...], size_hw: tuple[int, ...], least_hw: tuple[float, float]
) -> Rect | None:
    """The part of a frame of this size that shows what reaches from x1, y1 to x2, y2 with its
    surroundings, at least so large; None where the whole frame shows it well."""
    low, high = np.array(xyxy[:2]), np.array(xyxy[2:])
    size_xy = np.array(size_hw[::-1])
    sides = (high - low) * (1 + 2 * AROUND)
    sides = np.minimum(np.maximum(np.maximum(sides, sides.max() / 2), least_hw[::-1]), size_xy)
    if (sides > SMALL * size_xy).any():
        return None
    start = np.clip((low + high - sides) / 2, 0, size_xy - sides)
    x1, y1 = np.floor(start).astype(int).tolist()
    x2, y2 = np.minimum(np.ceil(start + sides), size_xy).astype(int).tolist()
    return x1, y1, x2, y2


def _is_near(view: SeenPart, rect: Rect, *, is_first: bool) -> bool:
    """Whether a part that was seen is as good as a closer look; the first one must not only hold
    the object, but show it large."""
    if not is_first:
        return view.covers(_inner(rect))
    sides, seen = np.subtract(rect[2:], rect[:2]), np.subtract(view.rect[2:], view.rect[:2])
    return bool((sides > SMALL * seen).any())


def _is_cut(answer: Answer, pixels: NDArray[np.uint8]) -> bool:
    """Whether the outline reaches an edge of what was seen that is no edge of the frame."""
    if answer.mask is None:
        return False
    seen, found = answer.view.rect, bounds(answer.mask)
    frame = (0, 0, pixels.shape[1], pixels.shape[0])
    return any(a == b != c for a, b, c in zip(found, seen, frame, strict=True))


def _inner(rect: Rect) -> Rect:
    """A part that was seen closely stays good enough until half of its margin is used up."""
    x = round((rect[2] - rect[0]) * AROUND / (1 + 2 * AROUND) / 2)
    y = round((rect[3] - rect[1]) * AROUND / (1 + 2 * AROUND) / 2)
    return rect[0] + x, rect[1] + y, rect[2] - x, rect[3] - y


def _prompts(view: SeenPart, question: Question, before: Answer | None) -> Prompts:
    """The question in pixels of the network's input."""
    left, top = view.rect[:2]
    scale = np.array(view.placement.scale_xy)
    clicks = [
        [(c.x - left) * scale[0], (c.y - top) * scale[1], 1 if c.is_positive else -1]
        for c in question.clicks
    ]
    box = np.zeros(4)
    if question.box is not None:
        box = (np.array(question.box.xyxy) - [left, top] * 2) * np.tile(scale, 2)
    return Prompts(
        torch.tensor(clicks, dtype=torch.float32).reshape(1, -1, 3),
        torch.from_numpy(box.astype(np.float32))[None],
        _before(view, before),
    )


def _clicked(prompts: Prompts, found: NDArray[np.float32]) -> NDArray[np.int64]:
    """The cells (P, 2) of logits (h, w), row and column, that clicks on the object are in."""
    clicks = prompts.clicks[0].numpy()
    cells = clicks[clicks[:, 2] > 0, 1::-1] // 2
    inside: NDArray[np.int64] = cells.clip(0, np.array(found.shape) - 1).astype(np.int64)
    return inside


def _of_frame(logits: Tensor, view: SeenPart) -> NDArray[np.float32]:
    """Logits (1, 1, H/2, W/2) -> those that show the frame (h, w); beyond is nothing."""
    height, width = (-(-side // 2) for side in view.placement.content_hw)
    found: NDArray[np.float32] = logits[0, 0, :height, :width].numpy()
    return found


def _before(view: SeenPart, before: Answer | None) -> Tensor:
    """An answer as this view shows it: (1, 1, H/4, W/4) in 0..1."""
    height, width = view.features[0].shape[-2:]
    found = torch.zeros(1, 1, height // 2, width // 2)
    if before is None:
        return found
    if before.view is view:
        return quarter(before.logits)
    if before.mask is None:
        return found
    # Of another view its outline is enough: this one is about to look closer.
    left, top, right, bottom = view.rect
    shown = np.zeros((bottom - top, right - left), np.uint8)
    part = window(before.mask, view.rect)
    x, y = max(before.mask.left - left, 0), max(before.mask.top - top, 0)
    shown[y : y + part.shape[0], x : x + part.shape[1]] = part.view(np.uint8) * 255
    rows, columns = (max(1, round(side / STRIDE)) for side in view.placement.content_hw)
    small = cv2.resize(shown, (columns, rows), interpolation=cv2.INTER_AREA)
    found[0, 0, :rows, :columns] = torch.from_numpy(small) / 255
    return found
