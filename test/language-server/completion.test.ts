/** Completion offers what the catalogue and the files have for the place of the cursor, in texts that are not whole. */
import { expect, test } from "vitest";
import { completion } from "../../src/language-server/completion.ts";
import { edit } from "./editor.ts";

async function items(text: string, usable: readonly string[] = []) {
  const { snapshot, position } = await edit(text);
  return completion(snapshot, position, usable);
}

const labels = async (text: string, usable: readonly string[] = []): Promise<readonly string[]> =>
  (await items(text, usable)).map(({ label }) => label);

test("an empty file is offered declarations", async () => {
  expect(await labels("┆")).toEqual(["use", "model", "ablation", "network", "block"]);
});

test("a key is offered from the block around, without those that it has", async () => {
  const found = await labels("model m { rpn on p2 { anchors { sizes = 32px  ┆ } } }");
  expect(found).toContain("ratios");
  expect(found).not.toContain("sizes");
  expect(found).not.toContain("nms");
});

test("a key comes with its kind, its text and its default", async () => {
  const nms = (await items("model m { detect { ┆ } }")).find(({ label }) => label === "nms");
  expect(nms?.detail).toBe("a number from 0 to 1");
  expect(nms?.documentation).toMatchObject({ value: expect.stringContaining("Default: `0.5`.") });
  expect(nms?.textEdit?.newText).toBe("nms = ");
});

test("what is required stands first", async () => {
  const found = await items("model m { ┆ }");
  const first = [...found].sort((a, b) => (a.sortText ?? a.label).localeCompare(b.sortText ?? b.label))[0];
  expect(first?.label).toBe("backbone");
});

test("a value is offered by the kind of its key", async () => {
  expect(await labels("model m { regions on p2 { pool = ┆ } }")).toEqual(
    expect.arrayContaining(["roiPool", "roiAlign"]),
  );
  expect(await labels("model m { rpn on p2 { anchors { straddling = d┆ } } }")).toEqual(
    expect.arrayContaining(["keep", "discard"]),
  );
  expect(await labels("model m { rpn on p2 { match { keepBest = ┆ } } }")).toEqual(
    expect.arrayContaining(["true", "false"]),
  );
});

test("a call is offered the arguments that it does not have", async () => {
  const found = await labels("model m { regions on p2 { pool = roiAlign(7x7, sampling = 2, ┆) } }");
  expect(found).toContain("aligned");
  expect(found).not.toContain("sampling");
  expect(found).not.toContain("size");
});

test("an argument's value is offered by its kind", async () => {
  expect(await labels("model m { regions on p2 { pool = roiAlign(7x7, aligned = ┆ } }")).toEqual(
    expect.arrayContaining(["true", "false"]),
  );
  expect(await labels("block b() { return input -> conv(3x3, 8, initializer = ┆) }")).toEqual(
    expect.arrayContaining(["normal", "kaimingNormal"]),
  );
});

test("a module's own parameters are offered to its calls", async () => {
  const text = "block b(width: integer, depth: integer = 2) { return input -> conv(1x1, width) }\n";
  const found = await labels(`${text}block c() { return input -> b(8, ┆) }`);
  expect(found).toContain("depth");
  expect(found).not.toContain("width");
});

test("the body of a module is offered layers, modules, parameters and bindings", async () => {
  const text = "block other() { return input -> relu }\n";
  const found = await labels(`${text}block b(norm: layer) { stem = input -> relu  return stem -> ┆ }`);
  expect(found).toEqual(
    expect.arrayContaining(["conv", "maxPool", "other", "norm", "stem", "input", "repeat", "if"]),
  );
});

test("a digit is offered the units of its key", async () => {
  expect(await labels("model m { input { shortest = 600┆ } }")).toEqual(["px"]);
  expect(await labels("model m { train { batch = 16im┆ } }")).toEqual(["images"]);
  expect(await labels("model m { detect { nms = 0.5┆ } }")).toEqual([]);
});

