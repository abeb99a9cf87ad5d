import pytest
import torch

from models.contract import SemanticTarget
from models.segmentation.recurrent_cnn import RecurrentCNN, recurrent_cnn


@pytest.fixture
def model() -> RecurrentCNN:
    torch.manual_seed(0)
    return recurrent_cnn(3).eval()


def with_iterations(model: RecurrentCNN, iterations: int) -> RecurrentCNN:
    other = recurrent_cnn(3, iterations=iterations).eval()
    other.load_state_dict(model.state_dict())
    return other


def test_fewer_iterations_are_the_first_answers_of_more(model):
    batch = torch.randn(1, 3, 30, 41)
    with torch.inference_mode():
        answers = with_iterations(model, 5).answers(batch)
        for count in range(1, 6):
            (scores,) = with_iterations(model, count)(batch)
            torch.testing.assert_close(scores, answers[count - 1])


def test_one_module_gives_every_answer_so_that_a_look_sees_them(model):
    seen = []
    model.look_again.register_forward_hook(lambda *call: seen.append(call[2]))
    answers = model.answers(torch.randn(1, 3, 16, 16))
    assert len(seen) == 3
    assert all(torch.equal(a, b) for a, b in zip(seen, answers, strict=True))


def seen_width(model: RecurrentCNN) -> int:
    """How many columns of the picture the score of its middle depends on."""
    batch = torch.randn(1, 3, 16, 160, requires_grad=True)
    model(batch)[0][0, :, 8, 80].sum().backward()
    assert batch.grad is not None
    columns = (batch.grad.abs().sum((0, 1, 2)) > 0).nonzero()
    return int(columns.max() - columns.min()) + 1


def test_every_iteration_sees_farther(model):
    widths = [seen_width(with_iterations(model, count)) for count in (1, 2, 3)]
    assert widths[0] <= 22 + 4  # four more where two scores are mixed on the way up
    assert widths[1] >= widths[0] + 16
    assert widths[2] >= widths[1] + 16


def test_the_loss_is_the_mean_over_the_answers(model):
    batch, ids = torch.randn(2, 3, 16, 16), torch.randint(0, 3, (2, 16, 16))
    targets = [SemanticTarget(each) for each in ids]
    wanted = [model.criterion(scores, ids)["dice"] for scores in model.answers(batch)]
    torch.testing.assert_close(model.losses(batch, targets)["dice"], torch.stack(wanted).mean())


def test_an_iteration_learns_from_what_the_later_ones_make_of_it(model):
    scores = torch.zeros(1, 3, 16, 16, requires_grad=True)
    model.look_again(torch.randn(1, 3, 16, 16), scores).pow(2).sum().backward()
    assert scores.grad is not None
    assert scores.grad.abs().sum() > 0


@pytest.mark.parametrize("iterations", [0, 6])
def test_other_numbers_of_iterations_are_refused(iterations):
    with pytest.raises(ValueError, match="1 to 5"):
        recurrent_cnn(2, iterations=iterations)
