/** Where values come from: each text that had a say, in order, or the default or rule behind them. */
import { expect, test } from "vitest";
import { readConfig } from "../../src/answers/config.ts";
import { explainPath } from "../../src/answers/explain-path.ts";
import { explanationText } from "../../src/answers/explanation-text.ts";
import { resolvedText } from "../../src/answers/resolved-text.ts";
import { commands } from "../../src/commands/index.ts";
import { type Declaration, type Entry, type Expression, pathText } from "../../src/syntax/ast.ts";
import { parse } from "../../src/syntax/parse.ts";

const explain = async (path: string, set: readonly string[] = [], config = "mask-rcnn-nuclei") => {
  const { value, diagnostics } = await readConfig(`configs/${config}.rcnn`, { set });
  expect(diagnostics).toEqual([]);
  return explainPath(value!, path);
};

const textOf = async (path: string, set: readonly string[] = []): Promise<string> =>
  explanationText((await explain(path, set)).value!);

test("a value shows each text that set it, the base first, and what its text names", async () => {
  expect(await textOf("rpn.sample.count", ["rpn.sample.count=2 * regions.sample.count"])).toBe(
    `rpn.sample.count = 128
  names    configs/faster-rcnn-nuclei.rcnn:23  regions.sample.count = 64
  set      configs/faster-rcnn-nuclei.rcnn:15  count = 256
  changed  --set[0]:1                          rpn.sample.count=2 * regions.sample.count`,
  );
  expect(await textOf("regions.pool")).toBe(
    `regions.pool = roiAlign(size = 7x7, sampling = 2, aligned = false, reduce = average, context = 0x0)
  set      configs/faster-rcnn-nuclei.rcnn:21  pool = roiPool(7x7)
  changed  configs/mask-rcnn-nuclei.rcnn:6     pool = roiAlign(7x7, sampling = 2, aligned = false)`,
  );
});