test("`on` is offered the results of networks", async () => {
  const found = await labels('use "library/fpn"\nmodel m { rpn on ┆ }');
  expect(found).toEqual(expect.arrayContaining(["p2", "p5"]));
});

test("`extends` is offered models, `use` files, a head its types, a parameter its types", async () => {
  expect(await labels('use "faster-rcnn-nuclei"\nmodel m extends ┆ { }')).toContain("faster_rcnn_nuclei");
  expect(await labels('use "lib┆', ["library/fpn", "library/heads"])).toEqual([
    "library/fpn",
    "library/heads",
  ]);
  expect(await labels("model m { regions on p2 { head mask: ┆ } }")).toEqual(
    expect.arrayContaining(["classify", "regress", "segment"]),
  );
  expect(await labels("block b(width: ┆)")).toEqual(expect.arrayContaining(["integer", "layer"]));
});

test("a block that a base has given a type is offered the keys of that type", async () => {
  const found = await labels(
    'use "mask-rcnn-nuclei"\nmodel m extends mask_rcnn_nuclei { regions { head mask { ┆ } } }',
  );
  expect(found).toContain("layers");
});

test("the word under the cursor is replaced as a whole", async () => {
  const [first] = await items('use "library/f┆', ["library/fpn"]);
  expect(first?.textEdit).toMatchObject({
    range: { start: { line: 0, character: 5 }, end: { line: 0, character: 14 } },
    newText: "library/fpn",
  });
});

test("comments and finished texts are offered nothing", async () => {
  expect(await labels("// a word ┆")).toEqual([]);
  expect(await labels('model m { } // "┆')).toEqual([]);
});

test("the case of an ablation is offered what a model is, the ablation its own words", async () => {
  const text = (inside: string) => `use "mask-rcnn-nuclei"\nablation a { base = mask_rcnn_nuclei ${inside} }`;
  expect(await labels(text("case One { regions { pool = ┆ } }"))).toContain("roiAlign");
  const own = await labels(text("┆"));
  expect(own).toEqual(expect.arrayContaining(["seeds", "vary", "case"]));
  expect(own).not.toContain("base");
  expect(await labels('use "mask-rcnn-nuclei"\nablation a { base = ┆ }')).toContain("mask_rcnn_nuclei");
  expect(await labels("ablation a { metric = ┆ }")).toEqual(["coco", "voc"]);
});

test("a path of a change is offered keys, heads and the layers that the model is built of", async () => {
  const at = (change: string) =>
    labels(
      `use "mask-rcnn-nuclei"\nmodel m extends mask_rcnn_nuclei {\n  detect { keep = 10 }\n  ${change}\n}\n`,
    );
  expect(await at("remove ┆")).toEqual(expect.arrayContaining(["backbone", "regions", "classes"]));
  expect(await at("replace regions.┆")).toEqual(expect.arrayContaining(["pool", "match", "mask", "head"]));
  expect(await at("regions.mask.po┆")).toEqual(expect.arrayContaining(["pool", "layers"]));
  expect(await at("insert ┆")).toEqual(expect.arrayContaining(["relu", "dropout"]));
});

test("a path goes on into the layers of the model as it was before the line was begun", async () => {
  const text = (change: string): string =>
    `use "mask-rcnn-nuclei"\nmodel m extends mask_rcnn_nuclei {\n  ${change}\n}\n`;
  const { type } = await edit(text(""));
  const { snapshot, position } = await type(text("remove regions.trunk.┆"));
  expect(completion(snapshot, position, []).map(({ label }) => label)).toEqual(
    expect.arrayContaining(["fc6", "fc7"]),
  );
});

test("behind a change without a value another key may follow", async () => {
  expect(await labels("model m { remove rpn ┆ }")).toContain("regions");
  expect(await labels("model m { remove ┆ }")).not.toContain("remove");
});

test("a record that is an argument is offered its fields, and their values", async () => {
  expect(await labels("model m { proposals = file(count = { ┆ } ) }")).toEqual(["train", "test"]);
});

