/** Hover shows shapes and costs of layers, and the catalogue's and the files' own words for the rest. */

import { expect, test } from "vitest";
import type { MarkupContent } from "vscode-languageserver";
import { createCosts } from "../../src/language-server/costs.ts";
import { hover } from "../../src/language-server/hover.ts";
import { inlayHints } from "../../src/language-server/inlay-hints.ts";
import { type Editor, edit } from "./editor.ts";

const config = `use "library/fpn"
use "library/heads"

/// A stem and stages.
network stages(width: integer) -> { c2, c3, c4 } {
  c2 = input -> conv(3x3, width, stride = 4) as stem -> batchNorm -> relu
  c3 = c2 -> half(width)
  c4 = c3 -> half(width)
}

/// Half the size.
block half(width: integer) {
  return input -> conv(3x3, width, stride = 2) -> relu
}

model base {
  classes  = 3
  backbone = stages(16) -> fpn3(8)
  rpn on p2..p5 { anchors { sizes = perLevel(16px, 32px, 64px, 128px) } head = rpnHead() }
  regions on p2..p4 {
    pool  = roiAlign(7x7)
    trunk = twoDense(32)
    head label: classify { from = trunk }
    head box: regress { from = trunk }
  }
}
`;

/** Opens the config with the cursor at the beginning of the first `word`. */
const open = (word: string, text = config): Promise<Editor> =>
  edit(text.replace(word, (found) => `┆${found}`));

const failed = (problem: unknown): never => {
  throw problem;
};

function hoverIn({ snapshot, position }: Editor): string | undefined {
  const found = hover(snapshot, position, createCosts(failed)(snapshot.models));
  return found && (found.contents as MarkupContent).value;
}

const hoverOn = async (word: string, text = config) => hoverIn(await open(word, text));

test("a layer shows its path, its shapes, its parameters and its cost", async () => {
  const found = await hoverOn("conv(3x3, width, stride = 4)");
  expect(found).toContain("`backbone.c2.stem`: [H, W, 3] -> **[H/4, W/4, 16]**, 432 parameters, ");
  expect(found).toMatch(/[\d.]+ [MG] multiply-accumulates/);
  expect(found).toContain("Two-dimensional convolution");
});

test("a layer that is used several times shows each use", async () => {
  const found = await hoverOn("conv(3x3, width, stride = 2)");
  expect(found).toContain("2 uses:");
  expect(found).toContain("- `backbone.c3.conv`: [H/4, W/4, 16] -> **[H/8, W/8, 16]**, 2,320 parameters");
  expect(found).toContain("- `backbone.c4.conv`: [H/8, W/8, 16] -> **[H/16, W/16, 16]**");
});

test("a block that is applied shows its shape, its declaration and its documentation", async () => {
  const found = await hoverOn("half(width)\n  c4");
  expect(found).toContain("[H/4, W/4, 16] -> **[H/8, W/8, 16]**");
  expect(found).toContain("block half(width: integer)");
  expect(found).toContain("Half the size.");
});

test("a block shows what its layers hold and cost together, and nothing of those beside it", async () => {
  const text = config.replace("c3 = c2 -> half(width)", "c3 = c2 -> conv(1x1, 7) as thin -> half(width)");
  const found = await hoverOn("half(width)\n  c4", text);
  expect(found).toMatch(
    /^`backbone.c3`: \[H\/4, W\/4, 7\] -> \*\*\[H\/8, W\/8, 16\]\*\*, 1,024 parameters, /,
  );
});

test("a network shows its results and what it holds", async () => {
  const found = await hoverOn("stages(16)");
  expect(found).toContain(
    "`backbone`: [H, W, 3] -> `c2` **[H/4, W/4, 16]**, `c3` **[H/8, W/8, 16]**, `c4` **[H/16, W/16, 16]**, 5,104 parameters, ",
  );
});

test("the declaration of a block shows what each of its uses becomes", async () => {
  const found = await hoverOn("half(width: integer)");
  expect(found).toContain(
    "2 uses:\n\n- `backbone.c3`: [H/4, W/4, 16] -> **[H/8, W/8, 16]**, 2,320 parameters",
  );
  expect(found).toContain("- `backbone.c4`: ");
});

test.each([
  ["model base", /^`base`: [\d,]+ parameters, [\d.]+ [MG] multiply-accumulates\n/],
  ["backbone = stages", /^`backbone`: `p2` \*\*\[H\/4, W\/4, 8\]\*\*, .* parameters/],
  ["rpn on", /^`rpn`: [\d,]+ parameters/],
  ["p2..p5", /^`p2` \*\*\[H\/4, W\/4, 8\]\*\*, `p3` .*, `p5` \*\*\[H\/32, W\/32, 8\]\*\*$/],
  ["pool  = roi", /^`regions.pool`: \*\*\[7, 7, 8\]\*\*\n/],
  ["roiAlign(7x7)", /^`regions.pool`: \*\*\[7, 7, 8\]\*\*\n/],
  ["trunk = two", /^`regions.trunk`: \*\*\[32\]\*\*, 13,632 parameters/],
  ["label: classify", /^`regions.label`: \*\*\[4\]\*\*, 132 parameters/],
  ["trunk }\n    head box", /^`regions.trunk`: \*\*\[32\]\*\*, /],
  ["stem -> batchNorm", /^`backbone.c2.stem`: \[H, W, 3\] -> \*\*\[H\/4, W\/4, 16\]\*\*, 432 parameters/],
])("the part of a model at `%s` shows what it gives and holds", async (word, wanted) => {
  expect(await hoverOn(word)).toMatch(wanted);
});

