"""Tiny forms of torchvision's four ResNet-50-FPN models: what each stage gives on inputs that a formula makes.

Usage: python test/oracles/torchvision_parity.py VERSION > test/parity/fixtures/VERSION.golden.json   (VERSION: v1 or v2)
Needs torch and torchvision. Weights and inputs are made by the same formula in test/parity/formula.ts, so the file
holds results only: of maps, every so manieth number.
"""
import base64, json, math, sys
from collections import OrderedDict
from pathlib import Path
import numpy as np, torch
from torch import nn
from torchvision.models.detection import MaskRCNN
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.models.detection.backbone_utils import BackboneWithFPN
from torchvision.models.detection.faster_rcnn import FastRCNNConvFCHead, FastRCNNPredictor, TwoMLPHead
from torchvision.models.detection.image_list import ImageList
from torchvision.models.detection.mask_rcnn import MaskRCNNHeads, MaskRCNNPredictor
from torchvision.models.detection.rpn import RPNHead, concat_box_prediction_layers
from torchvision.models.resnet import Bottleneck
from torchvision.ops import FrozenBatchNorm2d, MultiScaleRoIAlign
from torchvision.ops.feature_pyramid_network import LastLevelMaxPool
sys.path.insert(0, str(Path(__file__).parents[2] / "bench" / "peers"))
from torchvision_parity import Choices, record_training

VERSION = sys.argv[1]
torch.set_grad_enabled(False)
torch.use_deterministic_algorithms(True)
WIDTH, CLASSES, SIZES = 8, 4, (32, 64, 128, 256, 512)
# Height and width of pictures, the sizes they are resized to, and those padded to multiples of 32.
PICTURES, RESIZED, PADDED = [(48, 70), (75, 50), (64, 64)], [(64, 93), (96, 64), (64, 64)], [(64, 96), (96, 64), (64, 64)]


def formula(name, shape, scale=1.0, shift=0.0):
    """Numbers of [-scale, scale) + shift, by a hash of the name and the index."""
    start = 2166136261
    for byte in name.encode(): start = (start ^ byte) * 16777619 % 2**32
    x = (np.arange(math.prod(shape), dtype=np.uint64) * 0x9E3779B1 + start).astype(np.uint32)
    x ^= x >> np.uint32(16); x = x * np.uint32(0x85EBCA6B); x ^= x >> np.uint32(13); x = x * np.uint32(0xC2B2AE35); x ^= x >> np.uint32(16)
    return torch.from_numpy((shift + scale * (x.astype(np.float64) / 2**31 - 1)).astype(np.float32).reshape(shape))


class Trunk(nn.Module):
    """A ResNet of one block a stage, with torchvision's names."""
    def __init__(self, norm):
        super().__init__()
        self.conv1, self.bn1, self.relu, self.maxpool = nn.Conv2d(3, WIDTH, 7, 2, 3, bias=False), norm(WIDTH), nn.ReLU(), nn.MaxPool2d(3, 2, 1)
        inside = WIDTH
        for index in range(4):
            planes, stride = 2 * 2**index, 1 if index == 0 else 2
            project = nn.Sequential(nn.Conv2d(inside, 4 * planes, 1, stride, bias=False), norm(4 * planes)) if stride > 1 or inside != 4 * planes else None
            setattr(self, f"layer{index + 1}", nn.Sequential(Bottleneck(inside, planes, stride, project, norm_layer=norm))); inside = 4 * planes


