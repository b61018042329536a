/** Problems appear while typing, each in its own file, with their fixes as actions. */
import { expect, test } from "vitest";
import { codeActions } from "../../src/language-server/code-action.ts";
import { createCosts } from "../../src/language-server/costs.ts";
import { diagnosticsByFile } from "../../src/language-server/diagnostics.ts";
import { formatting } from "../../src/language-server/formatting.ts";
import { hover } from "../../src/language-server/hover.ts";
import { createPublisher } from "../../src/language-server/publisher.ts";
import { uriOf } from "../../src/language-server/ranges.ts";
import { type Editor, edit, edited, pathOf } from "./editor.ts";

const noCosts = createCosts(() => {})([]);

const model = (inside: string): string =>
  `use "mask-rcnn-nuclei"\nmodel mine extends mask_rcnn_nuclei {\n  ${inside}\n}\n`;

const codesIn = ({ snapshot }: Editor, file = "main.rcnn") =>
  (diagnosticsByFile(snapshot).get(pathOf(file)) ?? []).map(({ code }) => code);

test("a right config has no problems, and its file is cleared", async () => {
  const { snapshot } = await edit(model("detect { keep = 10 }"));
  expect([...diagnosticsByFile(snapshot)]).toEqual([[pathOf("main.rcnn"), []]]);
});

test("a wrong value is shown at its place, with the fix as an action", async () => {
  const { snapshot, position } = await edit(model("regions { pool = roiAl┆ing(7x7) }"));
  const [problem] = diagnosticsByFile(snapshot).get(pathOf("main.rcnn"))!;
  expect(problem).toMatchObject({ code: "check/unknown-component", severity: 1, source: "rcnn" });
  expect(snapshot.text.getText(problem!.range)).toBe("roiAling");
  const [action] = codeActions(snapshot, { start: position, end: position });
  const edits = action!.edit!.changes![uriOf(snapshot.path)]!;
  expect(edited(snapshot.text, edits)).toContain("pool = roiAlign(7x7)");
  expect(action).toMatchObject({ kind: "quickfix", isPreferred: true });
});

