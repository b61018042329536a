/** Feature levels: which results of the backbone `on` names, and whether they can be read together. */
import { evaluate } from "../check/evaluate.ts";
import type { Value } from "../check/values.ts";
import { modelCodes } from "../diagnostics/codes/model.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Span } from "../diagnostics/span.ts";
import { nearestName } from "../support/suggest.ts";
import { guarded, known, orHole, part, unknown } from "./holes.ts";
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

/**
 * The levels behind `on`. Where the backbone is wrong, they have the names that the text gives them, and holes for
 * what it would have made of them.
 */
export function levelsOn(
  view: SectionView,
  backbone: () => Backbone,
  resolving: Resolving,
): readonly Level[] {
  const on = view.block?.on ?? unknown();
  const value = evaluate(on, { scope: resolving.constants, report: resolving.report });
  const made = known(backbone);
  if (!made) return guarded(namesIn(value).map(unbuilt));
  const names = levelNames(value, made, resolving);
  const levels = names.map(({ name, span }) => known(() => levelOf(name, span, made, resolving)));
  return levels.map((level) => level ?? unknown());
}

const unbuilt = (name: string): Level => ({ name, stride: orHole(unknown), channels: orHole(unknown) });

/** The names of a list, and of a range whose ends are numbered: `p2..p5`. */
function namesIn(value: Value): readonly string[] {
  if (value.kind === "word") return [value.name];
  if (value.kind === "list") return value.items.flatMap(namesIn);
  const ends = value.kind === "range" ? [value.from, value.to] : [];
  const [from, to] = ends.map((end) => (end.kind === "word" ? /^(.*?)(\d+)$/.exec(end.name) : null));
  if (!from || !to || from[1] !== to[1]) return unknown();
  const [first, last] = [Number(from[2]), Number(to[2])].sort((a, b) => a - b) as [number, number];
  return Array.from({ length: last - first + 1 }, (_, index) => `${from[1]}${first + index}`);
}

interface Wanted {
  readonly name: string;
  readonly span: Span;
}

function levelNames(value: Value, backbone: Backbone, resolving: Resolving): readonly Wanted[] {
  const each = (values: readonly Value[]) =>
    values.map((inner) => part(() => levelNames(inner, backbone, resolving))).flatMap((names) => names());
  switch (value.kind) {
    case "word":
      return isResult(value.name, value.span, backbone, resolving)
        ? [{ name: value.name, span: value.span }]
        : unknown();
    case "list":
      return each(value.items);
    case "range": {
      const ends = each([value.from, value.to]).map(({ name }) => name);
      const [from, to] = ends.map((end) => backbone.names.indexOf(end)) as [number, number];
      const names = backbone.names.slice(Math.min(from, to), Math.max(from, to) + 1);
      return names.map((name) => ({ name, span: value.span }));
    }
    default:
      return unknown();
  }
}

function isResult(name: string, span: Span, { names }: Backbone, { report }: Resolving): boolean {
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
): Level {
  const feature =
    asFeature(item.kind === "features" ? item.get(name) : item, span, { construction }) ?? unknown();
  if (feature.shape.kind !== "image") {
    report(
      diagnose(modelCodes, "model/levels", { problem: `\`${name}\` is not a map of the image` }, { span }),
    );
    return unknown();
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
