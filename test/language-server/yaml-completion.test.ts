/** Completion in YAML: what the catalogue has for the place, written as YAML. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isMap, isScalar, parseDocument, visit } from "yaml";
import { yamlCompletion } from "../../src/language-server/yaml-completion.ts";
import { edit, pathOf } from "./editor.ts";

async function items(marked: string) {
  const path = "mine.yaml";
  const { workspace } = await edit("", { [path]: marked.replace("┆", "") });
  const snapshot = (await workspace.snapshot(pathOf(path)))!;
  return yamlCompletion(snapshot, snapshot.text.positionAt(marked.indexOf("┆")), ["library/fpn"]);
}

const labels = async (marked: string) => (await items(marked)).map(({ label }) => label);

const inModel = (lines: string) => `model:\n  m:\n${lines.replaceAll(/^/gm, "    ")}`;

test("a key is offered from the map around, without those that it has", async () => {
  const found = await items(inModel("classes: 3\nrpn:\n  on: p2\n  anchors:\n    sizes: 32px\n    ┆"));
  const names = found.map(({ label }) => label);
  expect(names).toEqual(expect.arrayContaining(["ratios", "offset"]));
  expect(names).not.toContain("sizes");
  expect(names).not.toContain("nms");
  expect(found.find(({ label }) => label === "ratios")?.textEdit?.newText).toBe("ratios: ");
});

test("a key of a flow map is offered, and a block is a map", async () => {
  expect(await labels(inModel("detect: { score: 0.1, ┆"))).toEqual(expect.arrayContaining(["nms", "keep"]));
  const found = await items(inModel("┆"));
  expect(found.find(({ label }) => label === "input")?.textEdit?.newText).toBe("input:\n  $0");
});

test.each([
  ["a component", "regions:\n  pool: ro┆", ["roiAlign", "roiPool"]],
  ["a component as a map", "regions:\n  pool: { ro┆", ["roiAlign", "roiPool"]],
  ["an argument of a map", "regions:\n  pool: { roiAlign: { size: 7x7, al┆", ["aligned", "sampling"]],
  ["an argument's value", "regions:\n  pool: { roiAlign: { size: 7x7, aligned: ┆", ["true", "false"]],
  ["an argument in a call", "regions:\n  pool: roiAlign(7x7, al┆", ["aligned", "sampling"]],
  ["an argument below its call", "regions:\n  pool:\n    roiAlign:\n      al┆", ["aligned"]],
  ["a word", "rpn:\n  anchors: { straddling: ┆", ["keep", "discard"]],
  ["a field of a record", "rpn:\n  propose:\n    before: { ┆", ["train", "test"]],
  ["a type of head", "regions:\n  head:\n    mask: { type: ┆", ["classify", "segment"]],
  ["a key of a head", "regions:\n  head:\n    mask:\n      type: segment\n      ┆", ["layers", "loss"]],
  ["a layer of a list", "regions:\n  trunk:\n    - flatten\n    - ┆", ["dense", "relu"]],
  ["a layer of a flow list", "regions:\n  trunk: [flatten, ┆", ["dense", "relu"]],
  ["an argument of a layer", "regions:\n  trunk:\n    - flatten\n    - dense:\n        ┆", ["units", "bias"]],
])("%s is offered", async (_, lines, expected) => {
  expect(await labels(inModel(lines))).toEqual(expect.arrayContaining(expected));
});

test.each([
  ["declarations", "use: [library/fpn]\n┆", ["model", "network", "block", "ablation"], "use"],
  [
    "the parts of a network",
    "network:\n  n:\n    ┆\n    body: {}\n",
    ["parameters", "results", "on"],
    "body",
  ],
  [
    "the parts of a parameter",
    "block:\n  b:\n    parameters:\n      width:\n        ┆",
    ["type", "default"],
    "body",
  ],
  [
    "the parts of a loop",
    "block:\n  b:\n    body:\n      - repeat:\n          ┆\n          times: 2\n",
    ["layers"],
    "times",
  ],
  [
    "the parts of a choice",
    "block:\n  b:\n    body:\n      if:\n        ┆",
    ["condition", "then", "else"],
    "relu",
  ],
])("%s are offered, without those that are there", async (_, text, expected, absent) => {
  const found = await labels(text);
  expect(found).toEqual(expect.arrayContaining(expected));
  expect(found).not.toContain(absent);
});

test.each([
  [
    "the type of a parameter",
    "parameters:\n      width: { type: ┆ }\n    body: relu",
    ["integer", "layer"],
    "conv",
  ],
  [
    "the parts of a parameter in a line",
    "parameters: { width: { ┆ } }\n    body: relu",
    ["type", "default"],
    "conv",
  ],
  [
    "layers and names in a body",
    "parameters: { width: integer }\n    body:\n      - ┆",
    ["conv", "width"],
    "body",
  ],
  ["an argument's value", "parameters: { wide: integer }\n    body: conv(3x3, ┆)", ["wide"], "body"],
  [
    "an argument",
    "body:\n      - conv:\n          kernel: 3x3\n          ┆",
    ["channels", "stride"],
    "kernel",
  ],
])("%s is offered in a block", async (_, lines, expected, absent) => {
  const found = await labels(`block:\n  b:\n    ${lines}\n`);
  expect(found).toEqual(expect.arrayContaining(expected));
  expect(found).not.toContain(absent);
});

test("keys and blocks behind the cursor are not offered again", async () => {
  const found = await labels(inModel("┆\nclasses: 3\nrpn:\n  on: p2\n  head: relu\ndocumentation: A model."));
  expect(found).toContain("backbone");
  for (const there of ["classes", "rpn", "documentation"]) expect(found).not.toContain(there);
});

test("files, models and levels are offered where they are named", async () => {
  expect(await labels("use: [┆")).toEqual(["library/fpn"]);
  expect(await labels("use:\n  - ┆")).toEqual(["library/fpn"]);
  const used = "use: [faster-rcnn-nuclei]\nmodel:\n  m:\n    extends: ┆";
  expect(await labels(used)).toContain("faster_rcnn_nuclei");
});

const configs = readdirSync("configs").filter((name) => /(nuclei|c4)\.yaml$/.test(name));

test.each(configs)("%s: every key of a model is offered where it stands", async (name) => {
  const text = readFileSync(join("configs", name), "utf8");
  const { workspace } = await edit("", { "mine.yaml": text });
  const snapshot = (await workspace.snapshot(pathOf("mine.yaml")))!;
  const model = (parseDocument(text).toJS() as { model?: object }).model;
  const missing: string[] = [];
  visit(parseDocument(text), {
    Pair: (_, { key }, path) => {
      const above = path.filter(isMap).length;
      if (!model || !isScalar(key) || !key.range || above < 3) return;
      const word = String(key.value);
      const keys = path.flatMap((each) =>
        "key" in each && isScalar(each.key) ? [String(each.key.value)] : [],
      );
      // Names of heads are the writer's own, and what is in networks is no key of the catalogue.
      if (keys[0] !== "model" || keys.at(-1) === "head" || word.includes(".")) return;
      const at = snapshot.text.positionAt(key.range[0] + 1);
      const offered = yamlCompletion(snapshot, at, []).map(({ label }) => label);
      if (!offered.includes(word)) missing.push([...keys, word].join("."));
    },
  });
  expect(missing).toEqual([]);
});

test("at every place of a text that is cut or garbled there is an answer", async () => {
  const text = readFileSync("configs/mask-rcnn-resnet50-fpn.yaml", "utf8");
  for (const noise of ["", "{", "[", ": ", "- ", '"']) {
    for (let at = 60 + noise.length; at < text.length; at += 131) {
      const { workspace } = await edit("", { "mine.yaml": text.slice(0, at) + noise });
      const snapshot = (await workspace.snapshot(pathOf("mine.yaml")))!;
      expect(yamlCompletion(snapshot, snapshot.text.positionAt(at + noise.length), [])).toBeInstanceOf(Array);
    }
  }
});
