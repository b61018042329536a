"""Writes test/data/pictures.golden.json: torch's resizing, torchvision's size rule and mask pasting (pip install torch torchvision)."""
import json
import pathlib
import random

import torch
from torch.nn.functional import grid_sample, interpolate
from torchvision.models.detection.roi_heads import expand_boxes, paste_masks_in_image
from torchvision.models.detection.transform import GeneralizedRCNNTransform, _resize_image_and_masks, resize_boxes

torch.manual_seed(7)
random.seed(7)
sizes = [((5, 7), (9, 13)), ((8, 6), (3, 5)), ((4, 4), (4, 4)), ((1, 3), (4, 2)), ((12, 10), (29, 10)), ((16, 12), (7, 31))]
resizing = []
for (h, w), (nh, nw) in sizes:
    image = torch.randint(0, 256, (h, w, 3))
    mask = (torch.rand(h, w) < 0.5).int()
    big = interpolate(image.permute(2, 0, 1)[None].float(), size=(nh, nw), mode="bilinear", align_corners=False)[0].permute(1, 2, 0)
    near = interpolate(mask[None, None].float(), size=(nh, nw))[0, 0].int()
    resizing.append(dict(old=[h, w], new=[nh, nw], image=image.flatten().tolist(), bilinear=big.flatten().tolist(), mask=mask.flatten().tolist(), nearest=near.flatten().tolist()))

rule = []
for _ in range(200):
    h, w = random.randint(30, 1200), random.randint(30, 1200)
    shortest, longest = random.choice([(800, 1333), (600, 1000), (128, 128), (320, 640), (333, 777)])
    image, _ = _resize_image_and_masks(torch.empty(1, h, w), shortest, longest)
    rule.append([h, w, shortest, longest, *image.shape[-2:]])

boxes = torch.rand(6, 4) * 500
scaled = dict(old=[481, 639], new=[800, 1062], boxes=boxes.tolist(), result=resize_boxes(boxes, [481, 639], [800, 1062]).tolist())



def truncation_box(side):
    """A box whose expanded corners are truncated to other pixels in double than in single precision."""
    while True:
        x1, y1 = random.randint(0, 20) + random.randint(0, 28) / 28, float(random.randint(0, 20))
        box = torch.tensor([[x1, y1, x1 + random.randint(4, 40), y1 + random.randint(4, 40)]])
        scale = (side + 2) / side
        if not torch.equal(expand_boxes(box, scale).long(), expand_boxes(box.double(), scale).long()):
            return box


pasting = []
for case in range(46):
    # Side 4 grows by exactly 1.5.
    side, (h, w) = random.choice([4, 14, 28] if case < 40 else [14, 28]), (random.randint(10, 60), random.randint(10, 60))
    mask = torch.rand(1, 1, side, side)
    # Whole corners put the expanded box on or near whole pixels, where truncation decides.
    number = (lambda a, b: float(random.randint(int(a), int(b)))) if case % 2 else random.uniform
    x1, y1 = number(0, w - 2), number(0, h - 2)
    box = torch.tensor([[x1, y1, min(w, x1 + number(1, 40)), min(h, y1 + number(1, 40))]])
    if case >= 40:
        (h, w), box = (60, 60), truncation_box(side)
    whole = paste_masks_in_image(mask, box, (h, w))[0, 0]
    # Pixels this close to the threshold may fall on either side with another order of summation.
    assert ((whole - 0.5).abs() > 1e-6).all()
    pasting.append(dict(side=side, size=[h, w], mask=[round(v, 6) for v in mask.flatten().tolist()], box=box[0].tolist(), result="".join(str(int(v)) for v in (whole > 0.5).flatten())))

def sampled(mask, box, h, w):
    """Detectron2's paste_masks_in_image: the mask at the centre of each pixel, by grid_sample."""
    x1, y1, x2, y2 = box[0]
    ys, xs = (torch.arange(h) + 0.5 - y1) / (y2 - y1) * 2 - 1, (torch.arange(w) + 0.5 - x1) / (x2 - x1) * 2 - 1
    grid = torch.stack([xs[None].expand(h, w), ys[:, None].expand(h, w)], dim=2)[None]
    return grid_sample(mask, grid, align_corners=False)[0, 0]


sampling = []
while len(sampling) < 20:
    side, (h, w) = random.choice([4, 14, 28]), (random.randint(10, 60), random.randint(10, 60))
    mask = torch.rand(1, 1, side, side)
    x1, y1 = random.uniform(-5, w - 2), random.uniform(-5, h - 2)
    box = torch.tensor([[x1, y1, x1 + random.uniform(1, 40), y1 + random.uniform(1, 40)]])
    whole = sampled(mask, box, h, w)
    if ((whole - 0.5).abs() < 1e-4).any():
        continue
    sampling.append(dict(side=side, size=[h, w], mask=[round(v, 6) for v in mask.flatten().tolist()], box=box[0].tolist(), result="".join(str(int(v)) for v in (whole >= 0.5).flatten())))

# Whole images as the model gets them: resized, and padded to multiples of 32 with zeros.
feeding = []
for (h, w), (shortest, longest) in [((11, 17), (14, 24)), ((23, 13), (14, 21)), ((16, 16), (17, 64)), ((5, 40), (9, 30))]:
    image = torch.randint(0, 256, (3, h, w))
    transform = GeneralizedRCNNTransform(shortest, longest, image_mean=[0.0] * 3, image_std=[1.0] * 3)
    fed, _ = transform([image.float()])
    feeding.append(dict(old=[h, w], shortest=shortest, longest=longest, image=image.permute(1, 2, 0).flatten().tolist(), size=list(fed.image_sizes[0]), padded=list(fed.tensors.shape[-2:]), sums=[round(v, 3) for v in fed.tensors[0].double().sum(0).flatten().tolist()]))

result = dict(feeding=feeding, resizing=resizing, rule=rule, boxes=scaled, pasting=pasting, sampling=sampling)
target = pathlib.Path(__file__).parents[1] / "data" / "pictures.golden.json"
target.write_text(json.dumps(result) + "\n")
