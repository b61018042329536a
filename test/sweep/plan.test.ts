/** Plans: which points an ablation has, what each changes, and that both notations say the same. */
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { bareModel } from "../../src/model/bare-model.ts";
import { folderNames } from "../../src/sweep/measurement.ts";
import { type PlanOptions, planFile } from "../../src/sweep/plan.ts";

const planOf = (text: string, options: PlanOptions = {}, name = "a.rcnn") =>
  planFile(name, {
    ...options,
    host: {
      read: (path) => (path === name ? Promise.resolve(text) : readFile(path, "utf8").catch(() => undefined)),
    },
  });

async function ablationOf(body: string, options: PlanOptions = {}, before = "") {
  const text = `use "mask-rcnn-nuclei"\n${before}\nablation a {\n  base = mask_rcnn_nuclei\n${body}\n}\n`;
  const { value, diagnostics } = await planOf(text, options);
  expect(diagnostics).toEqual([]);
  return value![0]!;
}

const namesOf = async (body: string) => (await ablationOf(body)).points.map(({ name }) => name);

test("the cases of a path are points with that value", async () => {
  const { points, seeds, source } = await ablationOf(`
    source = "a paper"
    seeds = 3
    vary regions.pool {
      case "RoIPool" { value = roiPool(7x7)  published { mask.AP = 26.9  box.AP50 = 40% } }
      case "finer" { value = roiAlign(7x7, sampling = 4) }
    }`);
  expect({ seeds, source }).toEqual({ seeds: [0, 1, 2], source: "a paper" });
  expect(points.map(({ name }) => name)).toEqual(["RoIPool", "finer"]);
  expect(points[0]!.model.regions.pool!.kind).toBe("roiPool");
  expect(points[1]!.model.regions.pool).toMatchObject({ kind: "roiAlign", sampling: 4 });
  expect(points[0]!.published).toMatchObject([
    { measure: "mask.AP", value: 26.9 },
    { measure: "box.AP50", value: 40 },
  ]);
});

test("values name their own cases, a list's unit is that of each", async () => {
  const { points } = await ablationOf("vary train.batch { values = [2, 4]images }");
  expect(points.map(({ name, model }) => [name, model.train.batch])).toEqual([
    ["batch = 2images", 2],
    ["batch = 4images", 4],
  ]);
});

test("a case changes whatever a model that extends the base could", async () => {
  const { points } = await ablationOf(`
    case "base" {}
    case "changed" {
      train { batch = 2images }
      detect.keep = 7
      remove regions.mask
      published { box.AP = 1 }
    }`);
  const [base, changed] = points.map(({ model }) => model);
  expect(base!.regions.heads.map(({ name }) => name)).toContain("mask");
  expect(changed!.regions.heads.map(({ name }) => name)).toEqual(["label", "box"]);
  expect([changed!.train.batch, changed!.detect.keep]).toEqual([2, 7]);
});

test("a case sets a constant of the file", async () => {
  const body = 'vary sides { case "small" { value = 8 } case "large" { value = 10 } }';
  const text = `use "mask-rcnn-nuclei"\nsides = 7\nmodel m extends mask_rcnn_nuclei { regions { pool = roiPool(sides) } }
ablation a { base = m ${body} }`;
  const { value, diagnostics } = await planOf(text);
  expect(diagnostics).toEqual([]);
  expect(value![0]!.points.map(({ model }) => model.regions.pool)).toMatchObject([
    { size: [8, 8] },
    { size: [10, 10] },
  ]);
});

const two = (word: string, more = "") => `${word} {
  vary train.batch { values = [1, 2]images }
  vary detect.keep { values = [10, 20] }
  ${more}
}`;

test("a grid takes each with each, the last part fastest", async () => {
  expect(await namesOf(two("grid"))).toEqual([
    "batch = 1images, keep = 10",
    "batch = 1images, keep = 20",
    "batch = 2images, keep = 10",
    "batch = 2images, keep = 20",
  ]);
});

test("a zip takes the first with the first, a union one after the other", async () => {
  expect(await namesOf(two("zip"))).toEqual(["batch = 1images, keep = 10", "batch = 2images, keep = 20"]);
  expect(await namesOf(two("union"))).toEqual([
    "batch = 1images",
    "batch = 2images",
    "keep = 10",
    "keep = 20",
  ]);
});

test("cases of one name in a zip make a point of that name", async () => {
  const axis = (path: string, a: string, b: string) =>
    `vary ${path} { case "few" { value = ${a} } case "many" { value = ${b} } }`;
  expect(
    await namesOf(`zip { ${axis("train.batch", "1images", "2images")} ${axis("detect.keep", "5", "9")} }`),
  ).toEqual(["few", "many"]);
});

test("exclude leaves out points by one case or by several together", async () => {
  expect(await namesOf(two("grid", 'exclude = [["batch = 1images", "keep = 20"]]'))).toHaveLength(3);
  expect(await namesOf(two("grid", 'exclude = ["batch = 1images"]'))).toEqual([
    "batch = 2images, keep = 10",
    "batch = 2images, keep = 20",
  ]);
});

test("exclude knows a value however it is written", async () => {
  const grid = `grid { vary rpn.propose.nms { values = [0.5, 0.7] } vary detect.keep { values = [10, 20] } ex }`;
  const left = (exclude: string) =>
    namesOf(grid.replace("ex }", `exclude = ["rpn.propose.nms = ${exclude}"] }`));
  expect(await left("50%")).toEqual(await left("0.50"));
  expect(await left("50%")).toHaveLength(2);
});

