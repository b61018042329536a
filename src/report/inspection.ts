/** What `rcnn inspect` shows of a model. */
import type { Cost } from "./cost.ts";
import { compact, grouped } from "./quantity.ts";
import { textTable } from "./text-table.ts";

export interface Inspection {
  readonly name: string;
  /** Trained numbers. */
  readonly parameters: number;
  /** Weights that `freeze` keeps from training. */
  readonly frozen: number;
  /** Multiply-adds of one image, counted as published figures are: convolutions and dense layers, masks of all classes. */
  readonly macs: number;
  readonly layers: readonly LayerRow[];
  /** The resolved model, as in `config.resolved.json`. */
  readonly model: unknown;
  /** Text of the IR, where it was asked for. */
  readonly ir?: string;
  /** Where it was asked for. */
  readonly cost?: Cost;
}

export interface LayerRow {
  readonly path: string;
  readonly layer: string;
  /** Of the result, `[N, H, W, C]` or `[R, ...]`; sizes that follow the image are in words. */
  readonly shape: readonly (number | string)[];
  readonly parameters: number;
  readonly frozen: number;
  readonly macs: number;
}

export function inspectionText({ name, parameters, frozen, macs, layers }: Inspection): string {
  const rows = layers.map((row) => [
    row.path,
    row.layer,
    `[${row.shape.join(", ")}]`,
    row.parameters ? grouped(row.parameters) : row.frozen ? `${grouped(row.frozen)} frozen` : "",
    row.macs ? compact(row.macs) : "",
  ]);
  const table = textTable(rows, ["path", "layer", "shape", "parameters", "MACs"], 3);
  const all = `${grouped(parameters + frozen)} parameters${frozen ? `, ${grouped(frozen)} of them frozen` : ""}`;
  return `${table}\n\n${name}: ${all}, ${compact(macs)} multiply-accumulates an image.`;
}
