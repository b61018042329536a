"""torchvision's side of `npm run parity`: a reference model with random frozen statistics, and what each stage gives.

Usage: python torchvision_parity.py MODEL FOLDER [--shortest 800] [--longest 1333] [--images 3] [--seed 0]
Writes FOLDER/weights.pth (the state dict as torch saves it), FOLDER/IMAGE.png, FOLDER/IMAGE.predict.safetensors,
FOLDER/0.train.safetensors and FOLDER/summary.json. Maps are written channels last.
"""
import argparse, json, struct, sys
from pathlib import Path
import numpy as np, torch, torchvision
from torch import nn
from PIL import Image
from torchvision.models.detection import FasterRCNN, MaskRCNN, backbone_utils, fasterrcnn_resnet50_fpn_v2, maskrcnn_resnet50_fpn_v2
from torchvision.models.resnet import resnet50
from torchvision.ops import FrozenBatchNorm2d, boxes as boxes_of

NAMES = ["fasterrcnn_resnet50_fpn", "maskrcnn_resnet50_fpn", "fasterrcnn_resnet50_fpn_v2", "maskrcnn_resnet50_fpn_v2"]
# Height and width of the pictures: landscape, portrait, nearly square.
SHAPES = [(480, 640), (640, 427), (375, 400)]


def build(name, frozen, **sizes):
    """The model as `weights=` makes it, without weights. v2 models train their norm layers; the others freeze them."""
    if name == "fasterrcnn_resnet50_fpn_v2": return fasterrcnn_resnet50_fpn_v2(weights=None, weights_backbone=None, **sizes)
    if name == "maskrcnn_resnet50_fpn_v2": return maskrcnn_resnet50_fpn_v2(weights=None, weights_backbone=None, **sizes)
    trunk = resnet50(weights=None, norm_layer=FrozenBatchNorm2d if frozen else nn.BatchNorm2d)
    kind = {"fasterrcnn_resnet50_fpn": FasterRCNN, "maskrcnn_resnet50_fpn": MaskRCNN}[name]
    return kind(backbone_utils._resnet_fpn_extractor(trunk, 3), num_classes=91, **sizes)


def picture(seed, height, width):
    """Blurred colours with ellipses on them, and the ellipses as boxes, labels and masks."""
    rng = np.random.default_rng(seed)
    coarse = torch.from_numpy(rng.uniform(30, 225, (1, 3, 12, 16)).astype(np.float32))
    smooth = torch.nn.functional.interpolate(coarse, (height, width), mode="bicubic")[0].permute(1, 2, 0).numpy()
    pixels, boxes, labels, masks = smooth + rng.normal(0, 12, (height, width, 3)), [], [], []
    y, x = np.mgrid[:height, :width]
    for index in range(14):
        ry, rx = np.exp(rng.uniform(np.log(8), np.log(90), 2))
        cy, cx = rng.uniform(0, height), rng.uniform(0, width)
        inside = ((y - cy) / ry) ** 2 + ((x - cx) / rx) ** 2 <= 1
        if inside.sum() < 60: continue
        pixels[inside] = rng.uniform(0, 255, 3) + rng.normal(0, 20, (inside.sum(), 3))
        rows, columns = np.where(inside)
        boxes.append([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]); labels.append(int(rng.integers(1, 91))); masks.append(inside)
    target = dict(boxes=torch.tensor(np.array(boxes, np.float32)), labels=torch.tensor(labels), masks=torch.tensor(np.array(masks, np.uint8)))
    return pixels.clip(0, 255).astype(np.uint8), target


def as_input(pixels): return torch.from_numpy(pixels).permute(2, 0, 1).float() / 255


