import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torchvision.ops import box_iou

from models.layers.matching import BETWEEN, NOTHING, match, sample


def random_boxes(count, seed):
    generator = torch.Generator().manual_seed(seed)
    corners = torch.rand(count, 2, generator=generator) * 80
    return torch.cat([corners, corners + 5 + torch.rand(count, 2, generator=generator) * 40], dim=1)


@given(st.integers(1, 60), st.integers(1, 8), st.integers(0, 999))
@settings(deadline=None, max_examples=40)
def test_each_reference_learns_what_it_overlaps_most(references, objects, seed):
    anchors, boxes = random_boxes(references, seed), random_boxes(objects, seed + 1)
    overlap = box_iou(anchors, boxes)
    found = match(anchors, boxes, above=0.5, below=0.3, winners="none")
    best = overlap.amax(1)
    assert ((found >= 0) == (best >= 0.5)).all()
    assert ((found == NOTHING) == (best < 0.3)).all()
    assert (found[found >= 0] == overlap.argmax(1)[found >= 0]).all()


@pytest.mark.parametrize("winners", ["one", "ties"])
@given(references=st.integers(1, 60), objects=st.integers(1, 8), seed=st.integers(0, 999))
@settings(deadline=None, max_examples=40)
def test_the_best_reference_of_an_object_learns_one_in_any_case(references, objects, seed, winners):
    anchors, boxes = random_boxes(references, seed), random_boxes(objects, seed + 1)
    overlap = box_iou(anchors, boxes)
    found = match(anchors, boxes, above=0.99, below=0.98, winners=winners)
    for column in overlap.T:
        if column.max() > 0:
            assert found[column.argmax()] >= 0


def test_of_equal_references_the_first_learns_or_all():
    """An object in the middle between four cells of a grid, smaller than the references."""
    anchors = torch.tensor([[x, y, x + 20, y + 20] for y in (0, 10) for x in (0, 10)]).float()
    box = torch.tensor([[12.0, 12, 18, 18]])
    ties = match(anchors, box, above=0.5, below=0.4, winners="ties")
    assert ties.tolist() == [0, 0, 0, 0]
    one = match(anchors, box, above=0.5, below=0.4, winners="one")
    assert one.tolist() == [0, NOTHING, NOTHING, NOTHING]


def test_objects_in_one_place_learn_at_references_of_their_own():
    anchors = torch.tensor([[0.0, 0, 40, 40], [4, 4, 44, 44], [60, 60, 90, 90]])
    boxes = torch.tensor([[10.0, 10, 20, 20], [12, 12, 24, 24]])
    assert match(anchors, boxes, above=0.5, below=0.4, winners="one").tolist() == [1, 0, NOTHING]


def test_an_object_that_is_left_without_a_reference_takes_none_from_others():
    anchors = torch.tensor([[0.0, 0, 10, 10], [50, 50, 90, 90]])
    # The first two meet the second anchor alone, the third meets the first one a little.
    boxes = torch.tensor([[50.0, 50, 88, 88], [52, 52, 80, 80], [8, 8, 30, 30]])
    assert match(anchors, boxes, above=0.95, below=0.9, winners="one").tolist() == [2, 0]


def test_nobody_wins_an_object_that_it_does_not_touch():
    anchors, box = torch.tensor([[0.0, 0, 9, 9]]), torch.tensor([[20.0, 20, 30, 30]])
    assert match(anchors, box, above=0.5, below=0.4, winners="one").tolist() == [NOTHING]


def test_without_objects_nothing_is_learned():
    assert (
        match(random_boxes(5, 0), torch.zeros(0, 4), above=0.5, below=0.5, winners="ties")
        == NOTHING
    ).all()


def test_a_sample_holds_at_most_its_share_of_objects():
    matched = torch.tensor([0] * 50 + [NOTHING] * 50 + [BETWEEN] * 50)
    positive, negative = sample(matched, count=40, positive_share=0.25)
    assert (len(positive), len(negative)) == (10, 30)
    assert (matched[positive] == 0).all()
    assert (matched[negative] == NOTHING).all()
