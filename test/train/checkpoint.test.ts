/** Checkpoints come back whole or not at all. */
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { HostTensors } from "../../src/runtime/session.ts";
import { hashOf, latestCheckpoint, loadCheckpoint, saveCheckpoint } from "../../src/train/checkpoint.ts";
import { appendMetrics, readMetrics } from "../../src/train/metrics.ts";
import { writeSafetensors } from "../../src/weights/safetensors.ts";

let run: string;
beforeEach(async () => {
  run = await mkdtemp(join(tmpdir(), "rcnn-run-"));
});
afterEach(() => rm(run, { recursive: true, force: true }));

const facts = (step: number) => ({
  step,
  seed: 7,
  configHash: hashOf("config"),
  losses: { total: 1 / step },
});
const state = (value: number): HostTensors => ({
  "backbone.conv.filter": { dtype: "f32", shape: [2, 1], data: new Float32Array([value, -value]) },
  step: { dtype: "i32", shape: [], data: new Int32Array([value]) },
});
const codes = ({ diagnostics }: { diagnostics: readonly { code: string }[] }) =>
  diagnostics.map((d) => d.code);

test("the checkpoint with the highest step is the latest, whatever order they were written in", async () => {
  for (const step of [200, 1_000_000, 999_999]) await saveCheckpoint(run, facts(step), state(step));
  const { value } = await loadCheckpoint(run);
  expect(value?.manifest).toMatchObject({ ...facts(1_000_000), file: "step-1000000.safetensors" });
  expect(value?.state).toEqual(state(1_000_000));
});

test("a file is `step-000200.safetensors` with a manifest beside it, and nothing else is left", async () => {
  await saveCheckpoint(run, facts(200), state(1));
  expect((await readdir(join(run, "checkpoints"))).sort()).toEqual([
    "step-000200.json",
    "step-000200.safetensors",
  ]);
});

test("tensors without a manifest are those of a stopped run and are passed over", async () => {
  await saveCheckpoint(run, facts(1), state(1));
  await saveCheckpoint(run, facts(2), state(2));
  await rm(join(run, "checkpoints", "step-000002.json"));
  expect((await loadCheckpoint(run)).value?.manifest.step).toBe(1);
});

test("a run without a checkpoint is named", async () => {
  const result = await latestCheckpoint(run);
  expect(codes(result)).toEqual(["checkpoint/not-a-run"]);
  expect(result.diagnostics[0]!.message).toContain(run);
});

test("missing or changed tensors are refused", async () => {
  await saveCheckpoint(run, facts(3), state(3));
  const file = join(run, "checkpoints", "step-000003.safetensors");
  const bytes = await readFile(file);
  bytes[bytes.length - 1]! ^= 1;
  await writeFile(file, bytes);
  expect(codes(await loadCheckpoint(run))).toEqual(["checkpoint/wrong-hash"]);
  await rename(file, `${file}.away`);
  expect(codes(await loadCheckpoint(run))).toEqual(["checkpoint/not-a-run"]);
});

test("state of bytes is refused, as no model has it", async () => {
  const manifest = await saveCheckpoint(run, facts(4), state(4));
  const bytes = writeSafetensors({ picture: { dtype: "u8", shape: [1], data: new Uint8Array(1) } });
  await writeFile(join(run, "checkpoints", manifest.file), bytes);
  expect(codes(await loadCheckpoint(run, { ...manifest, fileHash: hashOf(bytes) }))).toEqual([
    "checkpoint/tensor",
  ]);
});

test.each([
  ["not JSON", "{", "not JSON"],
  ["of another version", '{"version":2}', "version"],
  ["of a file outside the folder", undefined, "`file`"],
])("a manifest %s is refused", async (_, text, part) => {
  const manifest = await saveCheckpoint(run, facts(5), state(5));
  const content = text ?? JSON.stringify({ ...manifest, file: "../../secret.safetensors" });
  await writeFile(join(run, "checkpoints", "step-000005.json"), content);
  const result = await latestCheckpoint(run);
  expect(codes(result)).toEqual(["checkpoint/bad-manifest"]);
  expect(result.diagnostics[0]!.message).toContain(part);
});

test("metrics come back in order, without a last line that was cut off", async () => {
  const row = (step: number) => ({ step, losses: { mask: 0.5 }, total: 0.5, rate: 0.01, seconds: 0.2 });
  await appendMetrics(run, row(1));
  await appendMetrics(run, row(2));
  await writeFile(
    join(run, "metrics.jsonl"),
    `${await readFile(join(run, "metrics.jsonl"), "utf8")}{"step":3,`,
  );
  expect((await readMetrics(run)).value).toEqual([row(1), row(2)]);
});

test("a broken line of metrics is named by its number", async () => {
  await writeFile(join(run, "metrics.jsonl"), 'nonsense\n{"step":1,"losses":{}}\n');
  const result = await readMetrics(run);
  expect(codes(result)).toEqual(["checkpoint/bad-metrics"]);
  expect(result.diagnostics[0]!.message).toContain("Line 1");
});
