import torch

from models.contract import DetectionTarget
from models.detection.localizer import localizer


def answering(numbers, logits):
    """A localizer with two labels that always says this."""
    model = localizer(2, width=0.25).eval()
    with torch.no_grad():
        model.numbers.weight.zero_()
        model.numbers.bias.copy_(torch.tensor(numbers))
        model.label.fc.weight.zero_()
        model.label.fc.bias.copy_(torch.tensor(logits))
    return model


def test_four_numbers_are_shares_of_the_input():
    model = answering([0.25, 0.5, 0.75, 1.0], [0.0, 1.0, 2.0])
    with torch.inference_mode():
        (output,) = model.predict(torch.zeros(1, 3, 64, 96))
    assert output.boxes.tolist() == [[24, 32, 72, 64]] * 2
    assert output.labels.tolist() == [0, 1]
    assert torch.allclose(output.scores, torch.tensor([0.0, 1, 2]).softmax(0)[1:])


def test_a_box_turned_inside_out_or_too_large_is_put_right():
    model = answering([0.75, 1.5, 0.25, -0.5], [0.0, 1.0, 2.0])
    with torch.inference_mode():
        (output,) = model.predict(torch.zeros(1, 3, 64, 96))
    assert output.boxes[0].tolist() == [24, 0, 72, 64]


def test_a_picture_without_objects_says_nothing():
    model = answering([0.0, 0.0, 1.0, 1.0], [20.0, 0.0, 0.0])
    with torch.inference_mode():
        (output,) = model.predict(torch.zeros(1, 3, 64, 96))
    assert len(output.scores) == 0


def test_the_largest_object_is_learned():
    model = answering([0.25, 0.5, 0.75, 1.0], [-20.0, -20.0, 20.0])
    boxes = torch.tensor([[0.0, 0, 10, 10], [24, 32, 72, 64], [50, 0, 60, 30]])
    target = DetectionTarget(boxes, torch.tensor([0, 1, 0]))
    losses = model.losses(torch.zeros(1, 3, 64, 96), [target])
    assert losses["box"] < 1e-6
    assert losses["label"] < 1e-6


def test_the_step_is_the_box_with_its_best_label():
    model = answering([0.25, 0.5, 0.75, 1.0], [0.0, 1.0, 2.0])
    with torch.inference_mode():
        ((step,),) = model.steps(model(torch.zeros(1, 3, 64, 96)))
    assert step.boxes.tolist() == [[24, 32, 72, 64]]
    assert step.labels.tolist() == [1]
