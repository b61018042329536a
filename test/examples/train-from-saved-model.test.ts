/** The example that needs no `rcnn`: it learns from the folder that `rcnn compile` writes. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { compileFile } from "../../src/compile.ts";
import { locateNative } from "../../src/runtime/native/locate.ts";
import { writeArtifact } from "../../src/train/write-artifact.ts";

const root = join(import.meta.dirname, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "rcnn-example-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const packageDirectory = await locateNative();
if (!packageDirectory) console.warn("The example is left out: run `rcnn native install`.");

test.skipIf(!packageDirectory)(
  "the loss falls on real images, and predict answers",
  { timeout: 120_000 },
  async () => {
    const config = join(root, "configs", "faster-rcnn-nuclei.rcnn");
    const { value: artifact, diagnostics } = await compileFile(config, { target: "saved-model" });
    expect(diagnostics).toEqual([]);
    await writeArtifact(artifact!, folder, 0);
    const script = join(root, "examples", "train-from-saved-model.mjs");
    const printed = execFileSync(
      process.execPath,
      [script, folder, join(root, "test/data/nuclei/train"), "25"],
      {
        env: { ...process.env, RCNN_TFJS_NODE: packageDirectory, TF_CPP_MIN_LOG_LEVEL: "2" },
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      },
    );
    const lines = printed
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.map((line) => Object.keys(line)[0])).toEqual([
      ...new Array(25).fill("train_step"),
      "predict",
    ]);
    expect(lines[24].train_step.loss).toBeLessThan(0.6 * lines[0].train_step.loss);
    expect(lines[25].predict.boxes).toEqual([4, 50, 4]);
  },
);
