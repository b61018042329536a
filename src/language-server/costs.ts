/** Parameters and products of each layer, computed when first asked for and kept as long as the model. */
import { inspectModel } from "../inspect.ts";
import type { Model } from "../model/model.ts";
import type { LayerRow } from "../report/inspection.ts";

/** Of one layer, or of several together. */
export interface Cost {
  /** Trained numbers. */
  readonly parameters: number;
  /** Weights that are kept from training. */
  readonly frozen: number;
  /** Multiply-accumulates of one image. */
  readonly macs: number;
}

export interface Costs {
  /** Of the layers of a model that have these paths, together; undefined where none is known. */
  readonly of: (model: string, paths: readonly string[]) => Cost | undefined;
  /** Of the layer at a path and of all below it; the empty path is the model. */
  readonly below: (model: string, path: string) => Cost | undefined;
  /** Of the last layer at or below a path, a region's or an image's: the number of them is left out. */
  readonly shape: (model: string, path: string) => string | undefined;
}

type Rows = readonly LayerRow[];

/** Gives the costs of the models of a snapshot; `report` is told of a mistake of ours, which leaves them out. */
export function createCosts(report: (problem: unknown) => void): (models: readonly Model[]) => Costs {
  const known = new WeakMap<Model, Rows>();
  const rowsOf = (model: Model): Rows => {
    const before = known.get(model);
    if (before) return before;
    const rows = rowsNow(model, report);
    known.set(model, rows);
    return rows;
  };
  return (models) => {
    const rows = (name: string, isMeant: (path: string) => boolean): Rows => {
      const model = models.find((each) => each.name === name);
      return model ? rowsOf(model).filter(({ path }) => isMeant(path)) : [];
    };
    return {
      of: (name, paths) => sum(rows(name, (path) => paths.includes(path))),
      below: (name, path) => sum(rows(name, isBelow(path))),
      shape: (name, path) => {
        const last = rows(name, isBelow(path)).at(-1);
        return last && `[${last.shape.slice(1).join(", ")}]`;
      },
    };
  };
}

const isBelow =
  (root: string) =>
  (path: string): boolean =>
    root === "" || path === root || path.startsWith(`${root}.`) || path.startsWith(`${root}[`);

function sum(rows: Rows): Cost | undefined {
  if (rows.length === 0) return undefined;
  const total = (of: (row: LayerRow) => number): number => rows.reduce((all, row) => all + of(row), 0);
  return {
    parameters: total((row) => row.parameters),
    frozen: total((row) => row.frozen),
    macs: total((row) => row.macs),
  };
}

function rowsNow(model: Model, report: (problem: unknown) => void): Rows {
  try {
    return inspectModel(model).layers;
  } catch (problem) {
    report(problem);
    return [];
  }
}
