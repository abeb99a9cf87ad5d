"""Families of models: those made by the same lines as the smallest of theirs."""

LARGER = frozenset(
    {"unet128", "resnet34", "resnet50", "resnet101", "resnet152", "vgg13", "vgg16", "vgg19"}
    | {"densenet169", "efficientnet_b1", "efficientnet_b2", "efficientnet_b3"}
    | {"efficientdet_d1", "efficientdet_d2"}
    | {"inception_v4", "inception_resnet_v2"}  # these two are run in test_classifiers.py
    | {"mask_rcnn"}  # torchvision's; run on a smaller encoder in test_mask_rcnn.py
)
"""They are built, and counted against their papers in tests of their own; few tests run them."""

LARGER_DETECTORS = (
    {"mask_rcnn", "efficientdet_d1", "efficientdet_d2"}
    | {"yolo_v1", "yolo_v2"}  # their tiny ones have the same head and losses
    | {"mnc"}  # learns discs, whose masks are no boxes, in test_mnc.py
)
"""All others learn two pictures by heart in test_detectors.py."""
