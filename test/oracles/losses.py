"""Losses and their gradients in torch and torchvision, for test/components/losses.test.ts.

Usage: python test/oracles/losses.py > test/components/fixtures/losses.golden.json
Needs torch and torchvision.
"""
import json
import torch, torch.nn.functional as F
from torchvision import ops

torch.manual_seed(11)
cases = []


def rounded(t):
    return [round(v, 6) for v in t.detach().flatten().tolist()]


def case(loss, attributes, x, run, **inputs):
    x = x.clone().requires_grad_(True)
    y = run(x)
    weight = torch.linspace(0.5, 1.5, y.numel()).reshape(y.shape)
    (gradient,) = torch.autograd.grad((y * weight).sum(), x)
    cases.append(dict(loss=loss, attributes=attributes, shape=list(x.shape), x=rounded(x), y=rounded(y),
                      weight=rounded(weight), gradient=rounded(gradient),
                      **{name: rounded(value.float()) for name, value in inputs.items()}))


scores = torch.round(torch.randn(4, 5) * 3, decimals=3)
scores[0, 0], scores[1, 1] = 40.0, -40.0
binary = (torch.rand(4, 5) > 0.6).float()
labels = torch.tensor([0, 4, 2, 2])
case("binaryCrossEntropy", {}, scores, lambda x: F.binary_cross_entropy_with_logits(x, binary, reduction="none"), targets=binary)
for alpha, gamma in [(0.25, 2.0), (0.5, 0.0), (0.75, 1.5)]:
    case("focal", dict(alpha=alpha, gamma=gamma), scores,
         lambda x: ops.sigmoid_focal_loss(x, binary, alpha, gamma), targets=binary)
# torch's margin of a pair of scores, one of them 0, is the hinge of the other.
sign = 2 * binary - 1
case("hinge", {}, scores, lambda x: F.margin_ranking_loss(x, torch.zeros_like(x), sign, margin=1, reduction="none"), targets=binary)
case("softmaxCrossEntropy", {}, scores, lambda x: F.cross_entropy(x, labels, reduction="none"), labels=labels)
difference = torch.round(torch.randn(4, 4), decimals=3)
for beta in [1.0, 1 / 9]:
    case("smoothL1", dict(beta=beta), difference, lambda x: F.smooth_l1_loss(x, torch.zeros_like(x), beta=beta, reduction="none"))
case("l1", {}, difference, lambda x: F.l1_loss(x, torch.zeros_like(x), reduction="none"))

corner = torch.rand(8, 2) * 40
boxes = torch.round(torch.cat([corner, corner + 2 + torch.rand(8, 2) * 40], 1), decimals=2)
corner = boxes[:, :2] + torch.randn(8, 2) * 8
truths = torch.round(torch.cat([corner, corner + 2 + torch.rand(8, 2) * 40], 1), decimals=2)
truths[0] = boxes[0] + torch.tensor([60.0, 50, 60, 50])
truths[1] = boxes[1] + torch.tensor([0.5, 0.25, -0.5, -0.75])
case("iou", {}, boxes, lambda x: 1 - torch.diagonal(ops.box_iou(x, truths)), truths=truths)
case("giou", {}, boxes, lambda x: ops.generalized_box_iou_loss(x, truths), truths=truths)
case("diou", {}, boxes, lambda x: ops.distance_box_iou_loss(x, truths), truths=truths)
case("ciou", {}, boxes, lambda x: ops.complete_box_iou_loss(x, truths), truths=truths)
print(json.dumps(cases))
