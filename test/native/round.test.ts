/** A short native round: five steps and the same again on wasm. Runs where `RCNN_NATIVE` is set (`npm run test:native`). */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readMetrics } from "../../src/train/metrics.ts";
import { type InstalledPackage, installPackage } from "../commands/installed-package.ts";

const wanted = process.env.RCNN_NATIVE !== undefined;

let installed: InstalledPackage;
let folder: string;
beforeAll(() => {
  if (!wanted) return;
  installed = installPackage();
  folder = mkdtempSync(join(tmpdir(), "rcnn-native-"));
});
afterAll(() => {
  if (!wanted) return;
  installed.remove();
  rmSync(folder, { recursive: true, force: true });
});

async function trainFive(backend: string) {
  const run = join(folder, backend);
  const parameters = [
    "--data",
    "test/data/nuclei",
    "--out",
    run,
    "--steps",
    "5",
    "--seed",
    "1",
    "--backend",
    backend,
  ];
  const { code, stdout, stderr } = await installed.run(
    "train",
    "configs/mask-rcnn-nuclei.rcnn",
    ...parameters,
    "--json",
  );
  expect(code, stderr).toBe(0);
  const { value: rows = [] } = await readMetrics(run);
  return { summary: JSON.parse(stdout), rows };
}

/** From the second step on a region that falls on a threshold may be sampled on one back end and not on the other. */
const tolerance = 1e-3;

test.runIf(wanted)(
  "the first of five native steps gives the losses of wasm",
  { timeout: 600_000 },
  async () => {
    const native = await trainFive("native");
    const wasm = await trainFive("wasm");
    expect([native.summary.backend, wasm.summary.backend]).toEqual(["native", "wasm"]);
    expect([native.rows.length, wasm.rows.length]).toEqual([5, 5]);
    for (const [name, value] of Object.entries(wasm.rows[0]!.losses)) {
      expect(Math.abs(native.rows[0]!.losses[name]! - value), name).toBeLessThanOrEqual(
        tolerance * Math.abs(value),
      );
    }
    const totals = (rows: readonly { total: number }[]) =>
      rows.map(({ total }) => total.toFixed(5)).join(" ");
    console.log(`losses\n  native ${totals(native.rows)}\n  wasm   ${totals(wasm.rows)}`);
  },
);

test.runIf(wanted)("doctor says that native runs", async () => {
  const { backends } = JSON.parse((await installed.run("doctor", "--json")).stdout);
  expect(backends).toContainEqual(expect.objectContaining({ backend: "native", runs: true }));
});
