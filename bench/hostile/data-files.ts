/** Hostile files that are no config: annotations, proposals, weights and what stands in the folder of a run. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { mutated } from "./mutate.ts";
import { poisons } from "./poisons.ts";
import type { Random } from "./random.ts";

export type DataKind =
  | "coco"
  | "voc"
  | "proposals"
  | "mapping"
  | "categories"
  | "run"
  | "manifest"
  | "evaluation"
  | "settings"
  | "weights";

export interface DataFile {
  readonly kind: DataKind;
  readonly bytes: Uint8Array;
}

const root = join(import.meta.dirname, "..", "..");

const objects = [
  {
    id: 1,
    image_id: 1,
    category_id: 1,
    bbox: [4, 5, 20, 10],
    area: 200,
    iscrowd: 0,
    segmentation: [[4, 5, 24, 5, 24, 15]],
  },
  {
    id: 2,
    image_id: 1,
    category_id: 3,
    bbox: [0, 0, 32, 32],
    iscrowd: 1,
    segmentation: { size: [32, 32], counts: [0, 1024] },
  },
  {
    id: 3,
    image_id: 2,
    category_id: 3,
    bbox: [1, 1, 8, 8],
    segmentation: { size: [32, 32], counts: "PP10" },
  },
];
const measures = { bbox: { AP: 0.5, AP50: 0.7 }, segm: { AP: -1 } };
const hash = `sha256:${"0".repeat(64)}`;

/** One sound file of each kind, as JSON. */
const sound: Readonly<Partial<Record<DataKind, unknown>>> = {
  coco: {
    images: [1, 2].map((id) => ({ id, file_name: "image.jpg", width: 32, height: 32 })),
    categories: [
      { id: 1, name: "cat" },
      { id: 3, name: "dog" },
    ],
    annotations: objects,
  },
  proposals: {
    "image.jpg": [
      [0, 0, 10, 10, 0.5],
      [1, 2, 3, 4, 0.25],
    ],
    "other/image.jpg": [[0, 0, 1, 1]],
  },
  categories: [
    { id: 1, name: "cat" },
    { id: 2, name: "dog" },
  ],
  run: {
    version: 1,
    model: { backbone: { layers: [] } },
    categories: [{ id: 1, name: "cat" }],
    seed: 0,
    data: "d",
    vocabulary: "v",
  },
  manifest: {
    version: 1,
    step: 3,
    seed: 0,
    configHash: hash,
    losses: { total: 1 },
    file: "step-000003.safetensors",
    fileHash: hash,
  },
  evaluation: { version: 1, metric: "coco", data: "d", measures },
  settings: { version: 1, set: ["classes=2"], classes: 2 },
};

const voc = `<?xml version="1.0"?><annotation><filename>image.jpg</filename><size><width>32</width><height>32</height><depth>3</depth></size>
<object><name>cat</name><difficult>0</difficult><bndbox><xmin>1</xmin><ymin>2</ymin><xmax>20</xmax><ymax>30</ymax></bndbox></object></annotation>`;

const xmlPoisons = [
  '<!DOCTYPE a [<!ENTITY x "xxxxxxxx"><!ENTITY y "&x;&x;&x;&x;">]>',
  '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
  "&x;",
  "&#99999999999;",
  "<__proto__>1</__proto__>",
  "<![CDATA[",
  "]]>",
  "<a ".repeat(200),
  "<a>".repeat(3000),
  "<object>".repeat(200),
  "<!--",
  "<?x?>",
];

/** Sound files that mappings and weights are made from. */
export interface DataCorpus {
  readonly mappings: readonly string[];
  readonly weights: readonly Uint8Array[];
}

export function dataCorpus(): DataCorpus {
  const filesIn = (folder: string, ending: RegExp): readonly string[] =>
    readdirSync(join(root, folder))
      .filter((name) => ending.test(name))
      .map((name) => join(root, folder, name));
  return {
    mappings: filesIn("configs/weights", /\.json$/).map((path) => readFileSync(path, "utf8")),
    weights: filesIn("test/weights/fixtures", /\.(pkl|pth)$/).map((path) => readFileSync(path)),
  };
}

const kinds: readonly DataKind[] = [
  ...(["coco", "coco", "coco", "voc", "voc", "proposals", "mapping", "categories"] as const),
  ...(["run", "manifest", "evaluation", "settings", "weights", "weights"] as const),
];

export function dataFile(corpus: DataCorpus, random: Random): DataFile {
  const kind = random.one(kinds);
  if (kind === "weights") return { kind, bytes: brokenBytes(random.one(corpus.weights), random) };
  const text = kind === "voc" ? brokenXml(random) : brokenJson(kind, corpus, random);
  const bytes = Buffer.from(text);
  return { kind, bytes: random.chance(0.05) ? brokenBytes(bytes, random) : bytes };
}

/** Bytes changed, cut and repeated. */
export function brokenBytes(bytes: Uint8Array, { below, chance }: Random): Uint8Array {
  const copy = Uint8Array.from(bytes);
  for (let change = below(6); change >= 0; change--)
    copy[below(copy.length)] = chance(0.5) ? 255 : below(256);
  return chance(0.3) ? copy.subarray(0, below(copy.length)) : copy;
}

function brokenXml(random: Random): string {
  const { below, one, chance } = random;
  const at = below(voc.length);
  if (chance(0.5)) return voc.slice(0, at) + one(xmlPoisons) + voc.slice(at + below(20));
  return mutated(voc, [voc], random);
}

function brokenJson(kind: DataKind, { mappings }: DataCorpus, random: Random): string {
  const text = kind === "mapping" ? random.one(mappings) : JSON.stringify(sound[kind]);
  if (random.chance(0.2)) return mutated(text, [text], random);
  const value: unknown = JSON.parse(text);
  const changed = Array.from({ length: 1 + random.below(3) }).reduce<unknown>(
    (before) => withChange(before, random),
    value,
  );
  return JSON.stringify(changed) ?? "";
}

const values: readonly unknown[] = [
  ...[
    null,
    true,
    -1,
    0,
    0.5,
    1e308,
    -1e308,
    2 ** 53,
    1e15,
    "",
    "x",
    "../../etc/passwd",
    "\u0000",
    "__proto__",
  ],
  ...[[], {}, [[]], [null], { constructor: 1 }, "x".repeat(5000), Array(2000).fill(1), Array(2000).fill([])],
  Array.from({ length: 500 }).reduce<unknown>((inner) => [inner], 1),
  JSON.parse('{"__proto__": {"toString": 1}}') as unknown,
  ...poisons.slice(0, 4),
];

/** One value somewhere in the tree replaced, doubled or taken away. */
function withChange(tree: unknown, random: Random): unknown {
  const { below, chance, one } = random;
  if (typeof tree !== "object" || tree === null || chance(0.12)) return one(values);
  const keys = Object.keys(tree);
  if (keys.length === 0) return one(values);
  const key = one(keys);
  if (Array.isArray(tree)) {
    const at = below(tree.length);
    if (chance(0.1)) return [...tree, tree[at] as unknown];
    if (chance(0.1)) return tree.toSpliced(at, 1);
    return tree.with(at, withChange(tree[at], random)) as unknown;
  }
  const { [key]: inner, ...rest } = tree as Record<string, unknown>;
  if (chance(0.1)) return rest;
  if (chance(0.05)) return { ...tree, [one(poisons).slice(0, 30)]: inner };
  return { ...tree, [key]: withChange(inner, random) };
}
