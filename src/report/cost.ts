/** What `rcnn inspect --cost` shows: parameters, multiply-adds, activations and memory, by part and in all. */
import { byteSize, compact, grouped } from "./quantity.ts";
import { textTable } from "./text-table.ts";

export interface Cost {
  readonly name: string;
  /** Padded size of the one image that the parts are counted for, in pixels. */
  readonly height: number;
  readonly width: number;
  /** Regions of that image that the trunk, the classifier and the box head see. */
  readonly proposals: number;
  /** Regions that the mask head sees; absent where there is none. */
  readonly maskRegions?: number;
  readonly parts: readonly PartCost[];
  readonly total: Omit<PartCost, "part">;
  /** Of the total, multiply-adds that a published figure counts and the program does not do: masks of classes that were not detected. */
  readonly notComputed: number;
  /** As they are compiled: `predict` for one image, `train_step` for a batch. */
  readonly functions: Readonly<Record<string, FunctionCost>>;
}

export interface PartCost {
  readonly part: string;
  /** Weights, those that `freeze` keeps included. */
  readonly parameters: number;
  readonly frozen: number;
  /** Multiply-adds of convolutions, transposed convolutions and dense layers; nothing else, no biases. */
  readonly macs: number;
  /** Bytes of what layers hand to each other, in single precision. */
  readonly activations: number;
}

/** Bytes, but for `macs`. */
export interface FunctionCost {
  readonly bucket: { readonly batch: number; readonly height: number; readonly width: number };
  /** Multiply-adds that it computes, for all its images, gradients included. */
  readonly macs: number;
  /** Parameters and statistics. */
  readonly weights: number;
  /** Of the optimizer. */
  readonly slots: number;
  readonly constants: number;
  /** Inputs and computed values that are held at the fullest point of the plan. */
  readonly live: number;
  /** The same while each part is computed, forward or backward. */
  readonly parts: Readonly<Record<string, number>>;
  /** All of these. */
  readonly peak: number;
}

/** The cost of one point of an ablation, in one line. */
export type PointCost = Pick<Cost, "height" | "width" | "proposals" | "maskRegions"> &
  Pick<PartCost, "parameters" | "macs"> & { readonly point: string };

export const pointCost = (
  point: string,
  { height, width, proposals, maskRegions, total }: Omit<Cost, "functions">,
): PointCost => ({
  point,
  parameters: total.parameters,
  macs: total.macs,
  height,
  width,
  proposals,
  ...(maskRegions !== undefined && { maskRegions }),
});

export function pointCostTable(costs: readonly PointCost[]): string {
  const rows = costs.map(({ point, parameters, macs, height, width, proposals, maskRegions }) => [
    point,
    `${height} x ${width}`,
    grouped(parameters),
    compact(macs),
    grouped(proposals),
    maskRegions === undefined ? "" : grouped(maskRegions),
  ]);
  return textTable(rows, ["point", "image", "parameters", "MACs", "proposals", "mask regions"], 2);
}

export function costText(cost: Cost): string {
  return [stated(cost), partTable(cost), functionTable(cost.functions), legend(cost).join("\n")].join("\n\n");
}

function stated({ name, height, width, proposals, maskRegions }: Cost): string {
  const regions = maskRegions === undefined ? "" : `, ${grouped(maskRegions)} mask regions`;
  return `${name}: one image of ${height} x ${width} pixels, ${grouped(proposals)} proposals${regions}.`;
}

function partTable({ parts, total, functions }: Cost): string {
  const compiled = Object.entries(functions);
  const bytes = (value: number | undefined) => (value ? byteSize(value) : "");
  const rows = parts.map((part) => [
    ...countCells(part.part, part),
    ...compiled.map(([, each]) => bytes(each.parts[part.part])),
  ]);
  const last = [...countCells("in all", total), ...compiled.map(([, { live }]) => bytes(live))];
  const head = ["part", "parameters", "frozen", "multiply-adds", "", "activations"];
  return textTable([...rows, last], [...head, ...compiled.map(([name]) => `live, ${name}`)]);
}

const countCells = (
  name: string,
  { parameters, frozen, macs, activations }: Cost["total"],
): readonly string[] => [
  name,
  parameters ? grouped(parameters) : "",
  frozen ? grouped(frozen) : "",
  macs ? grouped(macs) : "",
  macs ? compact(macs) : "",
  activations ? byteSize(activations) : "",
];

function legend({ notComputed }: Cost): readonly string[] {
  const masks = `As in published figures, masks of all classes are counted; those of the detected classes alone are computed, ${compact(notComputed)} less.`;
  return [
    'Multiply-adds: of convolutions, transposed convolutions and dense layers, without biases; published "GFLOPs" are these.',
    ...(notComputed ? [masks] : []),
    "Activations: what layers hand to each other, in single precision.",
    "Live: tensors held at most while a part is computed, by the memory plan, which runs one op after another.",
    "Peak: the live tensors at the fullest point, weights, slots of the optimizer and constants. The library itself and the",
    "work space of its kernels come on top.",
  ];
}

function functionTable(functions: Cost["functions"]): string {
  const rows = Object.entries(functions).map(
    ([name, { bucket, macs, weights, slots, constants, live, peak }]) => [
      name,
      `${bucket.batch} of ${bucket.height} x ${bucket.width}`,
      compact(macs),
      byteSize(weights),
      slots ? byteSize(slots) : "",
      byteSize(constants),
      byteSize(live),
      byteSize(peak),
    ],
  );
  return textTable(
    rows,
    ["function", "images", "multiply-adds", "weights", "slots", "constants", "live", "peak"],
    2,
  );
}
