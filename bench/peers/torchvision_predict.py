"""Mask R-CNN, ResNet-50-FPN, of torchvision at full size, as a peer to measure against (pip install torch torchvision pillow numpy).

Usage: torchvision_predict.py make FOLDER | serve FOLDER [--threads 2]
`make` writes weights.pth, with statistics such that 100 objects are found in image.png, which it writes too. `serve` predicts
once for each line of standard input, and answers with a JSON line: seconds, detections, peak memory in MB, and scores.
"""
import argparse, json, resource, sys, time
import numpy as np, torch
from PIL import Image
from torchvision.models.detection import MaskRCNN
from torchvision.models.detection.backbone_utils import resnet_fpn_backbone
from torchvision.ops.misc import FrozenBatchNorm2d

HEIGHT, WIDTH = 800, 1216
p = argparse.ArgumentParser()
p.add_argument("what", choices=["make", "serve"]); p.add_argument("folder"); p.add_argument("--threads", type=int, default=2)
a = p.parse_args()
torch.manual_seed(0); torch.set_num_threads(a.threads); torch.set_grad_enabled(False)
model = MaskRCNN(resnet_fpn_backbone(backbone_name="resnet50", weights=None, norm_layer=FrozenBatchNorm2d, trainable_layers=3), 91).eval()


def make():
    for name, norm in model.named_modules():
        if isinstance(norm, FrozenBatchNorm2d):
            # What a block adds to its shortcut is small, so that sixteen of them do not blow up.
            low, span = (0.1, 0.3) if name.endswith("bn3") else (0.6, 0.6)
            size = norm.weight.numel()
            norm.weight.copy_(torch.rand(size) * span + low); norm.bias.copy_(torch.randn(size) * 0.1)
            norm.running_mean.copy_(torch.randn(size) * 0.1); norm.running_var.copy_(torch.rand(size) + 0.5)
    noise = np.random.RandomState(1)
    smooth = Image.fromarray(noise.randint(0, 256, (25, 38, 3), dtype=np.uint8)).resize((WIDTH, HEIGHT), Image.BICUBIC)
    pixels = np.clip(np.array(smooth).astype(int) + noise.randint(-20, 20, (HEIGHT, WIDTH, 3)), 0, 255).astype(np.uint8)
    image = torch.from_numpy(pixels).permute(2, 0, 1).float() / 255
    # Predictors are scaled until what they give is spread as in a trained model.
    spread = lambda layer, wanted, found: layer.weight.mul_(wanted / float(torch.cat([x.flatten() for x in found]).std()))
    maps = list(model.backbone(model.transform([image])[0].tensors).values())
    spread(model.rpn.head.cls_logits, 2.0, model.rpn.head(maps)[0]); spread(model.rpn.head.bbox_pred, 0.3, model.rpn.head(maps)[1])
    seen = {}; hook = model.roi_heads.box_predictor.register_forward_hook(lambda _, __, out: seen.update(out=out)); model([image]); hook.remove()
    spread(model.roi_heads.box_predictor.cls_score, 2.5, [seen["out"][0]]); spread(model.roi_heads.box_predictor.bbox_pred, 0.5, [seen["out"][1]])
    torch.save(model.state_dict(), f"{a.folder}/weights.pth"); Image.fromarray(pixels).save(f"{a.folder}/image.png")


def serve():
    model.load_state_dict(torch.load(f"{a.folder}/weights.pth"))
    image = torch.from_numpy(np.array(Image.open(f"{a.folder}/image.png"))).permute(2, 0, 1).float() / 255
    for _ in sys.stdin:
        began = time.perf_counter(); found = model([image])[0]; seconds = time.perf_counter() - began
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(dict(seconds=seconds, detections=len(found["scores"]), peak=peak, scores=found["scores"].tolist())), flush=True)


make() if a.what == "make" else serve()
