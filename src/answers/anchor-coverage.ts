/** How well the anchors of a model fit the objects of a data set: the best overlap that each object finds. */
import { baseAnchors } from "../components/anchors.ts";
import type { Dataset } from "../data/dataset.ts";
import { paddedSize, resizedSize, type Size } from "../data/resize.ts";
import { dataCodes } from "../diagnostics/codes/data.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Model, RpnModel } from "../model/model.ts";

export interface AnchorCoverage {
  /** Without crowds. */
  readonly objects: number;
  /** Of these, how many have an anchor that overlaps them by `positive` or more. */
  readonly reached: number;
  /** How many have none that overlaps them by `negative`: they are learnt from one poor anchor (`keepBest`), or not. */
  readonly missed: number;
  /** Of the best overlaps of all objects. */
  readonly median: number;
  /** Of each level, the objects whose best anchor stands there. */
  readonly levels: readonly { readonly name: string; readonly objects: number }[];
  readonly positive: number;
  readonly negative: number;
}

/** More than this share of the objects without a fitting anchor is most likely a mistake. */
const tolerated = 0.1;

/** Images as `input` resizes them for testing. Nothing for a model without an RPN, or without objects. */
export function anchorCoverage(model: Model, { images }: Dataset): AnchorCoverage | undefined {
  if (!model.rpn) return undefined;
  const { levels, match } = model.rpn;
  const sets = anchorSets(model.rpn);
  const best = images.flatMap((image) => {
    const size = resizedSize(image, model.input);
    const site: Site = {
      size,
      padded: paddedSize(image, model.input),
      inclusive: model.boxWidth === "inclusive",
    };
    const [x, y] = [size.width / image.width, size.height / image.height];
    const objects = image.objects.filter(({ crowd }) => !crowd);
    return objects.map(({ box }) => bestOf([box[0] * x, box[1] * y, box[2] * x, box[3] * y], sets, site));
  });
  if (best.length === 0) return undefined;
  const overlaps = best.map(({ overlap }) => overlap).sort((a, b) => a - b);
  return {
    objects: best.length,
    reached: overlaps.filter((overlap) => overlap >= match.positive).length,
    missed: overlaps.filter((overlap) => overlap < match.negative).length,
    median: overlaps[overlaps.length >> 1]!,
    levels: levels.map(({ name }, index) => ({
      name,
      objects: best.filter(({ level }) => level === index).length,
    })),
    positive: match.positive,
    negative: match.negative,
  };
}

/** A warning where the anchors fit many objects badly, at the sizes of the anchors. */
export function coverageProblems(
  model: Model,
  coverage: AnchorCoverage,
  data: string,
): readonly Diagnostic[] {
  if (coverage.missed <= tolerated * coverage.objects) return [];
  const { objects, missed, negative } = coverage;
  const span = model.places["rpn.anchors.sizes"] ?? model.places["rpn.anchors.scales"] ?? model.places.rpn;
  const values = { data, objects, missed, negative };
  return [diagnose(dataCodes, "data/anchors-beside", values, span ? { span } : {})];
}

type Box = readonly [x1: number, y1: number, x2: number, y2: number];

interface AnchorSet {
  readonly level: number;
  readonly stride: number;
  /** Around the point of the cell. */
  readonly box: Box;
  readonly rpn: RpnModel;
}

const anchorSets = (rpn: RpnModel): readonly AnchorSet[] =>
  rpn.levels.flatMap(({ stride }, level) =>
    baseAnchors(rpn.anchors, level, stride).map((box) => ({ level, stride, box, rpn })),
  );

interface Site {
  readonly size: Size;
  readonly padded: Size;
  /** A box includes its last pixel (`boxWidth`). */
  readonly inclusive: boolean;
}

function bestOf(truth: Box, sets: readonly AnchorSet[], site: Site) {
  let best = { overlap: 0, level: 0 };
  for (const set of sets) {
    const overlap = bestOverlap(truth, set, site);
    if (overlap > best.overlap) best = { overlap, level: set.level };
  }
  return best;
}

/** One side of an anchor: its length, and how much of it lies on the truth. */
interface Side {
  readonly length: number;
  readonly shared: number;
}

/**
 * Overlap (IoU) of `truth` with the best placed anchor of a set. Both axes are independent: the larger the shared
 * length on each, the larger the overlap; cutting at the border changes lengths too, so there all combinations count.
 */
function bestOverlap(truth: Box, { stride, box, rpn }: AnchorSet, { size, padded, inclusive }: Site): number {
  const extra = inclusive ? 1 : 0;
  const [across, down] = ([0, 1] as const).map((axis) => {
    const [border, whole] = axis === 0 ? [size.width, padded.width] : [size.height, padded.height];
    const cells = Math.ceil(whole / stride);
    const step = rpn.anchors.rounding === "corners" ? Math.floor(whole / cells) : stride;
    const [low, high] = [box[axis]!, box[axis + 2]!];
    const at = { low, high, step, cells, border, offset: rpn.anchors.offset * step };
    return sidesOf(truth[axis]!, truth[axis + 2]!, at, rpn.anchors, extra);
  }) as [readonly Side[], readonly Side[]];
  const area = (truth[2] - truth[0] + extra) * (truth[3] - truth[1] + extra);
  const overlaps = across.flatMap((x) =>
    down.map((y) => {
      const shared = x.shared * y.shared;
      return shared / (area + x.length * y.length - shared);
    }),
  );
  return Math.max(0, ...overlaps);
}

interface Axis {
  /** Of the anchor, around the point of its cell. */
  readonly low: number;
  readonly high: number;
  readonly step: number;
  readonly cells: number;
  /** Side of the image. */
  readonly border: number;
  /** Of the point in its cell. */
  readonly offset: number;
}

/** The places along one axis that may be best: where centres are nearest, and where cut anchors begin or end with the truth. */
function sidesOf(
  from: number,
  to: number,
  { low, high, step, cells, border, offset }: Axis,
  { clip, straddling }: RpnModel["anchors"],
  extra: number,
): readonly Side[] {
  const first = straddling === "discard" ? Math.max(0, Math.ceil((-low - offset) / step)) : 0;
  const past = Math.floor((border - high - offset) / step);
  const last = straddling === "discard" ? Math.min(cells - 1, past) : cells - 1;
  if (first > last) return [];
  const centred = (from + to - low - high) / 2;
  const wanted = clip ? [centred, from - low, to - high] : [centred];
  const near = wanted.flatMap((point) => {
    const cell = (point - offset) / step;
    return [Math.floor(cell), Math.ceil(cell)].map((each) => Math.min(last, Math.max(first, each)));
  });
  return [...new Set(near)].map((cell) => {
    const point = cell * step + offset;
    const [start, end] = clip
      ? [Math.min(border, Math.max(0, low + point)), Math.min(border, Math.max(0, high + point))]
      : [low + point, high + point];
    return {
      length: end - start + extra,
      shared: Math.max(0, Math.min(end, to) - Math.max(start, from) + extra),
    };
  });
}