test("a head is offered what it can continue", async () => {
  const text = (from: string) =>
    `use "mask-rcnn-nuclei"\nmodel m extends mask_rcnn_nuclei { regions { head box: regress { from = ${from} } } }`;
  const { type } = await edit(text("fc6"));
  const { snapshot, position } = await type(text("┆"));
  const found = completion(snapshot, position, []).map(({ label }) => label);
  expect(found).toEqual(expect.arrayContaining(["trunk", "fc6", "fc7", "label"]));
  expect(found).not.toContain("mask");
});

test("what stands behind the cursor is not written again, and what cannot stand before it is not offered", async () => {
  const written = async (text: string, label: string) =>
    (await items(text)).find((item) => item.label === label)?.textEdit?.newText;
  expect(await written("model m { detect { nm┆ = 0.5 } }", "nms")).toBe("nms");
  expect(await written("model m { detect { nm┆ = 0.5 } }", "replace")).toBeUndefined();
  expect(await written("model m { det┆ { nms = 0.5 } }", "detect")).toBe("detect");
  expect(await written("model m { det┆ { nms = 0.5 } }", "classes")).toBeUndefined();
  expect(await written("model m { regions on p2 { pool = roiPo┆(7x7) } }", "roiPool")).toBe("roiPool");
  expect(await labels("block b() { return input -> conv(3x3, 8, str┆ = 2) }")).not.toContain("relu");
});

test("keys, blocks and fields that are there, before the cursor or behind it, are not offered", async () => {
  const found = await labels("model m { detect { nms = 0.5 } ┆ classes = 1 }");
  expect(found).toContain("backbone");
  expect(found).not.toContain("detect");
  expect(found).not.toContain("classes");
  const fields = (text: string) => labels(`model m { rpn on p2 { propose { after = { ${text} } } } }`);
  expect(await fields("┆ }")).toEqual(["train", "test"]);
  expect(await fields("train = 5, ┆")).toEqual(["test"]);
  expect(await fields("┆, train = 5")).toEqual(["test"]);
});

test("clauses are offered behind what they belong to", async () => {
  expect(await labels("model m ┆")).toEqual(["extends"]);
  expect(await labels("model m { rpn ┆")).toEqual(["on"]);
});

test("a dot behind a network is offered its results, behind a map its numbers", async () => {
  const net = "network net() -> { c2, c3 } { c2 = input -> relu  c3 = c2 -> relu }\n";
  expect(await labels(`${net}network n() -> { a } { a = net().┆ }`)).toEqual(["c2", "c3"]);
  expect(await labels(`${net}block b() { return input -> conv(3x3, input.┆) }`)).toContain("channels");
});

test("the unit of a list, and of a constant, is offered right behind it", async () => {
  expect(await labels("model m { rpn on p2 { anchors { sizes = [32, 64]p┆ } } }")).toEqual(["px"]);
  expect(await labels("long = 100im┆")).toEqual(["px", "images", "iterations", "epochs"]);
});

test("published values are offered by what is measured, whole or behind the dot", async () => {
  const inside = (text: string) => labels(`ablation a { base = m  case "one" { published { ${text} } } }`);
  expect(await inside("┆")).toEqual(expect.arrayContaining(["mask.AP", "box.AP50", "source"]));
  expect(await inside("mask.┆")).toEqual(expect.arrayContaining(["AP", "AP50"]));
  expect(await inside("mask.┆")).not.toContain("mask.AP");
  expect(await inside("ma┆.AP = 3")).toContain("mask");
});

test("levels are those of the backbone of the model around", async () => {
  const own =
    'use "faster-rcnn-nuclei"\nnetwork other() -> { z9 } { z9 = input -> relu }\nmodel m extends faster_rcnn_nuclei { rpn on ┆p2..p5 {} }';
  const found = await labels(own);
  expect(found).toContain("p5");
  expect(found).not.toContain("z9");
});
