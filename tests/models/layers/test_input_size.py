import torch

from models.layers.input_size import size_tensors, told_size


def test_the_size_survives_half_precision():
    batch = torch.rand(2, 3, 301, 517)
    assert told_size(tuple(t.bfloat16() for t in size_tensors(batch))) == (301, 517)
