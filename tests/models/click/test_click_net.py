"""The network that is asked: features once, answers for every prompt."""

import pytest
import torch

from models.backbones import backbone as backbones
from models.click.click_net import ClickNet, click, ignored_of, objects_of, quarter
from models.click.prompts import Prompts, no_prompts
from models.contract import ClickOutput, DetectionTarget


@pytest.fixture(scope="module")
def net():
    torch.manual_seed(0)
    return click(1).eval()


def ask(*clicks, count=1):
    nothing = no_prompts(count, (64, 96), torch.device("cpu"))
    places = torch.tensor(clicks, dtype=torch.float32).reshape(1, -1, 3).expand(count, -1, -1)
    return Prompts(places, nothing.boxes, nothing.before)


@torch.inference_mode()
def test_features_come_at_the_strides_that_are_promised(net):
    shapes = [tuple(t.shape[-2:]) for t in net(torch.rand(2, 3, 64, 96))]
    assert shapes == [(32, 48), (16, 24), (8, 12), (4, 6), (8, 12)]


@torch.inference_mode()
def test_every_picture_has_features_of_its_own(net):
    batch = torch.rand(2, 3, 64, 96)
    first, second = net.predict(batch)
    assert isinstance(first, ClickOutput)
    (alone,) = net.predict(batch[1:])
    for a, b in zip(second.features, alone.features, strict=True):
        assert torch.allclose(a, b, atol=1e-5)


@torch.inference_mode()
def test_one_picture_answers_several_prompts_as_one_by_one(net):
    features = net(torch.rand(1, 3, 64, 96))
    one, other = ask((20, 20, 1)), ask((70, 40, 1))
    both = Prompts(
        torch.cat([one.clicks, other.clicks]),
        torch.cat([one.boxes, other.boxes]),
        torch.cat([one.before, other.before]),
    )
    found = net.answer(features, both)
    assert found.shape == (2, 1, 32, 48)
    assert torch.allclose(found[0], net.answer(features, one)[0], atol=1e-4)
    assert torch.allclose(found[1], net.answer(features, other)[0], atol=1e-4)
    assert quarter(found).shape == (2, 1, 16, 24)


@torch.inference_mode()
def test_what_was_said_changes_the_answer(net):
    features = net(torch.rand(1, 3, 64, 96))
    said = [ask((20, 20, 1)), ask((20, 20, -1)), ask((70, 40, 1))]
    boxed = Prompts(said[0].clicks, torch.tensor([[8.0, 8, 60, 60]]), said[0].before)
    before = Prompts(said[0].clicks, said[0].boxes, torch.ones_like(said[0].before))
    answers = [net.answer(features, each) for each in (*said, boxed, before)]
    assert all(not torch.equal(answers[0], other) for other in answers[1:])


def test_objects_are_drawn_among_those_of_enough_pixels():
    torch.manual_seed(0)
    masks = torch.zeros(6, 64, 96, dtype=torch.bool)
    masks[:5, 8:24, 8:24] = True
    masks[5, 0, :9] = True
    target = DetectionTarget(torch.zeros(6, 4), torch.zeros(6, dtype=torch.long), masks)
    empty = DetectionTarget(torch.zeros(0, 4), torch.zeros(0, dtype=torch.long))
    which, found = objects_of([empty, target], 64, 3)
    assert which.tolist() == [1, 1, 1]
    assert found.flatten(1).sum(1).tolist() == [256] * 3
    which, found = objects_of([empty], 64, 3)
    assert len(which) == len(found) == 0


def test_asking_while_training_leaves_the_decoder_in_training():
    torch.manual_seed(3)
    model = click(1).train()
    mask = torch.zeros(1, 64, 96, dtype=torch.bool)
    mask[:, 8:40, 16:56] = True
    target = DetectionTarget(torch.zeros(1, 4), torch.zeros(1, dtype=torch.long), mask)
    model.losses(torch.rand(2, 3, 64, 96), [target] * 2)
    assert all(module.training for module in model.modules())


@pytest.mark.parametrize("norm", ["batch", "fixed"])
def test_a_fixed_norm_is_in_training_what_it_is_when_somebody_asks(norm):
    model = click(1, norm=norm).train()
    mask = torch.zeros(1, 64, 96, dtype=torch.bool)
    mask[:, 8:40, 16:56] = True
    target = DetectionTarget(torch.zeros(1, 4), torch.zeros(1, dtype=torch.long), mask)
    before = {name: value.clone() for name, value in model.decoder.named_buffers()}
    model.losses(torch.rand(2, 3, 64, 96), [target] * 2)["focal"].backward()
    changed = any(not torch.equal(before[name], v) for name, v in model.decoder.named_buffers())
    assert changed is (norm == "batch")
    assert model.decoder.meet[1].weight.grad is not None
    with pytest.raises(ValueError, match="batch or fixed"):
        click(1, norm="none")


