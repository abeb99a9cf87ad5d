import pytest
import torch

from models.contract import DetectionTarget
from models.detection.yolo_v1 import BOXES, SIDE, yolo_v1, yolo_v1_tiny
from models.layers.cell_coding import encode
from models.shapes_only import shapes_only


def perfect(model, target, size_hw):
    """Raw tensors that say exactly what is there, by the first box of each cell."""
    cells = torch.zeros(1, 5 * BOXES + model.num_labels, SIDE * SIDE)
    height, width = size_hw
    middles = (target.boxes[:, :2] + target.boxes[:, 2:]) / 2 * SIDE
    columns, rows = (middles / torch.tensor([width, height])).long().unbind(1)
    where = rows * SIDE + columns
    cells[0, :4, where] = encode(target.boxes, where, size_hw, SIDE).T
    cells[0, 4, where] = 1
    cells[0, 5 * BOXES + target.labels, where] = 1
    return cells.view(1, -1, SIDE, SIDE), torch.tensor([[float(width), float(height)]])


TARGET = DetectionTarget(
    torch.tensor([[10.0, 12, 60, 50], [70, 30, 90, 62], [100, 2, 126, 94]]), torch.tensor([2, 0, 1])
)


def meta(build, *args, **options):
    with shapes_only():
        return build(*args, **options)


def test_the_paper_has_24_convolutions_and_1470_numbers():
    model = meta(yolo_v1, 20, batch_norm=False)
    convs = [m for m in model.modules() if isinstance(m, torch.nn.Conv2d)]
    assert len(convs) == 24
    assert model.predict_cells.out_features == 1470 == 7 * 7 * 30
    assert model.dense[0].weight.shape == (4096, 7 * 7 * 1024)
    with shapes_only():
        assert model(torch.zeros(1, 3, 448, 448))[0].shape == (1, 30, 7, 7)


def test_448_leaves_7_by_7_to_the_pooling_as_it_is():
    for model in (meta(yolo_v1, 20), meta(yolo_v1_tiny, 20)):
        with shapes_only():
            assert model.features(torch.zeros(1, 3, 448, 448)).shape[-2:] == (7, 7)


def test_tiny_has_nine_convolutions_and_darknets_eight_have_one_dense_layer():
    nine, eight = meta(yolo_v1_tiny, 20), meta(yolo_v1_tiny, 20, convolutions=8)
    assert sum(isinstance(m, torch.nn.Conv2d) for m in nine.modules()) == 9
    assert sum(isinstance(m, torch.nn.Linear) for m in eight.modules()) == 1
    assert eight.predict_cells.weight.shape == (1470, 7 * 7 * 256)


def test_other_numbers_of_convolutions_are_refused():
    with pytest.raises(ValueError, match="9 or 8"):
        yolo_v1_tiny(2, convolutions=7)


def test_a_perfect_answer_is_decoded_to_the_objects():
    model = yolo_v1_tiny(3, width=0.125)
    (output,) = model.outputs(perfect(model, TARGET, (96, 128)))
    assert output.scores.tolist() == [1, 1, 1]
    order = output.boxes[:, 0].argsort()
    assert torch.allclose(output.boxes[order], TARGET.boxes, atol=1e-3)
    assert output.labels[order].tolist() == TARGET.labels.tolist()


def losses(model, raw, size_hw, target=TARGET):
    model.forward = lambda batch: raw
    return {k: v.item() for k, v in model.losses(torch.zeros(1, 3, *size_hw), [target]).items()}


def test_a_perfect_answer_costs_nothing():
    model = yolo_v1_tiny(3, width=0.125)
    found = losses(model, perfect(model, TARGET, (96, 128)), (96, 128))
    assert found == pytest.approx(dict.fromkeys(found, 0.0), abs=1e-5)