def randomize(model, image, seed):
    """Norm statistics near those of an image but random, and last layers that give some hundred separate detections."""
    generator = torch.Generator().manual_seed(seed)
    normal = lambda like: torch.randn(like.shape, generator=generator)
    norms = [m for m in model.modules() if isinstance(m, nn.BatchNorm2d)]
    for m in norms:
        m.momentum = 1.0
        m.weight.data = 1 + 0.2 * normal(m.weight); m.bias.data = 0.2 * normal(m.bias)
    model.eval()
    for m in norms: m.train()
    model([image])
    for m in norms:
        m.running_mean += 0.2 * m.running_var.sqrt() * normal(m.running_mean)
        m.running_var *= torch.exp(0.3 * normal(m.running_var))
        m.eval(); m.momentum = 0.1
    tune_last_layers(model, image)


def tune_last_layers(model, image):
    def outputs_of(*modules):
        seen = [[] for _ in modules]
        handles = [module.register_forward_hook(lambda _, __, out, into=into: into.append(out.movedim(1, -1).flatten(0, -2))) for module, into in zip(modules, seen)]
        model([image])
        for handle in handles: handle.remove()
        return [torch.cat(each) for each in seen]
    def scale(**deviations):
        modules = [model.get_submodule(name.replace("__", ".")) for name in deviations]
        scaled = []
        for module, out, deviation in zip(modules, outputs_of(*modules), deviations.values()):
            # Every output of mean 0: a random trunk would give the same class everywhere.
            factor, mean = deviation / out.std(0), out.mean(0)
            module.weight.data *= factor.view(-1, *[1] * (module.weight.ndim - 1))
            module.bias.data = (module.bias.data - mean) * factor
            scaled.append((out - mean) * factor)
        return scaled
    scale(rpn__head__cls_logits=1.5, rpn__head__bbox_pred=0.2)
    logits, _ = scale(roi_heads__box_predictor__cls_score=1.6, roi_heads__box_predictor__bbox_pred=1.0)
    low, high = -10.0, 30.0
    for _ in range(40):
        middle = (low + high) / 2
        shifted = logits.clone(); shifted[:, 0] += middle
        found = (shifted.softmax(1)[:, 1:] > 0.05).sum()
        low, high = (middle, high) if found > 500 else (low, middle)
    model.roi_heads.box_predictor.cls_score.bias.data[0] += high
    if model.roi_heads.has_mask(): scale(roi_heads__mask_predictor__mask_fcn_logits=2.0)


def last(t): return t.movedim(1, -1)


def hold(stages, module, name):
    return module.register_forward_hook(lambda _, inputs, out: stages.setdefault(name, []).append((inputs, out)))


class Choices:
    """Within it, what top-k and non-maximum suppression chose, and out of what."""
    def __init__(self, rpn): self.rpn, self.candidates, self.suppressed = rpn, [], []
    def __enter__(self):
        self.suppress, self.best = boxes_of.batched_nms, self.rpn._get_top_n_idx
        def suppress(boxes, scores, groups, overlap):
            kept = self.suppress(boxes, scores, groups, overlap); self.suppressed.append((boxes, scores, groups, kept))
            return kept
        def best(*arguments):
            self.candidates.append(self.best(*arguments))
            return self.candidates[-1]
        boxes_of.batched_nms, self.rpn._get_top_n_idx = suppress, best
        return self
    def __exit__(self, *_): boxes_of.batched_nms, self.rpn._get_top_n_idx = self.suppress, self.best
    def tensors(self, *names):
        found = {"candidates": each[0].int() for each in self.candidates}
        for name, (boxes, scores, groups, kept) in zip(names, self.suppressed):
            found |= {f"{name}.boxes": boxes, f"{name}.scores": scores, f"{name}.groups": groups.int(), f"{name}.kept": kept.int()}
        return found


