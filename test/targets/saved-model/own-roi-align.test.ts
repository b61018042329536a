/** RoIAlign by our own kernel: the same numbers as the definition, at borders and for regions of no level too. */
import { expect, test } from "vitest";
import { createBuilder } from "../../../src/ops/builder.ts";
import { interpret } from "../../../src/ops/interpret.ts";
import { hasKernels, nativeDirectory } from "../../../src/runtime/native/locate.ts";
import { openNative } from "../../../src/runtime/native/session.ts";
import type { HostTensors } from "../../../src/runtime/session.ts";
import { emitSavedModel } from "../../../src/targets/saved-model/emit.ts";
import { decodeSavedModel } from "../../../src/targets/saved-model/schema.ts";

interface How {
  readonly channels?: number;
  readonly sampling: number;
  readonly aligned: boolean;
}

// Inside, over the border, beyond it, of no size, of no level, of a level that is not there.
const boxes = [
  [3, 4, 30, 25],
  [-9, 20, 12, 47],
  [60, 60, 90, 80],
  [31, 23, 31, 23],
  [0, 0, 40, 40],
  [0, 0, 40, 40],
  [1.3, 2.7, 39.9, 31.2],
];
const level = [0, 1, 0, 1, -1, 2, 1];
const image = [0, 1, 1, 0, 0, 1, 1];

function pooled({ channels = 32, sampling, aligned }: How) {
  const b = createBuilder("predict");
  const map = (name: string, height: number, width: number) =>
    b.input(name, { dtype: "f32", shape: [2, height, width, channels] }, "a level");
  const count = boxes.length;
  const operands = [
    b.input("boxes", { dtype: "f32", shape: [count, 4] }, "regions"),
    b.input("image", { dtype: "i32", shape: [count] }, "of each"),
    b.input("level", { dtype: "i32", shape: [count] }, "of each"),
  ] as const;
  const attributes = { size: [3, 2], strides: [4, 8], sampling, aligned };
  b.output("y", b.roiAlign([map("p2", 8, 10), map("p3", 4, 5)], ...operands, attributes), "features");
  return b.build();
}

const emitted = (how: How) =>
  emitSavedModel({ name: "test", functions: { predict: pooled(how) } }, { ownKernels: true });

test("other channels, and adaptive sampling, stay with TensorFlow's ops", () => {
  const opsOf = (how: How) =>
    decodeSavedModel(emitted(how).files.get("saved_model.pb")!).nodes.map(({ op }) => op);
  expect(opsOf({ sampling: 2, aligned: false })).toContain("RcnnRoiAlign");
  expect(opsOf({ sampling: 0, aligned: false })).not.toContain("RcnnRoiAlign");
  expect(opsOf({ sampling: 2, aligned: false, channels: 24 })).not.toContain("RcnnRoiAlign");
});

const installed = await hasKernels(nativeDirectory());
if (!installed) console.warn("skipped: our kernels are not compiled; `rcnn native install` does it");

test.skipIf(!installed).each<How>([
  { sampling: 2, aligned: false },
  { sampling: 2, aligned: true },
  { sampling: 3, aligned: true },
  { sampling: 1, aligned: false },
])("the kernel gives the reference: %o", async (how) => {
  const waves = (size: number) => Float32Array.from({ length: size }, (_, i) => Math.sin(1.7 * i));
  const feeds: HostTensors = {
    p2: { dtype: "f32", shape: [2, 8, 10, 32], data: waves(2 * 8 * 10 * 32) },
    p3: { dtype: "f32", shape: [2, 4, 5, 32], data: waves(2 * 4 * 5 * 32) },
    boxes: { dtype: "f32", shape: [boxes.length, 4], data: Float32Array.from(boxes.flat()) },
    image: { dtype: "i32", shape: [image.length], data: Int32Array.from(image) },
    level: { dtype: "i32", shape: [level.length], data: Int32Array.from(level) },
  };
  const session = await openNative(emitted(how), { device: "cpu" });
  try {
    const found = (await session.run("predict", feeds)).y!.data;
    const plain = Object.fromEntries(Object.entries(feeds).map(([name, { data }]) => [name, data]));
    const expected = interpret(pooled(how), plain, { precision: "f64" }).outputs.y!.data;
    for (let i = 0; i < expected.length; i++)
      expect(Math.abs(found[i]! - expected[i]!), `number ${i}`).toBeLessThan(1e-5);
  } finally {
    await session.close();
  }
});
