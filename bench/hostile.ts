/** Hostile inputs, each made from a number: what it is, how it was made, and what it says. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brokenBytes, type DataCorpus, type DataFile, dataCorpus, dataFile } from "./hostile/data-files.ts";
import { fromGrammar } from "./hostile/from-grammar.ts";
import { grown } from "./hostile/growth.ts";
import { mutated } from "./hostile/mutate.ts";
import { poisons } from "./hostile/poisons.ts";
import { type Random, randomOf } from "./hostile/random.ts";
import { type Parts, partsOf, spliced } from "./hostile/splice.ts";

/** A text of the language. */
export interface HostileText {
  readonly name: "m.rcnn" | "m.yaml";
  readonly text: string;
}

export type Hostile = { readonly generator: string } & (
  | ({ readonly kind: "text" } & HostileText)
  /** What stands behind `--set`, or in a file behind `--set-file`. */
  | { readonly kind: "set"; readonly override: string }
  /** A file of the language as bytes, which may be no UTF-8. */
  | { readonly kind: "bytes"; readonly name: HostileText["name"]; readonly bytes: Uint8Array }
  | { readonly kind: "data"; readonly file: DataFile }
);

/** What inputs are made of. */
export interface Corpus {
  readonly texts: readonly string[];
  readonly sound: readonly Parts[];
  readonly data: DataCorpus;
}

const root = join(import.meta.dirname, "..");

/** Texts and whether they are YAML; larger ones would only make inputs slower. */
const textsIn = (folder: string): readonly HostileText[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(rcnn|yaml)$/.test(entry.name))
    .map((entry) => ({
      name: entry.name.endsWith(".yaml") ? ("m.yaml" as const) : ("m.rcnn" as const),
      text: readFileSync(join(entry.parentPath, entry.name), "utf8"),
    }))
    .filter(({ text }) => text.length < 5000);

export function corpus(): Corpus {
  const [configs, tests] = [textsIn("configs"), textsIn("test/syntax")];
  return {
    texts: [...configs, ...tests].map(({ text }) => text),
    sound: configs.map(({ name, text }) => partsOf(name, text)),
    data: dataCorpus(),
  };
}

/** Behind it the rest of a text is left out. */
const longest = 20_000;

export function hostile(seed: number, corpus: Corpus): Hostile {
  const random = randomOf(seed);
  const name = random.chance(0.5) ? "m.rcnn" : "m.yaml";
  const share = random.below(1000);
  const text = (generator: string, made: string): Hostile => ({ generator, kind: "text", name, text: made });
  if (share < 480) return text("cut and mixed", changed(random, corpus).slice(0, longest));
  if (share < 690) {
    const base = random.one(corpus.sound);
    return {
      ...text("spliced", spliced(base, corpus.sound, random).slice(0, longest)),
      name: base.name,
    } as Hostile;
  }
  if (share < 850)
    return { ...text("from the grammar", fromGrammar(random).slice(0, longest)), name: "m.rcnn" } as Hostile;
  if (share < 852) return text("grown", grown(name, random));
  if (share < 870) return { generator: "behind --set", kind: "set", override: overrideOf(random, corpus) };
  if (share < 885) {
    const bytes = brokenBytes(Buffer.from(random.one(corpus.texts)), random);
    return { generator: "broken bytes", kind: "bytes", name, bytes };
  }
  return { generator: "data files", kind: "data", file: dataFile(corpus.data, random) };
}

function changed(random: Random, { texts }: Corpus): string {
  let text = random.chance(0.05) ? "" : random.one(texts);
  for (let change = 1 + random.below(4); change > 0; change--) text = mutated(text, texts, random);
  return text;
}

const paths: readonly string[] = [
  ...[
    "classes",
    "backbone",
    "rpn",
    "rpn.anchors.ratios",
    "rpn.anchors.sizes",
    "regions.pool",
    "regions.box.loss",
  ],
  ...[
    "train.rate",
    "detect.keep",
    "regions.pool.sampling",
    "backbone.c2",
    "input.shortest",
    "profile",
    "x.y",
  ],
  ...["__proto__", "regions.constructor", "rpn.anchors.ratios[0]", "rpn.anchors.ratios[99999999999]", ""],
];

/** A path with an expression of some config or a poison, a file of changes, or nonsense. */
function overrideOf(random: Random, { sound, texts }: Corpus): string {
  const { chance, one, below } = random;
  const { text, parts } = one(sound);
  const part = one(parts);
  const value = chance(0.4) ? one(poisons) : text.slice(part?.start, part?.end);
  if (chance(0.3))
    return `@changes.${chance(0.5) ? "rcnn" : "yaml"}\n${mutated(value, texts, random).slice(0, 2000)}`;
  return chance(0.1) ? value : `${one(paths)}${chance(0.95) ? "=" : ""}${value.slice(0, 1 + below(400))}`;
}
