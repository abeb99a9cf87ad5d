"""Tiny networks as other programs export them, which truly find something: bright cells."""

import warnings
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

SIDE = 64
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
