/** A resolved model without the places it was written at, so that two can be compared. */
import type { Model } from "./model.ts";

const isSpan = (value: unknown): boolean =>
  typeof value === "object" && value !== null && "source" in value && "start" in value && "end" in value;

/** The same text for the same model, whichever files and lines it comes from, also after it was read from a run. */
export const bareModel = (model: Model): string =>
  JSON.stringify(model, (key, value: unknown) =>
    isSpan(value) || key === "documentation" ? undefined : value,
  );
