import pytest
import torch
from torchvision.ops import box_iou

from models.contract import DetectionTarget
from models.layers.suppression import suppress
from models.region_fitting import box_examples, region_sides
from tests.rounding import assert_rounding_only
from tests.tiny_fitted import TinyFitted

SIDE = 96


class MemoryStore(dict):
    """What is kept while a detector is fitted, in memory."""

    def put(self, picture, tensors):
        self[picture] = tensors

    def get(self, picture, name):
        return self[picture][name]


def pictures(count=12):
    """Noise with a red and a blue rectangle, and proposals near and far from them."""
    torch.manual_seed(1)
    made = []
    for _ in range(count):
        picture = 0.2 * torch.rand(3, SIDE, SIDE)
        boxes = []
        for channel, left in ((0, 4), (2, 50)):
            x, y = left + 10 * torch.rand(1).item(), 50 * torch.rand(1).item()
            w, h = 16 + 16 * torch.rand(2)
            x1, y1, x2, y2 = int(x), int(y), int(x + w), int(y + h)
            picture[channel, y1:y2, x1:x2] += 1.5
            boxes.append([x1, y1, x2, y2])
        boxes = torch.tensor(boxes, dtype=torch.float32)
        near = boxes.repeat(30, 1) + 4 * torch.randn(60, 4)
        corners = 60 * torch.rand(100, 2)
        anywhere = torch.cat([corners, corners + 10 + 25 * torch.rand(100, 2)], dim=1)
        proposals = torch.cat([near, anywhere])[torch.randperm(160)].clamp(0, SIDE)
        made.append((picture, DetectionTarget(boxes, torch.tensor([0, 1]), None, proposals)))
    return made


def fitted(samples, store=None, progress=lambda *_: None):
    torch.manual_seed(0)
    model = TinyFitted(2).eval()
    model.proposal_mode = "fast"
    model.fit(samples, features=MemoryStore() if store is None else store, progress=progress)
    return model


@torch.inference_mode()
def found(model, picture, target):
    (output,) = model.outputs(model(picture[None], target.proposals[None]))
    return suppress(output, conf=0.3, iou=0.3)


def test_what_is_solved_finds_the_objects_and_moves_boxes_onto_them():
    samples = pictures()
    model = fitted(samples)
    assert model.is_fitted
    for picture, target in samples:
        kept = found(model, picture, target)
        for box, label in zip(target.boxes, target.labels, strict=True):
            best = box_iou(box[None], kept.boxes[kept.labels == label][:1])
            assert best.max() > 0.6
    moved, proposed = [], []
    for picture, target in samples:
        proposals, _, boxes = model(picture[None], target.proposals[None])
        overlap = box_iou(target.boxes, proposals[0])
        for number in range(2):
            near = overlap[number] > 0.6
            proposed.append(overlap[number][near])
            moved.append(box_iou(target.boxes[[number]], boxes[0, near, number])[0])
    assert torch.cat(moved).mean() > torch.cat(proposed).mean() + 0.03


def test_until_it_is_fitted_the_softmax_answers_and_boxes_stay():
    (picture, target), *_ = pictures(1)
    model = TinyFitted(2).eval()
    model.proposal_mode = "fast"
    proposals, scores, boxes = model(picture[None], target.proposals[None])
    assert torch.equal(boxes, proposals[:, :, None].expand_as(boxes))
    features = model.describe(picture[None], target.proposals).features
    assert_rounding_only(scores[0], model.scores(features).softmax(1)[:, 1:])


def test_fitting_goes_on_from_what_was_kept():
    samples, store, asked = pictures(), MemoryStore(), []

    def stop(done, total, text):
        if done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fitted(samples, store, stop)
    assert len(store) == 5

    class Asked(list):
        def __getitem__(self, index):
            asked.append(index)
            return super().__getitem__(index)

    resumed = fitted(Asked(samples), store)
    assert asked == list(range(5, 12))
    whole = fitted(samples)
    for name, tensor in whole.state_dict().items():
        assert torch.equal(tensor, resumed.state_dict()[name])


def test_a_label_and_pictures_without_objects_do_no_harm():
    empty = DetectionTarget(
        torch.zeros(0, 4), torch.zeros(0, dtype=torch.long), None, pictures(1)[0][1].proposals
    )
    samples = [(pictures(1)[0][0], empty)] * 2
    model = fitted(samples)
    assert all(t.isfinite().all() for t in model.state_dict().values() if t.is_floating_point())
    assert len(found(model, *samples[0]).scores) == 0


def test_only_objects_are_examples_and_only_far_boxes_something_else():
    target = DetectionTarget(
        torch.tensor([[0.0, 0, 20, 20], [40, 40, 60, 60]]), torch.tensor([1, 0])
    )
    boxes = torch.cat(
        [target.boxes, torch.tensor([[0.0, 0, 20, 14], [0, 0, 20, 8], [70, 0, 90, 9]])]
    )
    told = region_sides(boxes, target, 3)
    assert told["sides"].tolist() == [[-1, 1, -1], [1, -1, -1], [-1, 0, -1], [-1, 0, -1], [-1] * 3]
    assert told["found"].tolist() == [[0, 1, 0], [1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 0]]


def test_examples_of_moving_a_box_overlap_its_object():
    _, target = pictures(1)[0]
    boxes = torch.cat([target.boxes, target.proposals])
    examples = box_examples(boxes, torch.arange(len(boxes))[:, None].float(), target)
    chosen = boxes[examples["pooled"].long()[:, 0]]
    assert 2 < len(chosen) <= 64
    assert (box_iou(chosen, target.boxes).amax(1) >= 0.6).all()
