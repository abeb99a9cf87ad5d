"""Darknet's published .cfg files, written by code, and a plain reading of what they compute."""

import struct

import numpy as np
import torch
from torch.nn import functional

COCO_V4 = "12, 16, 19, 36, 40, 28, 36, 75, 76, 55, 72, 146, 142, 110, 192, 243, 459, 401"
COCO_V3 = "10,13, 16,30, 33,23, 30,61, 62,45, 59,119, 116,90, 156,198, 373,326"
COCO_TINY = "10,14, 23,27, 37,58, 81,82, 135,169, 344,319"
COCO_V2 = (
    "0.57273, 0.677385, 1.87446, 2.06253, 3.33843, 5.47434, 7.88282, 3.52778, 9.77052, 9.16828"
)


def section(kind, **settings):
    return f"[{kind}]\n" + "".join(f"{key}={value}\n" for key, value in settings.items())


def conv(filters, size, stride=1, *, activation="leaky", norm=1):
    return section(
        "convolutional",
        batch_normalize=norm,
        filters=filters,
        size=size,
        stride=stride,
        pad=1,
        activation=activation,
    )


def last(filters):
    return conv(filters, 1, activation="linear", norm=0)


def net(size):
    return section("net", batch=1, height=size, width=size, channels=3) + "# Training\n#batch=64\n"


POOL = section("maxpool", size=2, stride=2)


def route(*layers):
    return section("route", layers=", ".join(map(str, layers)))


def alternating(channels, count):
    return "".join(conv(channels * (1 + i % 2), 1 + 2 * (i % 2)) for i in range(count))


def yolov1_tiny(labels, size=448):
    halving = "".join(conv(c, 3) + POOL for c in (16, 32, 64, 128, 256, 512))
    dense = section("connected", output=49 * (10 + labels), activation="linear")
    head = section(
        "detection", classes=labels, coords=4, rescore=1, side=7, num=2, softmax=0, sqrt=1
    )
    return net(size) + halving + conv(1024, 3) + conv(256, 3) + dense + head


