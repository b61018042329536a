/** The resolved model as JSON: what `inspect` prints and tests compare. */
import type { Span } from "../diagnostics/span.ts";
import type { Model } from "./model.ts";

const isSpan = (value: unknown): value is Span =>
  typeof value === "object" && value !== null && "source" in value && "start" in value && "end" in value;

/** Spans become `file:line`; key order is that of the model. */
export function modelToJson(model: Model): unknown {
  return JSON.parse(
    JSON.stringify(model, (_key, value: unknown) => (isSpan(value) ? showPlace(value) : value)),
  );
}

function showPlace({ source, start }: Span): string {
  return `${source.name}:${source.text.slice(0, start).split("\n").length}`;
}
