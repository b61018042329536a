"""Writes test/configs/parameters.golden.json: parameters of the reference models, built of torchvision's modules on no device.

Run: python test/oracles/parameters.py   (needs torch and torchvision)

torchvision's own models are its builders'; its other forms and Detectron2's are put together here from their parts. Frozen
normalization has buffers and no parameters. Detectron2 gives boxes and masks no output for the background.
"""

import json
import pathlib

import torch
from torch import nn
from torchvision import models
from torchvision.models import detection
from torchvision.models.detection.faster_rcnn import TwoMLPHead
from torchvision.models.detection.mask_rcnn import MaskRCNNHeads, MaskRCNNPredictor
from torchvision.models.detection.rpn import RPNHead
from torchvision.ops import FeaturePyramidNetwork, FrozenBatchNorm2d
from torchvision.ops.feature_pyramid_network import LastLevelMaxPool

OUT = pathlib.Path(__file__).parent.parent / "configs" / "parameters.golden.json"
TRAINED_NORM = ["fasterrcnn_resnet50_fpn_v2", "maskrcnn_resnet50_fpn_v2"]
FROZEN_NORM = [
    "fasterrcnn_resnet50_fpn",
    "maskrcnn_resnet50_fpn",
    "fasterrcnn_mobilenet_v3_large_fpn",
    "fasterrcnn_mobilenet_v3_large_320_fpn",
]


def size(*modules):
    return sum(parameter.numel() for module in modules for parameter in module.parameters())


def frozen(model):
    """Parameters without those of normalization, which are buffers where it is frozen."""
    norms = [module for module in model.modules() if isinstance(module, nn.BatchNorm2d)]
    return size(model) - size(*norms)


def assembled(body, form, masks, classes, box_outputs, mask_outputs, proposals=False):
    body = body(norm_layer=FrozenBatchNorm2d)
    stem = [body.conv1, body.layer1, body.layer2, body.layer3]
    anchors = 3 if form == "fpn" else 15
    if form == "fpn":
        width, parts = 256, [*stem, body.layer4, FeaturePyramidNetwork([256, 512, 1024, 2048], 256, LastLevelMaxPool())]
    elif form == "dc5":
        width, parts = 2048, [*stem, body.layer4]
    else:
        width, parts = 1024, stem
    if not proposals:
        parts.append(RPNHead(width, anchors))
    if form == "c4":
        features, representation = body.layer4, 2048
    else:
        features, representation = TwoMLPHead(width * 49, 1024), 1024
    parts += [features, nn.Linear(representation, classes), nn.Linear(representation, 4 * box_outputs)]
    if masks and form == "c4":
        parts.append(MaskRCNNPredictor(2048, 256, mask_outputs))
    elif masks:
        parts += [MaskRCNNHeads(width, [256] * 4, 1), MaskRCNNPredictor(256, 256, mask_outputs)]
    return size(*parts)


def main():
    found = {}
    bodies = {"50": models.resnet50, "101": models.resnet101, "X": models.resnext101_32x8d}
    with torch.device("meta"):
        for name in TRAINED_NORM:
            found[f"torchvision/{name}"] = size(getattr(detection, name)(weights=None, weights_backbone=None))
        for name in FROZEN_NORM:
            found[f"torchvision/{name}"] = frozen(getattr(detection, name)(weights=None, weights_backbone=None))
        for kind in ("faster", "mask"):
            masks = kind == "mask"
            for form in ("fpn", "c4", "dc5"):
                for depth in ("50", "101"):
                    name = f"torchvision/{kind}rcnn_resnet{depth}_{form}"
                    count = assembled(bodies[depth], form, masks, 91, 91, 91)
                    assert found.get(name, count) == count
                    found[name] = count
                    for schedule in ("1x", "3x") if depth == "50" else ("3x",):
                        found[f"detectron2/{kind}_rcnn_R_{depth}_{form.upper()}_{schedule}"] = assembled(
                            bodies[depth], form, masks, 81, 80, 80
                        )
            found[f"detectron2/{kind}_rcnn_X_101_32x8d_FPN_3x"] = assembled(bodies["X"], "fpn", masks, 81, 80, 80)
        found["detectron2/fast_rcnn_R_50_FPN_1x"] = assembled(bodies["50"], "fpn", False, 81, 80, 80, proposals=True)
    OUT.write_text(json.dumps(dict(sorted(found.items())), indent=1) + "\n")


if __name__ == "__main__":
    main()
