"""A network that outlines what a person points at: features once, an answer for every click.

After Sofiiuk, Petrov, Konushin: "Reviving Iterative Training with Mask Guidance for Interactive
Segmentation", ICIP 2022 (RITM): clicks as disks, the answer before as an input, trained by
simulated corrections with the normalised focal loss. And after Kirillov et al.: "Segment Anything",
ICCV 2023: the picture is encoded once, and a light decoder answers each prompt.
"""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.about import About, Look, Option, Text
from models.backbones import backbone as backbones
from models.click.losses import dice_of_masks, normalised_focal_loss
from models.click.prompts import CHANNELS, STRIDE, Prompts, likeness, no_prompts, prompt_maps
from models.click.simulate import cells_of, drawn_boxes, next_clicks
from models.contract import ClickOutput, DetectionTarget, Model, Output, RawTensors, Target
from models.layers.conv import conv_norm_relu, separable_norm_relu
from models.registry import register
from models.semantic import LITE, encoder_option, pad_to_multiple, resize_scores
from models.task import Task

PAPER = "Sofiiuk et al.: Reviving Iterative Training with Mask Guidance (RITM), ICIP 2022"
COARSEST = 32
FINE, MIDDLE, DEEP, DETAIL, EMBEDDED = 32, 64, 96, 16, 32
OBJECTS = 3
"""Of one picture that are learned in one step."""
SMALLEST = 64
"""Pixels of the input: an object with fewer is not learned."""
MOST_ROUNDS = 8
"""Corrections before the answer that is learned from, few more often than many."""
PRIOR = 0.15
"""The share of a picture that an object fills, with which the answers begin."""
BOXED = 0.35
"""The share of objects that begin with a box."""
SURELY_NOT = -100.0
"""A logit that is right where no object is, and so costs and teaches nothing."""
ABOUT = About(
    year=2022,
    idea=Text(
        "You click on an object, and the network answers with its outline; a click beside it, or "
        "on what is missing, corrects the answer. The encoder reads the picture once. A small "
        "decoder takes its features, the clicks as disks and the answer before, so each further "
        "click takes milliseconds.",
        "물체를 클릭하면 네트워크가 그 윤곽으로 답합니다. 물체 밖이나 빠진 곳을 클릭하면 답이 "
        "고쳐집니다. 인코더는 그림을 한 번만 읽습니다. 작은 디코더가 그 특징과 원으로 그린 클릭, "
        "이전 답을 받으므로 다음 클릭마다 몇 밀리초면 됩니다.",
    ),
    improves_on=Text(
        "GrabCut knows colors alone and needs a box; networks before RITM forgot their answer "
        "with every click, and ran as a whole each time.",
        "GrabCut은 색만 알고 상자가 필요합니다. RITM 이전의 네트워크는 클릭할 때마다 이전 답을 "
        "잊었고, 매번 전체를 다시 계산했습니다.",
    ),
    look_for=Text(
        "One click on the middle of an object, then one where the outline is wrong. Look inside: "
        "the likeness to what was clicked spreads over the object.",
        "물체 한가운데를 한 번, 그다음 윤곽이 틀린 곳을 한 번 클릭해 보세요. 내부에서는 클릭한 "
        "곳과의 유사도가 물체 전체로 퍼집니다.",
    ),
    differs=Text(
        "RITM feeds the clicks to the encoder; here they meet the picture's features in the "
        "decoder, so that the encoder runs once. A box may stand for the first clicks, and Dice "
        "is minimised beside the normalised focal loss.",
        "RITM은 클릭을 인코더에 넣지만, 여기서는 인코더를 한 번만 돌리려고 디코더에서 그림의 "
        "특징과 만납니다. 첫 클릭 대신 상자를 쓸 수 있고, 정규화 초점 손실과 함께 Dice 손실도 "
        "줄입니다.",
    ),
)
LOOKS = (
    Look("fine", Text("Features, one quarter", "특징, 4분의 1 크기")),
    Look("middle", Text("Features, one eighth", "특징, 8분의 1 크기")),
    Look("deep", Text("Features, one sixteenth", "특징, 16분의 1 크기")),
)


NORM = Option(
    "norm",
    Text(
        "Batch norm in the decoder by each batch, or fixed as it was learned: a first click looks "
        "unlike a third, and what a batch of both makes of it is not what a person gets",
        "디코더의 배치 정규화를 배치마다 하거나, 배운 값으로 고정: 첫 클릭은 세 번째와 달라서, "
        "둘이 섞인 배치로 정규화한 결과는 실제 답과 다릅니다",
    ),
    ("batch", "fixed"),
)


