import { expect, test } from "vitest";
import type { Span } from "../../src/diagnostics/span.ts";
import { load } from "../../src/load/load.ts";
import { type MergeOptions, merge } from "../../src/merge/merge.ts";
import type { MergedBlock, MergedEntry, MergedSetting, Spec } from "../../src/merge/spec.ts";

const textOf = ({ source, start, end }: Span): string => source.text.slice(start, end);

async function specOf(text: string, options: MergeOptions = {}): Promise<Spec> {
  const bundle = await load("m.rcnn", { read: async () => text });
  expect(bundle.diagnostics).toEqual([]);
  const { value, diagnostics } = merge(bundle.value!, options);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return value!;
}

/** A merged block as nested lines, values as they are written. */
function outline(block: MergedBlock): readonly string[] {
  const head = [
    block.keyword.text,
    block.label?.text,
    block.type && `: ${block.type.text}`,
    block.on && `on ${textOf(block.on.span)}`,
  ];
  const inner = block.entries.flatMap((entry: MergedEntry) =>
    entry.kind === "block"
      ? outline(entry).map((line) => `  ${line}`)
      : [`  ${entry.name.text} = ${textOf(entry.value.span)}`],
  );
  return [head.filter(Boolean).join(" "), ...inner];
}

const base = `model base {
  classes = 20
  rpn on c5 { anchors { sizes = [32]px  ratios = [1:1] }  head = conv(3x3, 64) -> relu }
  regions on c5 { pool = roiPool(7x7)  head box: regress { perClass = true } }
}
`;

/** The entry that the keywords or labels lead to. */
const find = (block: MergedBlock, ...path: readonly string[]): MergedEntry =>
  path.reduce<MergedEntry>((from, name) => {
    const found = (from as MergedBlock).entries.find(
      (entry) => (entry.kind === "setting" ? entry.name.text : (entry.label ?? entry.keyword).text) === name,
    );
    expect(found, name).toBeDefined();
    return found!;
  }, block);

test("a model takes what it extends, key by key and block by block", async () => {
  const spec = await specOf(`${base}model m extends base {
    classes = 5
    rpn on p2..p5 { anchors { ratios = [1:2] } }
    regions { pool = roiAlign(7x7)  head mask: segment { loss = a }  head box: regress { loss = b } }
  }`);
  expect(outline(spec.model)).toEqual([
    "model m",
    "  classes = 5",
    "  rpn on p2..p5",
    "    anchors",
    "      sizes = [32]px",
    "      ratios = [1:2]",
    "    head = conv(3x3, 64) -> relu",
    "  regions on c5",
    "    pool = roiAlign(7x7)",
    "    head box : regress",
    "      perClass = true",
    "      loss = b",
    "    head mask : segment",
    "      loss = a",
  ]);
});

test("every value keeps the places that set it before", async () => {
  const text = `${base}model m extends base { classes = 5 }\nmodel n extends m { classes = 6 }`;
  const spec = await specOf(text, { sets: ["classes=7"] });
  const classes = find(spec.model, "classes") as MergedSetting;
  expect(classes.history.map(textOf)).toEqual(["classes = 20", "classes = 5", "classes = 6"]);
  expect(textOf(classes.span)).toBe("classes=7");
  expect(classes.span.source.name).toBe("--set[0]");
  expect(spec.sources.map((source) => source.name)).toEqual(["m.rcnn", "--set[0]"]);
});

test("documentation is not inherited", async () => {
  const spec = await specOf("/// Old.\nmodel a {}\nmodel b extends a {}\n/// New.\nmodel c extends b {}");
  expect(spec.model.documentation).toBe("New.");
  const inner = await specOf("/// Old.\nmodel a {}\nmodel b extends a {}");
  expect(inner.model.documentation).toBeUndefined();
});

test("the last model of the file is meant, unless another is asked for", async () => {
  const text = "model a { x = 1 } model b { x = 2 }";
  expect((await specOf(text)).model.label!.text).toBe("b");
  expect((await specOf(text, { model: "a" })).model.label!.text).toBe("a");
});

