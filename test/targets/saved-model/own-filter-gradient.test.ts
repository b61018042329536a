/** Gradients of filters by our own kernel: the same numbers as the definition, on maps with rows and columns left over too. */
import { expect, test } from "vitest";
import { createBuilder } from "../../../src/ops/builder.ts";
import { interpret } from "../../../src/ops/interpret.ts";
import { hasKernels, nativeDirectory } from "../../../src/runtime/native/locate.ts";
import { openNative } from "../../../src/runtime/native/session.ts";
import type { HostTensors } from "../../../src/runtime/session.ts";
import { emitSavedModel } from "../../../src/targets/saved-model/emit.ts";
import { decodeSavedModel } from "../../../src/targets/saved-model/schema.ts";

interface How {
  readonly images: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly filters: number;
  readonly stride?: number;
}

function gradientOf({ images, height, width, channels, filters, stride = 1 }: How) {
  const b = createBuilder("train_step");
  const x = b.input("x", { dtype: "f32", shape: [images, height, width, channels] }, "images");
  const across = (size: number) => Math.floor((size - 1) / stride) + 1;
  const shape = [images, across(height), across(width), filters];
  const gradient = b.input("gradient", { dtype: "f32", shape }, "of the output");
  const pair = [1, 1];
  const window = { strides: [stride, stride], padding: [pair, pair], dilations: pair };
  const filterShape = [3, 3, channels, filters];
  b.output("filter", b.conv2dFilterGrad(x, gradient, { ...window, filterShape }), "its gradient");
  return b.build();
}

const emitted = (how: How) =>
  emitSavedModel({ name: "test", functions: { train_step: gradientOf(how) } }, { ownKernels: true });

const small = { images: 1, height: 4, width: 5, channels: 16, filters: 64 };

test("other channels and strides stay with TensorFlow's ops", () => {
  const opsOf = (how: How) =>
    decodeSavedModel(emitted(how).files.get("saved_model.pb")!).nodes.map(({ op }) => op);
  expect(opsOf(small)).toContain("RcnnFilterGradient3x3");
  expect(opsOf({ ...small, channels: 24 })).not.toContain("RcnnFilterGradient3x3");
  expect(opsOf({ ...small, filters: 32 })).not.toContain("RcnnFilterGradient3x3");
  expect(opsOf({ ...small, stride: 2 })).not.toContain("RcnnFilterGradient3x3");
});

const installed = await hasKernels(nativeDirectory());
if (!installed) console.warn("skipped: our kernels are not compiled; `rcnn native install` does it");

test
  .skipIf(!installed)
  .each<How>([
    small,
    { images: 1, height: 1, width: 1, channels: 16, filters: 64 },
    { images: 3, height: 9, width: 14, channels: 32, filters: 128 },
    { images: 2, height: 30, width: 33, channels: 48, filters: 64 },
  ])("the kernel gives the reference: %o", async (how) => {
  const graph = gradientOf(how);
  const feeds: HostTensors = Object.fromEntries(
    graph.inputs.map(({ name, value: { type } }, input) => {
      const size = type.shape.reduce((product, side) => product * side, 1);
      const data = Float32Array.from({ length: size }, (_, i) => Math.sin((1.7 + input) * i));
      return [name, { dtype: "f32", shape: type.shape, data }];
    }),
  );
  const session = await openNative(emitted(how), { device: "cpu" });
  try {
    const plain = Object.fromEntries(Object.entries(feeds).map(([name, { data }]) => [name, data]));
    const expected = interpret(graph, plain, { precision: "f64" }).outputs.filter!.data;
    const largest = Math.max(...Array.from(expected, Math.abs));
    // Twice: what a thread summed before must not be there again.
    for (let run = 0; run < 2; run++) {
      const found = (await session.run("train_step", feeds)).filter!.data;
      for (let i = 0; i < expected.length; i++)
        expect(Math.abs(found[i]! - expected[i]!) / largest, `number ${i}`).toBeLessThan(1e-5);
    }
  } finally {
    await session.close();
  }
});
