/** Parameters and products of each layer, computed when first asked for and kept as long as the model. */
import { inspectModel } from "../inspect.ts";
import type { Model } from "../model/model.ts";
import type { Cost, CostOf } from "./shape-text.ts";

type Costs = ReadonlyMap<string, Cost>;

/** Gives the costs of the models of a snapshot. */
export function createCosts(): (models: readonly Model[]) => CostOf {
  const known = new WeakMap<Model, Costs>();
  const costsOf = (model: Model): Costs => {
    const before = known.get(model);
    if (before) return before;
    const costs = new Map(inspectModel(model).layers.map((row) => [row.path, row]));
    known.set(model, costs);
    return costs;
  };
  return (models) => (name, path) => {
    const model = models.find((each) => each.name === name);
    return model && costsOf(model).get(path);
  };
}
