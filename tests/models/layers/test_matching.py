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
    found = match(anchors, boxes, above=0.5, below=0.3, each_box_wins=False)
    best = overlap.amax(1)
    assert ((found >= 0) == (best >= 0.5)).all()
    assert ((found == NOTHING) == (best < 0.3)).all()
    assert (found[found >= 0] == overlap.argmax(1)[found >= 0]).all()


@given(st.integers(1, 60), st.integers(1, 8), st.integers(0, 999))
@settings(deadline=None, max_examples=40)
def test_the_best_reference_of_an_object_learns_one_in_any_case(references, objects, seed):
    anchors, boxes = random_boxes(references, seed), random_boxes(objects, seed + 1)
    overlap = box_iou(anchors, boxes)
    found = match(anchors, boxes, above=0.99, below=0.98, each_box_wins=True)
    for column in overlap.T:
        if column.max() > 0:
            assert found[column.argmax()] >= 0


def test_without_objects_nothing_is_learned():
    assert (
        match(random_boxes(5, 0), torch.zeros(0, 4), above=0.5, below=0.5, each_box_wins=True)
        == NOTHING
    ).all()


def test_a_sample_holds_at_most_its_share_of_objects():
    matched = torch.tensor([0] * 50 + [NOTHING] * 50 + [BETWEEN] * 50)
    positive, negative = sample(matched, count=40, positive_share=0.25)
    assert (len(positive), len(negative)) == (10, 30)
    assert (matched[positive] == 0).all()
    assert (matched[negative] == NOTHING).all()
