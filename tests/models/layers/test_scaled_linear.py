import torch
from torch import nn

from models.layers.scaled_linear import ScaledLinear, take_gains_out


def test_it_says_what_a_plain_layer_says_once_its_gain_is_taken_out():
    torch.manual_seed(0)
    plain, scaled = nn.Linear(400, 3), ScaledLinear(400, 3)
    scaled.load_state_dict(plain.state_dict())
    take_gains_out(nn.Sequential(scaled))
    x = torch.randn(5, 400)
    torch.testing.assert_close(scaled(x), plain(x))


def test_a_step_of_adam_moves_it_little_however_many_inputs_there_are():
    moved = []
    for make in (nn.Linear, ScaledLinear):
        layer, x = make(10_000, 1), torch.ones(1, 10_000)
        before = layer(x).detach()
        layer(x).sum().backward()
        torch.optim.Adam(layer.parameters(), 1e-3).step()
        moved.append((layer(x) - before).abs().item())
    assert moved[0] > 9
    assert moved[1] < 0.3
