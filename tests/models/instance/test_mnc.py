import numpy as np
import pytest
import torch

from engine.evaluation.instances import PictureMasks, score_instances
from engine.pipeline.paste import paste_mask
from engine.values import Mask
from models.contract import DetectionTarget
from models.instance.mnc import mnc
from models.layers.suppression import suppress
from models.shapes_only import shapes_only

SIDE = 96


def make(num_labels=2, **options):
    torch.manual_seed(0)
    small = {"backbone": "resnet18", "stride": 8, "width": 0.25, "anchor_sides": (16, 24, 40)}
    return mnc(num_labels, **small | options).eval()


def discs_and_squares():
    """Two pictures, each with a red disc and a blue square, and what is to be said of them."""
    torch.manual_seed(3)
    batch = torch.rand(2, 3, SIDE, SIDE) * 0.2
    y, x = torch.meshgrid(torch.arange(SIDE) + 0.5, torch.arange(SIDE) + 0.5, indexing="ij")
    targets = []
    for picture, (cx, cy, radius, left, top, side) in zip(
        batch, [(24, 28, 16, 52, 50, 36), (66, 26, 20, 14, 56, 26)], strict=True
    ):
        disc = (x - cx) ** 2 + (y - cy) ** 2 < radius**2
        square = (x > left) & (x < left + side) & (y > top) & (y < top + side)
        picture[0, disc] += 1.5
        picture[2, square] += 1.5
        boxes = [
            [cx - radius, cy - radius, cx + radius, cy + radius],
            [left, top, left + side, top + side],
        ]
        targets.append(
            DetectionTarget(
                torch.tensor(boxes, dtype=torch.float32),
                torch.tensor([0, 1]),
                torch.stack([disc, square]),
            )
        )
    return batch, targets


def test_it_has_the_papers_layers_at_vgg16():
    with shapes_only():
        model = mnc(20)
    convolutions = 14_714_688  # VGG16's thirteen, as its paper counts them
    rpn = (512 * 9 + 1) * 512 + 513 * 5 * 9
    masks = (512 * 14 * 14 + 1) * 256 + 257 * 28 * 28
    dense = 2 * ((512 * 7 * 7 + 1) * 4096 + 4097 * 4096)
    head = (2 * 4096 + 1) * (21 + 4 * 20)
    total = convolutions + rpn + masks + dense + head
    assert sum(p.numel() for p in model.parameters()) == total


def test_a_hundred_objects_can_come_out_with_masks():
    with torch.inference_mode():
        raw = make()(torch.randn(1, 3, SIDE, 128))
        (output,) = make().outputs(raw)
    assert [tuple(t.shape) for t in raw[3:]] == [(1, 300, 2), (1, 300, 4), (1, 300, 28, 28)]
    assert output.masks.shape == (len(output.scores), 28, 28)
    assert len(output.boxes) > 100
    assert (output.boxes[:, 2:] > output.boxes[:, :2]).all()


@pytest.mark.parametrize(("stages", "rounds"), [(3, 1), (5, 2)])
def test_each_round_has_its_losses(stages, rounds):
    losses = make(stages=stages).train().losses(*discs_and_squares())
    assert len(losses) == 2 + 3 * rounds
    assert all(torch.isfinite(value) for value in losses.values())


def test_three_stages_answer_in_the_proposals_five_in_moved_boxes():
    three, five = make(stages=3), make(stages=5)
    batch = torch.randn(1, 3, SIDE, SIDE)
    with torch.inference_mode():
        few, many = three(batch), five(batch)
    assert torch.equal(few[0], few[4])
    assert torch.equal(few[0], many[0])
    assert not torch.equal(many[0], many[4])
    for model, raw in ((three, few), (five, many)):
        anchors, proposals, judged = model.steps(raw)[0]
        assert len(anchors.boxes) == len(proposals.boxes) == len(judged.boxes)
        assert torch.equal(judged.labels, judged.chances.argmax(1))


def test_masks_and_labels_teach_the_boxes():
    model = make().train()
    losses = model.losses(*discs_and_squares())
    for name in ("mask", "label"):
        (gradient,) = torch.autograd.grad(losses[name], model.rpn.offsets.weight, retain_graph=True)
        assert gradient.abs().sum() > 0


def test_labels_teach_the_masks():
    model = make(stages=3).train()
    loss = model.losses(*discs_and_squares())["label"]
    (gradient,) = torch.autograd.grad(loss, model.mask_stage[1].weight)
    assert gradient.abs().sum() > 0


@pytest.mark.slow
def test_masks_of_two_pictures_are_learned_by_heart():
    model = make(dropout=0.0, width=0.125).train()
    batch, targets = discs_and_squares()
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = 0.4  # Its own takes more steps to follow than the network to learn.
    optimizer = torch.optim.AdamW(model.parameters(), 2e-3, fused=True)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 25)
    for _ in range(25):
        optimizer.zero_grad()
        sum(model.losses(batch, targets).values()).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 10.0)
        optimizer.step()
        schedule.step()
    model.eval()
    with torch.inference_mode():
        found = [pasted(suppress(o, conf=0.05, iou=0.5)) for o in model.predict(batch)]
    truth = [
        PictureMasks((SIDE, SIDE), [Mask(0, 0, m.numpy()) for m in t.masks], t.labels.numpy())
        for t in targets
    ]
    assert score_instances(found, truth, 2).ap50 >= 0.9


def pasted(output):
    """What was found, at the input's size."""
    masks = [
        paste_mask(mask, box, box) or Mask(0, 0, np.zeros((1, 1), bool))
        for mask, box in zip(output.masks.numpy(), output.boxes.numpy(), strict=True)
    ]
    return PictureMasks((SIDE, SIDE), masks, output.labels.numpy(), output.scores.numpy())
