import csv

import pytest
import torch

from engine.training.events import EpochEnded
from engine.training.validation_loss import ValidationLoss
from models.contract import ClassificationTarget, SemanticTarget
from models.layers.losses import SemanticLoss
from tests.make_run import Plain, of, run


def semantic(count):
    return [SemanticTarget(torch.randint(0, 2, (8, 8))) for _ in range(count)]


def test_it_is_the_mean_over_pictures_whatever_the_batches():
    torch.manual_seed(0)
    model = Plain(2, dropout=0.5).eval()
    pictures, targets = torch.rand(3, 3, 8, 8), semantic(3)
    model.criterion = SemanticLoss(1.0, 0.0)  # Dice counts a batch as one.
    alone, together = ValidationLoss(model), ValidationLoss(model)
    for i in range(3):
        alone.add(pictures[i : i + 1], targets[i : i + 1], None)
    together.add(pictures, targets, None)
    assert alone.mean == pytest.approx(together.mean)


def test_what_the_model_said_already_is_not_asked_again():
    model = Plain(2).eval()
    pictures, targets = torch.rand(2, 3, 8, 8), semantic(2)
    asked, told = ValidationLoss(model), ValidationLoss(model)
    asked.add(pictures, targets, None)
    raw = model(pictures)
    with torch.no_grad():
        model.layers[0].weight.fill_(9.0)
    told.add(pictures, targets, raw)
    assert told.mean == asked.mean
    assert "forward" not in vars(model)


class ByLot(Plain):
    """Learns from pixels drawn by lot."""

    def losses(self, batch, targets):
        return {"lot": torch.rand(()) + self(batch)[0].sum() * 0}


def test_what_is_drawn_by_lot_is_the_same_in_each_validation_and_leaves_no_trace():
    model, batch = ByLot(2).eval(), (torch.rand(1, 3, 8, 8), semantic(1), None)
    first, second = ValidationLoss(model), ValidationLoss(model)
    torch.manual_seed(5)
    wanted = torch.rand(2).tolist()
    torch.manual_seed(5)
    found = [torch.rand(()).item()]
    first.add(*batch)
    found.append(torch.rand(()).item())
    second.add(*batch)
    assert first.mean == second.mean
    assert found == wanted


class Odd(Plain):
    """Its loss is no number."""

    def losses(self, batch, targets):
        return {"odd": torch.tensor(torch.nan)}


def test_without_pictures_or_a_finite_loss_there_is_none():
    assert ValidationLoss(Plain(2)).mean is None
    loss = ValidationLoss(Odd(2))
    loss.add(torch.rand(1, 3, 8, 8), [ClassificationTarget(torch.tensor(0))], None)
    assert loss.mean is None


def test_a_run_tells_its_validation_loss_and_notes_it(plain):
    epochs = of(run(plain, "validate_every=2", "epochs=3"), EpochEnded)
    told = [e.val_loss for e in epochs]
    assert told[0] is None
    assert all(loss > 0 for loss in told[1:])
    with (plain.parent / "run" / "metrics.csv").open() as file:
        noted = [row["val_loss"] for row in csv.DictReader(file)]
    assert noted == ["", *(str(loss) for loss in told[1:])]


def test_the_loss_of_pictures_that_are_trained_on_falls_like_theirs(plain):
    changes = ("ema=0", "augment={}", "epochs=30", "learning_rate=0.01")
    epochs = of(run(plain, *changes), EpochEnded)
    assert epochs[-1].val_loss < epochs[0].val_loss
    assert epochs[-1].val_loss == pytest.approx(epochs[-1].train_loss, rel=0.3)
