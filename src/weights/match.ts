/** Which tensor of a file goes to which parameter of a model, and what is left over on either side. */
import { foreignShape } from "./convert.ts";
import type { Mapping } from "./mapping.ts";
import type { Slot } from "./slots.ts";
import type { SourceTensor } from "./source-tensor.ts";
import { fillTemplate, findNumbers } from "./template.ts";
import { isSamePreprocessing, type Preprocessing } from "./trained-with.ts";

export type Tensors = ReadonlyMap<string, SourceTensor>;

export interface Matches {
  readonly mapping: Mapping;
  readonly matched: readonly { readonly slot: Slot; readonly name: string; readonly tensor: SourceTensor }[];
  /** Parameters that such files leave out because each has the same value everywhere. */
  readonly constant: readonly { readonly slot: Slot; readonly value: number }[];
  /** Parameters without a tensor, and the names under which one was looked for. */
  readonly missing: readonly { readonly slot: Slot; readonly tried: readonly string[] }[];
  readonly misshapen: readonly {
    readonly slot: Slot;
    readonly name: string;
    readonly expected: readonly number[];
    readonly found: readonly number[];
  }[];
  /** Tensors that no parameter asked for, without those that the mapping ignores. */
  readonly unused: readonly string[];
}

export function matchWeights(slots: readonly Slot[], tensors: Tensors, mapping: Mapping): Matches {
  const matched: Matches["matched"][number][] = [];
  const constant: Matches["constant"][number][] = [];
  const missing: Matches["missing"][number][] = [];
  const misshapen: Matches["misshapen"][number][] = [];
  for (const slot of slots) {
    const layer = foreignLayers(slot, mapping);
    const tried = withSuffixes(layer, mapping.names[slot.part] ?? []);
    const name = tried.find((each) => tensors.has(each));
    const tensor = name === undefined ? undefined : tensors.get(name);
    if (name === undefined || !tensor) {
      const value = mapping.constants[slot.part];
      const isThere = withSuffixes(layer, Object.values(mapping.names).flat()).some((each) =>
        tensors.has(each),
      );
      if (value === undefined || !isThere) missing.push({ slot, tried });
      else constant.push({ slot, value: value === "1 - epsilon" ? 1 - (slot.epsilon ?? 0) : value });
      continue;
    }
    const expected = foreignShape(slot, mapping);
    if (`${expected}` === `${tensor.shape}`) matched.push({ slot, name, tensor });
    else misshapen.push({ slot, name, expected, found: tensor.shape });
  }
  const used = new Set([...matched, ...misshapen].map(({ name }) => name));
  const ignored = mapping.ignore.map(wildcard);
  const unused = [...tensors.keys()].filter(
    (name) => !used.has(name) && !ignored.some((pattern) => pattern.test(name)),
  );
  return { mapping, matched, constant, missing, misshapen, unused };
}

/** The names that a parameter may have in a file, the first of them that of an export. */
export const foreignNames = (slot: Slot, mapping: Mapping): readonly string[] =>
  withSuffixes(foreignLayers(slot, mapping), mapping.names[slot.part] ?? []);

const withSuffixes = (layers: readonly string[], suffixes: readonly string[]): readonly string[] =>
  layers.flatMap((layer) => suffixes.map((suffix) => `${layer}${suffix}`));

/** The names that the layer of `slot` may have in a file. */
export function foreignLayers(slot: Slot, mapping: Mapping): readonly string[] {
  if (mapping.identity) return [slot.path];
  for (const [pattern, templates] of mapping.layers) {
    const numbers = findNumbers(pattern, slot.path);
    if (numbers) return templates.map((template) => fillTemplate(template, numbers));
  }
  return [];
}

const wildcard = (text: string): RegExp =>
  new RegExp(
    `^${text
      .split("*")
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
      .join(".*")}$`,
  );

/** Whether the model of `slots` has every layer that the mapping's models have. */
export const isOfKind = (slots: readonly Slot[], { requires }: Mapping): boolean =>
  requires.every((pattern) => slots.some(({ path }) => findNumbers(pattern, path)));

/** Of several mappings the one whose names fit best; of equals the first that saw the pixels of `input`. */
export function bestMatches(
  slots: readonly Slot[],
  tensors: Tensors,
  mappings: readonly Mapping[],
  input: Preprocessing,
): Matches | undefined {
  const score = ({ matched, misshapen, mapping: { trained } }: Matches): number => {
    const agrees = !trained.input || isSamePreprocessing(trained.input, input);
    return 2 * matched.length + misshapen.length + (agrees ? 0.5 : 0);
  };
  const all = mappings.map((mapping) => matchWeights(slots, tensors, mapping));
  return all
    .filter(({ matched, misshapen }) => matched.length + misshapen.length > 0)
    .reduce<Matches | undefined>(
      (best, each) => (best && score(best) >= score(each) ? best : each),
      undefined,
    );
}