class Decoder(nn.Module):
    """Prompts meet features at one quarter, go down to one 32nd for the whole object, and come
    back up to one half for its border."""

    def __init__(self) -> None:
        super().__init__()
        self.meet = conv_norm_relu(FINE + CHANNELS + 2, FINE)
        self.down_8, self.join_8 = _halve(FINE, MIDDLE), conv_norm_relu(2 * MIDDLE, MIDDLE)
        self.down_16, self.join_16 = _halve(MIDDLE, DEEP), conv_norm_relu(2 * DEEP, DEEP)
        self.down_32 = _halve(DEEP, DEEP)
        self.whole = nn.Sequential(
            conv_norm_relu(DEEP, DEEP), conv_norm_relu(DEEP, DEEP, dilation=2)
        )
        self.up_16 = conv_norm_relu(2 * DEEP, MIDDLE)
        self.up_8 = conv_norm_relu(2 * MIDDLE, FINE)
        self.up_4 = conv_norm_relu(2 * FINE, FINE)
        self.border = conv_norm_relu(FINE + DETAIL, DETAIL)
        self.score = nn.Conv2d(DETAIL, 1, 3, padding=1)
        assert self.score.bias is not None
        nn.init.constant_(self.score.bias, math.log(PRIOR / (1 - PRIOR)))

    def forward(self, features: RawTensors, prompts: Prompts) -> Tensor:
        """Features as `ClickNet.forward` gives them, of N objects -> logits (N, 1, H/2, W/2)."""
        detail, fine, middle, deep, embedded = features
        like = functional.interpolate(likeness(embedded, prompts, 8), scale_factor=2.0)
        x4 = self.meet(torch.cat([fine, prompt_maps(prompts).to(fine.dtype), like], 1))
        x8 = self.join_8(torch.cat([self.down_8(x4), middle], 1))
        x16 = self.join_16(torch.cat([self.down_16(x8), deep], 1))
        x32 = self.down_32(x16)
        x32 = self.whole(x32) + x32.mean((2, 3), keepdim=True)
        x16 = self.up_16(torch.cat([x16, resize_scores(x32, x16.shape[-2:])], 1))
        x8 = self.up_8(torch.cat([x8, resize_scores(x16, x8.shape[-2:])], 1))
        x4 = self.up_4(torch.cat([x4, resize_scores(x8, x4.shape[-2:])], 1))
        scores: Tensor = self.score(
            self.border(torch.cat([resize_scores(x4, detail.shape[-2:]), detail], 1))
        )
        return scores


class ClickNet(Model):
    """An encoder with a feature pyramid, and the decoder that is asked."""

    def __init__(self, backbone: backbones.Backbone, norm: str = "batch") -> None:
        super().__init__()
        if norm not in NORM.choices:
            raise ValueError(f"The norm is {' or '.join(NORM.choices)}, not {norm}.")
        self.backbone = backbone
        self._is_norm_fixed = norm == "fixed"
        self.at = [backbone.strides.index(stride) for stride in (2, 4, 8, 16, 32)]
        c2, c4, c8, c16, c32 = (backbone.channels[i] for i in self.at)
        self.lateral_32 = conv_norm_relu(c32, DEEP, kernel=1)
        self.lateral_16 = conv_norm_relu(c16, DEEP, kernel=1)
        self.lateral_8 = conv_norm_relu(c8, MIDDLE, kernel=1)
        self.lateral_4 = conv_norm_relu(c4, FINE, kernel=1)
        self.deep = separable_norm_relu(2 * DEEP, DEEP)
        self.middle = separable_norm_relu(DEEP + MIDDLE, MIDDLE)
        self.fine = separable_norm_relu(MIDDLE + FINE, FINE)
        self.detail = conv_norm_relu(c2, DETAIL, kernel=1)
        self.embed = nn.Conv2d(MIDDLE, EMBEDDED, 1)
        self.decoder = Decoder()

    def forward(self, batch: Tensor) -> RawTensors:
        """(N, 3, H, W) -> what answers need: maps (N, C, h, w) of 1/2, 1/4, 1/8 and 1/16, and an
        embedding at 1/8. H and W are multiples of 32, or are padded to be."""
        features = self.backbone(pad_to_multiple(batch, COARSEST))
        f2, f4, f8, f16, f32 = (features[i] for i in self.at)
        lateral = self.lateral_16(f16)
        deep = self.deep(
            torch.cat([resize_scores(self.lateral_32(f32), lateral.shape[-2:]), lateral], 1)
        )
        lateral = self.lateral_8(f8)
        middle = self.middle(torch.cat([resize_scores(deep, lateral.shape[-2:]), lateral], 1))
        lateral = self.lateral_4(f4)
        fine = self.fine(torch.cat([resize_scores(middle, lateral.shape[-2:]), lateral], 1))
        return self.detail(f2), fine, middle, deep, self.embed(middle)

    def outputs(self, raw: RawTensors) -> list[Output]:
        """Each picture's features, for whoever points at something in it."""
        return [ClickOutput(tuple(t[i : i + 1] for t in raw)) for i in range(len(raw[0]))]

    def answer(self, features: RawTensors, prompts: Prompts) -> Tensor:
        """The object that each prompt points at: features of N objects' pictures, or of the one
        that all lie in -> logits (N, 1, H/2, W/2) float32; above 0 is the object."""
        count = len(prompts.clicks)
        if len(features[0]) != count:
            features = tuple(t.expand(count, -1, -1, -1) for t in features)
        scores: Tensor = self.decoder(features, prompts)
        return scores.float()

    def losses(self, batch: Tensor, targets: Sequence[Target]) -> dict[str, Tensor]:
        """Batch (N, 3, H, W), targets with masks -> normalised focal loss and Dice (), of answers
        after none to eight simulated corrections. What is ignored and not the object's own counts
        neither as right nor as wrong."""
        features = self(batch)
        which, truth = objects_of(targets, SMALLEST, OBJECTS)  # (M,), (M, H, W)
        if not len(which):
            nothing = sum(t.sum() for t in features) * 0
            return {"focal": nothing, "dice": nothing}
        size_hw = features[0].shape[-2] * 2, features[0].shape[-1] * 2
        truth = functional.pad(
            truth, (0, size_hw[1] - truth.shape[2], 0, size_hw[0] - truth.shape[1])
        )
        ignored = ignored_of(targets, which, size_hw) & ~truth
        asked = tuple(t[which] for t in features)
        prompts = self._conversation(asked, truth, ignored)
        with _in_evaluation(self.decoder) if self._is_norm_fixed else nullcontext():
            logits = self.answer(asked, prompts)
        logits = resize_scores(logits, size_hw)[:, 0].masked_fill(ignored, SURELY_NOT)  # (M, H, W)
        return {
            "focal": normalised_focal_loss(logits, truth),
            "dice": dice_of_masks(logits.sigmoid(), truth),
        }

    def _conversation(self, features: RawTensors, truth: Tensor, ignored: Tensor) -> Prompts:
        """First prompts for objects (M, H, W) bool, and up to eight corrections of the answers,
        none of them for what is ignored (M, H, W) bool."""
        cells, counted = cells_of(truth), ~cells_of(ignored)  # (M, h, w)
        begun = no_prompts(len(truth), (truth.shape[1], truth.shape[2]), truth.device)
        is_boxed = torch.rand(len(truth), device=truth.device) < BOXED
        first = next_clicks(cells, torch.zeros_like(cells)) * ~is_boxed[:, None]
        boxes = drawn_boxes(truth) * is_boxed[:, None]
        prompts = Prompts(first[:, None], boxes, begun.before)
        with torch.no_grad(), _in_evaluation(self.decoder):
            for _ in range(int(torch.rand(()).square() * (MOST_ROUNDS + 1))):
                before = quarter(self.answer(features, prompts))
                clicks = next_clicks(cells, (before[:, 0] > 0.5) & (counted | cells))
                prompts = prompts.with_click(clicks, before)
        return prompts


