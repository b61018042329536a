"""A tiny Mask R-CNN of the nuclei family in torchvision: weights, losses with held samples, gradients, detections.

Usage: python test/oracles/torchvision_tiny.py > test/components/fixtures/torchvision-tiny.golden.json
Needs torch and torchvision. Arrays are base64 of little-endian f32 or i32, or u8.
"""
import base64, json
import numpy as np, torch, torch.nn as nn, torchvision
from torchvision.models.detection import MaskRCNN
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.models.detection.backbone_utils import BackboneWithFPN
from torchvision.models.detection.faster_rcnn import FastRCNNPredictor, TwoMLPHead
from torchvision.models.detection.mask_rcnn import MaskRCNNHeads, MaskRCNNPredictor
from torchvision.models.detection.rpn import RPNHead
from torchvision.models.resnet import BasicBlock
from torchvision.ops import MultiScaleRoIAlign

torch.manual_seed(3)
torch.use_deterministic_algorithms(True)
rng = np.random.default_rng(3)


class Backbone(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 3, 3, 2, 1, bias=False), nn.BatchNorm2d(3), nn.ReLU())
        def stage(i, o):
            return nn.Sequential(BasicBlock(i, o, 2, nn.Sequential(nn.Conv2d(i, o, 1, 2, bias=False), nn.BatchNorm2d(o))), BasicBlock(o, o))
        self.l1, self.l2, self.l3 = stage(3, 6), stage(6, 12), stage(12, 24)

    def forward(self, x):
        return self.l3(self.l2(self.l1(self.stem(x))))


pool = lambda k: MultiScaleRoIAlign(["0", "1", "2"], k, 2)
model = MaskRCNN(BackboneWithFPN(Backbone(), {"l1": "0", "l2": "1", "l3": "2"}, [6, 12, 24], 8), num_classes=None,
                 rpn_anchor_generator=AnchorGenerator(((12,), (24,), (48,), (96,)), ((.5, 1, 2),) * 4), rpn_head=RPNHead(8, 3), min_size=64, max_size=64,
                 box_roi_pool=pool(7), box_head=TwoMLPHead(8 * 49, 16), box_predictor=FastRCNNPredictor(16, 3),
                 mask_roi_pool=pool(14), mask_head=MaskRCNNHeads(8, (8, 8), 1), mask_predictor=MaskRCNNPredictor(8, 8, 3),
                 rpn_pre_nms_top_n_train=60, rpn_post_nms_top_n_train=30, rpn_pre_nms_top_n_test=60, rpn_post_nms_top_n_test=30,
                 rpn_batch_size_per_image=64, box_batch_size_per_image=16, box_detections_per_img=10, box_score_thresh=0.2)
# Random enough that detections differ: larger last layers, random norm statistics.
with torch.no_grad():
    for name, p in model.named_parameters():
        if "bbox_pred" in name or "cls_logits" in name or "cls_score" in name: p.copy_(torch.randn_like(p) * 0.3)
        elif "mask_fcn_logits" in name or p.ndim == 1: p.copy_(p + torch.randn_like(p) * 0.2)
    for name, q in model.named_buffers():
        if name.endswith("running_mean"): q.copy_(torch.randn_like(q) * 0.3)
        if name.endswith("running_var"): q.copy_(torch.rand_like(q) + 0.5)


def pack(t):
    a = t.detach().cpu().numpy() if torch.is_tensor(t) else np.asarray(t)
    kind = "f32" if a.dtype.kind == "f" else "u8" if a.size and 0 <= a.min() and a.max() < 256 else "i32"
    a = np.ascontiguousarray(a.astype(dict(f32="<f4", i32="<i4", u8="u1")[kind]))
    return dict(shape=list(a.shape), dtype=kind, data=base64.b64encode(a.tobytes()).decode())


def picture(h, w, objects):
    im = rng.integers(0, 60, (h, w, 3)).astype(np.uint8); masks, boxes, labels = [], [], []
    for k in range(objects):
        cy, cx, ry, rx = rng.uniform(12, h - 12), rng.uniform(12, w - 12), rng.uniform(4, 11), rng.uniform(4, 11)
        y, x = np.mgrid[:h, :w]; m = ((y + .5 - cy) / ry) ** 2 + ((x + .5 - cx) / rx) ** 2 <= 1
        im[m] = rng.integers(120, 255, 3); ys, xs = np.where(m)
        masks.append(m); boxes.append([xs.min(), ys.min(), xs.max() + 1, ys.max() + 1]); labels.append(1 + k % 2)
    return im, np.array(boxes, np.float32), np.array(labels), np.array(masks)


pictures = [picture(64, 64, 3), picture(64, 48, 2)]
images = [torch.from_numpy(p[0]).permute(2, 0, 1).float() / 255 for p in pictures]
targets = [dict(boxes=torch.tensor(p[1]), labels=torch.tensor(p[2]), masks=torch.tensor(p[3]).to(torch.uint8)) for p in pictures]
state = {k: pack(v) for k, v in model.state_dict().items() if not k.endswith("num_batches_tracked")}

# Evaluation first: training changes the running statistics.
model.eval()
with torch.no_grad():
    detections = [[model([im])[0]][0] for im in images]

model.train()
held = {}
sampler = model.rpn.fg_bg_sampler
def sample(labels, original=sampler):
    pos, neg = original(labels)
    held["rpn_pos"] = [torch.where(p)[0] for p in pos]; held["rpn_neg"] = [torch.where(n)[0] for n in neg]
    return pos, neg
model.rpn.fg_bg_sampler = sample
assign = model.rpn.assign_targets_to_anchors
def assigned(anchors, ts):
    labels, boxes = assign(anchors, ts); held["rpn_labels"] = labels; held["rpn_matched"] = boxes
    return labels, boxes
model.rpn.assign_targets_to_anchors = assigned
rpn_filter = model.rpn.filter_proposals
def filtered(*args):
    boxes, scores = rpn_filter(*args); held["proposals"] = boxes
    return boxes, scores
model.rpn.filter_proposals = filtered
select = model.roi_heads.select_training_samples
def selected(proposals, ts):
    out = select(proposals, ts); held["regions"] = out
    return out
model.roi_heads.select_training_samples = selected
losses = model(images, targets)
total = sum(losses.values()); total.backward()
gradients = {k: pack(p.grad) for k, p in model.named_parameters()}
norm = torch.nn.utils.clip_grad_norm_(model.parameters(), 1e9)
running = {k: pack(v) for k, v in model.state_dict().items() if "running" in k and ("stem" in k or "l3.1.bn2" in k)}
proposals, matched, labels, _ = held["regions"]
print(json.dumps(dict(
    state=state,
    images=[dict(pixels=pack(p[0].astype(np.int32)), boxes=pack(p[1]), labels=pack(p[2]), masks=pack(p[3].astype(np.int32))) for p in pictures],
    losses={k: v.item() for k, v in losses.items()}, gradientNorm=float(norm), gradients=gradients, running=running,
    held=dict(rpnLabels=[pack(t) for t in held["rpn_labels"]], rpnPositive=[pack(t) for t in held["rpn_pos"]], rpnNegative=[pack(t) for t in held["rpn_neg"]],
              rpnMatched=[pack(t) for t in held["rpn_matched"]], proposals=[pack(t) for t in held["proposals"]],
              regionBoxes=[pack(t) for t in proposals], regionLabels=[pack(t) for t in labels], regionTruth=[pack(t) for t in matched]),
    detections=[{**{k: pack(d[k]) for k in ("boxes", "scores", "labels")}, "maskAreas": pack((d["masks"][:, 0] > .5).sum((1, 2)))} for d in detections])))
