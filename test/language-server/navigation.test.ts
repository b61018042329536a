/** Definition, references and rename agree on what a name stands for, across files. */

import { expect, test } from "vitest";
import type { Location, WorkspaceEdit } from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { definition, references } from "../../src/language-server/definition.ts";
import { uriOf } from "../../src/language-server/ranges.ts";
import { prepareRename, rename } from "../../src/language-server/rename.ts";
import { documentSymbols } from "../../src/language-server/symbols.ts";
import { type Editor, edit, edited, pathOf } from "./editor.ts";

const parts = `/// One layer.
block thin(width: integer, norm: layer = batchNorm) {
  deep = input -> conv(3x3, width) -> norm
  return deep -> relu
}
`;

const main = `use "parts"
wide = 64
network net(count: integer = 2) -> { c2, c3 } {
  c2 = input -> conv(3x3, wide, stride = 4) -> thin(width = wide)
  c3 = c2 -> repeat count as k { return input -> thin(wide + k) } as rest
}
`;

/** The text of each place, with its file and line. */
const shown = (places: readonly Location[], texts: Readonly<Record<string, string>>): readonly string[] =>
  places.map(({ uri, range }) => {
    const [name, text] = Object.entries(texts).find(([file]) => uri === uriOf(pathOf(file)))!;
    const document = TextDocument.create(uri, "rcnn", 0, text);
    return `${name}:${range.start.line + 1} ${document.getText(range)}`;
  });

const texts = { "main.rcnn": main, "parts.rcnn": parts };

/** Opens main with the cursor behind the nth place where `word` stands. */
function open(word: string, occurrence = 1): Promise<Editor> {
  let at = -1;
  for (let count = 0; count < occurrence; count++) at = main.indexOf(word, at + 1);
  return edit(`${main.slice(0, at)}┆${main.slice(at)}`, { "parts.rcnn": parts });
}

const definitionOf = async (word: string, occurrence = 1) => {
  const { snapshot, position } = await open(word, occurrence);
  return shown(definition(snapshot, position), texts);
};

test("a name leads to its declaration, in another file too", async () => {
  expect(await definitionOf("thin(wide + k")).toEqual(["parts.rcnn:2 thin"]);
  expect(await definitionOf("wide,")).toEqual(["main.rcnn:2 wide"]);
  expect(await definitionOf("count as")).toEqual(["main.rcnn:3 count"]);
  expect(await definitionOf("c2 ->")).toEqual(["main.rcnn:4 c2"]);
  expect(await definitionOf("k)")).toEqual(["main.rcnn:5 k"]);
});

test("the name of an argument leads to the parameter", async () => {
  expect(await definitionOf("width =")).toEqual(["parts.rcnn:2 width"]);
});

test("`use` leads to the file", async () => {
  const { snapshot, position } = await open('parts"');
  expect(definition(snapshot, position)[0]?.uri).toBe(uriOf(pathOf("parts.rcnn")));
});

test("a level leads to the network's result, `trunk` to the setting, a base to its model", async () => {
  const text = (config: string) => edit(`use "faster-rcnn-nuclei"\n${config}`);
  const level = await text("model m extends faster_rcnn_nuclei { rpn on p2..┆p4 { } }");
  expect(definition(level.snapshot, level.position)[0]?.uri).toContain("library/fpn.rcnn");
  const trunk = await text(
    "model m extends faster_rcnn_nuclei { regions { head label: classify { from = tr┆unk } } }",
  );
  expect(definition(trunk.snapshot, trunk.position)[0]?.uri).toContain("faster-rcnn-nuclei.rcnn");
  const base = await text("model m extends faster┆_rcnn_nuclei { }");
  expect(definition(base.snapshot, base.position)[0]?.uri).toContain("faster-rcnn-nuclei.rcnn");
});

test("a path leads to the layer that it names, and the layer's references are the paths", async () => {
  const text = `use "faster-rcnn-nuclei"
model m extends faster_rcnn_nuclei {
  regions {
    trunk = flatten -> dense(8) as only
    head box: regress { from = on┆ly }
  }
}
`;
  const { snapshot, position, workspace } = await edit(text);
  const files = { "main.rcnn": text.replace("┆", "") };
  expect(shown(definition(snapshot, position), files)).toEqual(["main.rcnn:4 only"]);
  expect(shown(references(snapshot, position, await workspace.scopes()), files).toSorted()).toEqual([
    "main.rcnn:4 only",
    "main.rcnn:5 only",
  ]);
});

