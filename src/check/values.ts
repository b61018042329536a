/** Values that expressions have before they meet the kind that a parameter wants. */
import type { Span } from "../diagnostics/span.ts";
import type { Expression, Name, Unit } from "../syntax/ast.ts";

export interface ArgumentValue {
  readonly name?: Name;
  readonly value: Value;
  readonly span: Span;
}

/** Each has the span of the text that stands where the value is used. */
export type Value = {
  readonly span: Span;
  /** Where the text of the value stands, if a name stands in its place. */
  readonly declared?: Span;
} & (
  | { readonly kind: "number"; readonly value: number; readonly unit?: Unit }
  | { readonly kind: "size"; readonly height: number; readonly width: number }
  | { readonly kind: "ratio"; readonly height: number; readonly width: number }
  | { readonly kind: "range"; readonly from: Value; readonly to: Value }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "none" }
  /** A name that is bound to nothing: it may be a component, a level or a choice. */
  | { readonly kind: "word"; readonly name: string }
  | { readonly kind: "list"; readonly items: readonly Value[] }
  | { readonly kind: "record"; readonly entries: readonly RecordEntry[] }
  | { readonly kind: "call"; readonly callee: Name; readonly arguments: readonly ArgumentValue[] }
  | { readonly kind: "rate"; readonly value: Value; readonly per: Value }
  /** Layers are applied later, with what their names meant where they were written. */
  | { readonly kind: "layers"; readonly expression: Expression; readonly scope: Scope }
  /** Not known yet, or wrong and already reported. */
  | { readonly kind: "open" }
);

export interface RecordEntry {
  readonly key: string;
  readonly keySpan: Span;
  readonly value: Value;
}

export interface Reached {
  readonly value: Value;
  readonly rest: readonly string[];
}

/** What names mean. */
export interface Scope {
  readonly lookup: (name: string) => Value | undefined;
  /** All names, to find the nearest of a wrong one. */
  readonly names: () => readonly string[];
  /** What a path of the model has, with the names of the path that lead on into it; undefined for other paths. */
  readonly reach?: ((path: readonly string[], span: Span) => Reached | undefined) | undefined;
}

export const textOf = (span: Span): string => span.source.text.slice(span.start, span.end);

const sideText = (value: Value): string => {
  if (value.kind === "number") return `${value.value}${value.unit ?? ""}`;
  return value.kind === "word" ? value.name : textOf(value.span);
};

/** The value as the notation writes it. */
export function showValue(value: Value): string {
  switch (value.kind) {
    case "number":
      return `${value.value}${value.unit ?? ""}`;
    case "size":
      return `${value.height}x${value.width}`;
    case "ratio":
      return `${value.height}:${value.width}`;
    case "range":
      return `${sideText(value.from)}..${sideText(value.to)}`;
    case "rate":
      return `${showValue(value.value)} per ${showValue(value.per)}`;
    case "boolean":
      return String(value.value);
    case "none":
      return "none";
    case "word":
      return value.name;
    case "text":
      return JSON.stringify(value.value);
    default:
      return textOf(value.span);
  }
}

/** The noun for a value in a message. */
export function nounOf(value: Value): string {
  const nouns: Readonly<Record<Value["kind"], string>> = {
    number: "number",
    size: "size",
    ratio: "ratio",
    range: "range",
    text: "text",
    boolean: "truth value",
    none: "word",
    word: "name",
    list: "list",
    record: "record",
    call: "call",
    rate: "rate",
    layers: "pipeline",
    open: "value",
  };
  return nouns[value.kind];
}
