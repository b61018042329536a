/** Constants that models, points and commands set anew, and edits inside what constants hold. */
import { expect, test } from "vitest";
import { hasErrors, type Result } from "../../src/diagnostics/diagnostic.ts";
import { render } from "../../src/diagnostics/render.ts";
import { loadFile, resolveBundle } from "../../src/language.ts";
import { fileHost } from "../../src/load/file-host.ts";
import type { Model } from "../../src/model/model.ts";

type Files = Readonly<Record<string, string>>;

/** The model of the last of the files, which lie beside the configs. */
async function outcome(files: Files, set: readonly string[] = []): Promise<Result<Model>> {
  const given = new Map(Object.entries(files).map(([name, text]) => [`configs/${name}`, text]));
  const host = { read: async (path: string) => given.get(path) ?? fileHost.read(path) };
  const loaded = await loadFile([...given.keys()].at(-1)!, host);
  return hasErrors(loaded.diagnostics)
    ? { diagnostics: loaded.diagnostics }
    : resolveBundle(loaded.value!, { set });
}

async function modelOf(files: Files, set: readonly string[] = []): Promise<Model> {
  const { value, diagnostics } = await outcome(files, set);
  expect(diagnostics.map((each) => render(each))).toEqual([]);
  return value!;
}

const sized = `use "faster-rcnn-nuclei"
side = 7
twice = 2 * side
model sized extends faster_rcnn_nuclei { regions { pool = roiPool(size(side, twice)) } }`;

const poolOf = ({ regions }: Model): unknown => regions.pool.size;

test("what a base derives from a constant follows a model, a chain of models and a command that set it", async () => {
  const middle = 'use "sized"\nmodel middle extends sized { replace side = 6 }';
  const files = { "sized.rcnn": sized, "middle.rcnn": middle };
  expect(poolOf(await modelOf(files))).toEqual([6, 12]);
  const last = { ...files, "last.rcnn": 'use "middle"\nmodel last extends middle { replace side = 5 }' };
  expect(poolOf(await modelOf(last))).toEqual([5, 10]);
  expect(poolOf(await modelOf(last, ["side=3"]))).toEqual([3, 6]);
  expect(poolOf(await modelOf(last, ["replace twice = 4"]))).toEqual([5, 4]);
});

test("a model in YAML sets a constant by the same edit", async () => {
  const last = "use: [sized]\nmodel: { last: { extends: sized, replace: { side: 4 } } }\n";
  expect(poolOf(await modelOf({ "sized.rcnn": sized, "last.yaml": last }))).toEqual([4, 8]);
});

const listed = `use "faster-rcnn-nuclei"
shapes = [1:2, 1:1]
more   = [2:1, 3:1]
model listed extends faster_rcnn_nuclei { rpn { anchors { ratios = shapes } } }
model edited extends listed { append rpn.anchors.ratios = more  remove rpn.anchors.ratios[0] }`;

test("edits inside a list that a constant holds are made in what it holds in the end", async () => {
  const ratios = async (set: readonly string[]) =>
    (await modelOf({ "listed.rcnn": listed }, set)).rpn!.anchors.ratios[0];
  expect(await ratios([])).toEqual([1, 2, 3]);
  expect(await ratios(["shapes=[4:1, 5:1, 6:1]"])).toEqual([5, 6, 2, 3]);
  expect(await ratios(["more=[1:4]"])).toEqual([1, 0.25]);
});

test("a key of the model stays one where a constant has its name", async () => {
  const text = `use "faster-rcnn-nuclei"\nclasses = 5\nmodel m extends faster_rcnn_nuclei { classes = classes }`;
  expect((await modelOf({ "m.rcnn": text })).classes).toBe(5);
  expect((await modelOf({ "m.rcnn": text }, ["replace classes = 7"])).classes).toBe(7);
});

test.each([
  ["side { a = 3 }", "check/unknown-key"],
  ["remove side", "merge/nothing-there"],
  ["side = side + 1", "check/circular"],
  ["sied = 3", "check/unknown-key"],
  ["append side = 3", "merge/cannot-append"],
  ["", "syntax/unexpected"],
])("--set '%s' is refused where it stands", async (set, code) => {
  const { diagnostics } = await outcome({ "sized.rcnn": sized }, [set]);
  expect(diagnostics.map((each) => [each.code, each.span?.source.name])).toEqual([[code, "--set[0]"]]);
});

test("a level is appended to the sizes by level", async () => {
  const edits = "append rpn.anchors.sizes = 90px  replace rpn.anchors.sizes[0] = 10px";
  const text = `use "faster-rcnn-nuclei" model m extends faster_rcnn_nuclei { remove rpn.anchors.sizes
    rpn { anchors { sizes = perLevel(12px, 24px, 48px) } } }
model n extends m { ${edits} }`;
  expect((await modelOf({ "m.rcnn": text })).rpn!.anchors.sizes).toEqual([[10], [24], [48], [90]]);
});
