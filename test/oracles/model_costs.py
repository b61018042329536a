"""Writes test/cost/torchvision.golden.json: multiply-adds of torchvision's detectors, part by part, counted by PyTorch.

Run: python test/oracles/model_costs.py   (needs torch and torchvision; all tensors are on the meta device)

Each part runs on inputs of the shapes it has for one image of the given size. FlopCounterMode counts two operations for
a multiply-add of a convolution or a product of matrices, nothing for biases and activations: torchvision's convention
(`get_ops` in test/common_extended_utils.py), which its weights' `_ops` follow.
"""

import json
import pathlib

import torch
from torch.utils.flop_counter import FlopCounterMode
from torchvision.models import detection

OUT = pathlib.Path(__file__).parent.parent / "cost" / "torchvision.golden.json"
MODELS = {
    "fasterrcnn_resnet50_fpn": ((800, 800), 1000, None),
    "fasterrcnn_resnet50_fpn_v2": ((800, 800), 1000, None),
    "fasterrcnn_mobilenet_v3_large_fpn": ((800, 800), 1000, None),
    "fasterrcnn_mobilenet_v3_large_320_fpn": ((320, 320), 150, None),
    "maskrcnn_resnet50_fpn": ((800, 800), 1000, 100),
    "maskrcnn_resnet50_fpn_v2": ((800, 800), 1000, 100),
}


def macs(run):
    counter = FlopCounterMode(display=False)
    with counter, torch.no_grad():
        result = run()
    flops = counter.get_total_flops()
    assert flops % 2 == 0
    return flops // 2, result


def parts(name, size, proposals, masks):
    with torch.device("meta"):
        model = getattr(detection, name)(weights=None, weights_backbone=None).eval()
        body, features = macs(lambda: model.backbone.body(torch.empty(1, 3, *size)))
        neck, pyramid = macs(lambda: model.backbone.fpn(features))
        rpn, _ = macs(lambda: model.rpn.head(list(pyramid.values())))
        channels = model.backbone.out_channels

        def box_head():
            rows = model.roi_heads.box_head(torch.empty(proposals, channels, 7, 7))
            return model.roi_heads.box_predictor(rows)

        result = {"body": body, "neck": neck, "rpn": rpn, "boxHead": macs(box_head)[0]}
        if masks is not None:

            def mask_head():
                return model.roi_heads.mask_predictor(model.roi_heads.mask_head(torch.empty(masks, channels, 14, 14)))

            result["maskHead"] = macs(mask_head)[0]
    return {"size": size, "proposals": proposals, "maskRegions": masks, "parts": result, "total": sum(result.values())}


def main():
    found = {name: parts(name, *given) for name, given in MODELS.items()}
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(found, indent=1) + "\n")
    for name, cost in found.items():
        print(f"{name:40} {cost['total'] / 1e9:.6f} G")


if __name__ == "__main__":
    main()
