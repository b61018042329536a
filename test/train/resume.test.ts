/** A training that was stopped and goes on is, to the bit, one that was not stopped; what is another run is refused. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { TrainOptions } from "../../src/train/api.ts";
import { runFiles } from "../../src/train/checkpoint.ts";
import { train } from "../../src/train/train.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rcnn-resume-"));
  writeFileSync(join(folder, "tiny.rcnn"), text);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const text = `use "mask-rcnn-nuclei"

model tiny extends mask_rcnn_nuclei {
  input    { shortest = 32px  longest = 32px }
  backbone = smallResnet(4) -> fpn3(4)
  rpn      { propose { before = 20  after = 10 } }
  regions  { sample { count = 8 }  trunk = twoDense(8)  head mask: segment { layers = maskHead(1, 4) } }
  train    { batch = 2images  steps = 7iterations  rate = 0.01  schedule = steps(at = [5iterations], factor = 0.1, warmup = 3iterations) }
  detect   { keep = 3 }
}
`;

const run = (name: string, options: Partial<TrainOptions> = {}) => {
  const log: string[] = [];
  const out = join(folder, name);
  const given: TrainOptions = {
    ...{
      config: join(folder, "tiny.rcnn"),
      data: "test/data/nuclei",
      out,
      seed: 5,
      set: [],
      backend: "wasm",
    },
    log: (line) => log.push(line),
    ...options,
  };
  return train(given).then((result) => ({ ...result, log, out }));
};

/** As a process that is killed while step `at` is told. */
const stopped = async (name: string, at: number, options: Partial<TrainOptions> = {}): Promise<void> => {
  const onStep: TrainOptions["onStep"] = ({ step }) => {
    if (step === at) throw new Error("killed");
  };
  await expect(run(name, { checkpointEvery: 2, ...options, onStep })).rejects.toThrow("killed");
};

const losses = (out: string): unknown =>
  readFileSync(join(out, runFiles.metrics), "utf8")
    .trim()
    .split("\n")
    .map((line) => ({ ...JSON.parse(line), seconds: undefined }));

const checkpoints = (out: string): readonly string[] => readdirSync(join(out, runFiles.checkpoints)).sort();
const last = (out: string): Buffer => readFileSync(join(out, runFiles.checkpoints, checkpoints(out).at(-1)!));

test("losses and weights are those of a run without a stop", async () => {
  const whole = await run("whole");
  await stopped("stopped", 5);
  const out = join(folder, "stopped");
  expect(checkpoints(out)).toEqual(["step-000004.json", "step-000004.safetensors"]);
  const { value, log } = await run("stopped", { resume: true });
  expect(value).toMatchObject({ steps: 3, losses: whole.value!.losses });
  expect(log).toContain(`The run in ${out} goes on from step 4 of 7.`);
  expect(losses(out)).toEqual(losses(whole.out));
  expect(last(out).equals(last(whole.out))).toBe(true);
  expect(checkpoints(out)).toEqual(["step-000007.json", "step-000007.safetensors"]);
});

test("a finished run takes no more steps, and one without a checkpoint begins anew", async () => {
  const done = await run("whole", { resume: true });
  expect(done.value).toMatchObject({ steps: 0, losses: { total: expect.any(Number) } });
  await stopped("early", 1);
  const again = await run("early", { resume: true });
  expect(again.value!.steps).toBe(7);
  expect(losses(again.out)).toEqual(losses(join(folder, "whole")));
});

test.each([
  ["another rate", { set: ["train.rate=0.02"] }, "`train.rate` is 0.01 there and 0.02 here"],
  ["another seed", { seed: 6 }, "the seed is 5 there and 6 here"],
  ["another length", { steps: 9 }, "`train.steps` is 7 there and 9 here"],
])("%s is told with both values", async (_, options, message) => {
  const { diagnostics } = await run("whole", { resume: true, ...options });
  expect(diagnostics.map(({ code }) => code)).toEqual(["train/other-run"]);
  expect(diagnostics[0]!.message).toContain(message);
});

test("a broken line of the metrics is told, and nothing is lost", async () => {
  const file = join(folder, "whole", runFiles.metrics);
  const rows = readFileSync(file, "utf8");
  writeFileSync(file, `{\n${rows}`);
  const { diagnostics } = await run("whole", { resume: true });
  expect(diagnostics.map(({ code }) => code)).toEqual(["checkpoint/bad-metrics"]);
  expect(readFileSync(file, "utf8")).toBe(`{\n${rows}`);
  writeFileSync(file, rows);
});

test("other data and a changed vocabulary are told", async () => {
  const file = join(folder, "whole", runFiles.resolved);
  const config = readFileSync(file, "utf8");
  const manifest = join(folder, "whole", runFiles.checkpoints, "step-000007.json");
  const facts = readFileSync(manifest, "utf8");
  const { hashOf } = await import("../../src/train/checkpoint.ts");
  const told = async (from: RegExp, to: string) => {
    const changed = config.replace(from, to);
    writeFileSync(file, changed);
    writeFileSync(manifest, facts.replace(/"configHash": "[^"]*"/, `"configHash": "${hashOf(changed)}"`));
    return (await run("whole", { resume: true })).diagnostics.map(
      ({ code, message }) => `${code} ${message}`,
    );
  };
  expect((await told(/"dataHash": "sha256:..../, '"dataHash": "sha256:0000'))[0]).toContain(
    "the data set is",
  );
  const other = (await told(/"layer.conv": "[0-9a-f]+"/, '"layer.conv": "0"'))[0];
  expect(other).toMatch(/^checkpoint\/other-vocabulary .*`layer\.conv` took other parameters/);
});
