"""Writes test/evaluate/coco.golden.json: COCOeval on random truths and detections (pip install pycocotools)."""
import contextlib
import io
import json
import pathlib
import random

import numpy as np
from pycocotools import mask as M
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval


def quiet(run):
    with contextlib.redirect_stdout(io.StringIO()):
        return run()


def picture(box, size):
    """An ellipse in the box, so that masks and boxes overlap differently."""
    x1, y1, x2, y2 = box
    yy, xx = np.mgrid[0 : size[0], 0 : size[1]] + 0.5
    inside = ((xx - (x1 + x2) / 2) / max((x2 - x1) / 2, 0.5)) ** 2 + ((yy - (y1 + y2) / 2) / max((y2 - y1) / 2, 0.5)) ** 2 <= 1
    return M.encode(np.asfortranarray(inside.astype("uint8")))


def scenario(seed, images, categories, truths, detections, whole, crowd, size, score_digits):
    random.seed(seed)
    number = (lambda a, b: float(random.randint(int(a), int(b)))) if whole else random.uniform

    def any_box():
        side = random.choice([12, 40, 60, 130, 180])
        width, height = number(3, side), number(3, side)
        x, y = number(0, max(1, size[1] - width)), number(0, max(1, size[0] - height))
        return [x, y, min(x + width, size[1]), min(y + height, size[0])]

    def near(box):
        x1, y1, x2, y2 = (v + number(-4, 4) for v in box)
        x1, y1 = max(0, min(x1, size[1] - 2)), max(0, min(y1, size[0] - 2))
        return [x1, y1, max(x1 + 1, min(x2, size[1])), max(y1 + 1, min(y2, size[0]))]

    out = []
    for _ in range(images):
        there = []
        for _ in range(random.randint(0, truths)):
            box = any_box()
            there.append(dict(box=box, category=random.randrange(categories), crowd=random.random() < crowd))
        for t in there:
            t["counts"] = picture(t["box"], size)["counts"].decode()
            t["area"] = float(M.area(dict(size=size, counts=t["counts"].encode()))) if random.random() < 0.9 else 1024.0
        found = []
        for _ in range(random.randint(0, detections)):
            source = random.choice(there) if there and random.random() < 0.7 else None
            box = near(source["box"]) if source else any_box()
            category = source["category"] if source and random.random() < 0.85 else random.randrange(categories)
            # Few digits make ties.
            found.append(dict(box=box, category=category, score=round(random.random(), score_digits), counts=picture(box, size)["counts"].decode()))
        out.append(dict(truths=there, detections=found))
    return dict(size=size, categories=categories + 1, images=out)


def evaluate(case, kind):
    size = case["size"]
    corners = lambda b: [b[0], b[1], b[2] - b[0], b[3] - b[1]]
    rle = lambda o: dict(size=size, counts=o["counts"].encode())
    annotations, results = [], []
    for i, image in enumerate(case["images"]):
        for t in image["truths"]:
            annotations.append(dict(id=len(annotations) + 1, image_id=i + 1, category_id=t["category"] + 1, iscrowd=int(t["crowd"]), area=t["area"], bbox=corners(t["box"]), segmentation=rle(t)))
        for d in image["detections"]:
            place = dict(bbox=corners(d["box"])) if kind == "bbox" else dict(segmentation=rle(d))
            results.append(dict(image_id=i + 1, category_id=d["category"] + 1, score=d["score"]) | place)
    coco = COCO()
    coco.dataset = dict(images=[dict(id=i + 1, height=size[0], width=size[1]) for i in range(len(case["images"]))], annotations=annotations, categories=[dict(id=c + 1, name=str(c)) for c in range(case["categories"])])

    def run():
        coco.createIndex()
        e = COCOeval(coco, coco.loadRes(results), kind)
        e.evaluate(), e.accumulate(), e.summarize()
        return e

    e = quiet(run)
    precision = e.eval["precision"][:, :, :, 0, 2]
    per_category = [float(np.mean(p[p > -1])) if (p > -1).any() else -1 for p in (precision[:, :, k] for k in range(case["categories"]))]
    names = ["AP", "AP50", "AP75", "APs", "APm", "APl", "AR1", "AR10", "AR100", "ARs", "ARm", "ARl"]
    return dict(summary=dict(zip(names, map(float, e.stats))), categoryAP=per_category, precisionOfCategory0At075=precision[5, :, 0].tolist(),
                thresholds=e.params.iouThrs.tolist(), recalls=e.params.recThrs.tolist())


def ties():
    """Overlaps that are exactly a threshold, and a detection that two truths overlap equally: which it takes decides the next."""
    size = [120, 120]
    with_mask = lambda box, more: dict(box=[float(v) for v in box], category=0, counts=picture(box, size)["counts"].decode()) | more
    truth = lambda *box: with_mask(box, dict(crowd=False, area=float((box[2] - box[0]) * (box[3] - box[1]))))
    found = lambda score, *box: with_mask(box, dict(score=score))
    halves = [dict(truths=[truth(0, 0, 20, 20)], detections=[found(0.9 - height / 100, 0, 0, 20, height)]) for height in range(10, 21)]
    equal = dict(truths=[truth(0, 0, 10, 10), truth(0, 2, 10, 12)], detections=[found(0.99, 0, 1, 10, 11), found(0.98, 0, 0, 10, 10)])
    return dict(size=size, categories=2, images=[*halves, equal])


cases = [
    ties(),
    scenario(1, images=12, categories=3, truths=8, detections=12, whole=True, crowd=0.15, size=[200, 200], score_digits=1),
    scenario(2, images=8, categories=2, truths=10, detections=15, whole=False, crowd=0.1, size=[220, 180], score_digits=6),
    # More than 100 detections an image of one category; only small ones count as small.
    scenario(3, images=3, categories=1, truths=30, detections=260, whole=True, crowd=0.05, size=[150, 150], score_digits=2),
    scenario(4, images=6, categories=4, truths=4, detections=6, whole=True, crowd=0.5, size=[100, 100], score_digits=1),
]
result = [case | {kind: evaluate(case, kind) for kind in ("bbox", "segm")} for case in cases]
target = pathlib.Path(__file__).parents[1] / "evaluate" / "coco.golden.json"
target.write_text(json.dumps(result) + "\n")
