import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from models.layers.box_coding import clip, decode, encode

SIDES = st.floats(1, 500, width=32)
PLACES = st.floats(-100, 800, width=32)


@st.composite
def boxes(draw):
    x, y, w, h = draw(PLACES), draw(PLACES), draw(SIDES), draw(SIDES)
    return torch.tensor([x, y, x + w, y + h])


@given(boxes(), boxes())
@settings(deadline=None)
def test_decoding_undoes_encoding(box, reference):
    # A box grows at most 62 times by decoding.
    if ((box[2:] - box[:2]) / (reference[2:] - reference[:2])).max() > 60:
        return
    for weights in ((1, 1, 1, 1), (10, 10, 5, 5)):
        back = decode(encode(box[None], reference[None], weights), reference[None], weights)
        assert torch.allclose(back[0], box, atol=0.05, rtol=1e-3)


def test_no_offsets_are_the_reference_itself():
    reference = torch.tensor([[10.0, 20, 30, 60]])
    assert torch.allclose(decode(torch.zeros(1, 4), reference), reference)
    assert torch.allclose(encode(reference, reference), torch.zeros(1, 4))


def test_offsets_are_those_of_the_paper():
    moved = encode(torch.tensor([[20.0, 20, 40, 100]]), torch.tensor([[10.0, 20, 30, 60]]))
    assert torch.allclose(moved, torch.tensor([[0.5, 0.5, 0.0, torch.tensor(2.0).log()]]))


def test_huge_offsets_stay_finite_and_boxes_can_be_cut_off():
    huge = decode(torch.tensor([[0.0, 0, 99, 99]]), torch.tensor([[0.0, 0, 10, 10]]))
    assert huge.isfinite().all()
    assert clip(huge, (50, 80)).tolist() == [[0, 0, 80, 50]]
