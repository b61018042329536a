/** Whether a model can run on a back end is known before anything runs, at the line of the config that says no. */
import { expect, test } from "vitest";
import { buildProgram, emit } from "../../src/compile.ts";
import { defaultFunctions } from "../../src/components/buckets.ts";
import type { Model } from "../../src/model/model.ts";
import type { KernelPlan } from "../../src/targets/artifact.ts";
import { checkBackend, missingIn } from "../../src/train/check-backend.ts";
import { extended, lineOf } from "../model/model-of.ts";

const small = "  input { shortest = 64px  longest = 64px }\n  backbone = smallResnet(8) -> fpn3(8)";

async function modelWith(body: string): Promise<Model> {
  return (await extended(`${body}\n`)).model!;
}

test.each(["wasm", "cpu"] as const)("a small detector trains and predicts on %s", async (backend) => {
  const model = await modelWith(small);
  const training = await checkBackend(model, backend, "train");
  const predicting = await checkBackend(model, backend, "predict");
  expect([...training.diagnostics, ...predicting.diagnostics]).toEqual([]);
  expect(training.value!.map((need) => need.function)).toEqual(["train_step"]);
  expect(training.value![0]!.bytes).toBeGreaterThan(predicting.value![0]!.bytes);
});

test("a kernel that is not there is told at the line of the config that needs it", async () => {
  const model = await modelWith(`${small}\n  regions { pool = roiWarp(7x7) }`);
  const program = buildProgram(model, { train: defaultFunctions(model, 2).train }).value!;
  const plan = emit(program, "kernel-plan") as KernelPlan;
  const has = (kernel: string) => !/warp|FusedConv2D/i.test(kernel);
  const found = missingIn(program, plan, { backend: "wasm", mode: "train", has });
  const pooling = found.find(({ message }) => message.includes("`regions.pool`"))!;
  expect(pooling.code).toBe("compile/no-kernel");
  expect(pooling.message).toMatch(
    /`wasm` has no kernel `\S+`, which `regions.pool` \(op `\w+`\) needs to train/,
  );
  expect(lineOf(pooling)).toBe(6);
  expect(found.find(({ message }) => message.includes("FusedConv2D"))!.span).toBeDefined();
});

test("a batch beyond the heap of wasm is told at the batch, and only where it trains", async () => {
  const body = "  input { shortest = 1024px  longest = 1024px }\n  train { batch = 64images }";
  const model = await modelWith(body);
  const { value, diagnostics } = await checkBackend(model, "wasm", "train");
  expect(value).toBeUndefined();
  expect(diagnostics.map(({ code }) => code)).toEqual(["runtime/too-large"]);
  expect(diagnostics[0]!.message).toMatch(/`train_step` needs about \d+\.\d GiB of memory.*at most 3\.2 GiB/);
  expect(lineOf(diagnostics[0]!)).toBe(5);
});
