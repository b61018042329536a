"""Writes test/evaluate/voc.golden.json: the development kit's VOCevaldet and VOCap, in numpy, on random data.

Boxes are written as the kit has them, inclusive corners counted from 1, and measured with its `+ 1`.
"""
import json
import pathlib
import random

import numpy as np

random.seed(5)


def ap(recall, precision):
    eleven = 0.0
    for k in range(11):
        above = precision[recall >= k / 10]
        eleven += (above.max() if above.size else 0) / 11
    r = np.concatenate(([0], recall, [1]))
    p = np.concatenate(([0], precision, [0]))
    for i in range(len(p) - 2, -1, -1):
        p[i] = max(p[i], p[i + 1])
    steps = np.where(r[1:] != r[:-1])[0] + 1
    return eleven, float(np.sum((r[steps] - r[steps - 1]) * p[steps]))


def evaluate(images, category):
    truths = [[t for t in image["truths"] if t["category"] == category] for image in images]
    total = sum(not t["difficult"] for each in truths for t in each)
    if total == 0:
        return -1, -1
    taken = [[False] * len(each) for each in truths]
    found = [(i, d) for i, image in enumerate(images) for d in image["detections"] if d["category"] == category]
    order = np.argsort([-d["score"] for _, d in found], kind="mergesort")
    tp, fp = np.zeros(len(found)), np.zeros(len(found))
    for n, index in enumerate(order):
        i, d = found[index]
        best, match = -np.inf, None
        for j, t in enumerate(truths[i]):
            a, b = d["inclusive"], t["inclusive"]
            w = min(a[2], b[2]) - max(a[0], b[0]) + 1
            h = min(a[3], b[3]) - max(a[1], b[1]) + 1
            if w > 0 and h > 0:
                area = lambda c: (c[2] - c[0] + 1) * (c[3] - c[1] + 1)
                overlap = w * h / (area(a) + area(b) - w * h)
                if overlap > best:
                    best, match = overlap, j
        if best >= 0.5:
            if not truths[i][match]["difficult"]:
                if taken[i][match]:
                    fp[n] = 1
                else:
                    tp[n], taken[i][match] = 1, True
        else:
            fp[n] = 1
    tp, fp = np.cumsum(tp), np.cumsum(fp)
    counted = tp + fp > 0
    return ap((tp / total)[counted], (tp / np.maximum(tp + fp, 1))[counted])


def inclusive():
    x, y = random.randint(1, 60), random.randint(1, 60)
    return [x, y, x + random.randint(3, 40), y + random.randint(3, 40)]


def near(box):
    x1, y1, x2, y2 = (v + random.randint(-3, 3) for v in box)
    return [x1, y1, max(x1, x2), max(y1, y2)]


def ties():
    """Overlaps of exactly a half, and a detection that two truths overlap equally: which it takes decides the next."""
    truth = lambda *box: dict(inclusive=box, category=0, difficult=False)
    found = lambda score, *box: dict(inclusive=box, category=0, score=score)
    half = dict(truths=[truth(1, 1, 20, 20)], detections=[found(0.5, 1, 1, 20, 10)])
    equal = dict(truths=[truth(1, 1, 10, 10), truth(1, 3, 10, 12)], detections=[found(0.9, 1, 2, 10, 11), found(0.8, 1, 1, 10, 10)])
    return [half, equal]


def measured(out, categories):
    each = [evaluate(out, category) for category in range(categories + 1)]
    return dict(images=out, categories=categories + 1, elevenPoint=[e for e, _ in each], area=[a for _, a in each])


def scenario(images, categories, truths, detections, digits):
    out = []
    for _ in range(images):
        there = [dict(inclusive=inclusive(), category=random.randrange(categories), difficult=random.random() < 0.2) for _ in range(random.randint(0, truths))]
        found = []
        for _ in range(random.randint(0, detections)):
            source = random.choice(there) if there and random.random() < 0.7 else None
            found.append(dict(inclusive=near(source["inclusive"]) if source else inclusive(), category=source["category"] if source else random.randrange(categories), score=round(random.random(), digits)))
        out.append(dict(truths=there, detections=found))
    return measured(out, categories)


result = [measured(ties(), 1), scenario(10, 3, 6, 9, 1), scenario(6, 1, 10, 20, 5), scenario(3, 5, 2, 1, 2)]
target = pathlib.Path(__file__).parents[1] / "evaluate" / "voc.golden.json"
target.write_text(json.dumps(result) + "\n")
