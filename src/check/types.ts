/** Types of the parameters of networks and blocks. */

import { checkCodes } from "../diagnostics/codes/check.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Expression, Module } from "../syntax/ast.ts";
import type { ParameterDef } from "./catalog.ts";
import type { Report } from "./evaluate.ts";
import { component, type Kind, layers, size } from "./kinds.ts";
import { textOf } from "./values.ts";

const named: Readonly<Record<string, Kind>> = {
  integer: { kind: "integer" },
  number: { kind: "number" },
  boolean: { kind: "boolean" },
  text: { kind: "text" },
  size,
  ratio: { kind: "ratio" },
  layer: layers,
  initializer: component("initializer"),
  roiOp: component("roiOp"),
  loss: component("loss"),
};

/** Names of types, for who offers them. */
export const parameterTypes: readonly string[] = Object.keys(named);

/** A named type, a choice of numbers and words, or a range of integers. An unknown one takes anything, as layers do. */
export function kindOfType(type: Expression, report: Report): Kind {
  if (type.kind === "name" && Object.hasOwn(named, type.name)) return named[type.name]!;
  if (type.kind === "choice") {
    const words = type.options.map((option) =>
      option.kind === "number" ? option.value : option.kind === "name" ? option.name : undefined,
    );
    if (words.every((word) => word !== undefined)) return { kind: "word", words };
  }
  if (type.kind === "range" && type.from.kind === "number" && type.to.kind === "number") {
    return { kind: "integer", minimum: type.from.value, maximum: type.to.value };
  }
  const known = Object.keys(named)
    .map((name) => `\`${name}\``)
    .join(", ");
  report(diagnose(checkCodes, "check/unknown-type", { text: textOf(type.span), known }, { span: type.span }));
  return layers;
}

/** The parameters of a module in the form that the catalogue gives those of components. */
export function parametersOf(
  module: Module,
  report: Report,
): Readonly<Record<string, Pick<ParameterDef, "kind">>> {
  return Object.fromEntries(
    module.parameters.map((parameter) => [parameter.name.text, { kind: kindOfType(parameter.type, report) }]),
  );
}
