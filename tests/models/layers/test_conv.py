import torch

from models.layers.conv import conv_norm_relu, separable_norm_relu


def reach(block, size=41):
    """Rows of the input that the middle of the output depends on."""
    x = torch.randn(1, 4, size, size, requires_grad=True)
    block.eval()(x)[0, :, size // 2, size // 2].sum().backward()
    return (x.grad.abs().sum((0, 1, 3)) > 0).nonzero().flatten().tolist()


def test_dilation_spreads_the_kernel_and_keeps_the_size():
    block = conv_norm_relu(4, 8, dilation=6)
    assert block(torch.randn(2, 4, 13, 7)).shape == (2, 8, 13, 7)
    assert reach(block) == [14, 20, 26]
    assert reach(separable_norm_relu(4, 8, dilation=6)) == [14, 20, 26]


def test_a_separable_convolution_is_two_small_ones():
    def count(block):
        return sum(p.numel() for p in block.parameters())

    norms = 2 * 64 + 2 * 128
    assert count(separable_norm_relu(64, 128)) == 9 * 64 + 64 * 128 + norms
    assert count(conv_norm_relu(64, 128)) == 9 * 64 * 128 + 2 * 128


def test_depthwise_means_that_channels_do_not_mix():
    depthwise = separable_norm_relu(4, 8)[0]
    x = torch.randn(1, 4, 6, 6)
    changed = x.clone()
    changed[:, 2] += 1
    differs = (depthwise(x) != depthwise(changed)).flatten(2).any(2)[0]
    assert differs.tolist() == [False, False, True, False]