def record_prediction(model, image):
    """The tensors between the stages of one prediction, in pixels of the resized image."""
    heads, stages = model.roi_heads, {}
    modules = dict(transform=model.transform, backbone=model.backbone, rpnHead=model.rpn.head, rpn=model.rpn, pool=heads.box_roi_pool, predictor=heads.box_predictor)
    if heads.has_mask(): modules.update(maskPool=heads.mask_roi_pool, maskLogits=heads.mask_predictor)
    handles = [hold(stages, module, name) for name, module in modules.items()]
    # A copy: the boxes are scaled to the picture's own pixels in place.
    kept = []
    handles.append(heads.register_forward_hook(lambda _, __, out: kept.append({**out[0][0]})))
    with Choices(model.rpn) as choices: [result] = model([image])
    for handle in handles: handle.remove()
    out = lambda name: stages[name][0][1]
    batch, _ = out("transform")
    tensors = dict(image=last(batch.tensors), imageSizes=torch.tensor(batch.image_sizes, dtype=torch.float32))
    for index, level in enumerate(out("backbone").values()): tensors[f"pyramid.{index}"] = last(level)
    logits, deltas = out("rpnHead")
    for index, (a, b) in enumerate(zip(logits, deltas)): tensors[f"objectness.{index}"] = last(a); tensors[f"rpnDeltas.{index}"] = last(b)
    proposals, _ = out("rpn")
    class_logits, box_deltas = out("predictor")
    found = kept[0]
    tensors |= dict(proposals=proposals[0], pooled=last(out("pool")), classLogits=class_logits, boxDeltas=box_deltas.view(len(box_deltas), -1, 4))
    tensors |= dict(boxes=found["boxes"], scores=found["scores"], labels=found["labels"].int())
    tensors |= choices.tensors("proposing", "detecting")
    if heads.has_mask():
        every = out("maskLogits")
        own = every[torch.arange(len(every)), found["labels"]]
        tensors |= dict(maskPooled=last(out("maskPool")), masks=own.sigmoid())
    return tensors, result


class Permutations:
    """Stands for `torch.randperm` in a sampler, so that the boxes of highest noise are taken; the sampler is torchvision's."""
    def __init__(self, sampler, noise): self.sampler, self.noise, self.queue = sampler, noise, []
    def __call__(self, matched):
        self.queue = [torch.argsort(-self.noise[: len(each)][part], stable=True) for each in matched for part in (torch.where(each >= 1)[0], torch.where(each == 0)[0])]
        original, torch.randperm = torch.randperm, lambda count, device=None: self.queue.pop(0)
        try: self.chosen = self.sampler(matched)
        finally: torch.randperm = original
        self.labels = matched
        return self.chosen


def record_training(model, image, target, rpn_noise, region_noise):
    """Losses of one image, with what was matched and sampled on the way; of the noise, as much as there are boxes."""
    heads, stages = model.roi_heads, {}
    rpn_sampler, region_sampler = model.rpn.fg_bg_sampler, heads.fg_bg_sampler
    model.rpn.fg_bg_sampler, heads.fg_bg_sampler = Permutations(rpn_sampler, rpn_noise), Permutations(region_sampler, region_noise)
    assign, select = model.rpn.assign_targets_to_anchors, heads.select_training_samples
    def assigned(*arguments):
        stages["assigned"] = assign(*arguments)
        return stages["assigned"]
    def selected(proposals, targets):
        stages["proposals"] = proposals; stages["selected"] = select(proposals, targets)
        return stages["selected"]
    model.rpn.assign_targets_to_anchors, heads.select_training_samples = assigned, selected
    handles = [hold(stages, model.transform, "transform")]
    model.train()
    state = {name: value.clone() for name, value in model.state_dict().items()}
    with torch.no_grad(): losses = model([image], [target])
    model.load_state_dict(state)
    model.eval(); handles[0].remove()
    batch, [resized] = stages["transform"][0][1]
    rpn, regions = model.rpn.fg_bg_sampler, heads.fg_bg_sampler
    model.rpn.fg_bg_sampler, heads.fg_bg_sampler = rpn_sampler, region_sampler
    model.rpn.assign_targets_to_anchors, heads.select_training_samples = assign, select
    [labels], [matched] = stages["assigned"]
    positive, negative = (torch.where(each[0])[0] for each in rpn.chosen)
    same = (matched[positive][:, None] == resized["boxes"][None]).all(-1)
    boxes, truth, region_labels, _ = stages["selected"]
    tensors = dict(image=last(batch.tensors), imageSizes=torch.tensor(batch.image_sizes, dtype=torch.float32), truthBoxes=resized["boxes"], truthLabels=resized["labels"].int(),
                   rpnNoise=rpn.noise[: len(labels)], regionNoise=regions.noise[: len(stages["proposals"][0]) + len(resized["boxes"])], rpnLabels=labels.int(),
                   rpnPositive=positive.int(), rpnNegative=negative.int(), rpnTruth=same.int().argmax(1).int(), proposals=stages["proposals"][0],
                   regionBoxes=boxes[0], regionLabels=region_labels[0].int(), regionTruth=truth[0].int())
    if "masks" in resized: tensors["truthMasks"] = resized["masks"].to(torch.uint8)
    return tensors, {name: loss.item() for name, loss in losses.items()}


