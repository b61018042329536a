/** How two configs differ as models: inherited, default and derived values included, texts and their order not. */
import type { LayerUse, Model, Network } from "../model/model.ts";
import { showShape } from "../model/shapes.ts";
import { modelToJson } from "../model/to-json.ts";
import { textTable } from "../report/text-table.ts";
import type { Config } from "./config.ts";
import { explanationOf } from "./explain-path.ts";

export interface Difference {
  readonly path: string;
  /** Of the first config; absent where only the second has it. */
  readonly before?: Side;
  readonly after?: Side;
}

export interface Side {
  readonly value: string;
  /** `file:line` of the text that holds, `default`, or `derived`. */
  readonly from: string;
}

/** In the order of the first model, then what only the second has. A layer that one lacks is one difference. */
export function diffConfigs(first: Config, second: Config): readonly Difference[] {
  const [before, after] = [valuesOf(first.model), valuesOf(second.model)];
  const paths = [...new Set([...before.keys(), ...after.keys()])];
  return paths
    .filter((path) => before.get(path) !== after.get(path))
    .filter((path) => !isInside(path, before, after))
    .map((path) => ({
      path,
      ...(before.has(path) && { before: side(path, before.get(path)!, first) }),
      ...(after.has(path) && { after: side(path, after.get(path)!, second) }),
    }));
}

type Values = ReadonlyMap<string, string>;

/** Part of something that one of the two lacks as a whole. */
function isInside(path: string, before: Values, after: Values): boolean {
  const parents = path.split(".").map((_, index, names) => names.slice(0, index).join("."));
  return parents.some((parent) => before.has(parent) !== after.has(parent));
}

function side(path: string, value: string, config: Config): Side {
  const steps = explanationOf(config, path)?.steps ?? [];
  const last = steps.at(-1);
  return { value, from: last?.place ?? last?.how ?? "derived" };
}

/** Every value of a model by its path. */
function valuesOf(model: Model): Values {
  const values = new Map<string, string>();
  const json = modelToJson(model) as Readonly<Record<string, unknown>>;
  const { name: _, documentation: __, places: ___, ...rest } = json;
  flatten(rest, "", values);
  return values;
}

function flatten(value: unknown, path: string, into: Map<string, string>): void {
  if (typeof value !== "object" || value === null) into.set(path, JSON.stringify(value));
  else if (isNetwork(value)) {
    for (const use of value.layers) flattenLayer(use, into);
    into.set(
      path === "" ? "results" : `${path}.results`,
      value.results.map(({ name, value: from }) => `${name}: ${from}`).join(", "),
    );
  } else if (!Array.isArray(value)) {
    for (const [key, inner] of Object.entries(value)) {
      if (key !== "span" && key !== "path") flatten(inner, path === "" ? key : `${path}.${key}`, into);
    }
  } else if (value.every(isNamed)) {
    // Heads go by their names in the text; levels have only names.
    const around = path.replace(/^regions\.heads$/, "regions");
    for (const item of value) {
      into.set(`${around}.${item.name}`, item.kind ?? item.name);
      flatten({ ...item, name: undefined, kind: undefined }, `${around}.${item.name}`, into);
    }
  } else into.set(path, JSON.stringify(value));
}

const isNetwork = (value: object): value is Network => "layers" in value && "results" in value;

const isNamed = (item: unknown): item is { readonly name: string; readonly kind?: string } =>
  typeof item === "object" && item !== null && typeof (item as { name?: unknown }).name === "string";

function flattenLayer(
  { path, layer, attributes, inputs, output }: LayerUse,
  into: Map<string, string>,
): void {
  into.set(path, layer);
  for (const [key, value] of Object.entries(attributes)) into.set(`${path}.${key}`, JSON.stringify(value));
  into.set(`${path}.inputs`, inputs.join(", "));
  into.set(`${path}.output`, showShape(output));
}

export function diffText(differences: readonly Difference[]): string {
  if (differences.length === 0) return "The two are the same model.";
  const cells = ({ path, before, after }: Difference): readonly string[] => [
    path,
    before?.value ?? "",
    after?.value ?? "",
    before?.from ?? "",
    after?.from ?? "",
  ];
  const table = textTable(
    differences.map(cells),
    ["path", "first", "second", "first from", "second from"],
    5,
  );
  return `${table}\n\n${differences.length} ${differences.length === 1 ? "difference" : "differences"}.`;
}