test.each([
  ["regions.pool=roiAlign(7x7)", ["regions", "pool"]],
  ["model.regions.pool=roiAlign(7x7)", ["regions", "pool"]],
  ["regions.head.box.perClass=false", ["regions", "box", "perClass"]],
  ["regions.box.perClass=false", ["regions", "box", "perClass"]],
  ["train.rate=0.1", ["train", "rate"]],
  ["unknown=1", ["unknown"]],
])("--set %s reaches its place", async (set, path) => {
  const setting = find((await specOf(base, { sets: [set] })).model, ...path) as MergedSetting;
  expect(textOf(setting.value.span)).toBe(set.split("=")[1]);
});

test.each([
  ["[1, 2]px", "[3px]", "1px, 2px, 3px"],
  ["[1, 2]px", "[3]", "1px, 2px, 3px"],
  ["[1, 2]", "[3]px", "1, 2, 3px"],
  ["[1px]", "[3, 4px]px", "1px, 3px, 4px"],
])("appended to the list %s, %s makes %s", async (list, more, items) => {
  const { value } = await setting(`a = ${list} append a = ${more}`);
  const { items: found, unit: all } = value as unknown as {
    items: { value: number; unit?: string }[];
    unit?: string;
  };
  expect(found.map(({ value: number, unit = all ?? "" }) => `${number}${unit}`).join(", ")).toBe(items);
});

test("--set takes blocks and edits as a model does", async () => {
  const spec = await specOf(`${base}model m extends base {}`, {
    sets: ["rpn { anchors { ratios = [1:2] } }", "remove regions.box", "append rpn.anchors.sizes = 64px"],
  });
  expect(outline(spec.model)).toEqual([
    "model m",
    "  classes = 20",
    "  rpn on c5",
    "    anchors",
    "      sizes = [32]px",
    "      ratios = [1:2]",
    "    head = conv(3x3, 64) -> relu",
    "  regions on c5",
    "    pool = roiPool(7x7)",
  ]);
});

test("--set sets a constant of the file where the model has no such key", async () => {
  const spec = await specOf("width = 64\nmodel m { classes = 1 }", { sets: ["width=32"] });
  const width = spec.constants.get("width")!;
  expect(textOf(width.value.span)).toBe("32");
  expect(width.history.map(textOf)).toEqual(["width = 64"]);
});

const setting = async (body: string, sets: readonly string[] = []): Promise<MergedSetting> =>
  find((await specOf(`model m { ${body} }`, { sets })).model, "a") as MergedSetting;

test("a path goes into records and the arguments of calls", async () => {
  const record = await setting("a = { x = 1, y = { z = 2 } }", ["a.y.z=3", "a.w=4"]);
  expect(record.value).toMatchObject({
    entries: [
      { key: { text: "x" }, value: { value: 1 } },
      { key: { text: "y" }, value: { entries: [{ key: { text: "z" }, value: { value: 3 } }] } },
      { key: { text: "w" }, value: { value: 4 } },
    ],
  });
  const call = await setting("a = sgd(momentum = 0.9)", ["a.momentum=0.8", "a.weightDecay=0.1"]);
  expect(call.value).toMatchObject({
    arguments: [
      { name: { text: "momentum" }, value: { value: 0.8 } },
      { name: { text: "weightDecay" }, value: { value: 0.1 } },
    ],
  });
});

test("a path goes to the items of lists and to arguments without a name", async () => {
  const { value } = await setting(
    "a = [1, [2, 3]] replace a[0] = 5 remove a[1][0] insert 4 before a[1] insert 6 after a[0]",
  );
  const items = [{ value: 5 }, { value: 6 }, { value: 4 }, { items: [{ value: 3 }] }];
  expect(value).toMatchObject({ items });
  const call = await setting("a = perLevel(8px, 16px, [32]px)", ["a[1]=24px", "a[2][0]=48px"]);
  expect(call.value).toMatchObject({
    arguments: [{ value: { value: 8 } }, { value: { value: 24 } }, { value: { items: [{ value: 48 }] } }],
  });
});

