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
  /** By function: `predict` for one image, `train_step` for a batch. */
  readonly memory: Readonly<Record<string, MemoryCost>>;
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

/** Bytes. */
export interface MemoryCost {
  readonly bucket: { readonly batch: number; readonly height: number; readonly width: number };
  /** Parameters and statistics. */
  readonly weights: number;
  /** Of the optimizer. */
  readonly slots: number;
  readonly constants: number;
  /** Inputs and computed values that are held at the fullest point of the plan. */
  readonly live: number;
  /** The part that is computed there. */
  readonly at?: string;
  /** All of these. */
  readonly peak: number;
}

export function costText(cost: Cost): string {
  return [stated(cost), partTable(cost), counted(cost), memoryTable(cost.memory), planned].join("\n\n");
}

function stated({ name, height, width, proposals, maskRegions }: Cost): string {
  const regions = maskRegions === undefined ? "" : `, ${grouped(maskRegions)} mask regions`;
  return `${name}: one image of ${height} x ${width} pixels, ${grouped(proposals)} proposals${regions}.`;
}

function partTable({ parts, total }: Cost): string {
  const rows = [...parts, { part: "in all", ...total }].map(
    ({ part, parameters, frozen, macs, activations }) => [
      part,
      parameters ? grouped(parameters) : "",
      frozen ? grouped(frozen) : "",
      macs ? grouped(macs) : "",
      macs ? compact(macs) : "",
      activations ? byteSize(activations) : "",
    ],
  );
  return textTable(rows, ["part", "parameters", "frozen", "multiply-adds", "", "activations"]);
}

function counted({ notComputed }: Cost): string {
  const masks = notComputed
    ? ` As in published figures the masks of all classes are counted; only those of the detected classes are computed, ${compact(notComputed)} less.`
    : "";
  return `Multiply-adds: those of convolutions, transposed convolutions and dense layers, no biases (published "GFLOPs" are these).${masks} Activations: what layers hand to each other, in single precision.`;
}

function memoryTable(memory: Cost["memory"]): string {
  const rows = Object.entries(memory).map(([name, { bucket, weights, slots, constants, live, at, peak }]) => [
    name,
    `${bucket.batch} of ${bucket.height} x ${bucket.width}`,
    at ?? "",
    byteSize(weights),
    slots ? byteSize(slots) : "",
    byteSize(constants),
    byteSize(live),
    byteSize(peak),
  ]);
  const head = ["function", "images", "fullest at", "weights", "slots", "constants", "live tensors", "peak"];
  return textTable(rows, head, 3);
}

const planned =
  "Peak: weights, slots of the optimizer and constants, and the tensors that are live at the fullest point of the memory plan, one step after another. The library itself and the work space of its kernels come on top.";
