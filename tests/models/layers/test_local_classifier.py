import torch
from torch.nn import functional

from models.layers.local_classifier import LocalClassifier


def make(grid=4, side=12, labels=2):
    torch.manual_seed(0)
    return LocalClassifier((3, 5), 7, labels, grid=grid, side=side)


def inputs(count=6, labels=2):
    torch.manual_seed(1)
    crops = [torch.randn(count, 3, 12, 12), torch.randn(count, 5, 6, 6)]
    return crops, torch.randn(count, 7), torch.arange(count) % labels


def test_what_the_nearest_classifiers_say_is_blended():
    model = make()
    crops, described, labels = inputs()
    with torch.no_grad():
        for weight in (model.maps[1], model.vector):
            weight.zero_()
        found = model([crops[0], torch.zeros(6, 5, 6, 6)], described, labels)
        # As the paper has it: every classifier judges every place, then they are blended.
        said = torch.einsum("rcij,rckl->rklij", crops[0], model.maps[0][labels])  # (R, K, K, S, S)
        one_hot = torch.eye(16).view(1, 16, 4, 4)
        shares = functional.interpolate(one_hot, size=(12, 12), mode="bilinear")[0]  # (16, S, S)
        blended = (said.flatten(1, 2) * shares).sum(1)
    assert torch.allclose(found, blended, atol=1e-5)


def test_a_single_classifier_says_the_same_everywhere_of_the_same_feature():
    model = make(grid=1)
    flat = [torch.ones(2, 3, 12, 12), torch.ones(2, 5, 6, 6)]
    found = model(flat, torch.ones(2, 7), torch.tensor([0, 1]))
    assert torch.allclose(found, found[:, :1, :1].expand_as(found), atol=1e-6)
    assert not torch.allclose(found[0], found[1]), "labels have classifiers of their own"


def test_the_order_of_boxes_changes_nothing():
    model, (crops, described, labels) = make(), inputs()
    order = torch.tensor([3, 0, 5, 1, 4, 2])
    there = model([crop[order] for crop in crops], described[order], labels[order])
    assert torch.allclose(there, model(crops, described, labels)[order], atol=1e-6)


def test_no_boxes_no_masks():
    crops, described, labels = inputs(count=0)
    assert make()(crops, described, labels).shape == (0, 12, 12)