def write_safetensors(path, tensors):
    kinds = {torch.float32: "F32", torch.int32: "I32", torch.uint8: "U8"}
    header, at = {}, 0
    ordered = sorted(tensors.items(), key=lambda item: (-item[1].element_size(), item[0]))
    for name, tensor in ordered:
        size = tensor.numel() * tensor.element_size()
        header[name] = dict(dtype=kinds[tensor.dtype], shape=list(tensor.shape), data_offsets=[at, at + size]); at += size
    text = json.dumps(header).encode(); text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text))); file.write(text)
        for _, tensor in ordered: file.write(tensor.contiguous().numpy().tobytes())


def detections(result): return {name: result[name].tolist() for name in ("boxes", "scores", "labels")}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model", choices=NAMES); parser.add_argument("folder", type=Path)
    parser.add_argument("--shortest", type=int, default=800); parser.add_argument("--longest", type=int, default=1333)
    parser.add_argument("--images", type=int, default=3); parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(options.seed); torch.set_grad_enabled(False)
    sizes = dict(min_size=options.shortest, max_size=options.longest)
    pictures = [picture(options.seed * 100 + index, *shape) for index, shape in enumerate(SHAPES[: options.images])]
    random = build(options.model, False, **sizes)
    randomize(random, as_input(pictures[0][0]), options.seed)
    model = build(options.model, True, **sizes).eval()
    wanted = model.state_dict()
    model.load_state_dict({name: value for name, value in random.state_dict().items() if name in wanted})
    torch.save(model.state_dict(), options.folder / "weights.pth")
    images = []
    for index, (pixels, _) in enumerate(pictures):
        Image.fromarray(pixels).save(options.folder / f"{index}.png")
        tensors, result = record_prediction(model, as_input(pixels))
        write_safetensors(options.folder / f"{index}.predict.safetensors", tensors)
        images.append(dict(height=pixels.shape[0], width=pixels.shape[1], eager=detections(result)))
    pixels, target = pictures[0]
    if not model.roi_heads.has_mask(): del target["masks"]
    rng = np.random.default_rng(options.seed)
    noise = lambda count: torch.from_numpy(rng.permutation(count).astype(np.float32) / np.float32(count))
    tensors, losses = record_training(model, as_input(pixels), target, noise(500_000), noise(4096))
    write_safetensors(options.folder / "0.train.safetensors", tensors)
    model.to(memory_format=torch.channels_last)
    for (pixels, _), image in zip(pictures, images):
        [result] = model([as_input(pixels).contiguous()])
        image["channelsLast"] = detections(result)
    summary = dict(model=options.model, shortest=options.shortest, longest=options.longest, torch=torch.__version__, torchvision=torchvision.__version__, images=images, losses=losses)
    (options.folder / "summary.json").write_text(json.dumps(summary))


if __name__ == "__main__": main()
