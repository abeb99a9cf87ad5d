"""Image classifiers against the tables of their papers, with 1000 labels."""

import pytest
import torch

import models
from models import registry
from models.contract import Task

models.load_all()
MILLIONS = {
    "resnet18": 11.69,
    "resnet34": 21.80,
    "resnet50": 25.56,
    "resnet101": 44.55,
    "resnet152": 60.19,
}


def on_meta(name, num_labels=1000, **options):
    with torch.device("meta"):
        return registry.get(name).build(num_labels, **options)


@pytest.mark.parametrize(("name", "millions"), MILLIONS.items())
def test_a_classifier_has_its_papers_number_of_parameters(name, millions):
    count = sum(p.numel() for p in on_meta(name).parameters())
    assert count / 1e6 == pytest.approx(millions, abs=0.01)


def test_every_classifier_is_counted():
    known = {n for n in registry.names() if registry.get(n).task is Task.CLASSIFICATION}
    assert {n for n in known if not n.startswith("tiny")} == set(MILLIONS)
