"""Writes test/data/masks.golden.json: what pycocotools makes of polygons and run lengths (pip install pycocotools)."""
import json
import pathlib
import random

import numpy as np
from pycocotools import mask as M

random.seed(3)
np.random.seed(3)
counts = lambda rle: rle["counts"].decode()


def polygons():
    """Random outlines: whole, half and fractional corners, reaching outside, repeated corners, stars that cross themselves."""
    out = []
    for case in range(60):
        height, width = random.randint(1, 40), random.randint(1, 40)
        corners = random.randint(3, 12)
        points = [[random.uniform(-8, width + 8), random.uniform(-8, height + 8)] for _ in range(corners)]
        digits = [0, 1, 2, 6][case % 4]
        points = [[round(v, digits) for v in p] for p in points]
        if case % 5 == 0:
            points.append(points[-1])
        if case % 7 == 0:
            points.append(points[0])
        out.append((height, width, [v for p in points for v in p]))
    out.append((10, 12, [2, 2, 2, 7, 9, 7, 9, 2]))
    out.append((10, 12, [0.5, 0.5, 0.5, 9.5, 11.5, 9.5, 11.5, 0.5]))
    out.append((10, 12, [3, 3, 3, 3, 3, 3]))
    out.append((5, 5, [-20, -20, -20, 30, 30, 30, 30, -20]))
    return out


def blob(height, width, density):
    mask = np.random.rand(height, width) < density
    return np.asfortranarray(mask.astype("uint8"))


def several():
    """Unions, intersections and overlaps of three masks of one size, dense and sparse."""
    out = []
    for density in (0, 0.02, 0.3, 0.8, 1):
        for height, width in ((1, 9), (9, 1), (13, 17)):
            masks = [blob(height, width, density) for _ in range(3)]
            # Long runs too: a solid part.
            masks[1][height // 3 :, width // 3 :] = 1
            rles = [M.encode(np.asfortranarray(m)) for m in masks]
            out.append(
                dict(
                    height=height,
                    width=width,
                    rows=["".join(map(str, m.ravel())) for m in masks],
                    counts=[counts(r) for r in rles],
                    area=[int(a) for a in M.area(rles)],
                    box=[[float(v) for v in b] for b in M.toBbox(rles)],
                    union=counts(M.merge(rles)),
                    intersection=counts(M.merge(rles, True)),
                    iou=M.iou(rles, rles, [0, 0, 0]).tolist(),
                    crowdIou=M.iou(rles, rles, [1, 1, 1]).tolist(),
                )
            )
    return out


result = dict(
    polygons=[dict(height=h, width=w, polygon=p, counts=counts(M.frPyObjects([p], h, w)[0])) for h, w, p in polygons()],
    several=several(),
)
target = pathlib.Path(__file__).parents[1] / "data" / "masks.golden.json"
target.write_text(json.dumps(result) + "\n")
