/** Convolutions by our own kernel: which they are, and that they give what the stock ones are held to. */
import { expect, test } from "vitest";
import type { Graph, Value } from "../../../src/ir/types.ts";
import { type Builder, createBuilder } from "../../../src/ops/builder.ts";
import { interpret } from "../../../src/ops/interpret.ts";
import { hasKernels, nativeDirectory } from "../../../src/runtime/native/locate.ts";
import { openNative } from "../../../src/runtime/native/session.ts";
import type { HostTensors } from "../../../src/runtime/session.ts";
import { emitSavedModel } from "../../../src/targets/saved-model/emit.ts";
import { decodeSavedModel } from "../../../src/targets/saved-model/schema.ts";

const window = {
  strides: [1, 1],
  padding: [
    [1, 1],
    [1, 1],
  ],
  dilations: [1, 1],
} as const;
const frozen = { kind: "constant", value: 0 } as const;

interface Sizes {
  readonly images: number;
  readonly height: number;
  readonly width: number;
  readonly from: number;
  readonly to: number;
}

/** y: alone; biased: with a bias; clipped: with a relu too; dx: the gradient of the images. */
function convolutions({ images, height, width, from, to }: Sizes): Graph {
  const b = createBuilder("predict");
  const x = b.input("x", { dtype: "f32", shape: [images, height, width, from] }, "images");
  const filter = (name: string, shape: readonly number[]) => b.parameter(name, "frozen", shape, frozen);
  const bias = b.parameter("bias", "frozen", [to], frozen);
  b.output("y", b.conv2d(x, filter("alone", [3, 3, from, to]), window), "");
  b.output("biased", b.add(b.conv2d(x, filter("second", [3, 3, from, to]), window), bias), "");
  b.output("clipped", b.relu(b.add(b.conv2d(x, filter("third", [3, 3, from, to]), window), bias)), "");
  const point = {
    padding: [
      [0, 0],
      [0, 0],
    ],
    dilations: [1, 1],
  } as const;
  const pointFilter = filter("point", [1, 1, from, to]);
  b.output("point", b.conv2d(x, pointFilter, { ...point, strides: [1, 1] }), "");
  const every = b.conv2d(x, filter("strided", [1, 1, from, to]), { ...point, strides: [2, 2] });
  const shortcut = b.conv2d(x, filter("shortcut", [1, 1, from, to]), { ...point, strides: [2, 2] });
  b.output("block", b.relu(b.add(b.add(every, bias), b.add(shortcut, bias))), "");
  const inputShape = [images, height, width, to];
  b.output("dx", b.conv2dInputGrad(x, filter("fourth", [3, 3, to, from]), { ...window, inputShape }), "");
  return b.build();
}

const opsOf = (graph: Graph, ownKernels: boolean): string[] => {
  const { files } = emitSavedModel({ name: "test", functions: { predict: graph } }, { ownKernels });
  const inside = decodeSavedModel(files.get("saved_model.pb")!).nodes.filter(({ name }) =>
    /^predict\/\d/.test(name),
  );
  return inside.map(({ op }) => op).sort();
};

test("a bias and a relu go with their convolution; without our kernels all ops are TensorFlow's", () => {
  const graph = convolutions({ images: 1, height: 4, width: 4, from: 16, to: 64 });
  expect(opsOf(graph, true).filter((op) => op !== "Const")).toEqual([
    ...new Array(3).fill("RcnnConvolution1x1"),
    ...new Array(4).fill("RcnnConvolution3x3"),
  ]);
  const stock = new Set(opsOf(graph, false));
  expect([...stock]).toEqual(["AddV2", "Const", "Conv2D", "Conv2DBackpropInput", "Relu"]);
});

/** The ops of a graph of one convolution and what `then` makes of it. */
function opsBehind(
  then: (b: Builder, y: Value) => void,
  of: Partial<Sizes> & { readonly stride?: number } = {},
) {
  const b = createBuilder("predict");
  const x = b.input("x", { dtype: "f32", shape: [1, 4, 4, of.from ?? 16] }, "images");
  const filter = b.parameter("filter", "frozen", [3, 3, of.from ?? 16, of.to ?? 64], frozen);
  const stride = of.stride ?? 1;
  then(b, b.conv2d(x, filter, { ...window, strides: [stride, stride] }));
  return opsOf(b.build(), true).filter((op) => op !== "Const");
}

