/** Documents of the YAML form over the whole catalogue, and the ways in which one of their parts can be wrong. */
import fc from "fast-check";
import { catalog } from "../../src/components/catalog.ts";
import { bodyOf, type Data, type DataMap, sectionOf } from "./catalogue-values.ts";

const module = fc.record(
  {
    documentation: fc.constant("What it is."),
    parameters: fc.constant<Data>({ depth: "integer", width: { type: "1..64", default: 8 } }),
    body: bodyOf(),
  },
  { requiredKeys: ["body"] },
);

/** Changes of what another text says, and keys that reach into blocks. */
const edits = fc.record(
  {
    replace: fc.constantFrom<Data>(
      { "rpn.propose.nms": 0.6 },
      { detect: { keep: 50 }, "regions.pool": "roiPool(7x7)" },
    ),
    append: fc.constantFrom<Data>({ "regions.trunk": { conv: { kernel: "3x3", channels: 8 } } }),
    insert: fc.constantFrom<Data>({ value: "relu", after: "rpn.head" }, [
      { value: ["relu"], before: "regions.trunk" },
    ]),
    remove: fc.constantFrom<Data>("proposals", ["regions.trunk", "rpn.head"]),
    edits: fc.constantFrom<Data>([{ remove: "rpn" }, { append: { "rpn.head": "relu" } }]),
    "regions.pool": fc.constantFrom<Data>("roiAlign(7x7, sampling = 2)", { roiAlign: { size: "7x7" } }),
    "rpn.anchors.ratios": fc.constantFrom<Data>(["1:2"], "[1:1, 2:1]"),
    extends: fc.constantFrom("base", "other"),
  },
  { requiredKeys: [] },
);

const model = fc
  .tuple(sectionOf(catalog.model), fc.boolean(), fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, edits))
  .map(
    ([made, isNamed, changed]): DataMap => ({
      ...(isNamed && { documentation: "A model." }),
      ...made,
      ...changed,
    }),
  );

const variant = sectionOf(catalog.model).map((made): Data => ({ ...made, published: { "box.AP": 30.1 } }));

const axes: fc.Arbitrary<DataMap> = fc.oneof(
  variant.map((each): DataMap => ({ case: { one: each, "two, three": null } })),
  fc.constantFrom<DataMap>(
    { vary: { "rpn.propose.nms": { values: [0.6, "70%"] } } },
    {
      vary: {
        "regions.pool": { case: { a: { value: "roiAlign(7x7)" }, b: { value: { roiPool: ["7x7"] } } } },
      },
    },
    {
      grid: {
        vary: { classes: { values: [2, 3] }, "train.batch": { values: "[1, 2]" } },
        exclude: ["classes = 2"],
      },
    },
    { zip: { vary: { classes: { values: [2, 3] }, "detect.keep": { values: [10, 20] } } } },
  ),
);

const ablation = fc.tuple(axes, fc.constantFrom<Data>(2, [0, 7])).map(
  ([axis, seeds]): Data => ({
    a: { base: "m", source: "A paper, table 1", seeds, metric: "coco", ...axis },
  }),
);

/** Structurally right; what its names mean is another matter. */
export const documents: fc.Arbitrary<DataMap> = fc
  .record(
    {
      use: fc.constantFrom<Data>(["library/none"], ["a/b", "c"]),
      scale: fc.constantFrom<Data>(0.5, "1/9", "7x7", [1, 2], { record: { a: 1 } }),
      network: module.map((each): Data => ({ net: each as DataMap })),
      block: module.map((each): Data => ({ own: each as DataMap })),
      model: fc.oneof(
        { weight: 3, arbitrary: model.map((each): Data => ({ m: each })) },
        {
          weight: 1,
          arbitrary: fc.tuple(model, model).map(([one, other]): Data => ({ base: one, m: other })),
        },
      ),
      ablation: fc.oneof(
        { weight: 3, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: ablation },
      ),
    },
    { requiredKeys: ["model"] },
  )
  // Most have no ablation.
  .map(
    ({ ablation: found, ...made }) => (found === undefined ? made : { ...made, ablation: found }) as DataMap,
  );

export type Path = readonly (string | number)[];

const isMap = (data: Data): data is DataMap =>
  typeof data === "object" && data !== null && !Array.isArray(data);

/** Paths of all parts. */
export const pathsIn = (data: Data, above: Path = []): readonly Path[] => {
  const inner: readonly (readonly [string | number, Data])[] = Array.isArray(data)
    ? (data as readonly Data[]).map((item, index) => [index, item] as const)
    : isMap(data)
      ? Object.entries(data)
      : [];
  return inner.flatMap(([key, part]) => [[...above, key], ...pathsIn(part, [...above, key])]);
};

/** The entries that stand for the one at a key; nothing for none. */
export type Change = (key: string, value: Data) => DataMap;

const wrong: readonly Data[] = [
  -1e9,
  1.5,
  "7x7",
  "3px",
  "1:0",
  "-5%",
  true,
  null,
  [],
  [[1]],
  { zz: 1, yy: 2 },
  "zz",
  "none",
  "a..b",
];

/** By what they do. */
export const changes: Readonly<Record<string, Change>> = {
  "is misspelled": (key, value) => ({ [`${key}zz`]: value }),
  "is missing": () => ({}),
  "stands in a list": (key, value) => ({ [key]: [value] }),
  "stands in a map": (key, value) => ({ [key]: { zz: value } }),
  "has another beside it": (key, value) => ({ [key]: value, zz: 1 }),
  ...Object.fromEntries(
    wrong.map((value): [string, Change] => [`is ${JSON.stringify(value)}`, (key) => ({ [key]: value })]),
  ),
};

/** `data` with the part at `path` changed; in a list its value alone. */
export function changedAt(data: Data, path: Path, change: Change): Data {
  const [key, ...rest] = path as [string | number, ...Path];
  const inner = (part: Data): DataMap =>
    rest.length > 0 ? { [key]: changedAt(part, rest, change) } : change(String(key), part);
  if (Array.isArray(data))
    return (data as readonly Data[]).flatMap((item, index) =>
      index === key ? Object.values(inner(item)) : [item],
    );
  return Object.fromEntries(
    Object.entries(data as DataMap).flatMap(([own, part]) =>
      own === String(key) ? Object.entries(inner(part)) : [[own, part]],
    ),
  );
}
