"""How people write the metrics whose keys stand in reports, cards and Runs."""

_NAMES = {
    "ap": "AP",
    "ap50": "AP50",
    "ap75": "AP75",
    "ap_voc": "VOC AP",
    "ap_voc11": "VOC 11-point",
    "ar100": "AR100",
    "boundary_ap": "boundary AP",
    "box_ap": "box AP",
    "box_ap50": "box AP50",
    "images": "pictures",
    "iou_1": "IoU after 1 click",
    "iou_3": "IoU after 3 clicks",
    "iou_5": "IoU after 5 clicks",
    "iou_box": "IoU from a box",
    "mean_boundary_iou": "boundary IoU",
    "mean_image_iou": "image IoU",
    "miou": "mIoU",
    "noc80": "clicks to IoU 0.80",
    "noc85": "clicks to IoU 0.85",
    "noc90": "clicks to IoU 0.90",
    "top1": "top 1",
    "top5": "top 5",
}


def metric_name(key: str) -> str:
    """A metric as people write it; words for one that has no name of its own."""
    return _NAMES.get(key, key.replace("_", " "))
