"""Segment Anything as people share it: an encoder and a decoder in two ONNX files.

Kirillov et al.: "Segment Anything", ICCV 2023, and all with its decoder's inputs: MobileSAM,
EfficientViT-SAM and others. Encoders take the picture either normalised and padded,
(1, 3, 1024, 1024), or as it is, (H, W, 3). The files are brought by whoever asks; none comes along.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.backends.openvino import compile_for_cpu, read_model
from engine.click.outline import outline_of
from engine.click.question import Question
from engine.devices import cpu
from engine.errors import WeightsError
from engine.values import Mask

ENDINGS = (".onnx", ".xml")
SIDE = 1024
"""Pixels of an encoder's input where its file leaves them open."""
MEAN, STD = (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)
"""Of the pixels 0..255 an encoder was trained on."""
EMBEDDING, POINTS, LABELS = "image_embeddings", "point_coords", "point_labels"
MASK, HAS_MASK, SIZE = "mask_input", "has_mask_input", "orig_im_size"
DECODER_INPUTS = frozenset({EMBEDDING, POINTS, LABELS, MASK, HAS_MASK, SIZE})
LOW, SCORES = "low_res_masks", "iou_predictions"
NEGATIVE, POSITIVE, TOP_LEFT, BOTTOM_RIGHT, NOTHING = 0, 1, 2, 3, -1
"""What the decoder calls a point; the last fills the place of a box that is not there."""
WITH_SINGLE = 4
"""Masks that a decoder gives where the first is for questions of several points, and the others
are for one, which may mean a part or all of a thing."""
_HINT = "Give the encoder and the decoder of one network of the Segment Anything kind, as ONNX."


@dataclass(frozen=True, eq=False)
class SamView:
    """A frame as the encoder has seen it: at `scale` in the top left corner of a square."""

    size_hw: tuple[int, int]
    scale: float
    side: int
    embedding: NDArray[Any]


@dataclass(frozen=True, eq=False)
class SamAnswer:
    """The outline, None if there is nothing; `score` is the overlap that the network expects.
    With the logits (1, 1, h, w) that the next answer begins from."""

    mask: Mask | None
    score: float
    logits: NDArray[np.float32]


def is_sam_pair(paths: Sequence[Path]) -> bool:
    """Whether these two files are an encoder and its decoder. Reads them: not for the window."""
    try:
        _pair(paths)
    except WeightsError:
        return False
    return True


class SamAsker:
    """The two networks on the CPU. Any thread may call it, one at a time."""

    def __init__(self, paths: Sequence[Path]) -> None:
        """WeightsError says what is wrong with the files, given in any order."""
        encoder, decoder, path = _pair(paths)
        self.origin = f"sam/{path.stem}"
        self._shape = _shape_of(encoder.inputs[0])
        self._kind = encoder.inputs[0].get_element_type().to_dtype()
        self._mask_hw = _mask_hw(decoder)
        self._encoder, self._decoder = compile_for_cpu(encoder), compile_for_cpu(decoder)

    @property
    def device_text(self) -> str:
        """The device really in use."""
        return cpu().name

    def see(self, pixels: NDArray[np.uint8]) -> SamView:
        """Let the encoder see a frame (H, W, 3) uint8 RGB."""
        size_hw = pixels.shape[0], pixels.shape[1]
        side = _side(self._shape)
        scale = side / max(size_hw)
        height, width = (max(1, int(length * scale + 0.5)) for length in size_hw)
        small = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA)
        given: NDArray[np.float32] = small.astype(np.float32)
        if len(self._shape) == 4:
            given = ((given - MEAN) / STD).astype(np.float32)
        if -1 not in self._shape or len(self._shape) == 4:
            given = np.pad(given, ((0, side - height), (0, side - width), (0, 0)))
        if len(self._shape) == 4:
            given = given.transpose(2, 0, 1)[None]  # (1, 3, side, side)
        found = self._encoder([np.ascontiguousarray(given.astype(self._kind))])
        return SamView(size_hw, scale, side, np.array(found[0]))

    def ask(
        self,
        pixels: NDArray[np.uint8],
        whole: SamView,
        question: Question,
        before: SamAnswer | None = None,
    ) -> SamAnswer:
        """What the question points at; `before` answered it without its last click."""
        points, labels = prompts_of(question, whole.scale)
        logits = np.zeros((1, 1, *self._mask_hw), np.float32) if before is None else before.logits
        found = self._decoder(
            {
                EMBEDDING: whole.embedding,
                POINTS: points,
                LABELS: labels,
                MASK: logits,
                HAS_MASK: np.array([before is not None], np.float32),
                SIZE: np.array(whole.size_hw, np.float32),
            }
        )
        # The masks at the frame's size are not used: exported files often keep the shape of the
        # picture that they were exported with.
        low, scores = np.array(found[LOW]), np.array(found[SCORES])[0]
        is_alone = before is None and len(question.clicks) == 1 and question.box is None
        best = best_of(scores, is_alone=is_alone)
        chosen: NDArray[np.float32] = low[:, best : best + 1].astype(np.float32)
        height, width = whole.size_hw
        rows, columns = (
            max(1, round(length * whole.scale * side / whole.side))
            for length, side in zip(whole.size_hw, chosen.shape[2:], strict=True)
        )
        mask, _ = outline_of(chosen[0, 0, :rows, :columns], (0, 0, width, height))
        score = float(np.clip(scores[best], 0, 1)) if mask is not None else 0.0
        return SamAnswer(mask, score, chosen)


