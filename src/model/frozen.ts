/** What is not trained: layers before a `freeze`, and what the patterns of `train.freeze` name. */
import { modelCodes } from "../diagnostics/codes/model.ts";
import { diagnose } from "../diagnostics/codes.ts";
import { nearestName } from "../support/suggest.ts";
import type { LayerUse, Model, Network } from "./model.ts";
import type { Resolving } from "./resolving.ts";
import { placeOf, type SectionView, subsection } from "./section.ts";

type Parts = Pick<Model, "backbone" | "rpn" | "regions">;

/** Paths of frozen layers and heads, in the order of the model. A pattern that names nothing is an error. */
export function resolveFrozen(model: SectionView, parts: Parts, resolving: Resolving): readonly string[] {
  const view = subsection(model, "train", resolving);
  const patterns = (view.values.freeze ?? []) as readonly string[];
  const networks = networksOf(parts);
  const paths = trainedPaths(networks, parts, resolving);
  for (const pattern of patterns) {
    if (paths.some((path) => matches(pattern, path))) continue;
    const nearest = nearestName(pattern.replace(/\.?\*$/, ""), around(paths));
    const values = { pattern, nearest };
    resolving.report(diagnose(modelCodes, "model/freeze-nothing", values, { span: placeOf(view, "freeze") }));
  }
  const before = new Set(networks.flatMap((network) => behindFreeze(network, resolving)));
  return paths.filter((path) => before.has(path) || patterns.some((pattern) => matches(pattern, path)));
}

export const networksOf = ({ backbone, rpn, regions }: Parts): readonly Network[] => [
  backbone,
  ...(rpn ? [rpn.head] : []),
  regions.trunk,
  ...regions.heads.map(({ layers }) => layers),
];

/** Everything that has weights: layers with state, and the last layers that follow from the heads. */
export function trainedPaths(
  networks: readonly Network[],
  { rpn, regions }: Parts,
  { catalog }: Pick<Resolving, "catalog">,
): readonly string[] {
  const hasState = ({ layer }: LayerUse) => catalog.components.layer[layer]!.parametric;
  const uses = networks.flatMap(({ layers }) => layers.filter(hasState).map(({ path }) => path));
  const last = regions.heads.map(({ kind, path }) => (kind === "segment" ? `${path}.logits` : path));
  return [...uses, ...(rpn ? ["rpn.objectness", "rpn.boxes"] : []), ...last];
}

/** `*` is any text, dots too. */
const matches = (pattern: string, path: string): boolean =>
  new RegExp(`^${pattern.split("*").map(escaped).join(".*")}$`).test(path);

const escaped = (text: string): string => text.replace(/[\\^$.|?+()[\]{}]/g, "\\$&");

/** The paths and all that stand above them: what a pattern may have meant. */
const around = (paths: readonly string[]): readonly string[] => [
  ...new Set(
    paths.flatMap((path) => {
      const parts = path.split(".");
      return parts.map((_, index) => parts.slice(0, index + 1).join("."));
    }),
  ),
];

/** Paths of the layers that a `freeze` of the network depends on. */
function behindFreeze({ layers }: Network, { catalog }: Resolving): readonly string[] {
  const uses = new Map(layers.map((use) => [use.path, use]));
  const found = new Set<string>();
  const visit = (path: string): void => {
    const use = uses.get(path);
    if (!use || found.has(path)) return;
    found.add(path);
    use.inputs.forEach(visit);
  };
  for (const { layer, path } of layers) if (catalog.components.layer[layer]!.freezes) visit(path);
  return [...found];
}
