"""The torchvision weights that can be downloaded: a plain table, read without torchvision.

Their addresses and checksums are asked of torchvision itself when one is downloaded.
"""

from dataclasses import dataclass
from pathlib import Path

from engine.endings import TORCHVISION
from models.task import Task

MB = 1 << 20


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """Weights of torchvision by the name of their enum member; `size` in bytes is about right."""

    name: str
    model: str
    task: Task
    enum: str
    size: int
    text: str

    @property
    def file_name(self) -> str:
        """The file in the cache."""
        return f"{self.name}{TORCHVISION}"


_VOC = "20 everyday objects and background, trained by torchvision on COCO with VOC's labels"
_COCO = "80 everyday objects, trained by torchvision on COCO"

CATALOG = (
    CatalogEntry(
        "coco-lraspp_mobilenet_v3_large",
        "lraspp_mobilenet_v3_large",
        Task.SEMANTIC,
        "LRASPP_MobileNet_V3_Large_Weights.COCO_WITH_VOC_LABELS_V1",
        13 * MB,
        _VOC,
    ),
    CatalogEntry(
        "coco-deeplabv3_mobilenet_v3_large",
        "deeplabv3_mobilenet_v3_large",
        Task.SEMANTIC,
        "DeepLabV3_MobileNet_V3_Large_Weights.COCO_WITH_VOC_LABELS_V1",
        42 * MB,
        _VOC,
    ),
    CatalogEntry(
        "coco-ssd300_vgg16",
        "ssd300",
        Task.DETECTION,
        "SSD300_VGG16_Weights.COCO_V1",
        136 * MB,
        _COCO,
    ),
    CatalogEntry(
        "coco-ssdlite320_mobilenet_v3_large",
        "ssdlite",
        Task.DETECTION,
        "SSDLite320_MobileNet_V3_Large_Weights.COCO_V1",
        13 * MB,
        _COCO,
    ),
    CatalogEntry(
        "coco-fasterrcnn_mobilenet_v3_large_fpn",
        "fasterrcnn_mobilenet_v3_large_fpn",
        Task.DETECTION,
        "FasterRCNN_MobileNet_V3_Large_FPN_Weights.COCO_V1",
        74 * MB,
        _COCO,
    ),
    CatalogEntry(
        "coco-maskrcnn_resnet50_fpn",
        "mask_rcnn",
        Task.INSTANCE,
        "MaskRCNN_ResNet50_FPN_Weights.COCO_V1",
        170 * MB,
        _COCO,
    ),
)


def catalog_entry(name: str) -> CatalogEntry | None:
    """The entry of this name."""
    return next((entry for entry in CATALOG if entry.name == name), None)


def entry_of_file(path: Path) -> CatalogEntry | None:
    """The entry that this downloaded file belongs to, by its name; None for any other file."""
    return catalog_entry(path.stem) if path.suffix == TORCHVISION else None
