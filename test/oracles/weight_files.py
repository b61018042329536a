"""Small weight files of every format, and a tiny Mask R-CNN of seven classes with its detections.

Usage: python test/oracles/weight_files.py test/data/nuclei test/weights/fixtures
Needs torch, torchvision, pycocotools.
"""
import hashlib, io, json, pickle, sys
from collections import OrderedDict
import numpy as np, torch, torch.nn as nn, torchvision
from PIL import Image
from pycocotools.coco import COCO
from torchvision.models.detection import MaskRCNN
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.models.detection.backbone_utils import BackboneWithFPN
from torchvision.models.detection.faster_rcnn import FastRCNNPredictor, TwoMLPHead
from torchvision.models.detection.mask_rcnn import MaskRCNNHeads, MaskRCNNPredictor
from torchvision.models.detection.rpn import RPNHead
from torchvision.models.resnet import BasicBlock
from torchvision.ops import MultiScaleRoIAlign

data, out = sys.argv[1:3]
torch.manual_seed(5); torch.use_deterministic_algorithms(True)

# 1. A few tensors of every kind in every format.
base = torch.arange(24, dtype=torch.float32).reshape(2, 3, 4) / 8
tensors = OrderedDict(
    plain=base.clone(), turned=base.permute(2, 0, 1), part=base[1, :, 1:3], half=torch.tensor([1.5, -2.0, 6e-8]).half(),
    brain=torch.tensor([1.5, -2.0, 3e38]).bfloat16(), double=torch.tensor([[0.1], [-7.0]], dtype=torch.float64),
    long=torch.tensor(300), flags=torch.tensor([True, False]), empty=torch.zeros(0, 3), spread=torch.tensor([2.5]).expand(3))
parameter = nn.Parameter(torch.tensor([0.25, 0.5]))
values = {k: dict(shape=list(v.shape), values=v.double().flatten().tolist()) for k, v in [*tensors.items(), ("parameter", parameter.detach())]}
json.dump(values, open(f"{out}/small.golden.json", "w"))
both = OrderedDict(tensors, parameter=parameter)
torch.save(both, f"{out}/small.pth")
torch.save({"epoch": 3, "model": both, "loss": 0.5}, f"{out}/small.legacy.pth", _use_new_zipfile_serialization=False)
arrays = {k: v.numpy() for k, v in tensors.items() if k not in ("brain", "spread")}
arrays["fortran"] = np.asfortranarray(np.arange(6, dtype=np.float32).reshape(2, 3))
for protocol in (2, 3, 4, 5):
    pickle.dump({"model": arrays, "__author__": "someone", "step": np.float64(1.5)}, open(f"{out}/small.{protocol}.pkl", "wb"), protocol=protocol)

# 2. A tiny Mask R-CNN, trained for a few steps.
torch.set_num_threads(1)

class Backbone(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 2, 3, 2, 1, bias=False), nn.BatchNorm2d(2), nn.ReLU())
        def stage(i, o):
            return nn.Sequential(BasicBlock(i, o, 2, nn.Sequential(nn.Conv2d(i, o, 1, 2, bias=False), nn.BatchNorm2d(o))))
        self.l1, self.l2, self.l3 = stage(2, 4), stage(4, 8), stage(8, 16)

    def forward(self, x):
        return self.l3(self.l2(self.l1(self.stem(x))))

pool = lambda k: MultiScaleRoIAlign(["0", "1", "2"], k, 2)
model = MaskRCNN(BackboneWithFPN(Backbone(), {"l1": "0", "l2": "1", "l3": "2"}, [4, 8, 16], 6), num_classes=None,
                 rpn_anchor_generator=AnchorGenerator(((12,), (24,), (48,), (96,)), ((.5, 1, 2),) * 4), rpn_head=RPNHead(6, 3), min_size=128, max_size=128,
                 box_roi_pool=pool(7), box_head=TwoMLPHead(6 * 49, 12), box_predictor=FastRCNNPredictor(12, 8),
                 mask_roi_pool=pool(14), mask_head=MaskRCNNHeads(6, (4,), 1), mask_predictor=MaskRCNNPredictor(4, 4, 8),
                 rpn_pre_nms_top_n_train=200, rpn_post_nms_top_n_train=100, rpn_pre_nms_top_n_test=200, rpn_post_nms_top_n_test=100,
                 box_batch_size_per_image=64, box_detections_per_img=10, box_score_thresh=0.1)

def load(split):
    coco = COCO(f"{data}/{split}/instances.json")
    for i in coco.getImgIds():
        im = torch.from_numpy(np.array(Image.open(f"{data}/{split}/images/{coco.imgs[i]['file_name']}"))).permute(2, 0, 1).float() / 255
        an = coco.loadAnns(coco.getAnnIds(i))
        if an:
            boxes = torch.tensor([[x, y, x + w, y + h] for x, y, w, h in (b["bbox"] for b in an)])
            # Seven classes by size.
            labels = (boxes[:, 2] - boxes[:, 0]).div(5).long().clamp(1, 7)
            yield coco.imgs[i]["file_name"], im, dict(boxes=boxes, labels=labels, masks=torch.from_numpy(np.stack([coco.annToMask(b) for b in an])))

# Training for minutes would make detections differ from one another; larger last layers and offsets do so at once.
with torch.no_grad():
    for name, p in model.named_parameters():
        if any(part in name for part in ("bbox_pred", "cls_logits", "cls_score")): p.copy_(torch.randn_like(p))
        elif p.ndim == 1: p.copy_(p + torch.randn_like(p) * 0.3)
train = list(load("train"))
optimizer = torch.optim.SGD(model.parameters(), lr=0.002, momentum=.9)
model.train()
for step in range(12):
    chosen = [train[(step * 4 + k) % len(train)] for k in range(4)]
    loss = sum(model([c[1] for c in chosen], [c[2] for c in chosen]).values())
    optimizer.zero_grad(); loss.backward(); torch.nn.utils.clip_grad_norm_(model.parameters(), 10); optimizer.step()
torch.save(model.state_dict(), f"{out}/tiny.pth")
model.eval(); found = []
with torch.no_grad():
    for name, im, _ in list(load("val"))[:2]:
        o = model([im])[0]
        assert len(o["scores"]) >= 8 and o["scores"].diff().abs().min() > 5e-5, o["scores"]  # no ties, whose order is anybody's
        found.append(dict(file_name=name, boxes=o["boxes"].tolist(), scores=o["scores"].tolist(), labels=o["labels"].tolist(),
                          mask_areas=[int(v) for v in (o["masks"][:, 0] > .5).sum((1, 2))]))
json.dump(found, open(f"{out}/tiny.golden.json", "w"))

# 3. The names and shapes of torchvision's models, as digests.
names = {}
for group, kind in [("detection", n) for n in ("fasterrcnn_resnet50_fpn", "maskrcnn_resnet50_fpn", "fasterrcnn_resnet50_fpn_v2", "maskrcnn_resnet50_fpn_v2", "fasterrcnn_mobilenet_v3_large_fpn", "fasterrcnn_mobilenet_v3_large_320_fpn")]:
    state = getattr(torchvision.models.detection, kind)(weights=None, weights_backbone=None).state_dict()
    lines = sorted(f"{k} {list(v.shape)}" for k, v in state.items())
    names[kind] = dict(count=len(lines), sha256=hashlib.sha256("\n".join(lines).encode()).hexdigest())
json.dump(names, open(f"{out}/torchvision-names.golden.json", "w"), indent=1)
