"""Tiny networks as other programs export them, which truly find something: bright cells."""

import warnings
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

SIDE, LARGE = 64, 160
CELL = 16
RED, GREEN = 0, 1


class BrightCells(nn.Module):
    """A cell of 16 pixels that is red or green is an object: rows as YOLO v8's, (1, 4 + 2, M)."""

    def __init__(self, side: int = SIDE) -> None:
        super().__init__()
        count = side // CELL
        y, x = torch.meshgrid(torch.arange(count), torch.arange(count), indexing="ij")
        centers = torch.stack([x, y]).flatten(1) * CELL + CELL / 2
        sides = torch.full_like(centers, CELL)
        self.boxes = nn.Buffer(torch.cat([centers, sides])[None].float())  # (1, 4, M)
        self.pool = nn.AvgPool2d(CELL)

    def forward(self, image: Tensor) -> Tensor:
        """(1, 3, H, W) of 0..1 -> (1, 6, M)."""
        mean = self.pool(image).flatten(2)  # (1, 3, M)
        scores = (mean[:, :2] - mean[:, 2:]).clamp(0, 1)
        return torch.cat([self.boxes, scores], dim=1)


class Halves(nn.Module):
    """Label scores of pixels at half the size: red, green or blue."""

    def __init__(self) -> None:
        super().__init__()
        self.pool = nn.AvgPool2d(2)

    def forward(self, image: Tensor) -> Tensor:
        """(1, 3, H, W) -> (1, 3, h, w)."""
        return self.pool(image) * 10


class Listed(nn.Module):
    """One box around all that is red, as torchvision's detectors give it."""

    def forward(self, images: list[Tensor]) -> tuple[dict[str, Tensor], list[dict[str, Tensor]]]:
        """[(3, H, W)] -> losses, [boxes (1, 4), labels (1,), scores (1,)]."""
        rows, columns = torch.where(images[0][0] - images[0][2] > 0.5)
        box = torch.stack([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1])
        one = {
            "boxes": box.float()[None],
            "labels": torch.ones(1, dtype=torch.int64),
            "scores": torch.full((1,), 0.9),
        }
        losses: dict[str, Tensor] = {}
        return losses, [one]


class BrightMasks(nn.Module):
    """BrightCells of a larger picture, with the pixels that are bright: rows as YOLO v8's with
    masks, (1, 4 + 2 + 32, M), and prototypes (1, 32, h, w) at a quarter of the size."""

    def __init__(self, side: int = LARGE) -> None:
        super().__init__()
        self.cells = BrightCells(side)
        self.pool = nn.AvgPool2d(4)

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """(1, 3, H, W) of 0..1 -> rows and prototypes."""
        rows = self.cells(image)
        shares = torch.cat([rows[:, 4:], torch.zeros_like(rows[:, :1]).repeat(1, 30, 1)], dim=1)
        small = self.pool(image)
        bright = 20 * (small[:, :2] - small[:, 2:]) - 10
        maps = torch.cat([bright, torch.zeros_like(small[:, :1]).repeat(1, 30, 1, 1)], dim=1)
        return torch.cat([rows, shares], dim=1), maps


class BrightBars(nn.Module):
    """A bar of 12 x 6 pixels in each bright cell, each cell's at another angle: rows as YOLO v8's
    of rotated boxes, (1, 4 + 2 + 1, M)."""

    def __init__(self, side: int = LARGE) -> None:
        super().__init__()
        self.cells = BrightCells(side)
        count = (side // CELL) ** 2
        self.sides = nn.Buffer(torch.tensor([12.0, 6.0]).view(1, 2, 1).repeat(1, 1, count))
        self.angle = nn.Buffer(torch.linspace(-0.7, 2.3, count).view(1, 1, count))

    def forward(self, image: Tensor) -> Tensor:
        """(1, 3, H, W) of 0..1 -> (1, 7, M)."""
        rows = self.cells(image)
        return torch.cat([rows[:, :2], self.sides, rows[:, 4:], self.angle], dim=1)


def picture(side: int = SIDE) -> np.ndarray:
    """Grey, with one red cell at (16, 16) and one green at (32, 48), in cells of 16 pixels."""
    pixels = np.full((side, side, 3), 60, np.uint8)
    pixels[16:32, 16:32] = (250, 0, 0)
    pixels[48:64, 32:48] = (0, 250, 0)
    return pixels


def write_script(path: Path, module: nn.Module, **texts: str) -> Path:
    """A TorchScript file, with these texts beside the program."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.jit.save(torch.jit.script(module.eval()), path, _extra_files=texts)
    return path


def shapes_picture(height: int = LARGE, width: int = LARGE) -> np.ndarray:
    """Grey, with a red disc in the cell at (16, 32), and a green triangle in that at (96, 80)."""
    pixels = np.full((height, width, 3), 60, np.uint8)
    y, x = np.mgrid[:height, :width] + 0.5
    pixels[np.hypot(x - 24, y - 40) < 7] = (250, 0, 0)
    pixels[(np.abs(x - 104) < (y - 80) / 2) & (y < 96)] = (0, 250, 0)
    return pixels


def write_onnx(path: Path, module: nn.Module, side: int = LARGE, **notes: str) -> Path:
    """A network as ONNX, with these notes of its exporter."""
    import onnx

    example = torch.zeros(1, 3, side, side)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module.eval(), (example,), path, dynamo=False, opset_version=17, input_names=["images"]
        )
    model = onnx.load(path)
    onnx.helper.set_model_props(model, notes)
    onnx.save(model, path)
    return path


def write_bright_onnx(path: Path, side: int = SIDE, names: str = "") -> Path:
    """BrightCells as ONNX, with a table of names in it."""
    import onnx
    from onnx import helper, numpy_helper

    boxes = BrightCells(side).boxes.numpy()
    nodes = [
        helper.make_node("AveragePool", ["image"], ["cells"], kernel_shape=[CELL] * 2,
                         strides=[CELL] * 2),
        helper.make_node("Reshape", ["cells", "flat"], ["mean"]),
        helper.make_node("Split", ["mean", "two_one"], ["colors", "blue"], axis=1),
        helper.make_node("Sub", ["colors", "blue"], ["more"]),
        helper.make_node("Clip", ["more", "zero", "one"], ["scores"]),
        helper.make_node("Concat", ["boxes", "scores"], ["output0"], axis=1),
    ]  # fmt: skip
    constants = {
        "flat": np.array([1, 3, -1]), "two_one": np.array([2, 1]), "boxes": boxes,
        "zero": np.float32(0), "one": np.float32(1),
    }  # fmt: skip
    graph = helper.make_graph(
        nodes, "bright",
        [helper.make_tensor_value_info("image", onnx.TensorProto.FLOAT, [1, 3, side, side])],
        [helper.make_tensor_value_info("output0", onnx.TensorProto.FLOAT, [1, 6, boxes.shape[2]])],
        [numpy_helper.from_array(np.asarray(each), name) for name, each in constants.items()],
    )  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    if names:
        helper.set_model_props(model, {"names": names})
    onnx.save(model, path)
    return path