test("what is kept from training is told apart", async () => {
  const text = config.replace("  regions on", '  train { freeze = ["backbone.c2.*"] }\n  regions on');
  expect(await hoverOn("conv(3x3, width, stride = 4)", text)).toContain("432 parameters, all frozen, ");
  expect(await hoverOn("backbone = stages", text)).toMatch(/parameters, [\d,]+ of them frozen, /);
});

test("a binding shows the shape of its value", async () => {
  expect(await hoverOn("c3 -> half")).toContain("**[H/8, W/8, 16]**");
});

test("a key shows its kind, its text, its default and its source", async () => {
  const found = await hoverOn("sizes =");
  expect(found).toMatch(/^\*\*sizes\*\*: /);
  expect(await hoverOn("rpn on")).toContain("Ren et al. 2015, section 3.1");
  expect(await hoverOn("classify")).toContain("One score a class");
});

test("the name of an argument shows the catalogue's text of it", async () => {
  expect(await hoverOn("stride = 4")).toMatch(/^\*\*stride\*\*: /);
});

test("a component shows what it takes", async () => {
  const found = await hoverOn("roiAlign");
  expect(found).toContain("- `sampling`: ");
  expect(found).toContain("He et al. 2017");
});

test("models that share a layer show it once, models that differ each on its own", async () => {
  const text = `${config}model wide extends base { backbone = stages(32) -> fpn3(8) }\n`;
  expect(await hoverOn("conv(3x3, width, stride = 4)", text)).toMatch(
    /2 uses:\n\n- .*\*\*\[H\/4, W\/4, 16\]\*\*.*, in `base`\n- .*\*\*\[H\/4, W\/4, 32\]\*\*.*, in `wide`/,
  );
  const same = `${config}model other extends base { detect { keep = 1 } }\n`;
  expect(await hoverOn("conv(3x3, width, stride = 4)", same)).toMatch(/^`backbone.c2.stem`/);
});

test("a key that takes the place of another shows where that was", async () => {
  const text = `${config}model wide extends base { classes = 4 }\n`;
  const { snapshot, position } = await open("classes = 4", text);
  const found = hover(snapshot, position, createCosts(failed)([]))!;
  expect((found.contents as MarkupContent).value).toMatch(/Before: `classes\s+= 3` at .*main\.rcnn:17:/);
});

test("a library file shows the shapes of the models that use it", async () => {
  const library = config.slice(config.indexOf("/// Half"), config.indexOf("model base"));
  const user = `use "main"\n${config.replace(library, "")}`;
  const { snapshot, workspace } = await edit(library, { "user.rcnn": user });
  const { uses } = await workspace.withUsers(snapshot);
  expect(uses.map(({ path }) => path)).toContain("backbone.c3.conv");
});

test("of many users those are asked that call what the library declares", async () => {
  const library = `block once() { return input -> relu }\nblock other() { return input -> conv(1x1, 5) }\n`;
  const user = (name: string, block: string) =>
    `use "main"\n${config.replace("-> relu\n}", `-> ${block}()\n}`).replace("model base", `model ${name}`)}`;
  const many = Object.fromEntries(
    Array.from({ length: 9 }, (_, index) => [`a${index}.rcnn`, user(`a${index}`, "once")]),
  );
  const { snapshot, workspace } = await edit(library, { ...many, "z.rcnn": user("z", "other") });
  const { calls } = await workspace.withUsers(snapshot);
  expect(new Set(calls.map(({ model, callee }) => `${model} ${callee}`))).toEqual(
    new Set(["a0 once", "z other"]),
  );
});

test("shapes stay where the text is broken elsewhere, and move with it", async () => {
  const { type } = await open("use");
  const broken = config.replace("classes  = 3", "classes  = ");
  await type(broken);
  const moved = broken.replace("use", "// a new line\nuse");
  const found = hoverIn(await type(moved.replace("conv(3x3, width, stride = 4)", "┆$&")));
  expect(found).toContain("**[H/4, W/4, 16]**");
});

const hintsOf = ({ snapshot }: Editor): readonly string[] => {
  const text = snapshot.text.getText();
  const range = { start: { line: 0, character: 0 }, end: snapshot.text.positionAt(text.length) };
  return inlayHints(snapshot, range).map(({ position, label }) => {
    const at = snapshot.text.offsetAt(position);
    return `${text.slice(text.lastIndexOf("\n", at - 1) + 1, at).trim()} ${label}`;
  });
};

test("hints show shapes behind layers that change them", async () => {
  const hints = hintsOf(await open("use"));
  expect(hints).toContain("c2 = input -> conv(3x3, width, stride = 4) [H/4, W/4, 16]");
  expect(hints).toContain("c3 = c2 -> half(width) [H/8, W/8, 16]");
  expect(hints).toContain("return input -> conv(3x3, width, stride = 2) [H/8, W/8, 16] | [H/16, W/16, 16]");
  expect(hints.filter((hint) => hint.includes("relu"))).toEqual([]);
});

test("hints show the results of networks and what a RoI op gives", async () => {
  const hints = hintsOf(await open("use"));
  expect(hints).toContain("backbone = stages(16) [H/4, W/4, 16] ...");
  expect(hints).toContain("backbone = stages(16) -> fpn3(8) [H/4, W/4, 8] ...");
  expect(hints).toContain("pool  = roiAlign(7x7) [7, 7, 8]");
  const head = config.replace(
    "head label",
    "head mask: segment { pool = roiAlign(14x14) layers = identity() }\n    head label",
  );
  expect(hintsOf(await open("use", head))).toContain(
    "head mask: segment { pool = roiAlign(14x14) [14, 14, 8]",
  );
});

test("hints are those of the part of the text that is asked for", async () => {
  const { snapshot } = await open("use");
  const range = { start: { line: 0, character: 0 }, end: { line: 2, character: 0 } };
  expect(inlayHints(snapshot, range)).toEqual([]);
});
