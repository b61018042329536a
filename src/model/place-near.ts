/** The place in the texts of a path of a model, or of the nearest part around it that is written. */
import type { Span } from "../diagnostics/span.ts";
import type { Model } from "./model.ts";

export function placeNear({ places }: Pick<Model, "places">, path: string): Span | undefined {
  for (let around = path; around; around = around.replace(/(\.|^)[^.]*$/, "")) {
    const span = places[around];
    if (span) return span;
  }
  return undefined;
}