test.each([
  ["a use", 'use "library/fpn"\n', ""],
  ["a constant", "idle = 3\n", ""],
  ["a block with its comment", "/// Not used.\n/// At all.\nblock idle() {\n  return input -> relu\n}\n", ""],
  ["one of two on a line", "a = 1  b = 2\n", "b = 2\n"],
])("what stands in vain can be deleted: %s", async (_, vain, left) => {
  const rest = model("detect { keep = 10 }").replace("10", left === "" ? "10" : "b");
  const [head, body] = [rest.slice(0, rest.indexOf("\n") + 1), rest.slice(rest.indexOf("\n") + 1)];
  const { snapshot } = await edit(`${head}${vain}${body}`);
  const start = snapshot.text.positionAt(head.length);
  const end = snapshot.text.positionAt(head.length + vain.length - 1);
  const actions = codeActions(snapshot, { start, end });
  expect(actions.map(({ title }) => title)).toEqual([expect.stringMatching(/^delete `/)]);
  const edits = actions[0]!.edit!.changes![uriOf(snapshot.path)]!;
  expect(edited(snapshot.text, edits)).toBe(`${head}${left}${body}`);
});

test("a binding that nothing reads, and a value without effect, can be deleted", async () => {
  const text = `use "faster-rcnn-nuclei"
block odd() {
  spare = input -> relu
  return input -> relu
}
model m extends faster_rcnn_nuclei {
  regions on p4 {
    assign { level = 3 }
    trunk = odd() -> flatten -> dense(8)
  }
}
`;
  const { snapshot } = await edit(text);
  const whole = { start: snapshot.text.positionAt(0), end: snapshot.text.positionAt(text.length) };
  const actions = codeActions(snapshot, whole);
  expect(actions.map(({ title }) => title).sort()).toEqual([
    "delete `level = 3`",
    "delete `spare = input -> relu`",
  ]);
  const all = actions.flatMap(({ edit: each }) => each!.changes![uriOf(snapshot.path)]!);
  expect(edited(snapshot.text, all)).toBe(
    text.replace("  spare = input -> relu\n", "").replace("level = 3 ", ""),
  );
});

test("an action is offered only where its problem is", async () => {
  const { snapshot } = await edit(model("regions { pool = roiAling(7x7) }"));
  const start = { line: 0, character: 0 };
  expect(codeActions(snapshot, { start, end: start })).toEqual([]);
});

test("a broken text shows what is broken and what is wrong for certain, nothing that follows from gaps", async () => {
  const broken = "rpn { anchors { sizes = }\n  head = }\n  detect { nms = 7 }";
  const codes = codesIn(await edit(model(broken)));
  expect(codes).toContain("syntax/unexpected");
  expect(codes).toContain("check/wrong-value");
  expect(codes.filter((code) => !String(code).startsWith("syntax/"))).toEqual(["check/wrong-value"]);
});

test("each key on the way to a right text leaves the server standing", async () => {
  const text = model("regions { head mask { layers = maskHead(2, 64) -> conv(3x3, 64) as last } }");
  const editor = await edit("");
  for (let length = 0; length <= text.length; length += 3) {
    const { snapshot } = await editor.type(`${text.slice(0, length)}┆`);
    expect(snapshot.path).toBe(pathOf("main.rcnn"));
  }
  expect(codesIn(await editor.type(text))).toEqual([]);
});

test("a batch that no back end could hold is wrong here too", async () => {
  expect(
    codesIn(
      await edit(model("train { batch = 100000images }  input { shortest = 4096px  longest = 4096px }")),
    ),
  ).toEqual(["compile/too-large"]);
});

test("an unsaved buffer is what other files see", async () => {
  const { workspace, snapshot } = await edit("block mine() { return input -> relu }\n", {
    "user.rcnn": 'use "main"\nblock other() { return input -> mine() }\n',
  });
  expect(
    diagnosticsByFile((await workspace.snapshot(pathOf("user.rcnn")))!).get(pathOf("user.rcnn")),
  ).toEqual([]);
  workspace.close(snapshot.path);
  const codes = diagnosticsByFile((await workspace.snapshot(pathOf("user.rcnn")))!)
    .get(pathOf("user.rcnn"))!
    .map(({ code }) => code);
  expect(codes).toContain("load/unresolved-use");
});

test("a file of blocks alone is checked without asking for a model", async () => {
  const editor = await edit("block b() { return input -> cnov(3x3, 8) }\n");
  expect(codesIn(editor)).toEqual(["check/unknown-name"]);
});

test("what a use breaks inside a library is shown at the library and at the use", async () => {
  const text =
    'use "parts"\nuse "mask-rcnn-nuclei"\nmodel m extends mask_rcnn_nuclei { regions { trunk = wrong() } }\n';
  const editor = await edit(text, {
    "parts.rcnn": "block wrong() { return input -> flatten -> conv(3x3, 8) }\n",
  });
  expect(codesIn(editor, "parts.rcnn")).toEqual(["model/shape"]);
  expect(codesIn(editor)).toEqual(["model/shape"]);
});

test("a text is formatted as a whole, a broken one not at all", async () => {
  const { snapshot, type } = await edit("block   b( ) {\nreturn input->relu }");
  expect(edited(snapshot.text, formatting(snapshot))).toBe("block b() {\n  return input -> relu\n}\n");
  expect(formatting((await type("block b() {\n  return input -> relu\n}\n")).snapshot)).toEqual([]);
  expect(formatting((await type("block b( {")).snapshot)).toEqual([]);
});

test("the editor is told only of changes, and of a file until no open one speaks of it", () => {
  const sent: [string, number][] = [];
  const publisher = createPublisher((path, diagnostics) => sent.push([path, diagnostics.length]));
  const problem = {
    message: "wrong",
    range: { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } },
  };
  publisher.set(
    "a",
    new Map([
      ["a", []],
      ["library", [problem]],
    ]),
  );
  publisher.set(
    "b",
    new Map([
      ["b", []],
      ["library", [problem]],
    ]),
  );
  publisher.forget("a");
  publisher.set("b", new Map([["b", []]]));
  // That a file is right is told as well, or an editor could not know that it was looked at.
  expect(sent).toEqual([
    ["a", 0],
    ["library", 1],
    ["b", 0],
    ["library", 0],
  ]);
});

test("every point of an ablation is checked, and its layers have shapes", async () => {
  const text = (value: string) => `use "mask-rcnn-nuclei"
ablation trunks {
  base = mask_rcnn_nuclei
  case Narrow { regions { trunk = flatten -> dense(16) as fc } }
  case Wrong { detect { nms = ${value} } }
}
`;
  const right = await edit(text("0.4"));
  expect(codesIn(right)).toEqual([]);
  expect(right.snapshot.uses.map(({ path, model }) => `${model} ${path}`)).toContain(
    "Narrow regions.trunk.fc",
  );
  expect(codesIn(await right.type(text("4")))).toEqual(["check/wrong-value"]);
  expect(codesIn(await right.type(text("0.4").replace("base =", "bass =")))).toContain("sweep/unknown-entry");
});

test("the YAML form has problems and hovers at its own places", async () => {
  const text =
    "use: [mask-rcnn-nuclei]\nmodel:\n  mine:\n    extends: mask_rcnn_nuclei\n    detect: { nms: 4 }\n";
  const { workspace } = await edit("", { "mine.yaml": text });
  const snapshot = (await workspace.snapshot(pathOf("mine.yaml")))!;
  const [problem] = diagnosticsByFile(snapshot).get(pathOf("mine.yaml"))!;
  expect(snapshot.text.getText(problem!.range)).toBe("4");
  const position = snapshot.text.positionAt(text.indexOf("nms") + 1);
  expect(hover(snapshot, position, noCosts)?.contents).toMatchObject({
    value: expect.stringContaining("a number from 0 to 1"),
  });
});
