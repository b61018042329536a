"""Writes test/components/backbones.golden.json: what torchvision's backbones give of a small image.

Run: python test/oracles/backbones.py   (needs torch and torchvision)

Weights are numbers that both sides make of the names of our parameters, so that none have to be kept: those of filters in
torch's order, uniform with the variance of He et al. (2015). Detectron2's forms are torchvision's with strides and
dilations moved.
"""

import json
import math
import pathlib

import numpy as np
import torch
from torch import nn
from torchvision import models
from torchvision.models.detection.backbone_utils import _mobilenet_extractor
from torchvision.ops import FrozenBatchNorm2d

OUT = pathlib.Path(__file__).parent.parent / "components" / "backbones.golden.json"


def numbers(name, count):
    """Uniform in [-1, 1): a hash of the name and of the place (FNV-1a; Knuth's multiplicative hash)."""
    seed = 2166136261
    for letter in name.encode():
        seed = ((seed ^ letter) * 16777619) % 2**32
    place = np.arange(count, dtype=np.uint64)
    mixed = ((place * 2654435761 + seed) % 2**32) ^ (place >> 3)
    return ((mixed * 2246822519) % 2**32).astype(np.float64) / 2**31 - 1


def fill(module, path):
    with torch.no_grad():
        if isinstance(module, nn.Conv2d):
            scale = math.sqrt(6 / (module.weight[0].numel()))
            module.weight.copy_(torch.from_numpy(scale * numbers(f"{path}.filter", module.weight.numel())).view_as(module.weight))
            if module.bias is not None:
                module.bias.copy_(torch.from_numpy(0.1 * numbers(f"{path}.bias", module.bias.numel())))
        else:
            size = module.weight.numel()
            module.weight.copy_(torch.from_numpy(1 + 0.2 * numbers(f"{path}.scale", size)))
            module.bias.copy_(torch.from_numpy(0.2 * numbers(f"{path}.offset", size)))
            module.running_mean.copy_(torch.from_numpy(0.2 * numbers(f"{path}.mean", size)))
            module.running_var.copy_(torch.from_numpy(1 + 0.5 * numbers(f"{path}.variance", size)))


def fill_resnet(body, stages):
    fill(body.conv1, "backbone.stem.conv")
    fill(body.bn1, "backbone.stem.norm")
    for stage in stages:
        for index, block in enumerate(getattr(body, f"layer{stage}")):
            path = f"backbone.c{stage + 1}." + ("first" if index == 0 else f"rest[{index - 1}]")
            for part in (1, 2, 3):
                fill(getattr(block, f"conv{part}"), f"{path}.conv{part}")
                fill(getattr(block, f"bn{part}"), f"{path}.norm{part}")
            if block.downsample is not None:
                fill(block.downsample[0], f"{path}.project")
                fill(block.downsample[1], f"{path}.projectNorm")


def resnet(build, stages, image, change=lambda body: None, **more):
    body = build(norm_layer=FrozenBatchNorm2d, **more).eval()
    change(body)
    fill_resnet(body, stages)
    x = body.maxpool(body.relu(body.bn1(body.conv1(image))))
    for stage in stages:
        x = getattr(body, f"layer{stage}")(x)
    return {f"c{stages[-1] + 1}": x}


def like_detectron2(body):
    for stage in (2, 3, 4):
        first = getattr(body, f"layer{stage}")[0]
        first.conv1.stride, first.conv2.stride = first.conv2.stride, (1, 1)
    first = body.layer4[0].conv2
    first.dilation = first.padding = (2, 2)


USES = ["first", "second", "third", "fourth", "fifth", "sixth"]
MOBILE = (
    ["stem", "c1.first"]
    + [f"c2.{use}" for use in USES[:2]]
    + [f"c3.{use}" for use in USES[:3]]
    + [f"c4.{use}" for use in USES]
    + ["c5start", "c5.second", "c5.third"]
)


def mobilenet(image):
    features = models.mobilenet_v3_large(norm_layer=FrozenBatchNorm2d)
    backbone = _mobilenet_extractor(features, True, 3).eval()
    body, fpn = backbone.body, backbone.fpn
    fill(body["0"][0], "backbone.stem.conv")
    fill(body["0"][1], "backbone.stem.norm")
    for index, name in enumerate(MOBILE):
        if index == 0:
            continue
        parts = list(body[str(index)].block)
        path = f"backbone.{name}"
        convs = [part for part in parts if isinstance(part, nn.Sequential)]
        squeeze = [part for part in parts if not isinstance(part, nn.Sequential)]
        for use, part in zip(["expand", "depthwise", "project"][3 - len(convs) :], convs):
            fill(part[0], f"{path}.{use}")
            fill(part[1], f"{path}.{use}Norm")
        for part in squeeze:
            fill(part.fc1, f"{path}.squeeze")
            fill(part.fc2, f"{path}.excite")
    fill(body["16"][0], "backbone.c5.wide")
    fill(body["16"][1], "backbone.c5.wideNorm")
    for index, level in enumerate(["5start", "5"]):
        fill(fpn.inner_blocks[index][0], f"backbone.l{level}.lateral")
        fill(fpn.layer_blocks[index][0], f"backbone.p{level}.smooth")
    return dict(zip(["p5start", "p5", "p6"], backbone(image).values()))


def packed(y):
    """The shape, and some 256 of the values."""
    values = y[0].permute(1, 2, 0).reshape(-1).tolist()
    step = max(1, len(values) // 256)
    return {
        "shape": [*y.shape[2:], y.shape[1]],
        "step": step,
        "data": [float(f"{value:.6g}") for value in values[::step]],
    }


def main():
    torch.set_default_dtype(torch.float64)
    image = lambda side: torch.from_numpy(numbers("image", side * side * 3)).view(1, side, side, 3).permute(0, 3, 1, 2)
    dilated = dict(replace_stride_with_dilation=[False, False, True])
    with torch.no_grad():
        found = {
            "torchvision/fasterrcnn_mobilenet_v3_large_fpn": (64, [], mobilenet(image(64))),
            "torchvision/fasterrcnn_resnet50_c4": (
                32,
                ["backbone.resnet.groups=32", "backbone.resnet.perGroup=4"],
                resnet(models.resnext50_32x4d, [1, 2, 3], image(32)),
            ),
            "torchvision/fasterrcnn_resnet50_dc5": (32, [], resnet(models.resnet50, [1, 2, 3, 4], image(32), **dilated)),
            "detectron2/faster_rcnn_R_50_DC5_1x": (
                32,
                [],
                resnet(models.resnet50, [1, 2, 3, 4], image(32), like_detectron2, **dilated),
            ),
        }
    cases = [
        {"config": name, "side": side, "set": sets, "results": {key: packed(y) for key, y in results.items()}}
        for name, (side, sets, results) in found.items()
    ]
    OUT.write_text(json.dumps(cases) + "\n")


if __name__ == "__main__":
    main()