def build():
    old = VERSION == "v1"
    norm = FrozenBatchNorm2d if old else nn.BatchNorm2d
    body = BackboneWithFPN(Trunk(norm), {f"layer{i + 1}": str(i) for i in range(4)}, [8, 16, 32, 64], WIDTH, LastLevelMaxPool(), None if old else norm)
    pool = lambda side: MultiScaleRoIAlign(["0", "1", "2", "3"], side, 2)
    head = TwoMLPHead(WIDTH * 49, 32) if old else FastRCNNConvFCHead((WIDTH, 7, 7), [WIDTH] * 2, [32], norm)
    return MaskRCNN(body, None, min_size=64, max_size=96, rpn_anchor_generator=AnchorGenerator(tuple((s,) for s in SIZES), ((0.5, 1.0, 2.0),) * 5),
                    rpn_head=RPNHead(WIDTH, 3, 1 if old else 2), box_roi_pool=pool(7), box_head=head, box_predictor=FastRCNNPredictor(32, CLASSES),
                    mask_roi_pool=pool(14), mask_head=MaskRCNNHeads(WIDTH, (WIDTH,) * 2, 1, None if old else norm), mask_predictor=MaskRCNNPredictor(WIDTH, WIDTH, CLASSES),
                    rpn_pre_nms_top_n_train=60, rpn_post_nms_top_n_train=40, rpn_pre_nms_top_n_test=40, rpn_post_nms_top_n_test=30,
                    rpn_batch_size_per_image=64, box_batch_size_per_image=32, box_detections_per_img=10).eval()


def law(name, tensor):
    """Scale and shift of a weight."""
    last = name.rsplit(".", 1)[1]
    if last == "running_var": return 0.5, 1.0
    if last == "running_mean": return 0.3, 0.0
    if tensor.ndim == 1: return (0.3, 1.0) if last == "weight" else (0.2, 0.0)
    gain = 2.0 if "cls" in name or "mask_fcn_logits" in name else 0.5 if "bbox_pred" in name else 0.25 if "fpn" in name else 1.4
    return gain * math.sqrt(3 / math.prod(tensor.shape[1:])), 0.0


def nhwc(t): return t.movedim(1, -1)
def nchw(t): return t.movedim(-1, 1).contiguous()


