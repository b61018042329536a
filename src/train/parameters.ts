/** The parameters of a model, without a back end: what a graph of few pixels declares. */
import { lowerPrediction } from "../components/lower.ts";
import type { Model } from "../model/model.ts";
import type { StateSpec } from "../targets/artifact.ts";

/** Enough rows for the coarsest level of a pyramid. */
const side = 256;

/** No parameter depends on the size of the images. */
export function parametersOf(model: Model): readonly StateSpec[] {
  const { multiple } = model.input;
  const rows = multiple * Math.ceil(side / multiple);
  const bucket = { batch: 1, height: rows, width: rows, objects: 0, pixels: 0 };
  return lowerPrediction(model, bucket).parameters.map(({ name, role, initializer, value }) => ({
    ...{ name, role, initializer },
    shape: value.type.shape,
  }));
}