test.each([
  ["rpn.propose.minimumSize", [], "0.001", "default", /pixels/],
  ["rpn.propose.minimumSize", ["profile=detectron2"], "0", "default", /profile `detectron2`/],
  ["train.optimizer.nesterov", [], "false", "default", /`sgd`/],
  ["classes", ["classes=3"], "3", "changed", /classes=3/],
  ["train.steps", [], "200", "derived", /images/],
  ["rpn.anchors.perCell", [], "3", "derived", /ratios/],
  ["regions.box.outputs", ["classes=4"], "20", "derived", /classes/],
  ["regions.mask.layers", [], "maskHead(2, 64)", "set", /maskHead/],
  ["backbone.c2.first.conv1", [], "conv [H/4, W/4, 32]", "built", /conv\(3x3/],
  ["backbone.c2.first.conv1.dilation", [], "[1,1]", "default", /`conv`/],
] as const)("%s with %j is %s", async (path, set, value, how, text) => {
  const explanation = (await explain(path, set)).value!;
  expect(explanation.value).toBe(value);
  const last = explanation.steps.at(-1)!;
  expect(last.how).toBe(how);
  expect(last.text).toMatch(text);
});

test("a layer shows the changes that were made in it", async () => {
  const { value } = await explain("backbone.c2.first.conv1.kernel", ["backbone.c2.first.conv1.kernel=5x5"]);
  expect(value!.value).toBe("[5,5]");
  expect(value!.steps[0]).toMatchObject({ how: "changed", place: "--set[0]:1" });
});

test("a block shows its keys, and a path to nothing the nearest that there is", async () => {
  expect((await explain("regions.mask")).value!.steps.map(({ text }) => text)).toContain(
    "layers = maskHead(2, 64)",
  );
  const { diagnostics } = await explain("rpn.smaple");
  expect(diagnostics.map(({ code, message }) => [code, message])).toEqual([
    ["command/unknown-path", "The model has nothing at `rpn.smaple`. Did you mean `rpn.sample`?"],
  ]);
});

test("an element of a list, an argument of a module, a parameter, a result and a group of layers have explanations", async () => {
  expect(await textOf("rpn.anchors.ratios[1]")).toMatch(/^rpn\.anchors\.ratios\[1\] = 1\n.*ratios = /);
  expect(await textOf("regions.trunk.width")).toMatch(/^regions\.trunk\.width = 256\n.*twoDense\(256\)/);
  expect(await textOf("regions.head.box.outputs")).toMatch(/^regions\.head\.box\.outputs = 8\n +derived/);
  expect(await textOf("backbone.p2")).toMatch(/^backbone\.p2 = 1 layer, \[H\/4, W\/4, 64\]\n.*smooth = conv/);
  const filter = await textOf("backbone.c2.first.conv1.filter", ["backbone.c2.first.conv1.kernel=5x5"]);
  expect(filter).toMatch(/^backbone\.c2\.first\.conv1\.filter = \[5,5,16,32\]\n +changed +--set\[0\]:1/);
  expect(filter).toMatch(/weight of `conv`; it begins as /);
});

test.each([
  ["rpn.propose.minimumSiz", "rpn.propose.minimumSize"],
  ["backbone.c2.first.conv1.dilations", "backbone.c2.first.conv1.dilation"],
  ["regions.mask.layer", "regions.mask.layers"],
])("%s is near to %s, which no text sets", async (wrong, right) => {
  const { diagnostics } = await explain(wrong);
  expect(diagnostics.map(({ message }) => message)).toEqual([
    `The model has nothing at \`${wrong}\`. Did you mean \`${right}\`?`,
  ]);
});

/** The paths of all keys of a text, of what they hold in calls, records and lists, and of blocks. */
function pathsIn(entry: Declaration | Entry, around: string): readonly string[] {
  const at = (name: string): string => (around === "" ? name : `${around}.${name}`);
  if (entry.kind === "setting") return pathsOf(entry.value, at(pathText(entry.path)));
  if (entry.kind !== "block") return [];
  const own = entry.keyword.text === "model" ? "" : at((entry.label ?? entry.keyword).text);
  return [...(own === "" ? [] : [own]), ...entry.entries.flatMap((each) => pathsIn(each, own))];
}

function pathsOf(value: Expression, path: string): readonly string[] {
  const inner =
    value.kind === "call"
      ? value.arguments.flatMap(({ name, value: each }) =>
          name ? pathsOf(each, `${path}.${name.text}`) : [],
        )
      : value.kind === "record"
        ? value.entries.flatMap((each) => pathsOf(each.value, `${path}.${each.key.text}`))
        : value.kind === "list"
          ? value.items.flatMap((each, index) => pathsOf(each, `${path}[${index}]`))
          : [];
  return [path, ...inner];
}

test.each([
  ["faster-rcnn-nuclei", []],
  ["fast-rcnn-vgg16-svm", []],
  ["mask-rcnn-resnet50-c4", ["profile=detectron2", "train.batch=4", "rpn.anchors.ratios=[1:1, 1:3]"]],
] as const)(
  "every path of the resolved text of %s with %j is explained by a place or a rule",
  async (name, set) => {
    const { value } = await readConfig(`configs/${name}.rcnn`, { set });
    const { value: document } = parse({ name: "resolved.rcnn", text: resolvedText(value!) });
    const paths = document!.declarations
      .filter(({ kind }) => kind === "block")
      .flatMap((each) => pathsIn(each, ""));
    expect(paths.length).toBeGreaterThan(80);
    for (const path of paths) {
      const { value: explanation, diagnostics } = explainPath(value!, path);
      expect(diagnostics, path).toEqual([]);
      expect(explanation!.steps.length, path).toBeGreaterThan(0);
      const last = explanation!.steps.at(-1)!;
      if (last.place === undefined) expect(["default", "derived"], path).toContain(last.how);
    }
  },
);

test("every place of the shipped models is explained", async () => {
  const { value } = await readConfig("configs/mask-rcnn-resnet50-c4.rcnn", {});
  for (const path of Object.keys(value!.model.places)) {
    const explained = explainPath(value!, path);
    expect(explained.value?.steps.length, path).toBeGreaterThan(0);
  }
  expect(Object.keys(commands)).toContain("explain");
});