def stages(model, index):
    """Every stage of a prediction on formula inputs; inputs that no formula makes are recorded too."""
    (height, width), size = PADDED[index], RESIZED[index]
    inputs, outputs, whole = {}, {}, {}
    def given(name, shape, scale):
        inputs[name] = dict(shape=list(shape), scale=scale)
        return formula(f"{index}/{name}", shape, scale)
    sides = [(height // stride, width // stride) for stride in (4, 8, 16, 32)] + [(math.ceil(height / 64), math.ceil(width / 64))]
    for name, level in model.backbone(nchw(given("image", (1, height, width, 3), 2.0))).items(): outputs[f"pyramid.{len(outputs)}"] = nhwc(level)
    features = [nchw(given(f"pyramid.{level}", (1, *side, WIDTH), 1.0)) for level, side in enumerate(sides)]
    for level, (logits, deltas) in enumerate(zip(*model.rpn.head(features))): outputs[f"objectness.{level}"], outputs[f"rpnDeltas.{level}"] = nhwc(logits), nhwc(deltas)
    objectness = [nchw(given(f"objectness.{level}", (1, *side, 3), 2.0)) for level, side in enumerate(sides)]
    deltas = [nchw(given(f"rpnDeltas.{level}", (1, *side, 12), 0.2)) for level, side in enumerate(sides)]
    anchors = model.rpn.anchor_generator(ImageList(torch.zeros(1, 3, height, width), [size]), features)
    logits, codes = concat_box_prediction_layers(objectness, deltas)
    with Choices(model.rpn) as choices:
        decoded = model.rpn.box_coder.decode(codes, anchors).view(1, -1, 4)
        [proposals], _ = model.rpn.filter_proposals(decoded, logits.view(1, -1), [size], [3 * h * w for h, w in sides])
        heads, levels, count = model.roi_heads, OrderedDict((str(i), f) for i, f in enumerate(features)), len(proposals)
        class_logits, box_deltas = given("classLogits", (count, CLASSES), 2.0), given("boxDeltas", (count, CLASSES, 4), 1.0)
        [boxes], [scores], [labels] = heads.postprocess_detections(class_logits, box_deltas.view(count, -1), [proposals], [size])
    outputs["pooled"] = nhwc(heads.box_roi_pool(levels, [proposals], [size]))
    pooled = heads.box_head(nchw(given("pooled", (count, 7, 7, WIDTH), 1.0)))
    outputs["classLogits"], flat = heads.box_predictor(pooled); outputs["boxDeltas"] = flat.view(count, CLASSES, 4)
    outputs["maskPooled"] = nhwc(heads.mask_roi_pool(levels, [boxes], [size]))
    every = heads.mask_predictor(heads.mask_head(nchw(given("maskPooled", (len(boxes), 14, 14, WIDTH), 1.0))))
    outputs["masks"] = every[torch.arange(len(every)), labels].sigmoid()
    whole = dict(imageSizes=torch.tensor([size], dtype=torch.float32), proposals=proposals, boxes=boxes, scores=scores, labels=labels.int(), **choices.tensors("proposing", "detecting"))
    return dict(inputs=inputs, outputs={name: sampled(each) for name, each in outputs.items()}, whole={name: packed(each) for name, each in whole.items()})


def picture(index):
    height, width = PICTURES[index]
    coarse = formula(f"coarse {index}", (math.ceil(height / 8), math.ceil(width / 8), 3), 100, 128).repeat_interleave(8, 0).repeat_interleave(8, 1)[:height, :width]
    return (coarse + formula(f"fine {index}", (height, width, 3), 25)).floor().to(torch.uint8)


def target():
    """Three ellipses of the last picture."""
    boxes = torch.tensor([[5.0, 8.0, 29.0, 40.0], [24.0, 30.0, 60.0, 58.0], [40.0, 4.0, 55.0, 19.0]])
    y, x = torch.meshgrid(torch.arange(64) + 0.5, torch.arange(64) + 0.5, indexing="ij")
    inside = [((x - (a + c) / 2) / ((c - a) / 2)) ** 2 + ((y - (b + d) / 2) / ((d - b) / 2)) ** 2 <= 1 for a, b, c, d in boxes.double()]
    return dict(boxes=boxes, labels=torch.tensor([1, 3, 2]), masks=torch.stack(inside).to(torch.uint8))


def packed(t):
    t = t.float() if t.is_floating_point() else t.int()
    return dict(shape=list(t.shape), dtype="f32" if t.is_floating_point() else "i32", data=base64.b64encode(t.contiguous().numpy().tobytes()).decode())


def sampled(t, most=60):
    """Every so manieth number."""
    flat = t.contiguous().flatten(); step = max(1, len(flat) // most) | 1
    return dict(packed(flat[::step]), step=step)


model = build()
state = {name: tensor for name, tensor in model.state_dict().items() if not name.endswith("num_batches_tracked")}
laws = {name: law(name, tensor) for name, tensor in state.items()}
model.load_state_dict({name: formula(name, tensor.shape, *laws[name]) for name, tensor in state.items()}, strict=False)
inputs = [picture(index).permute(2, 0, 1).float() / 255 for index in range(3)]
detections = [model([image])[0] for image in inputs]
noise = lambda name, count: (formula(name, (count,)) + 1) / 2
training, losses = record_training(model, inputs[2], target(), noise("rpn noise", 4096), noise("region noise", 256))
wanted = ("rpnLabels", "rpnPositive", "rpnNegative", "rpnTruth", "proposals", "regionBoxes", "regionLabels", "regionTruth")
print(json.dumps(dict(
    state={name: dict(shape=list(tensor.shape), scale=laws[name][0], shift=laws[name][1]) for name, tensor in state.items()},
    images=[stages(model, index) for index in range(3)],
    detections=[dict(boxes=each["boxes"].tolist(), scores=each["scores"].tolist(), labels=each["labels"].tolist()) for each in detections],
    training={name: packed(training[name]) for name in wanted}, losses=losses)))
