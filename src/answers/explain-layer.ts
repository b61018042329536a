/** Where layers come from: the texts that they are built from, the changes in them, and what follows from these. */
import { lowerPrediction } from "../components/lower.ts";
import type { Span } from "../diagnostics/span.ts";
import type { MergedBlock, UseEdit } from "../merge/spec.ts";
import type { LayerUse, Model } from "../model/model.ts";
import { showShape } from "../model/shapes.ts";
import { parseExpression } from "../syntax/parse.ts";
import type { Config } from "./config.ts";
import { type Explanation, oneLine, placeText, type Step } from "./explanation.ts";

export const layersIn = ({ backbone, rpn, regions }: Model): readonly LayerUse[] => [
  ...backbone.layers,
  ...(rpn?.head.layers ?? []),
  ...regions.trunk.layers,
  ...regions.heads.flatMap((head) => head.layers.layers),
];

/** A layer, one of its attributes or of its parameters, a result of the backbone, or all layers of a group. */
export function layerOf(path: string, config: Config): Explanation | undefined {
  const layers = layersIn(config.model);
  const use = layers.find((each) => path === each.path || path.startsWith(`${each.path}.`));
  if (use)
    return path === use.path
      ? wholeOf(use, config)
      : (attributeOf(path, use, config) ?? endOf(path, use, config) ?? tensorOf(path, use, config));
  const result = config.model.backbone.results.find(({ name }) => path === `backbone.${name}`);
  const from = result && layers.find((each) => each.path === result.value);
  const group = layers.filter((each) => each.path.startsWith(`${path}.`) || each.path.startsWith(`${path}[`));
  if (group.length === 0) return from && { ...wholeOf(from, config), path };
  const steps = group.map((each): Step => {
    const text = `${each.path.slice(path.length).replace(/^\./, "")} = ${shown(each)}`;
    return { how: "built", text, place: placeText(each.span) };
  });
  const count = `${group.length} ${group.length === 1 ? "layer" : "layers"}`;
  return { path, value: result ? `${count}, ${showShape(result.shape)}` : count, steps };
}

const shown = ({ layer, output }: LayerUse): string => `${layer} ${showShape(output)}`;

/** The text that the layer is built from, and the changes made in it. */
function stepsOf(use: LayerUse, edits: readonly UseEdit[]): readonly Step[] {
  const changed = edits.map(
    ({ span }): Step => ({ how: "changed", text: oneLine(span), place: placeText(span) }),
  );
  return [...changed, { how: "built", text: oneLine(use.span), place: placeText(use.span) }];
}

const editsAt = (use: LayerUse, { spec }: Config): readonly UseEdit[] =>
  editsIn(spec.model).filter((edit) => isIn(use.span, edit.span) || reaches(edit, use.path));

const wholeOf = (use: LayerUse, config: Config): Explanation => ({
  path: use.path,
  value: shown(use),
  steps: stepsOf(use, editsAt(use, config)),
});

function attributeOf(path: string, use: LayerUse, config: Config): Explanation | undefined {
  const key = path.slice(use.path.length + 1);
  const value = use.attributes[key];
  if (value === undefined) return undefined;
  const edits = editsAt(use, config);
  const steps = stepsOf(use, edits);
  const parameter = config.catalog.components.layer[use.layer]!.parameters[key];
  const isWritten = isGiven(use, key, config.catalog) || edits.some(({ whole }) => whole.endsWith(`.${key}`));
  const why: Step = {
    how: parameter?.default !== undefined ? "default" : "derived",
    text: `of \`${use.layer}\` unless it is given: ${parameter?.derived ?? parameter?.summary ?? key}`,
  };
  return { path, value: JSON.stringify(value), steps: isWritten ? steps : [...steps, why] };
}

/** What the layer reads, or the shape that it gives. */
function endOf(path: string, use: LayerUse, config: Config): Explanation | undefined {
  const key = path.slice(use.path.length + 1);
  if (key !== "inputs" && key !== "output") return undefined;
  const value = key === "inputs" ? use.inputs.join(", ") : showShape(use.output);
  return { path, value, steps: stepsOf(use, editsAt(use, config)) };
}

/** No parameter depends on the size of the images. */
const side = 256;

/** A filter, a bias or a scale: its shape and how it begins. */
function tensorOf(path: string, use: LayerUse, config: Config): Explanation | undefined {
  const { model } = config;
  const rows = model.input.multiple * Math.ceil(side / model.input.multiple);
  const graph = lowerPrediction(model, { batch: 1, height: rows, width: rows, objects: 0, pixels: 0 });
  const found = graph.parameters.find(({ name }) => name === path);
  if (!found) return undefined;
  const { kind, ...numbers } = found.initializer;
  const begins = [kind, ...Object.entries(numbers).map(([name, value]) => `${name} = ${value}`)].join(" ");
  const why: Step = { how: "derived", text: `${found.role} of \`${use.layer}\`; it begins as ${begins}` };
  return {
    path,
    value: JSON.stringify(found.value.type.shape),
    steps: [...stepsOf(use, editsAt(use, config)), why],
  };
}

/** Whether the text of the use gives the argument, by name or by place. */
function isGiven({ layer, span }: LayerUse, key: string, catalog: Config["catalog"]): boolean {
  const { value } = parseExpression({ name: "", text: span.source.text.slice(span.start, span.end) });
  const keys = Object.keys(catalog.components.layer[layer]!.parameters);
  const given = value?.kind === "call" ? value.arguments : [];
  return given.some(({ name }, index) => (name?.text ?? keys[index]) === key);
}

const editsIn = (block: MergedBlock): readonly UseEdit[] =>
  block.entries.flatMap((entry) => (entry.kind === "block" ? editsIn(entry) : (entry.edits ?? [])));

const isIn = (inner: Span, outer: Span): boolean =>
  inner.source === outer.source && outer.start <= inner.start && inner.end <= outer.end;

/** Whether the change is made at the use or at one of its arguments. */
function reaches({ whole }: UseEdit, path: string): boolean {
  const address = whole.replace(/^model\./, "").replace("regions.head.", "regions.");
  return address === path || address.startsWith(`${path}.`);
}
