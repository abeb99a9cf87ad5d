"""An encoder and a decoder laid out as Segment Anything's, which learned nothing."""

from pathlib import Path

from tests.make_onnx import node, value, write_onnx

SIDE, SMALL = 64, 16
SHAPES = {
    "image_embeddings": (1, 3, SMALL, SMALL),
    "point_coords": (1, "points", 2),
    "point_labels": (1, "points"),
    "mask_input": (1, 1, SMALL, SMALL),
    "has_mask_input": (1,),
    "orig_im_size": (2,),
}


def write_encoder(path, sides=(SIDE, SIDE)):
    """The picture at a quarter, which was normalised and padded."""
    pooled = node("AveragePool", ["image"], "image_embeddings", kernel_shape=(4, 4), strides=(4, 4))
    outputs = [value("image_embeddings", (1, 3, SMALL, SMALL))]
    return write_onnx(path, [pooled], [value("image", (1, 3, *sides))], outputs)


def write_plain_encoder(path):
    """The picture at a quarter, taken as it is: (H, W, 3) of any size."""
    nodes = [
        node("Transpose", ["image"], "turned", perm=(2, 0, 1)),
        node("Unsqueeze", ["turned"], "one", axes=(0,)),
        node("AveragePool", ["one"], "image_embeddings", kernel_shape=(4, 4), strides=(4, 4)),
    ]
    outputs = [value("image_embeddings", (1, 3, "rows", "columns"))]
    return write_onnx(path, nodes, [value("image", ("height", "width", 3))], outputs)


def write_decoder(path, *, leave_out=(), more=(), shapes=SHAPES):
    """What is brighter than the mean colour is the object, and what the answer before had; as sure
    as the mean of the points' kinds."""
    nodes = [
        node("ReduceMean", ["image_embeddings"], "grey", axes=(1,), keepdims=1),
        node("Mul", ["mask_input", "has_mask_input"], "known"),
        node("Add", ["grey", "known"], "low_res_masks"),
        node("ReduceMean", ["point_labels"], "iou_predictions", axes=(1,), keepdims=1),
    ]
    inputs = [value(k, shape) for k, shape in shapes.items() if k not in leave_out]
    inputs += [value(name, (1,)) for name in more]
    outputs = [value("low_res_masks", (1, 1, "rows", "columns")), value("iou_predictions", (1, 1))]
    return write_onnx(path, nodes, inputs, outputs)


def write_sam_pair(folder: Path) -> list[Path]:
    """Both, the encoder first."""
    return [write_encoder(folder / "tiny.encoder.onnx"), write_decoder(folder / "decoder.onnx")]
