/** Shapes, parameters and costs of the uses of one text. */
import { showShape } from "../model/shapes.ts";
import { compact, grouped } from "../report/quantity.ts";
import type { Use } from "./analysis.ts";

export interface Cost {
  /** Trained numbers. */
  readonly parameters: number;
  /** Multiply-accumulates of one image. */
  readonly macs: number;
}

/** Of the layer at a path of a model; undefined for what is no layer. */
export type CostOf = (model: string, path: string) => Cost | undefined;

/** Most uses of one text that are listed one by one. */
const mostListed = 12;

/** One use in a line; several, as in a block that is applied again and again, as a list. */
export function usesText(uses: readonly Use[], costOf: CostOf): string | undefined {
  const shown = uses.filter(({ shape }) => shape !== undefined);
  if (shown.length === 0) return undefined;
  const models = new Set(shown.map(({ model }) => model)).size;
  const groups = new Map<string, Use[]>();
  for (const use of shown) groups.set(lineOf(use), [...(groups.get(lineOf(use)) ?? []), use]);
  const lines = [...groups].map(([line, [first, ...others]]) => {
    const cost = costOf(first!.model, first!.path);
    const only = others.length + 1 < models ? `, in \`${first!.model}\`` : "";
    return `${line}${cost ? costText(cost) : ""}${only}`;
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
const lineOf = ({ path, input, shape }: Use): string =>
  `\`${path}\`: ${input ? `${showShape(input)} -> ` : ""}**${showShape(shape!)}**`;

function costText({ parameters, macs }: Cost): string {
  const parts = [
    ...(parameters > 0 ? [`${grouped(parameters)} parameters`] : []),
    ...(macs > 0 ? [`${compact(macs)} multiply-accumulates`] : []),
  ];
  return parts.length > 0 ? `, ${parts.join(", ")}` : "";
}
