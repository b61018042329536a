/** Shapes, parameters and costs of the uses of one text. */
import { showShape } from "../model/shapes.ts";
import { compact, grouped } from "../report/quantity.ts";
import type { Cost, Costs } from "./costs.ts";
import type { NamedShape, Use } from "./uses.ts";

/** Most uses of one text that are listed one by one. */
const mostListed = 12;

/** One use in a line; several, as in a block that is applied again and again, as a list. No costs, no numbers. */
export function usesText(uses: readonly Use[], costs?: Costs): string | undefined {
  const shown = uses.filter(({ shape, results = [] }) => shape !== undefined || results.length > 0);
  if (shown.length === 0) return undefined;
  const models = new Set(shown.map(({ model }) => model)).size;
  const groups = new Map<string, Use[]>();
  for (const use of shown) groups.set(lineOf(use), [...(groups.get(lineOf(use)) ?? []), use]);
  const lines = [...groups].map(([line, [first, ...others]]) => {
    const { model, path, layers = [path] } = first!;
    const only = others.length + 1 < models ? `, in \`${model}\`` : "";
    return `${line}${costText(costs?.of(model, layers))}${only}`;
  });
  if (lines.length === 1) return lines[0];
  const rest = lines.length - mostListed;
  return [
    `${lines.length} uses:`,
    "",
    ...lines.slice(0, mostListed).map((line) => `- ${line}`),
    ...(rest > 0 ? [`- and ${rest} more`] : []),
  ].join("\n");
}

/** The same for the same layer of models that share it. */
function lineOf({ path, input, shape, results = [] }: Use): string {
  const to = shape ? `**${showShape(shape)}**` : namedShapes(results);
  return `\`${path}\`: ${input ? `${showShape(input)} -> ` : ""}${to}`;
}

export const namedShapes = (shapes: readonly NamedShape[]): string =>
  shapes.map(({ name, shape }) => `\`${name}\` **${showShape(shape)}**`).join(", ");

/** What follows a shape. */
export function costText(cost: Cost | undefined): string {
  if (!cost) return "";
  const { parameters, frozen, macs } = cost;
  const kept = frozen === 0 ? "" : parameters > 0 ? `, ${grouped(frozen)} of them frozen` : ", all frozen";
  const parts = [
    ...(parameters + frozen > 0 ? [`${grouped(parameters + frozen)} parameters${kept}`] : []),
    ...(macs > 0 ? [`${compact(macs)} multiply-accumulates`] : []),
  ];
  return parts.length > 0 ? `, ${parts.join(", ")}` : "";
}
