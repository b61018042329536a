/** Parameters and products of each layer, computed when first asked for and kept as long as the model. */
import { inspectModel } from "../inspect.ts";
import type { Model } from "../model/model.ts";
import type { Cost, CostOf } from "./shape-text.ts";

type Costs = ReadonlyMap<string, Cost>;

/** Gives the costs of the models of a snapshot; `report` is told of a mistake of ours, which leaves them out. */
export function createCosts(report: (problem: unknown) => void): (models: readonly Model[]) => CostOf {
  const known = new WeakMap<Model, Costs>();
  const costsOf = (model: Model): Costs => {
    const before = known.get(model);
    if (before) return before;
    const costs = costsNow(model, report);
    known.set(model, costs);
    return costs;
  };
  return (models) => (name, path) => {
    const model = models.find((each) => each.name === name);
    return model && costsOf(model).get(path);
  };
}

function costsNow(model: Model, report: (problem: unknown) => void): Costs {
  try {
    return new Map(inspectModel(model).layers.map((row) => [row.path, row]));
  } catch (problem) {
    report(problem);
    return new Map();
  }
}
