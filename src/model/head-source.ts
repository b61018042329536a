/** What a head continues: the trunk, a layer inside it, or another head. */
import { modelCodes } from "../diagnostics/codes/model.ts";
import { diagnose } from "../diagnostics/codes.ts";
import { nearestName } from "../support/suggest.ts";
import type { HeadFrom } from "./head-model.ts";
import { known, unknown } from "./holes.ts";
import type { FeatureShape, Network } from "./model.ts";
import type { Resolving } from "./resolving.ts";
import { settingOf, type TypedView } from "./section.ts";

/** A source with its shape; `from` is absent for the end of the trunk. */
export interface HeadSource {
  readonly from?: HeadFrom;
  readonly shape: FeatureShape;
}

export interface Sources {
  readonly trunk: () => Network;
  readonly heads: readonly TypedView[];
  /** What the layers of another head give. */
  readonly outputOf: (head: TypedView) => FeatureShape;
}

/** Where a head takes its input from, unless it pools for itself. */
export const fromOf = ({ values }: TypedView): string => (values.from as string | undefined) ?? "trunk";

const prefix = "regions.trunk.";

/** The path that `fc6` and `trunk.fc6` have in the model. */
const layerPath = (name: string): string => prefix + name.replace(/^trunk\./, "");

/** Layers of the trunk that heads may continue, by what stands behind their `from`. */
export const layersRead = (heads: readonly TypedView[]): readonly string[] =>
  heads.flatMap((head) => known(() => layerPath(fromOf(head))) ?? []);

/** `chain` are the heads that led here, `view` the last of them. Unknown, and reported, where there is no such thing. */
export function headSource(
  view: TypedView,
  chain: readonly string[],
  { trunk, heads, outputOf }: Sources,
  resolving: Resolving,
): HeadSource {
  const name = fromOf(view);
  const wrong = (problem: string, nearest?: string): never => {
    const { span } = settingOf(view, "from")!.value;
    const fixes =
      nearest === undefined
        ? []
        : [{ title: `did you mean \`${nearest}\`?`, edits: [{ span, text: nearest }] }];
    const values = { head: view.name, name, problem };
    resolving.report(diagnose(modelCodes, "model/head-source", values, { span, fixes }));
    return unknown();
  };
  if (name === "trunk") return { shape: trunk().results[0]!.shape };
  const head = heads.find((other) => other.name === name);
  // Only a trunk that is known can say that it has no layer of the name of a head.
  const layer = (head ? known(trunk) : trunk())?.layers.find(({ path }) => path === layerPath(name));
  if (layer) return { from: { kind: "layer", path: layer.path }, shape: layer.output };
  if (!head) {
    const inside = layersInside(name, trunk());
    const names = inside.length > 0 ? inside : namesIn(trunk(), heads, view);
    const list = names.map((each) => `\`${each}\``).join(", ");
    return wrong(
      `${inside.length > 0 ? "it is no layer" : "the trunk has no such layer, and no head is called so"}; expected one of ${list}`,
      nearestName(name, names),
    );
  }
  if (chain.includes(name)) return wrong(`it would go round in a circle, ${[...chain, name].join(" -> ")}`);
  if (head.type === "segment") return wrong("a mask head sees positives only, in training");
  return { from: { kind: "head", name }, shape: outputOf(head) };
}

/** Paths of the layers in the innermost block of the trunk that `name` leads into. */
function layersInside(name: string, trunk: Network): readonly string[] {
  const paths = trunk.layers.map(({ path }) => path);
  for (
    let block = layerPath(name);
    block.length > prefix.length;
    block = block.replace(/(\.\w+|\[\d+\])$/, "")
  ) {
    const inside = paths.filter((path) => path.startsWith(`${block}.`) || path.startsWith(`${block}[`));
    if (inside.length > 0) return inside.map((path) => path.slice("regions.".length));
  }
  return [];
}

/** Names that can stand behind `from`: plain ones, as `as` gives them. */
function namesIn(trunk: Network, heads: readonly TypedView[], view: TypedView): readonly string[] {
  const layers = trunk.layers.map(({ path }) => path.slice(prefix.length));
  const others = heads.filter(({ name, type }) => name !== view.name && type !== "segment");
  return ["trunk", ...layers.filter((name) => /^\w+$/.test(name)), ...others.map(({ name }) => name)];
}
