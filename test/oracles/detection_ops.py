"""Writes test/ops/detection/*.golden.json: what torch and torchvision give for the detection ops. Run: python test/oracles/detection_ops.py"""
import json
import pathlib

import torch
import torchvision
from torchvision.models.detection.roi_heads import project_masks_on_boxes

goldens = pathlib.Path(__file__).parent.parent / "ops" / "detection"
torch.manual_seed(7)


def flat(tensor, digits=6):
    return [round(value, digits) for value in tensor.detach().reshape(-1).tolist()]


def write(name, cases):
    (goldens / f"{name}.golden.json").write_text(json.dumps(cases, separators=(",", ":")) + "\n")


def boxes_near(count, height, width):
    corner = torch.rand(count, 2) * torch.tensor([width, height]) * 1.2 - torch.tensor([width, height]) * 0.15
    size = torch.rand(count, 2) ** 2 * torch.tensor([width, height])
    return torch.round(torch.cat([corner, corner + size], 1), decimals=3)


def pooled(op, stride, height, width, boxes, size, digits):
    features = torch.round(torch.randn(2, 3, height, width), decimals=3)
    features.requires_grad_()
    image = torch.randint(0, 2, (len(boxes), 1)).float()
    y = op(features, torch.cat([image, boxes], 1), size, 1 / stride)
    gradient = torch.round(torch.randn_like(y), decimals=3)
    (y * gradient).sum().backward()
    nhwc = lambda tensor: flat(tensor.permute(0, 2, 3, 1), digits)
    return {
        "map": {"shape": [2, height, width, 3], "data": nhwc(features)},
        "boxes": flat(boxes),
        "image": [int(value) for value in image.flatten()],
        "stride": stride,
        "size": list(size),
        "y": nhwc(y),
        "gradient": nhwc(gradient),
        "mapGradient": nhwc(features.grad),
    }


align = []
for size, sampling, aligned, stride in [((2, 3), 2, True, 4), ((3, 3), 1, False, 4), ((1, 1), 1, False, 8), ((7, 7), 2, False, 16), ((1, 2), 3, True, 4)]:
    op = lambda x, rois, size, scale: torchvision.ops.roi_align(x, rois, size, scale, sampling, aligned)
    align.append({"sampling": sampling, "aligned": aligned, **pooled(op, stride, 6, 8, boxes_near(5, 6 * stride, 8 * stride), size, 6)})
write("roi-align", align)

pool = []
for size, stride, height, width in [((2, 3), 4, 6, 8), ((7, 7), 16, 8, 6), ((3, 2), 8, 5, 17)]:
    boxes = boxes_near(6, height * stride, width * stride)
    inside = boxes.clone()
    inside[:, 0::2] = inside[:, 0::2].clamp(0, width * stride)
    inside[:, 1::2] = inside[:, 1::2].clamp(0, height * stride)
    op = lambda x, rois, size, scale: torchvision.ops.roi_pool(x, rois, size, scale)
    pool.append({"inside": True, **pooled(op, stride, height, width, inside, size, 6)})
    pool.append({"inside": False, **pooled(op, stride, height, width, boxes, size, 6)})
write("roi-pool", pool)

suppression = []
for count, overlap in [(40, 0.7), (60, 0.3), (12, 0.5)]:
    boxes = boxes_near(count, 30, 30)
    scores = torch.randperm(count).float() / count
    suppression.append({"boxes": flat(boxes), "scores": flat(scores, 9), "overlap": overlap, "kept": torchvision.ops.nms(boxes, scores, overlap).tolist()})
write("non-max-suppression", suppression)

