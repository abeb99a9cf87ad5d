import pytest
import torch

from models.segmentation.unet import UNet, unet32, unet64


@pytest.mark.parametrize("channels", [0, 16, 33, 256])
def test_any_other_base_is_refused_and_the_three_are_named(channels):
    with pytest.raises(ValueError, match=r"unet32, unet64, unet128"):
        UNet(2, channels=channels)


def test_channel_plan_is_b_2b_4b_8b_8b_and_back():
    model = unet32(5)
    plan = [
        block.convs if hasattr(block, "convs") else block[1]
        for block in (model.down1, model.down2, model.down3, model.down4)
    ]
    assert [p[1][0].out_channels for p in plan] == [64, 128, 256, 256]
    ups = [model.up1, model.up2, model.up3, model.up4]
    assert [(u.convs[0][0].in_channels, u.convs[1][0].out_channels) for u in ups] == [
        (512, 128),
        (256, 64),
        (128, 32),
        (64, 32),
    ]
    assert model.score.kernel_size == (1, 1)


def test_unet64_has_the_size_of_the_bilinear_u_net():
    # 13.39 million, counted by hand from the plan: 9 c_in c_out a convolution, 2 c a norm.
    convs = [(3, 64), (64, 64)]
    for c_in, c_out in [(64, 128), (128, 256), (256, 512), (512, 512)]:
        convs += [(c_in, c_out), (c_out, c_out)]
    for c_in, c_out in [(1024, 256), (512, 128), (256, 64), (128, 64)]:
        convs += [(c_in, c_out), (c_out, c_out)]
    expected = sum(9 * i * o + 2 * o for i, o in convs) + 64 * 2 + 2
    assert sum(p.numel() for p in unet64(2).parameters()) == expected


def test_padding_an_odd_size_does_not_move_the_scores():
    torch.manual_seed(0)
    model = unet32(2).eval()
    picture = torch.randn(1, 3, 48, 48)
    with torch.inference_mode():
        whole = model(picture)[0]
        odd = model(picture[..., :41, :43])[0]
    assert odd.shape[-2:] == (41, 43)
    torch.testing.assert_close(odd[..., :8, :8], whole[..., :8, :8], atol=0.5, rtol=0.5)