def prompts_of(question: Question, scale: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """A question as the decoder wants it: points (1, P, 2) xy in the encoder's input, and what
    each is (1, P)."""
    points = [[click.x, click.y] for click in question.clicks]
    labels = [POSITIVE if click.is_positive else NEGATIVE for click in question.clicks]
    if question.box is None:
        points, labels = [*points, [0, 0]], [*labels, NOTHING]
    else:
        x1, y1, x2, y2 = question.box.xyxy
        points, labels = [*points, [x1, y1], [x2, y2]], [*labels, TOP_LEFT, BOTTOM_RIGHT]
    return np.array([points], np.float32) * np.float32(scale), np.array([labels], np.float32)


def best_of(scores: NDArray[Any], *, is_alone: bool) -> int:
    """Which of the masks (M,) to take: of one click the one that is expected to agree best, of more
    the one that is made for them, where there is one."""
    if len(scores) != WITH_SINGLE:
        return int(scores.argmax())
    return 1 + int(scores[1:].argmax()) if is_alone else 0


def _pair(paths: Sequence[Path]) -> tuple[Any, Any, Path]:
    """Encoder and decoder, read, and the encoder's path. WeightsError for anything else."""
    if len(paths) != 2 or any(path.suffix.lower() not in ENDINGS for path in paths):
        raise WeightsError("These are not two ONNX files.", hint=_HINT)
    models = {path: read_model(path) for path in paths}
    decoders = [path for path, model in models.items() if EMBEDDING in _names(model.inputs)]
    encoders = [path for path in paths if path not in decoders]
    if len(decoders) != 1 or len(encoders) != 1:
        which = "two decoders" if decoders else "no decoder"
        names = " and ".join(path.name for path in paths)
        raise WeightsError(f"{names}: {which} of Segment Anything.", hint=_HINT)
    encoder, decoder = models[encoders[0]], models[decoders[0]]
    _refuse_other_decoder(decoder, decoders[0])
    shape = _shape_of(encoder.inputs[0]) if len(encoder.inputs) == 1 else ()
    if (shape[1:2] if len(shape) == 4 else shape[2:]) != (3,):
        raise WeightsError(f"{encoders[0].name} takes no picture.", hint=_HINT)
    if len(set(shape[2:] if len(shape) == 4 else shape[:2])) != 1:
        raise WeightsError(f"{encoders[0].name} takes pictures that are not square.", hint=_HINT)
    return encoder, decoder, encoders[0]


def _refuse_other_decoder(decoder: Any, path: Path) -> None:
    inputs, outputs = _names(decoder.inputs), _names(decoder.outputs)
    if inputs != DECODER_INPUTS:
        odd = ", ".join(sorted(inputs ^ DECODER_INPUTS))
        raise WeightsError(
            f"{path.name} takes other inputs than Segment Anything: {odd}.", hint=_HINT
        )
    if not {LOW, SCORES} <= outputs:
        raise WeightsError(f"{path.name} does not give {LOW} and {SCORES}.", hint=_HINT)


def _names(tensors: Any) -> frozenset[str]:
    return frozenset(name for tensor in tensors for name in tensor.get_names())


def _shape_of(tensor: Any) -> tuple[int, ...]:
    """Its sides, -1 for those left open."""
    sides = tensor.get_partial_shape()
    return tuple(side.get_length() if side.is_static else -1 for side in sides)


def _side(shape: tuple[int, ...]) -> int:
    """The longer side of what an encoder takes: (1, 3, H, W) or (H, W, 3)."""
    longer = max(shape[2:] if len(shape) == 4 else shape[:2])
    return longer if longer > 0 else SIDE


def _mask_hw(decoder: Any) -> tuple[int, int]:
    """The size of the mask that a decoder begins from: a quarter of the encoder's input."""
    tensor = next(each for each in decoder.inputs if MASK in each.get_names())
    height, width = (side if side > 0 else SIDE // 4 for side in _shape_of(tensor)[2:])
    return height, width
