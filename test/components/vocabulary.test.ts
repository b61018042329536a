/** A detector made of every layer resolves, lowers and differentiates. */
import { expect, test } from "vitest";
import { differentiate } from "../../src/autodiff/differentiate.ts";
import { buildProgram } from "../../src/compile.ts";
import { lowerPrediction, lowerTraining } from "../../src/components/lower.ts";
import { openKernelPlan } from "../../src/runtime/kernel-plan/session.ts";
import { openNative } from "../../src/runtime/native/session.ts";
import { openReference } from "../../src/runtime/reference/session.ts";
import type { HostTensors, Session } from "../../src/runtime/session.ts";
import type { FunctionSpec } from "../../src/targets/artifact.ts";
import { emitKernelPlan } from "../../src/targets/kernel-plan/emit.ts";
import { emitReference } from "../../src/targets/reference/emit.ts";
import { emitSavedModel } from "../../src/targets/saved-model/emit.ts";
import { initialState } from "../../src/train/initial-state.ts";
import { extended } from "../model/model-of.ts";
import { nativeInstalled } from "../runtime/native/installed.ts";
import { relativeDifference } from "../runtime/sample-run.ts";

const declarations = `
block squeeze(width: integer) {
  narrow = input -> conv(1x1, width) as narrow -> groupNorm(4) -> swish
  left   = narrow -> conv(1x1, width) as left
  right  = narrow -> conv(3x3, width, groups = width / 4, paddingMode = reflect) as right
  deep   = narrow -> conv(3x3, width, groups = width, padding = same) as deep
  wide   = [left -> leakyRelu, right -> leakyRelu(0.2), deep] -> concat -> conv(1x1, input.channels) as wide
  factor = wide -> globalPool(keepSides = true) -> conv(1x1, input.channels) as factor -> hardSigmoid
  return [wide -> hardSwish, factor] -> multiply
}
network odd -> { c2, c3, c4 } {
  stem = input -> conv(3x3, 8, stride = 2, padding = same) -> groupNorm(2) -> swish
  c2 = stem -> localResponseNorm(3) -> avgPool(3x3, stride = 2) -> conv(1x1, 16) -> batchNorm -> relu -> squeeze(8)
  small = c2 -> resize(size = 3x3) -> localResponseNorm(3, over = cells) -> conv(1x1, 16)
  wide = [small, c2] -> resizeLike
  c3 = [c2 + wide, c2] -> multiply -> conv(3x3, 16, stride = 2, groups = 16) -> maxPool(2x2, stride = 1, padding = same)
  c4 = c3 -> conv(3x3, 16, stride = 2) -> deconv(4x4, 16, stride = 2, groups = 16, initializer = bilinear, bias = false) -> avgPool(2x2, stride = 2) -> dropout(10%)
}
`;
const body = `
  backbone = odd -> fpn3(16)
  regions {
    pool  = roiAlign(4x4, sampling = 2)
    trunk = dropout(0.2) -> resize(size = 7x7, alignCorners = true) -> globalPool -> dense(16) as fc6 -> relu -> dropout(50%)
  }
`;

test("every dropout has noise of its own in training, none afterwards", async () => {
  const { model, diagnostics } = await extended(body, declarations);
  expect(diagnostics.map(({ message }) => message)).toEqual([]);
  const bucket = { batch: 2, height: 64, width: 64, objects: 3, pixels: 0 };
  const forward = lowerTraining(model!, bucket);
  const shapes = forward.inputs.filter(({ name }) => name.endsWith("Noise"));
  expect(Object.fromEntries(shapes.map(({ name, value }) => [name, value.type.shape]))).toMatchObject({
    "backbone.c4.dropoutNoise": [2, 4, 4, 16],
    "regions.trunk.dropoutNoise": [128, 4, 4, 16],
    "regions.trunk.dropout.2Noise": [128, 16],
  });
  expect(differentiate(forward, { loss: "loss" }).diagnostics).toEqual([]);
  expect(lowerPrediction(model!, bucket).inputs.map(({ name }) => name)).toEqual(["images", "imageSizes"]);
});

/** Feeds of a training step: noise from a sine, two objects an image, and a rate. */
function feedsOf({ inputs }: FunctionSpec): HostTensors {
  const arrays = { f32: Float32Array, i32: Int32Array, bool: Uint8Array } as const;
  const boxes = [8, 10, 40, 44, 20, 4, 60, 30, 0, 0, 0, 0];
  const number = (name: string, index: number): number => {
    if (name === "truthBoxes") return boxes[index % 12]!;
    if (name === "truthLabels") return Number(index % 3 < 2);
    if (name === "imageSizes") return 64;
    const noise = Math.abs(Math.sin((index + 1) * 12.9898) * 43758.5453) % 1;
    return name === "images" ? Math.floor(256 * noise) : name.endsWith("Noise") ? noise : 0.01;
  };
  return Object.fromEntries(
    inputs.map(({ name, dtype, shape }) => {
      const size = shape.reduce((product, side) => product * side, 1);
      return [
        name,
        { dtype, shape, data: arrays[dtype].from(Array.from({ length: size }, (_, i) => number(name, i))) },
      ];
    }),
  ) as HostTensors;
}

async function stepsOf(session: Session, count: number): Promise<number[]> {
  const { state, functions } = session.signatures;
  await session.write(initialState(state, 1));
  const losses: number[] = [];
  for (let step = 0; step < count; step++) {
    const { loss } = await session.run("step", feedsOf(functions.step!));
    losses.push(loss!.data[0]!);
  }
  return losses;
}

test("it trains and predicts, with the reference's loss on every back end", async () => {
  const { model } = await extended(body, declarations);
  const bucket = { batch: 2, height: 64, width: 64, objects: 3, pixels: 0 };
  const functions = { train: { step: bucket }, predict: { predict: bucket } };
  const program = buildProgram(model!, functions).value!;
  const truth = await stepsOf(openReference(emitReference(program)), 1);
  const sessions = [await openKernelPlan(emitKernelPlan(program), { backend: "wasm" })];
  if (await nativeInstalled()) sessions.push(await openNative(emitSavedModel(program), { device: "cpu" }));
  const scores: number[][] = [];
  for (const session of sessions) {
    const losses = await stepsOf(session, 3);
    expect(relativeDifference(losses.slice(0, 1), truth)).toBeLessThan(1e-4);
    expect(losses[2]).toBeLessThan(losses[0]!);
    const found = await session.run("predict", feedsOf(session.signatures.functions.predict!));
    scores.push([...found.scores!.data.slice(0, 10)]);
    await session.close();
  }
  for (const each of scores) expect(relativeDifference(each, scores[0]!)).toBeLessThan(1e-3);
});