test("a path beyond the text of a value is kept for what the value builds, until the value is another", async () => {
  const edits = "replace a.first = conv(1x1, 8) insert relu after a.norm[0].x";
  const built = await setting(`a = conv(3x3, 8) as first -> norm -> relu ${edits} append a = tanh`);
  expect(built.value).toMatchObject({ kind: "pipeline", stages: [{}, {}, {}, {}] });
  expect(built.edits).toMatchObject([
    { action: "replace", whole: "a.first", path: [{ text: "first" }] },
    { action: "insert", side: "after", path: [{ text: "norm" }, { text: "[0]" }, { text: "x" }] },
  ]);
  const again = await setting(`a = conv(3x3, 8) ${edits} replace a = relu`);
  expect(again.edits).toBeUndefined();
});

test("replace gives a block new contents under its old head", async () => {
  const spec = await specOf(`${base}model m extends base {
    replace rpn.anchors { sizes = [64]px }
    replace regions.box { perClass = false }
    replace rpn on p2 { head = relu }
  }`);
  expect(outline(spec.model)).toEqual([
    "model m",
    "  classes = 20",
    "  rpn on p2",
    "    head = relu",
    "  regions on c5",
    "    pool = roiPool(7x7)",
    "    head box : regress",
    "      perClass = false",
  ]);
});

test("append adds to lists, remove takes a key or a block away", async () => {
  const list = await setting("a = [1, 2]px append a = [3]px append a = 4px b = 1 remove b");
  expect(list.value).toMatchObject({ unit: "px", items: [1, 2, 3, 4].map((value) => ({ value })) });
  const spec = await specOf(
    `${base}model m extends base { remove regions.box  remove rpn.anchors  remove classes }`,
  );
  expect(outline(spec.model)).toEqual([
    "model m",
    "  rpn on c5",
    "    head = conv(3x3, 64) -> relu",
    "  regions on c5",
    "    pool = roiPool(7x7)",
  ]);
});

test("a base stays as it is when two models extend it", async () => {
  const spec = await specOf(`${base}model m extends base { classes = 1 }\nmodel n extends base {}`);
  expect(textOf((find(spec.model, "classes") as MergedSetting).value.span)).toBe("20");
});

test("modules of all files are there by name", async () => {
  const files: Readonly<Record<string, string>> = {
    "m.rcnn": 'use "b" block x() { return input } model m {}',
    "b.rcnn": "network y() on { c } -> { d } { d = c }",
  };
  const bundle = await load("m.rcnn", { read: async (path) => files[path] });
  expect([...merge(bundle.value!).value!.modules.keys()]).toEqual(["y", "x"]);
});

test.each([
  ["a = 1 replace a = 2", ["a = 1"]],
  ["replace a = 1 a = 2", []],
  ["replace old = 1 old = 2", ["replace old = 1"]],
  ["p { a = 1 } p.a = 2", ["a = 1"]],
  ["p { a = 1  b = 2 } remove p", ["a = 1", "b = 2"]],
  ["a = conv(3x3, 8) append a = relu replace a = tanh", ["a = conv(3x3, 8)", "append a = relu"]],
  ["replace old = 1", []],
  ["a = [1] append a = 2 replace a[0] = 3 a2 = a", []],
  ["remove q q { c = 3 }", []],
])("of %s the model says in vain %j", async (body, idle) => {
  const text = `model base { old = 0  q { b = 1 } } model m extends base { ${body} }`;
  const bundle = await load("m.rcnn", { read: async () => text });
  const { diagnostics } = merge(bundle.value!);
  const found = diagnostics.filter(({ code }) => code === "merge/overwritten");
  expect(found.map(({ span }) => textOf(span!))).toEqual(idle);
});
