/** What an `ablation` block says: a base, the axes along which it is varied, and what others have published. */
import type { Span } from "../diagnostics/span.ts";
import type { Entry, Name } from "../syntax/ast.ts";

/** One named change of the base. */
export interface Case {
  readonly name: Name;
  /** As a model that extends the base would say them. */
  readonly changes: readonly Entry[];
  readonly published: readonly Published[];
}

export type Axis =
  | { readonly kind: "cases"; readonly cases: readonly Case[]; readonly span: Span }
  | Combination;

export interface Combination {
  /** Each with each; the first with the first and so on; one after the other. */
  readonly kind: "grid" | "zip" | "union";
  readonly parts: readonly Axis[];
  readonly exclude: readonly Exclusion[];
  readonly span: Span;
}

/** Leaves out the points that have all of these: names of cases, or `path = value` as a case sets it. */
export interface Exclusion {
  readonly names: readonly Name[];
  readonly span: Span;
}

/** One published value; `measure` is `box.AP`, `mask.AP50`, ..., `value` in points of a hundred. */
export interface Published {
  readonly measure: string;
  readonly value: number;
  /** Where it is from, if not where the others of the ablation are. */
  readonly source?: string;
  readonly span: Span;
}

export interface Ablation {
  readonly name: Name;
  readonly documentation?: string;
  /** Where the published values are from. */
  readonly source?: string;
  /** Name of a model. */
  readonly base: Name;
  readonly seeds: readonly number[];
  readonly metric: "coco" | "voc";
  readonly axis: Axis;
  /** By the name of a point. */
  readonly published: readonly { readonly point: Name; readonly values: readonly Published[] }[];
}

const cocoMeasures = "AP AP50 AP75 APs APm APl AR1 AR10 AR100 ARs ARm ARl".split(" ");

/** What `rcnn evaluate` measures, by metric. */
export const measures: Readonly<Record<Ablation["metric"], readonly string[]>> = {
  coco: ["box", "mask"].flatMap((kind) => cocoMeasures.map((measure) => `${kind}.${measure}`)),
  voc: ["box.AP50", "box.AP50_11point"],
};

/** The same in words. */
export const measureNames: Readonly<Record<Ablation["metric"], string>> = {
  coco: `\`box\` or \`mask\` with one of ${cocoMeasures.map((name) => `\`.${name}\``).join(", ")}`,
  voc: "`box.AP50` or `box.AP50_11point`",
};