test("references are all places in all files", async () => {
  const { snapshot, position, workspace } = await open("thin(width");
  const found = references(snapshot, position, await workspace.scopes());
  expect(shown(found, texts).toSorted()).toEqual([
    "main.rcnn:4 thin",
    "main.rcnn:5 thin",
    "parts.rcnn:2 thin",
  ]);
});

async function renamed(word: string, to: string, occurrence = 1) {
  const { snapshot, position, workspace } = await open(word, occurrence);
  const result = rename(snapshot, position, to, await workspace.scopes());
  if ("refusal" in result) return result.refusal;
  const apply = (edit: WorkspaceEdit, file: keyof typeof texts) =>
    edited(TextDocument.create("", "rcnn", 0, texts[file]), edit.changes?.[uriOf(pathOf(file))] ?? []);
  return { main: apply(result, "main.rcnn"), parts: apply(result, "parts.rcnn") };
}

test("a block is renamed in the file that declares it and in those that use it", async () => {
  expect(await renamed("thin(width", "slim")).toEqual({
    main: main.replaceAll("thin", "slim"),
    parts: parts.replaceAll("thin", "slim"),
  });
});

test("a parameter is renamed with the arguments that name it", async () => {
  expect(await renamed("width = wide", "channels")).toEqual({
    main: main.replace("width = wide", "channels = wide"),
    parts: parts.replace("width:", "channels:").replace("3x3, width", "3x3, channels"),
  });
});

test("a constant and an index are renamed", async () => {
  expect(await renamed("wide,", "broad")).toMatchObject({ main: main.replaceAll("wide", "broad") });
  expect(await renamed("k {", "step")).toMatchObject({
    main: main.replace("as k", "as step").replace("+ k", "+ step"),
  });
});

test("a head is renamed through the models that extend each other", async () => {
  const base =
    'use "faster-rcnn-nuclei"\nmodel a extends faster_rcnn_nuclei { regions { head extra: regress { from = trunk } } }\n';
  const { snapshot, position, workspace } = await edit(
    'use "base"\nmodel b extends a { regions { head ex┆tra { weight = 2 } } regions.head.extra.perClass = false }\n',
    { "base.rcnn": base },
  );
  const result = rename(snapshot, position, "more", await workspace.scopes());
  const changes = "changes" in result ? Object.values(result.changes!).map((edits) => edits.length) : result;
  expect(changes).toEqual([1, 2]);
});

test("a head is renamed in the ablations of its model", async () => {
  const text = `use "mask-rcnn-nuclei"
model mine extends mask_rcnn_nuclei { regions { head more: regress { from = trunk } } }
ablation a { base = mine  vary regions.head.more.weight { case One { value = 1 } } case Two { regions { head more { weight = 2 } } } }
`;
  const { snapshot, position } = await edit(text.replace("head more:", "head mo┆re:"));
  const result = rename(snapshot, position, "extra", []);
  const edits = "changes" in result ? Object.values(result.changes!).flat() : [];
  expect(edited(snapshot.text, edits)).toBe(text.replaceAll("more", "extra"));
});

test.each([
  ["another result's name is taken", "c2 ->", "c3", /already a result or input `c3`/],
  ["a word of the language is no name", "thin(width", "repeat", /is not a name/],
  ["a layer's name is taken", "thin(width", "conv", /word of the catalogue/],
  ["another declaration's name is taken", "thin(width", "net", /already a network/],
  ["another binding's name is taken", "width = wide", "deep", /already a binding/],
  ["a layer of the catalogue stays", "repeat count", "again", /Only what a text declares/],
])("refuses: %s", async (_, word, to, reason) => {
  expect(await renamed(word, to)).toMatch(reason);
});

test("a binding that a change reaches by its path keeps its name", async () => {
  const user = `${main.replace("parts", "main")}model m { replace backbone.c2.deep.conv = conv(1x1, 8) }`;
  const opened = await edit(parts.replace("deep =", "de┆ep ="), { "user.rcnn": user });
  const { snapshot, position, workspace } = opened;
  expect(rename(snapshot, position, "below", await workspace.scopes())).toEqual({
    refusal: "`deep` is part of the path `backbone.c2.deep.conv`, which a change names.",
  });
});