test("what something else reads too is not swallowed, and a sum of maps is no bias", () => {
  const shared = opsBehind((b, y) => {
    b.output("sum", b.relu(b.add(y, b.parameter("bias", "frozen", [64], frozen))), "");
    b.output("y", y, "");
  });
  expect(shared).toEqual(["AddV2", "RcnnConvolution3x3", "Relu"]);
  const maps = opsBehind((b, y) => b.output("sum", b.relu(b.add(y, b.neg(y))), ""));
  expect(maps).toEqual(["AddV2", "Neg", "RcnnConvolution3x3", "Relu"]);
});

test("shapes that the kernel does not take stay with TensorFlow", () => {
  const alone = (b: Builder, y: Value) => b.output("y", y, "");
  expect(opsBehind(alone, { from: 24 })).toEqual(["Conv2D"]);
  expect(opsBehind(alone, { to: 96 })).toEqual(["Conv2D"]);
  expect(opsBehind(alone, { stride: 2 })).toEqual(["Conv2D"]);
});

const installed = await hasKernels(nativeDirectory());
if (!installed) console.warn("skipped: our kernels are not compiled; `rcnn native install` does it");

/** What the native back end gives, by our kernels or TensorFlow's own. */
async function run(graph: Graph, feeds: Feeds, ownKernels: boolean): Promise<HostTensors> {
  const program = { name: "test", functions: { predict: graph } };
  const session = await openNative(emitSavedModel(program, { ownKernels }), { device: "cpu" });
  try {
    const tensors: HostTensors = Object.fromEntries(
      [...graph.inputs, ...graph.parameters].map(({ name, value: { type } }) => [
        name,
        { dtype: "f32", shape: type.shape, data: feeds[name]! },
      ]),
    );
    const { x, ...state } = tensors;
    await session.write(state);
    return await session.run("predict", { x: x! });
  } finally {
    await session.close();
  }
}

type Feeds = Readonly<Record<string, Float32Array>>;

const feedsOf = (graph: Graph): Feeds =>
  Object.fromEntries(
    [...graph.inputs, ...graph.parameters].map(({ name, value: { type } }, k) => {
      const size = type.shape.reduce((a, b) => a * b, 1);
      return [name, Float32Array.from({ length: size }, (_, i) => Math.sin(1.7 * i + k))];
    }),
  );

/** Of the largest number. */
function errorOf(expected: ArrayLike<number>, found: ArrayLike<number>): number {
  let [error, largest] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(expected[i]!));
    error = Math.max(error, Math.abs(expected[i]! - found[i]!));
  }
  return error / largest;
}

test.skipIf(!installed).each<Sizes>([
  { images: 1, height: 4, width: 6, from: 16, to: 64 },
  { images: 2, height: 5, width: 7, from: 32, to: 128 },
  { images: 3, height: 1, width: 1, from: 16, to: 64 },
  { images: 1, height: 2, width: 131, from: 48, to: 64 },
])("the kernels give the reference: %o", async (sizes) => {
  const graph = convolutions(sizes);
  const feeds = feedsOf(graph);
  const found = await run(graph, feeds, true);
  for (const [name, { data }] of Object.entries(interpret(graph, feeds, { precision: "f64" }).outputs))
    expect(errorOf(data, found[name]!.data), name).toBeLessThan(3e-6);
});

test.skipIf(!installed)("maps past the caches are what TensorFlow's own kernels give", async () => {
  const b = createBuilder("predict");
  const x = b.input("x", { dtype: "f32", shape: [1, 320, 321, 16] }, "images");
  const filter = (name: string, side: number) =>
    b.parameter(name, "frozen", [side, side, 16, 64], { kind: "constant", value: 0 });
  const part = (y: Value) => b.slice(y, { begin: [0, 310, 0, 0], size: [1, 10, 321, 64] });
  b.output("wide", part(b.conv2d(x, filter("wide", 3), window)), "");
  const point = {
    strides: [1, 1],
    padding: [
      [0, 0],
      [0, 0],
    ],
    dilations: [1, 1],
  } as const;
  b.output("point", part(b.conv2d(x, filter("point", 1), point)), "");
  const graph = b.build();
  const feeds = feedsOf(graph);
  const [own, stock] = [await run(graph, feeds, true), await run(graph, feeds, false)];
  for (const [name, { data }] of Object.entries(stock))
    expect(errorOf(data, own[name]!.data), name).toBeLessThan(3e-6);
});
