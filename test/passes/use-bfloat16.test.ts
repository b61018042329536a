/** Rounding to bfloat16: where the pass puts it, what it costs, and that TensorFlow's kernels compute the rounded graph. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readGraph } from "../../src/ir/read.ts";
import { printGraph } from "../../src/ir/text.ts";
import type { Graph } from "../../src/ir/types.ts";
import { createBuilder } from "../../src/ops/builder.ts";
import { interpret } from "../../src/ops/interpret.ts";
import { bfloat16From, useBfloat16 } from "../../src/passes/use-bfloat16.ts";
import { openNative } from "../../src/runtime/native/session.ts";
import type { HostTensors } from "../../src/runtime/session.ts";
import { emitSavedModel } from "../../src/targets/saved-model/emit.ts";
import { decodeSavedModel } from "../../src/targets/saved-model/schema.ts";
import { nativeInstalled } from "../runtime/native/installed.ts";

const before = read("use-bfloat16/trunk-and-predictor.before.ir");
const pass = bfloat16From(0);
const after = pass.run(before);

function read(path: string): Graph {
  const text = readFileSync(new URL(path, import.meta.url), "utf8");
  return readGraph({ name: path, text }).value!;
}

/** Numbers between -1 and 1 that bfloat16 does not hold. */
const feeds = Object.fromEntries(
  [...before.inputs, ...before.parameters].map(({ name, value: { type } }, k) => {
    const size = type.shape.reduce((a, b) => a * b, 1);
    return [name, Float32Array.from({ length: size }, (_, i) => Math.sin(3 * i + k))];
  }),
);

/** Of the largest number. */
const largestError = (left: ArrayLike<number>, right: ArrayLike<number>): number =>
  Math.max(...Array.from(left, (value, i) => Math.abs(value - right[i]!))) /
  Math.max(...Array.from(left, Math.abs));

test("the trunk is rounded, the predictor and what follows it are not", async () => {
  await expect(printGraph(after)).toMatchFileSnapshot("use-bfloat16/trunk-and-predictor.after.ir");
});

test("a second run finds nothing more to round", () => {
  expect(printGraph(pass.run(after))).toBe(printGraph(after));
});

test("a graph without products that lead to products stays as it is", () => {
  const b = createBuilder("predict");
  const x = b.input("x", { dtype: "f32", shape: [2, 3] }, "rows");
  const y = b.input("y", { dtype: "f32", shape: [3, 2] }, "columns");
  b.output("z", b.matmul(x, y, { transposeX: false, transposeY: false }), "product");
  const graph = b.build();
  expect(pass.run(graph)).toBe(graph);
});

test("products too small to be worth it stay float32", () => {
  expect(useBfloat16.run(before)).toBe(before);
});

test("results differ by what 8 significant bits lose, and do differ", () => {
  const [whole, half] = [before, after].map((graph) => interpret(graph, feeds).outputs.map!.data);
  const error = largestError(whole!, half!);
  expect(error).toBeGreaterThan(1e-4);
  expect(error).toBeLessThan(0.02);
});

test("TensorFlow is given bfloat16 nodes, and no cast between two of them", () => {
  const { files } = emitSavedModel({ name: "small", functions: { predict: after } });
  const { nodes } = decodeSavedModel(files.get("saved_model.pb")!);
  const halved = nodes.filter(({ attr }) => attr.T?.type === 14).map(({ op }) => op);
  expect(halved.sort()).toEqual(
    ["AddV2", "AddV2", "Conv2D", "Conv2D", "MaxPool", "Relu", "ResizeNearestNeighbor"].sort(),
  );
  // In: image, two filters, a bias. Out: what the predictor reads, and the output.
  const casts = nodes.filter(({ op }) => op === "Cast").map(({ attr }) => attr.DstT?.type);
  expect(casts.sort()).toEqual([1, 1, 14, 14, 14, 14]);
});

test.skipIf(!(await nativeInstalled()))("the native back end computes the rounded graph", async () => {
  const session = await openNative(emitSavedModel({ name: "small", functions: { predict: after } }), {
    device: "cpu",
  });
  try {
    const tensors: HostTensors = Object.fromEntries(
      [...after.inputs, ...after.parameters].map(({ name, value: { type } }) => [
        name,
        { dtype: "f32", shape: type.shape, data: feeds[name]! },
      ]),
    );
    const { x, ...state } = tensors;
    await session.write(state);
    const found = await session.run("predict", { x: x! });
    const expected = interpret(after, feeds).outputs;
    // A sum in another order, or rounded once where the graph says twice, may differ by a unit of 8 bits.
    expect(largestError(found.map!.data, expected.map!.data)).toBeLessThan(2 ** -7);
    expect(largestError(found.scores!.data, expected.scores!.data)).toBeLessThan(2 ** -7);
  } finally {
    await session.close();
  }
});
