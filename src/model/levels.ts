/** Feature levels: which results of the backbone `on` names, and whether they can be read together. */
import { evaluate } from "../check/evaluate.ts";
import type { Value } from "../check/values.ts";
import { modelCodes } from "../diagnostics/codes/model.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Span } from "../diagnostics/span.ts";
import { nearestName } from "../support/suggest.ts";
import type { Construction, Item } from "./items.ts";
import type { Level } from "./model.ts";
import type { NamedFeature } from "./network.ts";
import { asFeature } from "./places.ts";
import type { Resolving } from "./resolving.ts";
import type { SectionView } from "./section.ts";

export interface Backbone {
  readonly item: Item;
  readonly construction: Construction;
  /** Of its results, in their order; one without a name is called `output`. */
  readonly names: readonly string[];
  /** Levels that something reads, built. */
  readonly used: Map<string, NamedFeature>;
}

/** The levels behind `on`; none where one of them or the backbone is wrong. */
export function levelsOn(
  view: SectionView,
  backbone: Backbone,
  resolving: Resolving,
): readonly Level[] | undefined {
  if (backbone.item.kind === "failed") return undefined;
  const on = view.block!.on!;
  const value = evaluate(on, { scope: resolving.constants, report: resolving.report });
  const names = levelNames(value, backbone, resolving);
  if (!names) return undefined;
  const levels = names.map(({ name, span }) => levelOf(name, span, backbone, resolving));
  return levels.some((level) => level === undefined) ? undefined : (levels as readonly Level[]);
}

interface Wanted {
  readonly name: string;
  readonly span: Span;
}

function levelNames(value: Value, backbone: Backbone, resolving: Resolving): readonly Wanted[] | undefined {
  switch (value.kind) {
    case "word":
      return known(value.name, value.span, backbone, resolving)
        ? [{ name: value.name, span: value.span }]
        : undefined;
    case "list": {
      const parts = value.items.map((item) => levelNames(item, backbone, resolving));
      return parts.some((part) => part === undefined) ? undefined : parts.flatMap((part) => part!);
    }
    case "range": {
      const ends = [value.from, value.to].map((end) => levelNames(end, backbone, resolving)?.[0]?.name);
      if (ends.some((end) => end === undefined)) return undefined;
      const [from, to] = ends.map((end) => backbone.names.indexOf(end!)) as [number, number];
      const names = backbone.names.slice(Math.min(from, to), Math.max(from, to) + 1);
      return names.map((name) => ({ name, span: value.span }));
    }
    default:
      return undefined;
  }
}

function known(name: string, span: Span, { names }: Backbone, { report }: Resolving): boolean {
  if (names.includes(name)) return true;
  const nearest = nearestName(name, names);
  const fixes =
    nearest === undefined
      ? []
      : [{ title: `did you mean \`${nearest}\`?`, edits: [{ span, text: nearest }] }];
  const list = names.map((text) => `\`${text}\``).join(", ");
  report(diagnose(modelCodes, "model/unknown-level", { name, known: list }, { span, fixes }));
  return false;
}

function levelOf(
  name: string,
  span: Span,
  { item, construction, used }: Backbone,
  { report }: Resolving,
): Level | undefined {
  const feature = asFeature(item.kind === "features" ? item.get(name) : item, span, { construction });
  if (!feature) return undefined;
  if (feature.shape.kind !== "image") {
    report(
      diagnose(modelCodes, "model/levels", { problem: `\`${name}\` is not a map of the image` }, { span }),
    );
    return undefined;
  }
  used.set(name, { name, feature });
  return { name, stride: feature.shape.stride, channels: feature.shape.channels };
}

/** Reports what keeps `levels` from one head: channels, or the order of their strides. */
export function checkLevels(
  levels: readonly Level[],
  span: Span,
  doubling: boolean,
  { report }: Resolving,
): void {
  const problem = levels
    .slice(1)
    .map((level, index) => misfit(levels[index]!, level, doubling))
    .find((text) => text !== undefined);
  if (problem !== undefined) report(diagnose(modelCodes, "model/levels", { problem }, { span }));
}

function misfit(before: Level, level: Level, doubling: boolean): string | undefined {
  if (before.channels !== level.channels) {
    return `\`${before.name}\` has ${before.channels} channels, \`${level.name}\` has ${level.channels}`;
  }
  if (before.name === level.name) return `\`${level.name}\` is named twice`;
  // An RPN reads each level by itself; which level a region belongs to follows from strides that double.
  const right = doubling ? level.stride === 2 * before.stride : level.stride >= before.stride;
  return right
    ? undefined
    : `\`${before.name}\` has stride ${before.stride}, \`${level.name}\` has ${level.stride}`;
}