test("a result is renamed with the networks behind it, the levels and paths that name it", async () => {
  const text = `use "faster-rcnn-nuclei"
network first() -> { m2, m3 } {
  m2 = input -> conv(3x3, 8, stride = 4) as stem
  m3 = m2 -> conv(3x3, 8, stride = 2)
}
network second() on { m2, m3 } -> { m2, m3, m4 } {
  m4 = m3 -> maxPool(1x1, stride = 2)
}
model m extends faster_rcnn_nuclei {
  backbone = first() -> second()
  rpn on m2..m4 { anchors { sizes = 12px } }
  regions on [m2, m3] {}
  replace backbone.m3.conv.channels = 16
  train { freeze = ["backbone.m3.*"] }
}
`;
  const { snapshot, position, workspace } = await edit(text.replace("{ m2, m3 } {", "{ m2, m┆3 } {"));
  expect(prepareRename(snapshot, position)).toMatchObject({ placeholder: "m3" });
  const result = rename(snapshot, position, "coarse", await workspace.scopes());
  const edits = "changes" in result ? Object.values(result.changes!).flat() : [];
  expect(edited(snapshot.text, edits)).toBe(text.replaceAll("m3", "coarse"));
});

test("the end of a range is renamed, and what lies between is not named by it", async () => {
  const text = `use "faster-rcnn-nuclei"
network maps() -> { start, m3, m4 } {
  start = input -> conv(3x3, 8, stride = 4)
  m3 = start -> maxPool(1x1, stride = 2)
  m4 = m3 -> maxPool(1x1, stride = 2)
}
model m extends faster_rcnn_nuclei { backbone = maps()  rpn on start..m4 { anchors { sizes = 12px } }  regions on m4..start {} }
`;
  const renamedTo = async (name: string) => {
    const { snapshot, position, workspace } = await edit(text.replace(`{ ${name}`, `{ ┆${name}`));
    const result = rename(snapshot, position, "first", await workspace.scopes());
    return edited(snapshot.text, "changes" in result ? Object.values(result.changes!).flat() : []);
  };
  expect(await renamedTo("start")).toBe(text.replaceAll("start", "first"));
});

test("the name of a use is renamed with the paths that name it, in both notations of a file", async () => {
  const net = `network net() -> { c2 } {
  c2 = input -> conv(3x3, 8, stride = 4) as stem -> relu
}
`;
  const twin = `network:
  net:
    results: [c2]
    body:
      c2:
        - input
        - conv(3x3, 8, stride = 4) as stem
        - relu
`;
  const user = `use "main"
model m {
  backbone = net()
  replace backbone.c2.stem.channels = 4
  regions on c2 { trunk = dense(9) as stem  head box: regress { from = stem } }
}
`;
  const only = user.replace(/ +regions.*\n/, "");
  const renameIn = async (config: string) => {
    const files = { "user.rcnn": config, "main.yaml": twin };
    const opened = await edit(net.replace("as stem", "as st┆em"), files);
    const renamedFile = opened.snapshot.path;
    const result = rename(opened.snapshot, opened.position, "entry", await opened.workspace.scopes());
    if ("refusal" in result) return result.refusal;
    return Object.fromEntries(
      Object.entries(result.changes!).map(([uri, edits]) => [
        uri === uriOf(renamedFile) ? "main" : uri.slice(uri.lastIndexOf("/") + 1),
        edits.length,
      ]),
    );
  };
  expect(await renameIn(only)).toEqual({ main: 1, "main.yaml": 1, "user.rcnn": 1 });
  expect(await renameIn(user)).toMatch(/several declarations give a layer that name/);
});

test("a declaration is renamed in the other notation of its file too", async () => {
  const yaml = "block:\n  thin:\n    parameters: { width: integer }\n    body: [conv(3x3, width)]\n";
  const { snapshot, position, workspace } = await edit(
    "block th┆in(width: integer) { return input -> conv(3x3, width) }",
    {
      "main.yaml": yaml,
    },
  );
  const result = rename(snapshot, position, "slim", await workspace.scopes());
  const edits = "changes" in result ? (result.changes![uriOf(pathOf("main.yaml"))] ?? []) : [];
  expect(edited(TextDocument.create("", "yaml", 0, yaml), edits)).toBe(yaml.replace("thin", "slim"));
});

test("a rename begins with the name as it is", async () => {
  const { snapshot, position } = await open("thin(width");
  expect(prepareRename(snapshot, position)).toMatchObject({ placeholder: "thin" });
});

test("the outline has declarations with what is in them", async () => {
  const { snapshot } = await open("use");
  const outline = documentSymbols(snapshot).map(({ name, children }) => [
    name,
    children?.map((each) => each.name),
  ]);
  expect(outline).toEqual([
    ["wide", undefined],
    ["net", ["c2", "c3"]],
  ]);
});
