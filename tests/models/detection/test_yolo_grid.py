import pytest
import torch

from models.contract import DetectionTarget
from models.detection.yolo_grid import PRIOR, GridDetector, Grids

SIZE_HW = (96, 160)
ANCHORS = [(6, 8), (12, 10), (20, 24), (30, 20), (50, 60), (90, 70)]
GRIDS = [
    Grids((16, 32)),
    Grids((32, 16), one_label=True),
    Grids((8, 16), reach=(1.2, 1.1)),
]


class Answering(GridDetector):
    """Says what it was told to."""

    raw: tuple[torch.Tensor, ...] = ()

    def forward(self, batch):
        return self.raw


def empty(model):
    """Grids that see no object anywhere: (1, A, 5 + K, H, W) each."""
    found = []
    for stride in model.grids.strides:
        grid = torch.zeros(1, 3, 5 + model.num_labels, SIZE_HW[0] // stride, SIZE_HW[1] // stride)
        grid[:, :, 4:] = -30
        found.append(grid)
    return found


def random_target(seed, count=6):
    generator = torch.Generator().manual_seed(seed)
    low = torch.rand(count, 2, generator=generator) * torch.tensor([100.0, 50.0])
    sides = torch.rand(count, 2, generator=generator) * 40 + 4
    labels = torch.randint(0, 3, (count,), generator=generator)
    return DetectionTarget(torch.cat([low, low + sides], dim=1), labels)


def write(model, grids, target):
    """Let every anchor that learns an object say exactly that one; how many do."""
    written = 0
    for scale, grid in enumerate(grids):
        numbered = DetectionTarget(target.boxes, torch.arange(len(target.boxes)))
        by_place = grid.permute(0, 1, 3, 4, 2)
        (_, anchor, row, column), boxes, which = model._assign([numbered], scale, by_place)
        stride, reach = model.grids.strides[scale], model.grids.reach[scale]
        inside = (boxes[:, :2] + boxes[:, 2:]) / 2 / stride - torch.stack([column, row], dim=1)
        inside = (inside + (reach - 1) / 2) / reach
        sizes = (boxes[:, 2:] - boxes[:, :2]) / model.anchors[scale][anchor]
        for i in range(len(which)):
            here = grid[0, anchor[i], :, row[i], column[i]]
            here[:2] = inside[i].clamp(1e-6, 1 - 1e-6).logit()
            here[2:4] = sizes[i].log()
            here[4] = 30
            here[5:] = -30
            here[5 + target.labels[which[i]]] = 30
            written += 1
    return written


@pytest.mark.parametrize("grids", GRIDS)
@pytest.mark.parametrize("seed", range(4))
def test_what_is_coded_is_decoded_and_costs_nothing(grids, seed):
    model = Answering(3, grids, ANCHORS)
    # One object: several that share an anchor and a cell could not all be said.
    target = random_target(seed, count=1)
    raw = empty(model)
    written = write(model, raw, target)
    model.raw = tuple(grid.flatten(1, 2) for grid in raw)
    (output,) = model.outputs(model.raw)
    assert written == len(output.scores) > 0
    assert torch.allclose(output.boxes, target.boxes.expand(written, 4), atol=1e-2)
    assert set(output.labels.tolist()) == set(target.labels.tolist())
    losses = model.losses(torch.zeros(1, 3, *SIZE_HW), [target])
    assert all(value < 1e-3 for value in losses.values())


@pytest.mark.parametrize("grids", GRIDS)
def test_every_object_is_learned_by_what_the_matches_say(grids):
    model, target = Answering(3, grids, ANCHORS), random_target(9)
    matches = model.matches(SIZE_HW, target)
    assert set(matches.objects.tolist()) == set(range(len(target.boxes)))
    assert len(matches.objects) == write(model, empty(model), target)


def test_objects_start_as_rare():
    model = Answering(3, GRIDS[0], ANCHORS)
    conv = model.answer(4)
    model.start_rare(conv)
    bias = conv.bias.view(3, -1)
    assert bias[:, 4].sigmoid().tolist() == pytest.approx([PRIOR] * 3)
    assert bias[:, 5:].abs().max() == 0
    model.start_rare(conv, labels=True)
    assert conv.bias.view(3, -1)[:, 5:].sigmoid().max().item() == pytest.approx(PRIOR)
