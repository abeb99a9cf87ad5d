"""The kinds of files that foreign networks come in; known without torch."""

import zipfile
from pathlib import Path

ONNX, OPENVINO, TORCHSCRIPT = "onnx", "openvino", "torchscript"
KINDS = {
    ONNX: "A network that was brought as an ONNX file",
    OPENVINO: "A network that was brought in OpenVINO's form",
    TORCHSCRIPT: "A network that was brought as a TorchScript file",
}
"""What a card calls the model, and that in words."""
TENSORS = {ONNX: ("onnx",), OPENVINO: ("xml", "bin"), TORCHSCRIPT: ("torchscript",)}
"""The tensors of a Weights file that hold the bytes of such a network's files."""
BACKENDS = {ONNX: ("openvino",), OPENVINO: ("openvino",), TORCHSCRIPT: ("torch",)}
"""What runs them."""
_ENDINGS = {".onnx": ONNX, ".xml": OPENVINO, ".torchscript": TORCHSCRIPT}
_MAY_BE_SCRIPT = (".pt", ".pth", ".ts")


def kind_of(path: Path) -> str:
    """The kind that a file is of, by its ending and the names inside; nothing where of none."""
    ending = path.suffix.lower()
    if ending in _MAY_BE_SCRIPT:
        return TORCHSCRIPT if _holds_code(path) else ""
    return _ENDINGS.get(ending, "")


def _holds_code(path: Path) -> bool:
    """Whether this is an archive with a program in it, as TorchScript is."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (OSError, ValueError, zipfile.BadZipFile):
        return False
    return any(name.partition("/")[2].startswith("code/") for name in names)