def test_the_terms_weigh_what_the_paper_says():
    model = yolo_v1_tiny(3, width=0.125)
    cells, size = perfect(model, TARGET, (96, 128))
    row, column = 2, 1  # the first object's centre (35, 31) lies here
    cells[0, 0, row, column] += 0.1  # x, of 18.3 pixels a cell
    # The difference of 0.1 has the digits of the numbers that it is the difference of.
    assert losses(model, (cells, size), (96, 128))["center"] == pytest.approx(5 * 0.01, rel=1e-5)
    cells[0, 0, row, column] -= 0.1
    cells[0, 2, row, column] += 0.1  # root of the width
    assert losses(model, (cells, size), (96, 128))["size"] == pytest.approx(5 * 0.01, rel=1e-3)
    cells[0, 2, row, column] -= 0.1
    cells[0, 4, 6, 6] = 0.4  # an empty cell that is fairly sure
    assert losses(model, (cells, size), (96, 128))["no_object"] == pytest.approx(0.5 * 0.16)
    cells[0, 12, row, column] = 0.7  # the label's probability
    assert losses(model, (cells, size), (96, 128))["label"] == pytest.approx(0.09, rel=1e-3)


def test_confidence_learns_the_overlap():
    model = yolo_v1_tiny(3, width=0.125)
    cells, size = perfect(model, TARGET, (96, 128))
    cells[0, 2, 2, 1] *= 0.5**0.5  # half as wide: IoU 0.5
    found = losses(model, (cells, size), (96, 128))
    assert found["object"] == pytest.approx(0.25, rel=1e-3)


def test_the_better_box_of_a_cell_is_responsible():
    model = yolo_v1_tiny(3, width=0.125)
    cells, size = perfect(model, TARGET, (96, 128))
    cells[:, 5:10] = cells[:, :5].clone()  # the second box says it too, but wider
    cells[:, 7] *= 1.2
    found = losses(model, (cells, size), (96, 128))
    assert found["center"] == pytest.approx(0, abs=1e-5)
    assert found["size"] == pytest.approx(0, abs=1e-5)
    assert found["no_object"] == pytest.approx(0.5 * 3)  # its three confidences of 1


def test_without_any_overlap_the_nearest_box_is_responsible():
    model = yolo_v1_tiny(3, width=0.125)
    cells, size = perfect(model, TARGET, (96, 128))
    cells[:, :5], cells[:, 5:10] = 0, 0
    cells[:, 5:7] = 0.5  # no size, but nearer the middle
    one = DetectionTarget(TARGET.boxes[:1], TARGET.labels[:1])
    (x, y, _, _) = encode(one.boxes, torch.tensor([15]), (96, 128), SIDE)[0].tolist()
    found = losses(model, (cells, size), (96, 128), one)
    assert found["center"] == pytest.approx(5 * ((x - 0.5) ** 2 + (y - 0.5) ** 2), rel=1e-4)


def test_steps_hold_both_boxes_of_every_cell():
    torch.manual_seed(0)
    model = yolo_v1_tiny(3, width=0.125).eval()
    with torch.inference_mode():
        raw = model(torch.rand(2, 3, 96, 128))
        ((step,), _), (output, _) = model.steps(raw), model.outputs(raw)
    assert step.grid_hw == (SIDE, SIDE)
    assert len(step.boxes) == SIDE * SIDE * BOXES
    scores = step.scores[:, None] * step.chances
    assert len(output.scores) == (scores > 0.001).sum()
    middles = (step.boxes[:, :2] + step.boxes[:, 2:]) / 2 * SIDE / torch.tensor([128, 96])
    assert torch.equal(middles[:, 1].long() * SIDE + middles[:, 0].long(), step.cells)


def test_matches_are_the_cells_around_the_centres():
    matches = yolo_v1_tiny(3, width=0.125).matches((96, 128), TARGET)
    assert set(matches.objects.tolist()) == {0, 1, 2}
    middles = (TARGET.boxes[:, :2] + TARGET.boxes[:, 2:])[matches.objects] / 2
    inside = (middles >= matches.boxes[:, :2]) & (middles <= matches.boxes[:, 2:])
    assert inside.all()
    sides = matches.boxes[:, 2:] - matches.boxes[:, :2]
    assert torch.allclose(sides, torch.tensor([128 / 7, 96 / 7]).expand(3, 2), atol=1e-3)
