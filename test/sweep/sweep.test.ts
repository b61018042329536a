/** Sweeps: runs of all points, what is passed over and done again, a run that fails, and the table of them. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { render } from "../../src/diagnostics/render.ts";
import { type SweepOptions, sweep } from "../../src/sweep/sweep.ts";
import { statistics, sweepTable } from "../../src/sweep/table.ts";
import { tableText } from "../../src/sweep/table-text.ts";

const data = fileURLToPath(new URL("../data/nuclei", import.meta.url));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rcnn-sweep-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const text = `use "mask-rcnn-nuclei"

model tiny extends mask_rcnn_nuclei {
  input    { shortest = 32px  longest = 32px }
  backbone = smallResnet(4) -> fpn3(4)
  rpn      { propose { before = 20  after = 10 } }
  regions  { sample { count = 8 }  trunk = twoDense(8)  head mask: segment { layers = maskHead(1, 4) } }
  train    { batch = 1images }
  detect   { keep = 3 }
}

ablation pools {
  source = "a paper"
  base   = tiny
  seeds  = 2
  vary regions.pool {
    case "RoIPool" { value = roiPool(7x7)  published { box.AP = 20.5 } }
    case "RoIAlign" { value = roiAlign(7x7) }
  }
}
`;

async function swept(name: string, options: Partial<SweepOptions> = {}) {
  const log: string[] = [];
  const file = join(folder, `${name}.rcnn`);
  const result = await sweep({
    ...{ file, data, out: join(folder, "runs"), set: [], steps: 1, backend: "wasm" },
    log: (line) => log.push(line),
    ...options,
  });
  return { ...result, log, file };
}

const statesOf = ({ value }: Awaited<ReturnType<typeof swept>>) =>
  value!.ablations.flatMap(({ runs }) => runs.map(({ point, seed, state }) => `${point} ${seed} ${state}`));

test("every point runs once a seed, is passed over when finished, and is done again when not", async () => {
  writeFileSync(join(folder, "a.rcnn"), text);
  const order: string[] = [];
  const first = await swept("a", {
    onPlan: async (warnings) => order.push(...new Set(warnings.map(({ severity }) => severity))),
    onStep: ({ step }) => order.push(`step ${step}`),
  });
  expect(order).toEqual(["warning", ...Array(4).fill("step 1")]);
  expect(first.diagnostics).toEqual([]);
  expect(statesOf(first)).toEqual(["RoIPool 0 done", "RoIPool 1 done", "RoIAlign 0 done", "RoIAlign 1 done"]);
  const run = join(folder, "runs/pools/roialign/seed-1");
  expect(existsSync(join(run, "config.resolved.json"))).toBe(true);
  expect(JSON.parse(readFileSync(join(run, "evaluation.json"), "utf8"))).toMatchObject({ metric: "coco" });

  // Stopped between training and evaluation, and in the middle of training.
  rmSync(join(run, "evaluation.json"));
  rmSync(join(folder, "runs/pools/roipool/seed-0/checkpoints"), { recursive: true });
  const second = await swept("a");
  expect(statesOf(second)).toEqual([
    ...["RoIPool 0 done", "RoIPool 1 passed", "RoIAlign 0 passed", "RoIAlign 1 done"],
  ]);
  expect(existsSync(`${run}.earlier-1`)).toBe(false);
  expect(existsSync(join(folder, "runs/pools/roipool/seed-0.earlier-1"))).toBe(true);
});

test("the table has the mean of the seeds beside what is published, and knows runs that are not its own", async () => {
  const { value, diagnostics } = await sweepTable(join(folder, "a.rcnn"), join(folder, "runs"));
  expect(diagnostics).toEqual([]);
  const [table] = value!.ablations;
  expect(table).toMatchObject({ name: "pools", source: "a paper", seeds: [0, 1] });
  const [pool, align] = table!.points;
  expect(pool).toMatchObject({ name: "RoIPool", measuredSeeds: [0, 1] });
  expect(pool!.measures["box.AP"]).toMatchObject({
    mean: expect.any(Number),
    deviation: expect.any(Number),
    published: 20.5,
  });
  expect(align!.measures["mask.AP50"]).not.toHaveProperty("published");

  writeFileSync(join(folder, "b.rcnn"), text.replace("keep = 3", "keep = 2"));
  const other = await sweepTable(join(folder, "b.rcnn"), join(folder, "runs"));
  expect(other.value!.ablations[0]!.points.map(({ measuredSeeds }) => measuredSeeds)).toEqual([[], []]);
  expect(other.diagnostics.map(({ code }) => code)).toEqual(Array(4).fill("sweep/other-run"));
});

test("a run that cannot be read is not the point's, and is told", async () => {
  const file = join(folder, "runs/pools/roialign/seed-0/config.resolved.json");
  const whole = readFileSync(file, "utf8");
  writeFileSync(file, whole.slice(0, 100));
  const { value, diagnostics } = await sweepTable(join(folder, "a.rcnn"), join(folder, "runs"));
  writeFileSync(file, whole);
  expect(diagnostics.map(({ code }) => code)).toEqual(["sweep/other-run"]);
  expect(value!.ablations[0]!.points[1]!.measuredSeeds).toEqual([1]);
});

test("a broken evaluation.json is told and counts as not there", async () => {
  writeFileSync(join(folder, "runs/pools/roipool/seed-0/evaluation.json"), "{");
  const { value, diagnostics } = await sweepTable(join(folder, "a.rcnn"), join(folder, "runs"));
  expect(diagnostics.map(({ code }) => code)).toEqual(["sweep/bad-measurement"]);
  expect(value!.ablations[0]!.points[0]!.measuredSeeds).toEqual([1]);
});

test("a run whose loss is not finite ends alone, and is named", async () => {
  const cases = 'case "fast" { train.rate = 1e30 } case "slow" { train.rate = 1e-3 }';
  writeFileSync(
    join(folder, "c.rcnn"),
    `${text.split("ablation")[0]}\nablation rates { base = tiny ${cases} }\n`,
  );
  const { value, diagnostics } = await swept("c", { steps: 3, set: ["train.clip=none"] });
  expect(diagnostics.map(({ code }) => code)).toEqual(["train/non-finite-loss", "sweep/run-failed"]);
  expect(diagnostics[1]!.message).toContain("`fast`, seed 0");
  expect(value!.ablations[0]!.runs.map(({ point }) => point)).toEqual(["slow"]);
});

test("a point that reads proposals asks for them before anything runs", async () => {
  const cases = "case given { remove rpn proposals = file(count = 10) } case own {}";
  writeFileSync(
    join(folder, "f.rcnn"),
    `${text.split("ablation")[0]}\nablation regions { base = tiny ${cases} }\n`,
  );
  const { diagnostics, log } = await swept("f");
  expect(diagnostics.map(({ code }) => code)).toEqual(["train/proposals-wanted"]);
  expect(log).toEqual([]);
  const unused = await swept("a", { proposals: "boxes.json" });
  expect(unused.diagnostics.map(({ code }) => code)).toEqual(["train/proposals-unused"]);
});

test("a mistake in a later point is found before anything runs, at its place and with its name", async () => {
  writeFileSync(join(folder, "d.rcnn"), text.replace("roiAlign(7x7)", "roiAlign(7x7, samples = 2)"));
  const { value, diagnostics, log } = await swept("d", { out: join(folder, "none") });
  expect({ value, log }).toEqual({ value: undefined, log: [] });
  expect(existsSync(join(folder, "none"))).toBe(false);
  // Nobody would train so small a model, and warnings say so.
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  expect(errors.map(({ code }) => code)).toEqual(["check/unknown-key"]);
  const shown = render(errors[0]!).replaceAll(folder, "");
  expect(shown).toMatch(/d\.rcnn:18:\d+: error: .*samples/);
  expect(shown).toContain("in the point `RoIAlign`");
});

test("mean and sample standard deviation", () => {
  expect(statistics([])).toEqual({});
  expect(statistics([3])).toEqual({ mean: 3 });
  // Run-to-run spread of py-faster-rcnn's README.
  const { mean, deviation } = statistics([59.9, 60.4, 59.5, 60.1, 59.5]);
  expect(mean).toBeCloseTo(59.88, 10);
  expect(deviation).toBeCloseTo(0.39, 2);
});

const table = {
  ablations: [
    {
      name: "ops",
      source: "He et al. 2017, table 2c",
      seeds: [0, 1],
      points: [
        {
          name: "RoIPool, a|b",
          measuredSeeds: [0, 1],
          measures: { "mask.AP": { mean: 24.96, deviation: 0.351, published: 26.9 }, "box.AP": { mean: 30 } },
        },
        { name: "RoIAlign", measuredSeeds: [], measures: { "mask.AP": { published: 30.3 } } },
      ],
    },
    {
      name: "free",
      seeds: [0],
      points: [
        { name: "a", measuredSeeds: [0], measures: { "box.AP": { mean: 1 }, "box.AR1": { mean: 2 } } },
      ],
    },
  ],
};

test.each(["text", "markdown", "csv", "json"] as const)("the table as %s", async (format) => {
  await expect(`${tableText(table, format)}\n`).toMatchFileSnapshot(`table.${format}.golden.txt`);
});
