import torch
from torch import nn

from models.layers.initialise import initialise_he


def test_a_deep_chain_of_relus_neither_fades_nor_explodes():
    torch.manual_seed(0)
    convs = [nn.Conv2d(64, 64, 3, padding=1, padding_mode="circular") for _ in range(8)]
    chain = nn.Sequential(*(nn.Sequential(conv, nn.ReLU()) for conv in convs))
    initialise_he(chain)
    with torch.inference_mode():
        x = torch.randn(4, 64, 12, 12)
        assert 0.2 < float(chain(x).square().mean() / x.square().mean()) < 5
    assert all((conv.bias == 0).all() for conv in convs)
