"""One training step of torchvision's Mask R-CNN (ResNet-50-FPN, frozen batch norm, stem and first stage frozen) for each line read.

Usage: torchvision_training_step.py SCENARIO.json [--threads 2]. Each answer is one line of JSON, like those of bench/training-step/answer-lines.ts.
"""
import argparse, json, resource, sys, time
import numpy as np, torch
from torchvision.models.detection import MaskRCNN
from torchvision.models.detection.backbone_utils import _resnet_fpn_extractor
from torchvision.models.resnet import resnet50
from torchvision.ops.misc import FrozenBatchNorm2d

p = argparse.ArgumentParser()
p.add_argument("scenario"); p.add_argument("--threads", type=int, default=2)
a = p.parse_args()
torch.manual_seed(0); torch.set_num_threads(a.threads)
s = json.load(open(a.scenario)); height, width = s["height"], s["width"]
image = torch.from_numpy(np.fromfile(s["pixels"], "float32").reshape(height, width, 3)).permute(2, 0, 1).contiguous() / 255
masks = torch.zeros(len(s["boxes"]), height, width, dtype=torch.uint8)
for m, (x, y, w, h) in zip(masks, s["boxes"]): m[y:y + h, x:x + w] = 1
target = dict(boxes=torch.tensor([[x, y, x + w, y + h] for x, y, w, h in s["boxes"]], dtype=torch.float32), labels=torch.tensor(s["labels"]), masks=masks)
model = MaskRCNN(_resnet_fpn_extractor(resnet50(weights=None, norm_layer=FrozenBatchNorm2d), 3), num_classes=91).train()
optimizer = torch.optim.SGD([q for q in model.parameters() if q.requires_grad], lr=1e-4, momentum=.9, weight_decay=1e-4)
seen = {}
model.roi_heads.box_head.register_forward_hook(lambda _, x, y: seen.update(regions=x[0].shape[0]))
model.roi_heads.mask_head.register_forward_hook(lambda _, x, y: seen.update(positives=x[0].shape[0]))


def step():
    loss = sum(model([image], [target]).values()); optimizer.zero_grad(); loss.backward(); optimizer.step()
    return loss.item()


step(); print(json.dumps(dict(parameters=sum(q.numel() for q in model.parameters()))), flush=True)
for _ in sys.stdin:
    t, c = time.perf_counter(), time.process_time(); loss = step()
    print(json.dumps(dict(seconds=time.perf_counter() - t, processorSeconds=time.process_time() - c, loss=loss, peakBytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, **seen)), flush=True)