def rectangles(*areas):
    found = torch.zeros(len(areas), 64, 96, dtype=torch.bool)
    for plane, (top, bottom, left, right) in zip(found, areas, strict=True):
        plane[top:bottom, left:right] = True
    return found


def of_pictures(masks, ignored):
    labels = torch.zeros(len(masks), dtype=torch.long)
    return DetectionTarget(torch.zeros(len(masks), 4), labels, masks, ignored=ignored)


class Fixed(ClickNet):
    """Answers every question with the same logits."""

    def __init__(self, logits):
        super().__init__(backbones.build("efficientnet_lite0"))
        self.logits, self.asked = logits, []

    def answer(self, features, prompts):
        self.asked.append(prompts)
        return self.logits.expand(len(prompts.clicks), -1, -1, -1)


def fixed(*areas):
    """Surely those areas, whatever is clicked on."""
    said = rectangles(*areas).any(0)[::2, ::2]
    return Fixed(torch.where(said, 8.0, -8.0)[None, None])


def test_ignored_pixels_cost_nothing_and_teach_nothing():
    """Right but for one area: as if it were right there, once that area is ignored."""
    truth, spilled = rectangles((8, 40, 16, 56)), (8, 40, 64, 96)
    right, wrong = fixed((8, 40, 16, 56)), fixed((8, 40, 16, 56), spilled)
    batch = torch.rand(1, 3, 64, 96)
    ignored = rectangles((0, 64, 60, 96))[0]
    found = {
        name: model.losses(batch, [of_pictures(truth, where)])
        for name, model, where in (
            ("right", right, ignored),
            ("wrong", wrong, ignored),
            ("counted", wrong, None),
        )
    }
    for loss in ("focal", "dice"):
        assert torch.equal(found["wrong"][loss], found["right"][loss])
        assert found["counted"][loss] > 2 * found["wrong"][loss]


def test_an_objects_own_pixels_count_though_they_are_ignored():
    truth = rectangles((8, 40, 16, 56))
    model = fixed((0, 1, 0, 1))  # It finds next to nothing.
    batch = torch.rand(1, 3, 64, 96)
    alone = model.losses(batch, [of_pictures(truth, None)])
    over = model.losses(batch, [of_pictures(truth, truth[0])])
    assert all(torch.equal(alone[name], over[name]) for name in alone)


def test_each_picture_has_ignored_pixels_of_its_own():
    truth, everywhere = rectangles((8, 40, 16, 56)), torch.ones(64, 96, dtype=torch.bool)
    targets = [
        of_pictures(truth, None),
        of_pictures(truth[:0], everywhere),
        of_pictures(truth, everywhere),
    ]
    which, _ = objects_of(targets, 64, 3)
    found = ignored_of(targets, which, (64, 96))
    assert [bool(each.any()) for each in found] == [False, True]
    assert found.shape == (2, 64, 96)


def test_no_correction_falls_on_what_is_ignored():
    torch.manual_seed(0)
    model = fixed((8, 40, 16, 56), (8, 40, 64, 96))
    batch, truth = torch.zeros(1, 3, 64, 96), rectangles((8, 40, 16, 56))
    for ignored, sign in ((None, -1), (rectangles((0, 64, 58, 96))[0], 0)):
        model.asked.clear()
        for _ in range(5):
            model.losses(batch, [of_pictures(truth, ignored)])
        corrections = torch.cat([prompts.clicks[0, 1:, 2] for prompts in model.asked])
        assert corrections.unique().tolist() == [sign]


@pytest.mark.slow
def test_it_learns_to_outline_what_is_clicked_of_two_objects():
    """Two equal objects: only the click tells which of them is meant."""
    torch.manual_seed(0)
    model = click(1).train()
    batch = torch.zeros(2, 3, 64, 96)
    masks = torch.zeros(2, 64, 96, dtype=torch.bool)
    masks[0, 16:48, 8:40], masks[1, 16:48, 56:88] = True, True
    batch[:, :, 16:48, 8:40], batch[:, :, 16:48, 56:88] = 1.0, 1.0
    target = DetectionTarget(torch.zeros(2, 4), torch.zeros(2, dtype=torch.long), masks)
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = 0.2  # The encoder's own would take hundreds of steps to follow.
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3, fused=True)
    for _ in range(20):
        optimizer.zero_grad()
        sum(model.losses(batch, [target] * 2).values()).backward()
        optimizer.step()
    model.eval()
    with torch.inference_mode():
        features = model(batch[:1])
        left = model.answer(features, ask((24, 32, 1)))[0, 0] > 0
        right = model.answer(features, ask((72, 32, 1)))[0, 0] > 0
    assert left[16, 12]
    assert not left[16, 36]
    assert right[16, 36]
    assert not right[16, 12]
