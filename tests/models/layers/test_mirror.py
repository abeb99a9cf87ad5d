import pytest
import torch
from torch.nn import functional

from models.layers.mirror import mirror_pad


def test_it_is_torchs_reflection_where_that_reaches():
    batch = torch.randn(2, 3, 7, 9)
    torch.testing.assert_close(
        mirror_pad(batch, (8, 5, 3, 6)), functional.pad(batch, (8, 5, 3, 6), mode="reflect")
    )


def test_a_picture_smaller_than_the_padding_is_mirrored_again():
    row = torch.tensor([0.0, 1, 2]).view(1, 1, 1, 3)
    assert mirror_pad(row, (3, 6, 0, 0)).flatten().tolist() == [1, 2, 1, 0, 1, 2, 1, 0, 1, 2, 1, 0]


@pytest.mark.parametrize("size_hw", [(1, 1), (1, 5), (2, 3)])
def test_any_size_is_padded_by_anything(size_hw):
    assert mirror_pad(torch.ones(1, 3, *size_hw), (92, 95, 0, 92)).shape == (
        1,
        3,
        size_hw[0] + 92,
        size_hw[1] + 187,
    )