def quarter(logits: Tensor) -> Tensor:
    """An answer (N, 1, H/2, W/2) -> what it says in 0..1 at (N, 1, H/4, W/4), for the next one."""
    return functional.avg_pool2d(logits.sigmoid(), STRIDE // 2)


def objects_of(targets: Sequence[Target], smallest: int, most: int) -> tuple[Tensor, Tensor]:
    """Up to `most` objects of each target, drawn at random from those of enough pixels: the
    numbers of their pictures (M,) int64, and their masks (M, H, W) bool."""
    which: list[int] = []
    masks: list[Tensor] = []
    device = None
    for number, target in enumerate(targets):
        assert isinstance(target, DetectionTarget)
        device = target.boxes.device
        if target.masks is None:
            continue
        large = (target.masks.flatten(1).sum(1) >= smallest).nonzero()[:, 0]
        chosen = large[torch.randperm(len(large), device=device)[:most]]
        which += [number] * len(chosen)
        masks += target.masks[chosen].bool().unbind()
    empty = torch.zeros(0, 1, 1, dtype=torch.bool, device=device)
    return torch.tensor(which, dtype=torch.int64, device=device), (
        torch.stack(masks) if masks else empty
    )


def ignored_of(targets: Sequence[Target], which: Tensor, size_hw: tuple[int, int]) -> Tensor:
    """What is ignored in the pictures of these numbers (M,): (M, H, W) bool."""
    found = torch.zeros(len(which), *size_hw, dtype=torch.bool, device=which.device)
    for plane, number in zip(found, which.tolist(), strict=True):
        target = targets[number]
        assert isinstance(target, DetectionTarget)
        if target.ignored is not None:
            height, width = target.ignored.shape
            plane[:height, :width] = target.ignored
    return found


@contextmanager
def _in_evaluation(module: nn.Module) -> Iterator[None]:
    """Batch norm as it will be when somebody asks, while this block runs."""
    was = module.training
    module.eval()
    try:
        yield
    finally:
        module.train(was)


def _halve(in_channels: int, out_channels: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, 3, stride=2, padding=1, bias=False),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(inplace=True),
    )


@register(
    "click",
    task=Task.CLICK,
    input_hw=(384, 384),
    paper=PAPER,
    about=ABOUT,
    options=(encoder_option(*LITE), NORM),
    looks=LOOKS,
    size_multiple=COARSEST,
)
def click(
    num_labels: int, *, backbone: str = "efficientnet_lite0", norm: str = "batch"
) -> ClickNet:
    """Clicks on EfficientNet-Lite: features once, an answer for every click. ValueError for
    another norm."""
    return ClickNet(backbones.build(backbone), norm)