def yolov2(labels, size=416, reorg="reorg"):
    text = net(size) + conv(32, 3) + POOL + conv(64, 3) + POOL
    for channels in (128, 256):
        text += conv(channels, 3) + conv(channels // 2, 1) + conv(channels, 3) + POOL
    for channels in (512, 1024):
        text += (conv(channels, 3) + conv(channels // 2, 1)) * 2 + conv(channels, 3)
        text += POOL if channels == 512 else ""
    text += conv(1024, 3) * 2 + route(-9) + conv(64, 1) + section(reorg, stride=2) + route(-1, -4)
    text += conv(1024, 3) + last(5 * (5 + labels))
    return text + section(
        "region", anchors=COCO_V2, bias_match=1, classes=labels, coords=4, num=5, softmax=1
    )


def yolo(labels, mask, anchors, **more):
    return section("yolo", mask=mask, anchors=anchors, classes=labels, **more)


PYRAMID = (
    section("maxpool", stride=1, size=5) + route(-2) + section("maxpool", stride=1, size=9)
    + route(-4) + section("maxpool", stride=1, size=13) + route(-1, -3, -5, -6)
)  # fmt: skip


def yolov3_spp(labels, size=416):
    head = alternating(512, 6)
    longer = alternating(512, 3) + PYRAMID + alternating(512, 4)
    return yolov3(labels, size).replace(head, longer, 1)


def yolov3(labels, size=416):
    text = net(size) + conv(32, 3)
    for channels, count in ((64, 1), (128, 2), (256, 8), (512, 8), (1024, 4)):
        text += conv(channels, 3, 2)
        shortcut = section("shortcut", **{"from": -3, "activation": "linear"})
        text += (conv(channels // 2, 1) + conv(channels, 3) + shortcut) * count
    for channels, mask, skip in ((512, "6,7,8", 61), (256, "3,4,5", 36), (128, "0,1,2", None)):
        text += alternating(channels, 6) + last(3 * (5 + labels)) + yolo(labels, mask, COCO_V3)
        if skip:
            text += route(-4) + conv(channels // 2, 1) + section("upsample", stride=2)
            text += route(-1, skip)
    return text


def yolov2_tiny(labels, size=416, head=512):
    text = net(size) + "".join(conv(c, 3) + POOL for c in (16, 32, 64, 128, 256))
    text += conv(512, 3) + section("maxpool", size=2, stride=1) + conv(1024, 3) + conv(head, 3)
    text += last(5 * (5 + labels))
    return text + section(
        "region", anchors=COCO_V2, bias_match=1, classes=labels, coords=4, num=5, softmax=1
    )


def yolov4_tiny(labels, size=416):
    text = net(size) + conv(32, 3, 2) + conv(64, 3, 2)
    half = section("route", layers=-1, groups=2, group_id=1)
    for channels in (64, 128, 256):
        text += conv(channels, 3) + half + conv(channels // 2, 3) * 2 + route(-1, -2)
        text += conv(channels, 1) + route(-6, -1) + POOL
    text += conv(512, 3) + conv(256, 1) + conv(512, 3) + last(3 * (5 + labels))
    text += yolo(labels, "3,4,5", COCO_TINY, scale_x_y=1.05)
    text += route(-4) + conv(128, 1) + section("upsample", stride=2) + route(-1, 23)
    text += conv(256, 3) + last(3 * (5 + labels))
    return text + yolo(labels, "1,2,3", COCO_TINY, scale_x_y=1.05)


def yolov3_tiny(labels, size=416, masks=("3,4,5", "1,2,3")):
    text = net(size) + "".join(conv(c, 3) + POOL for c in (16, 32, 64, 128, 256))
    text += conv(512, 3) + section("maxpool", size=2, stride=1) + conv(1024, 3) + conv(256, 1)
    text += conv(512, 3) + last(3 * (5 + labels)) + yolo(labels, masks[0], COCO_TINY)
    text += route(-4) + conv(128, 1) + section("upsample", stride=2) + route(-1, 8)
    return text + conv(256, 3) + last(3 * (5 + labels)) + yolo(labels, masks[1], COCO_TINY)


def cross_stage(channels, count, first):
    def mish(filters, size=1, stride=1):
        return conv(filters, size, stride, activation="mish")

    part = channels if first else channels // 2
    shortcut = section("shortcut", **{"from": -3, "activation": "linear"})
    blocks = (mish(channels // 2) + mish(part, 3) + shortcut) * count
    way_back = -(4 + 3 * count)
    return (
        mish(channels, 3, 2) + mish(part) + route(-2) + mish(part) + blocks + mish(part)
        + route(-1, way_back) + mish(channels)
    )  # fmt: skip


def yolov4(labels, size=608):
    text = net(size) + conv(32, 3, activation="mish")
    for channels, count in ((64, 1), (128, 2), (256, 8), (512, 8), (1024, 4)):
        text += cross_stage(channels, count, channels == 64)
    text += alternating(512, 3)
    text += PYRAMID + alternating(512, 3)
    for channels, skip in ((256, 85), (128, 54)):
        text += conv(channels, 1) + section("upsample", stride=2) + route(skip)
        text += conv(channels, 1) + route(-1, -3) + alternating(channels, 5)
    heads = zip((128, 256, 512), ("0,1,2", "3,4,5", "6,7,8"), (1.2, 1.1, 1.05), strict=True)
    for channels, mask, reach in heads:
        if channels > 128:
            text += route(-4) + conv(channels, 3, 2) + route(-1, -16 if channels == 256 else -37)
            text += alternating(channels, 5)
        text += conv(2 * channels, 3) + last(3 * (5 + labels))
        text += yolo(labels, mask, COCO_V4, scale_x_y=reach)
    return text


PUBLISHED = {
    "yolo_v1_tiny": yolov1_tiny,
    "yolo_v2": yolov2,
    "yolo_v2_tiny": yolov2_tiny,
    "yolo_v3": yolov3,
    "yolo_v3_spp": yolov3_spp,
    "yolo_v3_tiny": yolov3_tiny,
    "yolo_v4": yolov4,
    "yolo_v4_tiny": yolov4_tiny,
}


def parse(cfg):
    """Kinds and settings, layer by layer, without [net]."""
    found = []
    for block in cfg.split("[")[1:]:
        kind, _, rest = block.partition("]\n")
        lines = [line for line in rest.splitlines() if "=" in line and not line.startswith("#")]
        found.append((kind, dict(line.split("=", 1) for line in lines)))
    return found


def run(cfg, generator, picture):
    """A picture (1, 3, H, W) float64 through the layers with random numbers: what enters each head,
    and the numbers, float32, in the order of a .weights file."""
    outputs, numbers, heads, x = [], [], [], picture
    for kind, settings in parse(cfg)[1:]:
        if kind in ("convolutional", "connected"):
            x, parts = convolve(kind, settings, generator, x)
            numbers += parts
        elif kind == "maxpool":
            x = pool(x, int(settings["size"]), int(settings["stride"]))
        elif kind == "route":
            layers = [int(each) for each in settings["layers"].split(",")]
            x = torch.cat([outputs[each] for each in layers], dim=1)
            parts, chosen = int(settings.get("groups", 1)), int(settings.get("group_id", 0))
            x = x.chunk(parts, dim=1)[chosen]
        elif kind == "shortcut":
            x = x + outputs[int(settings["from"])]
        elif kind == "upsample":
            x = x.repeat_interleave(2, 2).repeat_interleave(2, 3)
        elif kind == "reorg":
            x = reorg(x)
        elif kind == "reorg3d":
            x = torch.cat([x[:, :, i // 2 :: 2, i % 2 :: 2] for i in range(4)], dim=1)
        else:
            heads.append(x)
        outputs.append(x)
    return heads, np.concatenate([each.numpy().ravel() for each in numbers])


def convolve(kind, settings, generator, x):
    out = int(settings.get("filters") or settings["output"])
    size = int(settings.get("size", 0))
    shape = (out, x.shape[1], size, size) if size else (out, x.numel())
    weight = torch.randn(shape, generator=generator) * (2 / int(np.prod(shape[1:]))) ** 0.5
    bias = torch.randn(out, generator=generator) * 0.1
    if kind == "connected":
        return functional.linear(x.flatten(1), weight.double(), bias.double()), [bias, weight]
    x = functional.conv2d(x, weight.double(), None, int(settings["stride"]), shape[2] // 2)
    parts = [bias]
    if int(settings["batch_normalize"]):
        scale, variance = (torch.rand(out, generator=generator) + 0.5 for _ in range(2))
        mean = torch.randn(out, generator=generator) * 0.1
        x = (x - mean[:, None, None]) / (variance[:, None, None].double() + 1e-5).sqrt()
        x = x * scale[:, None, None]
        parts += [scale, mean, variance]
    x = x + bias[:, None, None]
    if settings["activation"] == "leaky":
        x = torch.where(x > 0, x, 0.1 * x)
    elif settings["activation"] == "mish":
        x = x * torch.tanh(functional.softplus(x))
    return x, [*parts, weight]


def pool(x, size, stride):
    """Darknet pads by size - 1 in all, the smaller half first."""
    before, after = (size - 1) // 2, size // 2
    padded = functional.pad(x, (before, after, before, after), value=-torch.inf)
    return functional.max_pool2d(padded, size, stride)


def reorg(x):
    """Darknet's [reorg] by its own indices."""
    _, c, h, w = x.shape
    k, j, i = np.indices((c, h, w))
    column, row = 2 * i + k // (c // 4) % 2, 2 * j + k // (c // 4) // 2
    flat = x.numpy().ravel()[column + 2 * w * (row + 2 * h * (k % (c // 4)))]
    return torch.from_numpy(flat.reshape(1, 4 * c, h // 2, w // 2))


def to_bytes(numbers, version=(0, 2, 5)):
    seen = "<q" if version[0] * 10 + version[1] >= 2 else "<i"
    return struct.pack("<3i", *version) + struct.pack(seen, 32013312) + numbers.tobytes()