test("the folder of a point follows from its name, and no two points have one", () => {
  const names = ["keep = 1, few", "a/b", "a b", "é", "日本", "..", "con", "x".repeat(90), "RoIPool"];
  const folders = folderNames(names);
  expect(folders[0]).toBe("keep-1-few");
  expect(folders.at(-1)).toBe("roipool");
  expect(new Set(folders).size).toBe(names.length);
  for (const folder of folders) expect(folder).toMatch(/^[a-z0-9][a-z0-9.-]*$/);
  expect(folderNames([...names].reverse())).toEqual([...folders].reverse());
  expect(folders[6]).not.toBe("con");
});

test("exclude goes by values over paths too, wherever a case sets them", async () => {
  const grid = (exclude: string) => `grid {
    case few { train { batch = 1images }  detect.keep = 10 }
    case many { train.batch = 4images }
    vary regions.pool {
      case fine { value = roiAlign(7x7, sampling = 4) }
      case coarse { value = roiPool(7x7) }
    }
    exclude = [${exclude}]
  }`;
  expect(await namesOf(grid('["train.batch = 1images", "regions.pool = roiPool( 7x7 )"]'))).toEqual([
    "few, fine",
    "many, fine",
    "many, coarse",
  ]);
  expect(await namesOf(grid('["detect.keep = 10", "coarse"], "train.batch=4images"'))).toEqual(["few, fine"]);
  const strange = await planOf(
    `use "mask-rcnn-nuclei"\nablation a { base = mask_rcnn_nuclei ${grid('"detect.kep = 10", "train.batch = 3images"')} }`,
  );
  expect(strange.diagnostics.map(({ code }) => code)).toEqual([
    "sweep/unknown-case",
    "sweep/excludes-nothing",
  ]);
  expect(strange.diagnostics[0]!.message).toMatch(/Did you mean `detect\.keep = 10`/);
});

test("what is published may have a source of its own", async () => {
  const { points } = await ablationOf(`
    source = "one paper"
    vary detect.keep {
      case few { value = 9  published { mask.AP = 30 } }
      case many { value = 11  published { source = "another"  mask.AP = 31 } }
    }`);
  expect(points.map(({ published }) => published.map(({ value, source }) => [value, source]))).toEqual([
    [[30, undefined]],
    [[31, "another"]],
  ]);
});

test("combinations stand in combinations, and a grid's points are published by name", async () => {
  const { points } = await ablationOf(`
    published "on, keep = 9" { box.AP = 3 }
    grid {
      zip { case "on" { train.batch = 1images } vary detect.score { case "on" { value = 0.1 } } }
      vary detect.keep { values = [8, 9] }
    }`);
  expect(points.map(({ name, published }) => [name, published.map(({ value }) => value)])).toEqual([
    ["on, keep = 8", []],
    ["on, keep = 9", [3]],
  ]);
});

test("the YAML form plans the same points", async () => {
  const rcnn = `use "mask-rcnn-nuclei"
ablation a {
  base = mask_rcnn_nuclei
  source = "He et al. 2017, table 2c"
  seeds = [1, 5]
  grid {
    vary regions.pool { case "pool" { value = roiPool(7x7) } case "align" { value = roiAlign(7x7, aligned = true) } }
    case "half" { train { batch = 2images } }
    case "whole" { train.batch = 4images }
    exclude = [["pool", "train.batch = 2images"]]
  }
  published "align, whole" { source = "table 3"  mask.AP = 30.3 }
}`;
  const yaml = `
use: [mask-rcnn-nuclei]
ablation:
  a:
    base: mask_rcnn_nuclei
    source: He et al. 2017, table 2c
    seeds: [1, 5]
    grid:
      vary:
        regions.pool:
          case:
            pool: { value: roiPool(7x7) }
            align: { value: { roiAlign: { size: 7x7, aligned: true } } }
      case:
        half: { train: { batch: 2images } }
        whole: { train.batch: 4images }
      exclude: [[pool, train.batch = 2images]]
    published:
      align, whole: { source: table 3, mask.AP: 30.3 }
`;
  const [a, b] = await Promise.all([planOf(rcnn), planOf(yaml, {}, "a.yaml")]);
  expect([...a.diagnostics, ...b.diagnostics]).toEqual([]);
  const facts = ({ value }: typeof a) =>
    value!.map(({ name, base, source, seeds, metric, points }) => ({
      ...{ name: name.text, base: base.text, source, seeds, metric },
      points: points.map((point) => ({
        name: point.name,
        published: point.published.map(({ measure, value: of, source: from }) => [measure, of, from]),
        model: bareModel(point.model),
      })),
    }));
  expect(facts(b)).toEqual(facts(a));
  expect(a.value![0]!.points.map(({ name }) => name)).toEqual(["pool, whole", "align, half", "align, whole"]);
});

test("a mistake that several points have is said once, with their names", async () => {
  const { value, diagnostics } = await planOf(`use "mask-rcnn-nuclei"
ablation a {
  base = mask_rcnn_nuclei
  grid { vary detect.keep { values = [1, 2, 3, 4] } case "bad" { regions.pool = roiPol(7x7) } }
}`);
  expect(value).toBe(undefined);
  expect(diagnostics.map(({ code }) => code)).toEqual(["check/unknown-component"]);
  expect(diagnostics[0]!.related!.map(({ message }) => message)).toEqual([
    "in the points `keep = 1, bad`, `keep = 2, bad`, `keep = 3, bad`, 1 more",
  ]);
});
