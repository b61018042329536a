/** Types of the parameters of networks and blocks. */

import { checkCodes } from "../diagnostics/codes/check.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Span } from "../diagnostics/span.ts";
import type { Expression, Module } from "../syntax/ast.ts";
import type { ParameterDef } from "./catalog.ts";
import type { Report } from "./evaluate.ts";
import { component, fraction, type Kind, layers, roles, size } from "./kinds.ts";
import { textOf } from "./values.ts";

const plain: Kind = {
  kind: "either",
  options: [{ kind: "number" }, size, { kind: "ratio" }, { kind: "boolean" }, { kind: "text" }],
};
const flag: Kind = { kind: "boolean" };

const named: Readonly<Record<string, Kind>> = {
  integer: { kind: "integer" },
  number: { kind: "number" },
  percentage: fraction,
  px: { kind: "number", unit: "px" },
  images: { kind: "number", unit: "images" },
  iterations: { kind: "number", unit: "iterations" },
  epochs: { kind: "number", unit: "epochs" },
  flag,
  boolean: flag,
  text: { kind: "text" },
  size,
  ratio: { kind: "ratio" },
  range: { kind: "range" },
  list: { kind: "list", item: plain },
  layer: layers,
  ...Object.fromEntries(roles.map((role) => [role, component(role)])),
};

/** Names of types, for who offers them. */
export const parameterTypes: readonly string[] = Object.keys(named);

/**
 * A named type, `list(type)`, a range of numbers, or a choice of words, numbers and types. An unknown one takes
 * anything, as layers do.
 */
export function kindOfType(type: Expression, report: Report): Kind {
  if (type.kind === "hole") return layers;
  const kind = type.kind === "choice" ? choiceOf(type.options) : kindOf(type);
  const empty = (type.kind === "choice" ? type.options : [type]).find(isEmpty);
  if (kind && !empty) return kind;
  if (empty) {
    const found = `the range \`${textOf(empty.span)}\``;
    const expected = "one from a lower to a higher number, both of one unit";
    report(diagnose(checkCodes, "check/wrong-range", { key: "type", found, expected }, { span: empty.span }));
    return layers;
  }
  const known = [...parameterTypes.map((name) => `\`${name}\``), "`list(type)`"].join(", ");
  report(diagnose(checkCodes, "check/unknown-type", { text: textOf(type.span), known }, { span: type.span }));
  return layers;
}

type Range = Extract<Expression, { readonly kind: "range" }>;

/** A range that nothing could lie in. */
function isEmpty(type: Expression): boolean {
  if (type.kind !== "range") return false;
  const { from, to } = type;
  const [least, most] = [endOf(from), endOf(to)];
  return least !== undefined && most !== undefined && (least > most || unitOf(from) !== unitOf(to));
}

const unitOf = (end: Expression) => (end.kind === "number" ? end.unit : undefined);

function kindOf(type: Expression): Kind | undefined {
  if (type.kind === "name") return Object.hasOwn(named, type.name) ? named[type.name] : undefined;
  if (type.kind === "none") return { kind: "none" };
  if (type.kind === "call") {
    const [only, ...more] = type.arguments;
    const item = type.callee.text === "list" && only && more.length === 0 ? kindOf(only.value) : undefined;
    return item && { kind: "list", item };
  }
  return type.kind === "range" ? rangeOf(type) : undefined;
}

/** `0..5` takes whole numbers, `0%..100%` and `0.5..2` any between the two, `1px..64px` pixels. */
function rangeOf({ from, to }: Range): Kind | undefined {
  const ends = [from, to].map(endOf);
  if (ends.some((end) => end === undefined)) return undefined;
  const [minimum, maximum] = ends as [number, number];
  const isWhole = from.kind === "number" && Number.isInteger(minimum) && Number.isInteger(maximum);
  const unit = from.kind === "number" ? from.unit : undefined;
  return { kind: isWhole ? "integer" : "number", ...(unit && { unit }), minimum, maximum };
}

function endOf(end: Expression): number | undefined {
  if (end.kind === "unary" && end.operator === "-") {
    const value = endOf(end.operand);
    return value === undefined ? undefined : -value;
  }
  return end.kind === "number" || end.kind === "percentage" ? end.value : undefined;
}

/** Names that are no types are words. */
function choiceOf(options: readonly Expression[]): Kind | undefined {
  const words = options.flatMap((option) =>
    option.kind === "number" ? option.value : option.kind === "name" && !kindOf(option) ? option.name : [],
  );
  const kinds = options
    .filter((option) => option.kind !== "number")
    .flatMap((option) => kindOf(option) ?? []);
  if (words.length + kinds.length < options.length) return undefined;
  if (kinds.some(({ kind }) => kind === "layers")) return layers;
  if (kinds.length === 0) return { kind: "word", words };
  return {
    kind: "either",
    options: [...(words.length > 0 ? [{ kind: "word", words } as const] : []), ...kinds],
  };
}

/** The parameters of a module in the form that the catalogue gives those of components. */
export function parametersOf(
  module: Module,
  report: Report,
): Readonly<Record<string, Pick<ParameterDef, "kind"> & { readonly declared: Span }>> {
  return Object.fromEntries(
    module.parameters.map((parameter) => [
      parameter.name.text,
      { kind: kindOfType(parameter.type, report), declared: parameter.span },
    ]),
  );
}
