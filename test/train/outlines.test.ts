/** A model that learns masks is refused for data without outlines, before anything is written. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sweep } from "../../src/sweep/sweep.ts";
import { train } from "../../src/train/train.ts";

const data = "test/data/nuclei";
let folder: string;
let annotations: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rcnn-outlines-"));
  annotations = join(folder, "instances.json");
  const known = JSON.parse(readFileSync(`${data}/train/instances.json`, "utf8"));
  const boxes = known.annotations.map(({ segmentation: _, ...box }: { segmentation: unknown }) => box);
  writeFileSync(annotations, JSON.stringify({ ...known, annotations: boxes }));
});
afterEach(() => rmSync(folder, { recursive: true }));

const codes = ({ diagnostics }: { diagnostics: readonly { code: string }[] }) =>
  diagnostics.map(({ code }) => code);

test("train and sweep name the outlines that are missing", async () => {
  const out = join(folder, "run");
  const options = { data, annotations, out, set: [], steps: 1, seed: 0, backend: "wasm" } as const;
  const trained = await train({ ...options, config: "configs/mask-rcnn-nuclei.rcnn" });
  expect(codes(trained)).toEqual(["data/missing-segmentation"]);
  const swept = await sweep({ ...options, file: "configs/ablations/mask-losses-nuclei.rcnn" });
  expect(codes(swept)).toEqual(["data/missing-segmentation"]);
  expect(existsSync(out)).toBe(false);
});
