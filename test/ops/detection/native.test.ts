/** What stock TensorFlow ops make of the detection ops is what torchvision gives, on cases larger than the samples. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Graph, TensorType } from "../../../src/ir/types.ts";
import { createBuilder } from "../../../src/ops/builder.ts";
import { interpret } from "../../../src/ops/interpret.ts";
import { openNative } from "../../../src/runtime/native/session.ts";
import type { HostTensors, Session } from "../../../src/runtime/session.ts";
import { emitSavedModel } from "../../../src/targets/saved-model/emit.ts";
import { nativeInstalled } from "../../runtime/native/installed.ts";
import maskCases from "./mask-targets.golden.json" with { type: "json" };
import alignCases from "./roi-align.golden.json" with { type: "json" };
import cropCases from "./roi-crop.golden.json" with { type: "json" };
import poolCases from "./roi-pool.golden.json" with { type: "json" };
import warpCases from "./roi-warp.golden.json" with { type: "json" };
import { distance } from "./run-reference.ts";

const installed = await nativeInstalled();

interface Case {
  readonly graph: Graph;
  readonly feeds: HostTensors;
  readonly expected: Readonly<Record<string, readonly number[]>>;
}

const f32 = (shape: readonly number[], data: readonly number[]) =>
  ({ dtype: "f32", shape, data: Float32Array.from(data) }) as const;
const i32 = (shape: readonly number[], data: readonly number[]) =>
  ({ dtype: "i32", shape, data: Int32Array.from(data) }) as const;

type Row =
  | (typeof alignCases)[number]
  | (typeof poolCases)[number]
  | (typeof warpCases)[number]
  | (typeof cropCases)[number];

/** The same map as both of two levels: wherever a region is pooled, it is what torchvision gives for one map. */
function regionCase(name: string, row: Row, levelOf: (region: number) => number): Case {
  const b = createBuilder(name);
  const count = row.image.length;
  const feeds = {
    map: f32(row.map.shape, row.map.data),
    boxes: f32([count, 4], row.boxes),
    image: i32([count], row.image),
    level: i32(
      [count],
      row.image.map((_, region) => levelOf(region)),
    ),
    gradient: f32([count, ...row.size, 3], row.gradient),
  };
  const input = (key: keyof typeof feeds) => b.input(key, feeds[key], key);
  const [map, boxes, image, level, gradient] = [
    input("map"),
    input("boxes"),
    input("image"),
    input("level"),
    input("gradient"),
  ];
  const strides = [row.stride, row.stride];
  const shapes = [row.map.shape, row.map.shape];
  let y = map;
  let parts: readonly (typeof map)[];
  if ("aligned" in row) {
    const how = { size: row.size, sampling: row.sampling, aligned: row.aligned, strides };
    y = b.roiAlign([map, map], boxes, image, level, how);
    parts = b.roiAlignGrad(gradient, boxes, image, level, { ...how, shapes });
  } else if ("sampling" in row) {
    const how = { size: row.size, sampling: row.sampling, strides };
    y = b.roiWarp([map, map], boxes, image, level, how);
    parts = b.roiWarpGrad(gradient, boxes, image, level, { ...how, shapes });
  } else if (!("inside" in row)) {
    const how = { size: row.size, strides };
    y = b.roiCrop([map, map], boxes, image, level, how);
    parts = b.roiCropGrad(gradient, boxes, image, level, { ...how, shapes });
  } else {
    const [maxima, argmax] = b.roiPool([map, map], boxes, image, level, { size: row.size, strides });
    y = maxima;
    parts = b.roiPoolGrad(gradient, argmax, { shapes });
  }
  b.output("y", y, "features");
  b.output("mapGradient", b.add(parts[0]!, parts[1]!), "gradient");
  return { graph: b.build(), feeds, expected: { y: row.y, mapGradient: row.mapGradient } };
}

function maskCase(name: string, row: (typeof maskCases)[number]): Case {
  const b = createBuilder(name);
  const count = row.offsets.length;
  const feeds = {
    pixels: { dtype: "bool", shape: [row.pixels.length], data: Uint8Array.from(row.pixels) } as const,
    offsets: i32([count], row.offsets),
    crops: i32([count, 4], row.crops.flat()),
    boxes: f32([count, 4], row.boxes),
  };
  const input = (key: keyof typeof feeds): ReturnType<typeof b.input> =>
    b.input(key, feeds[key] as TensorType, key);
  const { size, image } = row;
  b.output(
    "targets",
    b.maskTargets(input("pixels"), input("offsets"), input("crops"), input("boxes"), { size, image }),
    "targets",
  );
  return { graph: b.build(), feeds, expected: { targets: row.targets } };
}

const adaptiveCases = alignCases.filter(({ sampling }) => sampling === 0);

const inTurn = (region: number): number => region % 2;

// A region that leaves the image may need larger windows than the mapping of roiPool has: no proposal does.
const cases = [
  ...alignCases.map((row, i) => regionCase(`align${i}`, row, inTurn)),
  ...alignCases.slice(0, 2).map((row, i) => regionCase(`alignLast${i}`, row, () => 1)),
  ...adaptiveCases.slice(0, 2).map((row, i) => regionCase(`adaptiveFirst${i}`, row, () => 0)),
  ...adaptiveCases.slice(0, 2).map((row, i) => regionCase(`adaptiveLast${i}`, row, () => 1)),
  ...poolCases.filter((row) => row.inside).map((row, i) => regionCase(`pool${i}`, row, inTurn)),
  ...warpCases.map((row, i) => regionCase(`warp${i}`, row, inTurn)),
  ...cropCases.map((row, i) => regionCase(`crop${i}`, row, inTurn)),
  ...maskCases.map((row, i) => maskCase(`mask${i}`, row)),
].map((row) => ({ ...row, name: row.graph.name }));

let session: Session;
beforeAll(async () => {
  if (!installed) return;
  const functions = Object.fromEntries(cases.map(({ graph }) => [graph.name, graph]));
  session = await openNative(emitSavedModel({ name: "detection", functions }), { device: "cpu" });
});
afterAll(() => session?.close());

test.each(cases)(
  "the references agree with torchvision over two levels: $name",
  ({ graph, feeds, expected }) => {
    const data = Object.fromEntries(Object.entries(feeds).map(([name, feed]) => [name, feed.data]));
    const { outputs } = interpret(graph, data);
    for (const [name, values] of Object.entries(expected))
      expect(distance(outputs[name]!.data, values), name).toBeLessThan(2e-5);
  },
);

test.skipIf(!installed).each(cases)(
  "the native mappings agree with torchvision: $name",
  async ({ name: run, feeds, expected }) => {
    const outputs = await session.run(run, feeds);
    for (const [name, values] of Object.entries(expected))
      expect(distance(outputs[name]!.data, values), name).toBeLessThan(5e-5);
  },
);