masks = []
for height, width, size in [(20, 25, 7), (33, 17, 14), (60, 60, 28)]:
    full = torch.zeros(3, height, width)
    crops, pixels, offsets = [], [], []
    for mask in full:
        w, h = int(torch.randint(2, width - 2, ())), int(torch.randint(2, height - 2, ()))
        x, y = int(torch.randint(0, width - w + 1, ())), int(torch.randint(0, height - h + 1, ()))
        crop = (torch.rand(h, w) < 0.6).float()
        mask[y : y + h, x : x + w] = crop
        offsets.append(len(pixels))
        crops.append([x, y, w, h])
        pixels += [int(value) for value in crop.flatten()]
    matched = torch.tensor([0, 1, 2, 1, 0, 2, 1])
    # Boxes of whole multiples of the size have exactly as many samples a cell.
    whole = torch.tensor([[1.0, 2, 1 + size, 2 + 2 * size], [0, 1, 3 * size, 1 + size]])
    boxes = torch.cat([boxes_near(5, height, width), whole])
    targets = project_masks_on_boxes(full, boxes, matched, size)
    masks.append({"image": [height, width], "size": size, "pixels": pixels, "offsets": [offsets[i] for i in matched], "crops": [crops[i] for i in matched], "boxes": flat(boxes), "targets": flat(targets)})
write("mask-targets", masks)

values = torch.round(torch.randn(3, 17), decimals=4)
top = torch.topk(values, 6)
write("top-k", [{"shape": [3, 17], "x": flat(values), "k": 6, "values": flat(top.values), "indices": top.indices.flatten().tolist()}])

for size, aligned, stride in [((7, 7), False, 4), ((2, 3), True, 4), ((1, 1), False, 16), ((3, 2), True, 8)]:
    op = lambda x, rois, size, scale: torchvision.ops.roi_align(x, rois, size, scale, -1, aligned)
    align.append({"sampling": 0, "aligned": aligned, **pooled(op, stride, 16, 21, boxes_near(6, 16 * stride, 21 * stride), size, 6)})
write("roi-align", align)


def half_away(x):
    return x.sign() * (x.abs() + 0.5).floor()


def warp(sampling):
    """roi_align of the whole cells that roi_pool takes."""

    def op(x, rois, size, scale):
        last = torch.tensor([x.shape[3] - 1, x.shape[2] - 1])
        start = torch.minimum(half_away(rois[:, 1:3] * scale).clamp(min=0), last)
        end = torch.minimum(torch.maximum(half_away(rois[:, 3:5] * scale), start), last) + 1
        return torchvision.ops.roi_align(x, torch.cat([rois[:, :1], start, end], 1), size, 1, sampling, True)

    return op


warped = []
for size, sampling, stride in [((2, 3), 2, 4), ((7, 7), 1, 16), ((1, 2), 3, 8)]:
    warped.append({"sampling": sampling, **pooled(warp(sampling), stride, 6, 8, boxes_near(6, 6 * stride, 8 * stride), size, 6)})
write("roi-warp", warped)


def crop(x, rois, size, scale):
    """TensorFlow's CropAndResize, by torch's grid_sample: corners on samples, zero outside the outermost centres."""

    def points(low, high, count, limit):
        steps = torch.linspace(0, 1, count) if count > 1 else torch.tensor([0.5])
        at = (low[:, None] + (high - low)[:, None] * steps) * scale
        return at / (limit - 1) * 2 - 1, (at >= 0) & (at <= limit - 1)

    y, y_in = points(rois[:, 2], rois[:, 4], size[0], x.shape[2])
    across, across_in = points(rois[:, 1], rois[:, 3], size[1], x.shape[3])
    grid = torch.stack([across[:, None, :].expand(-1, size[0], -1), y[:, :, None].expand(-1, -1, size[1])], -1)
    sampled = torch.nn.functional.grid_sample(x[rois[:, 0].long()], grid, padding_mode="border", align_corners=True)
    return sampled * (y_in[:, None, :, None] & across_in[:, None, None, :])


cropped = []
for size, stride in [((2, 3), 4), ((7, 7), 16), ((1, 2), 8)]:
    cropped.append(pooled(crop, stride, 6, 8, boxes_near(6, 6 * stride, 8 * stride), size, 6))
write("roi-crop", cropped)
