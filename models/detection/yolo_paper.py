"""How YOLO's versions 2 to 4 learn in their papers: which anchor learns a box, and what is summed.

Redmon, Farhadi: "YOLO9000", CVPR 2017, section 2, and "YOLOv3", 2018, section 2.1: the anchor whose
shape overlaps a box most learns it, by squared errors of its place in the cell and of its sides'
logarithms. Bochkovskiy et al.: "YOLOv4", 2020: every anchor whose shape overlaps by 0.213, by the
complete IoU. Factors that the papers do not give are those of Darknet's yolov2-voc.cfg, yolov3.cfg
and yolov4.cfg. Sums are per picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional
from torchvision.ops import box_iou, complete_box_iou_loss

from models.about import Option, Text
from models.layers.cell_coding import paired_iou

RATIO, PAPER = "ratio", "paper"
ASSIGNMENT = Option(
    "assignment",
    Text(
        "Which anchors learn a box: those within a factor of four of its size, or as the paper has "
        "it, with the paper's loss",
        "상자를 학습하는 앵커: 크기가 네 배 이내인 앵커, 또는 논문의 방식과 논문의 손실",
    ),
    (RATIO, PAPER),
)


@dataclass(frozen=True)
class PaperRule:
    """What differs between the papers.

    Every anchor whose shape overlaps a box by `shared` learns it, and the best one always. Others
    that lie on a box by more than `ignored` are left out. `squared`: objectness learns the overlap
    itself, by squared error. `complete`: boxes learn by the complete IoU. The factors weigh boxes,
    learning anchors' objectness, and labels.
    """

    shared: float = 1.0
    ignored: float = 0.5
    squared: bool = False
    complete: bool = False
    box: float = 1.0
    object: float = 1.0
    label: float = 1.0


V2 = PaperRule(ignored=0.6, squared=True, object=5.0)
V3 = PaperRule(ignored=0.5)
V4 = PaperRule(shared=0.213, ignored=0.7, complete=True, box=0.07)


def rule_of(assignment: str, paper: PaperRule) -> PaperRule | None:
    """The paper's rule if that is wanted. ValueError for another word than the option's."""
    if assignment not in ASSIGNMENT.choices:
        listed = " or ".join(map(str, ASSIGNMENT.choices))
        raise ValueError(f"The assignment is {listed}, not {assignment}.")
    return paper if assignment == PAPER else None


def fits_shape(sizes: Tensor, anchors: Tensor, rule: PaperRule) -> Tensor:
    """Whether each anchor (A, 2) learns a box of this width and height: (M, 2) -> (M, A) bool."""
    shared = torch.minimum(sizes[:, None], anchors[None]).prod(dim=2)  # (M, A)
    overlap = shared / (sizes.prod(1)[:, None] + anchors.prod(1)[None] - shared)
    fits = overlap > rule.shared
    if len(sizes):
        fits[torch.arange(len(sizes), device=sizes.device), overlap.argmax(dim=1)] = True
    return fits


@dataclass(frozen=True)
class Learned:
    """The anchors of one grid that learn: their indices in it, and for each of the P its `truth`
    box (P, 4) and the anchor's `sizes` (P, 2), both in pixels."""

    where: tuple[Tensor, ...]
    truth: Tensor
    sizes: Tensor
    stride: int


def box_loss(
    numbers: Tensor, boxes: Tensor, learned: Learned, size_hw: tuple[int, int], rule: PaperRule
) -> Tensor:
    """The sum over anchors that learn, of whose answers `numbers` (P, 4) are those before decoding
    and `boxes` (P, 4) those after, in an input of this size."""
    truth = learned.truth
    if rule.complete:
        return rule.box * complete_box_iou_loss(boxes, truth, reduction="sum")
    sides = (truth[:, 2:] - truth[:, :2]).clamp(min=1e-3)
    cells = torch.stack([learned.where[3], learned.where[2]], dim=1)  # column, row
    inside = (truth[:, :2] + truth[:, 2:]) / (2 * learned.stride) - cells
    off = torch.cat(
        [numbers[:, :2].sigmoid() - inside, numbers[:, 2:] - (sides / learned.sizes).log()], dim=1
    )
    # Small boxes count more: Darknet's 2 - w h, in shares of the picture.
    shares = sides.prod(dim=1) / (size_hw[0] * size_hw[1])
    return rule.box * (off.square().sum(dim=1) * (2 - shares)).sum() / 2


def objectness_loss(
    logits: Tensor, boxes: Tensor, learned: Learned, truths: Sequence[Tensor], rule: PaperRule
) -> Tensor:
    """The sum over a grid's logits (N, A, H, W), whose boxes are (N, A, H, W, 4).

    Anchors that do not learn learn that they hold nothing, unless they lie on one of the pictures'
    boxes `truths`.
    """
    learning = torch.zeros_like(logits, dtype=torch.bool)
    learning[learned.where] = True
    nothing = ~learning
    for picture, truth in enumerate(truths):
        if len(truth):
            overlap = box_iou(boxes[picture].reshape(-1, 4), truth).amax(1)
            nothing[picture] &= (overlap < rule.ignored).view_as(nothing[picture])
    answers = logits[learned.where]
    if not rule.squared:
        found = functional.softplus(logits[nothing]).sum()
        return found + rule.object * functional.softplus(-answers).sum()
    wanted = paired_iou(boxes[learned.where], learned.truth)
    found = logits[nothing].sigmoid().square().sum()
    return (found + rule.object * (answers.sigmoid() - wanted).square().sum()) / 2
