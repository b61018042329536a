import fc from "fast-check";
import { expect, test } from "vitest";
import type { Attributes, TensorType } from "../../../src/ir/types.ts";
import type { TensorData } from "../../../src/ops/define.ts";
import { opNamed } from "../../../src/ops/index.ts";
import { runOp } from "../../../src/ops/interpret.ts";
import { ownKernel } from "../../../src/runtime/kernels/index.ts";
import { startWasm } from "../../../src/runtime/wasm/start.ts";
import { relativeDifference } from "../sample-run.ts";

const heap = await startWasm();

const arrays = { f32: Float32Array, i32: Int32Array, bool: Uint8Array } as const;

/** A tensor whose numbers come from `make`. */
function tensor(
  dtype: TensorType["dtype"],
  shape: readonly number[],
  make: (index: number) => number,
): TensorData {
  const size = shape.reduce((product, each) => product * each, 1);
  const data = new arrays[dtype](size);
  for (let i = 0; i < size; i++) data[i] = make(i);
  return { type: { dtype, shape }, data };
}

/** From -1.7 to 1.7, without a period: sums of waves can cancel to nothing, of which any rounding is a large part. */
const noise = (step: number) => (index: number) => {
  const wave = Math.sin((index + 1) * step * 12.9898) * 43758.5453;
  return (wave - Math.floor(wave) - 0.5) * 3.4;
};
const f32 = (shape: readonly number[], step = 1) => tensor("f32", shape, noise(step));

/** Runs our own kernel of `op` on wasm and its reference; gives the greatest relative difference of all outputs. */
function difference(op: string, inputs: readonly TensorData[], attributes: Attributes): number {
  const held = heap.held();
  const expected = runOp(opNamed(op), inputs, attributes);
  const tensors = inputs.map(({ type, data }) => heap.write({ ...type, data: data as Float32Array }));
  const kernel = ownKernel(`Rcnn.${op}`, heap)!;
  const found = kernel(
    heap,
    tensors,
    attributes,
    expected.map(({ type }) => type),
  );
  const differences = found.map((each, index) => relativeDifference(heap.view(each), expected[index]!.data));
  for (const each of [...tensors, ...found]) heap.drop(each);
  expect(heap.held()).toBe(held);
  return Math.max(...differences);
}

const convolution = fc.record({
  images: fc.integer({ min: 1, max: 3 }),
  size: fc.tuple(fc.integer({ min: 7, max: 20 }), fc.integer({ min: 7, max: 20 })),
  kernel: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
  channels: fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })),
  strides: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  dilations: fc.constantFrom([1, 1], [1, 1], [2, 1], [2, 2]),
  padding: fc.tuple(...[0, 1, 2, 3].map(() => fc.integer({ min: 0, max: 3 }))),
});

test("gradients of any convolution are the reference's", () => {
  fc.assert(
    fc.property(convolution, ({ images, size, kernel, channels, strides, dilations, padding }) => {
      const [top, bottom, left, right] = padding as [number, number, number, number];
      const window = {
        strides,
        dilations,
        padding: [
          [top, bottom],
          [left, right],
        ],
      };
      const x = f32([images, ...size, channels[0]], 0.3);
      const filter = f32([...kernel, ...channels], 0.7);
      const [y] = opNamed("conv2d").infer([x.type, filter.type], window);
      const gradient = f32(y!.shape, 1.1);
      const dx = difference("conv2dInputGrad", [gradient, filter], { ...window, inputShape: x.type.shape });
      const dw = difference("conv2dFilterGrad", [x, gradient], { ...window, filterShape: filter.type.shape });
      expect(Math.max(dx, dw)).toBeLessThan(1e-4);
    }),
    {
      numRuns: 60,
      examples: [
        [
          {
            images: 3,
            size: [19, 11],
            kernel: [1, 1],
            channels: [8, 8],
            strides: [1, 1],
            dilations: [1, 1],
            padding: [1, 0, 1, 0],
          },
        ],
        [
          {
            images: 1,
            size: [7, 7],
            kernel: [2, 1],
            channels: [1, 2],
            strides: [1, 2],
            dilations: [2, 1],
            padding: [0, 0, 0, 0],
          },
        ],
      ],
    },
  );
});

test("grouped convolutions of any kind and their gradients are the reference's", () => {
  const groups = fc.record({
    groups: fc.integer({ min: 1, max: 5 }),
    each: fc.integer({ min: 1, max: 3 }),
    outputs: fc.integer({ min: 1, max: 3 }),
  });
  fc.assert(
    fc.property(convolution, groups, ({ images, size, kernel, strides, dilations, padding }, parts) => {
      const [top, bottom, left, right] = padding as [number, number, number, number];
      const window = {
        strides,
        dilations,
        padding: [
          [top, bottom],
          [left, right],
        ],
        groups: parts.groups,
      };
      const x = f32([images, ...size, parts.groups * parts.each], 0.3);
      const filter = f32([...kernel, parts.each, parts.groups * parts.outputs], 0.7);
      const [y] = opNamed("groupedConv2d").infer([x.type, filter.type], window);
      const gradient = f32(y!.shape, 1.1);
      const differences = [
        difference("groupedConv2d", [x, filter], window),
        difference("groupedConv2dInputGrad", [gradient, filter], { ...window, inputShape: x.type.shape }),
        difference("groupedConv2dFilterGrad", [x, gradient], { ...window, filterShape: filter.type.shape }),
      ];
      expect(Math.max(...differences)).toBeLessThan(1e-4);
    }),
    { numRuns: 60 },
  );
});

test.each([
  ["rows of many images", [40, 9, 11, 5], 3, 1],
  ["rows of one large image", [1, 90, 70, 3], 3, 1],
  ["a row wider than a product", [1, 3, 2500, 2], 3, 1],
  ["strided rows", [3, 70, 80, 3], 3, 2],
  ["points", [5, 30, 31, 6], 1, 1],
] as const)("a filter's gradient is the sum over several products: %s", (_, shape, size, stride) => {
  const pad = (size - 1) / 2;
  const padding = [
    [pad, pad],
    [pad, pad],
  ];
  const window = { strides: [stride, stride], dilations: [1, 1], padding };
  const x = f32(shape, 0.3);
  const filterShape = [size, size, shape[3], 4];
  const [y] = opNamed("conv2d").infer([x.type, { dtype: "f32", shape: filterShape }], window);
  expect(difference("conv2dFilterGrad", [x, f32(y!.shape, 1.1)], { ...window, filterShape })).toBeLessThan(
    1e-4,
  );
});

test("means over windows, with a border or not, and images in any size, are the reference's", () => {
  const side = fc.integer({ min: 1, max: 3 });
  const pixels = fc.integer({ min: 0, max: 2 });
  const windows = fc.record({
    window: fc.tuple(side, side),
    strides: fc.tuple(side, side),
    borders: fc.tuple(pixels, pixels, pixels, pixels),
    countBorder: fc.boolean(),
    size: fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })),
    alignCorners: fc.boolean(),
  });
  fc.assert(
    fc.property(windows, ({ window, strides, borders, countBorder, size, alignCorners }) => {
      const x = f32([2, 5, 6, 5], 0.3);
      const [top, bottom, left, right] = borders.map((border, i) => Math.min(border, window[i >> 1]! - 1));
      const padding = [
        [top!, bottom!],
        [left!, right!],
      ];
      expect(difference("avgPool", [x], { window, strides, padding, countBorder })).toBeLessThan(1e-5);
      expect(difference("resize", [x], { size, method: "bilinear", alignCorners })).toBeLessThan(1e-5);
      expect(difference("resize", [x], { size, method: "nearest", alignCorners: false })).toBe(0);
    }),
    { numRuns: 60 },
  );
});

test("products of any size, turned or not, one or a batch, are the reference's", () => {
  const size = fc.constantFrom(1, 3, 40, 70);
  const batch = fc.constantFrom([], [3], [2, 2]);
  fc.assert(
    fc.property(batch, size, size, size, fc.boolean(), fc.boolean(), (outer, m, k, n, left, right) => {
      const x = f32([...outer, ...(left ? [k, m] : [m, k])], 0.3);
      const y = f32([...outer, ...(right ? [n, k] : [k, n])], 0.9);
      expect(difference("matmul", [x, y], { transposeX: left, transposeY: right })).toBeLessThan(1e-4);
    }),
    { numRuns: 60, examples: [[[3], 70, 70, 70, true, true]] },
  );
});

const shapes = fc
  .array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 })
  .chain((shape) =>
    fc.tuple(
      ...[0, 1, 2].map(() =>
        fc
          .tuple(
            fc.integer({ min: 0, max: shape.length }),
            fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
          )
          .map(([skip, stretched]) => shape.map((each, axis) => (stretched[axis] ? 1 : each)).slice(skip)),
      ),
    ),
  );

test("pairs and choices of any shapes, ties and infinities included, are the reference's", () => {
  const values = [Number.NEGATIVE_INFINITY, -1, 0, 0, 1, 2.5, Number.POSITIVE_INFINITY, -0];
  fc.assert(
    fc.property(shapes, fc.integer({ min: 1, max: 7 }), ([a, b, c], step) => {
      const x = tensor("f32", a!, (i) => values[(i * step) % 8]!);
      const y = tensor("f32", b!, (i) => values[(i * 3 + step) % 8]!);
      const truth = (shape: readonly number[], turn: number) =>
        tensor("bool", shape, (i) => ((i * turn) >> 1) % 2);
      for (const op of ["maximum", "minimum", "equal", "less", "lessEqual", "greater", "greaterEqual"]) {
        expect(difference(op, [x, y], {}), op).toBe(0);
      }
      for (const op of ["logicalAnd", "logicalOr"]) {
        expect(difference(op, [truth(a!, 3), truth(b!, step)], {}), op).toBe(0);
      }
      expect(difference("select", [truth(c!, step), x, y], {})).toBe(0);
      expect(difference("select", [truth(c!, step), truth(a!, 5), truth(b!, 3)], {})).toBe(0);
    }),
    { numRuns: 60 },
  );
});

const region = fc.record({
  box: fc.tuple(...[0, 1, 2, 3].map(() => fc.double({ min: -12, max: 60, noNaN: true }))),
  image: fc.integer({ min: 0, max: 1 }),
  level: fc.integer({ min: -1, max: 1 }),
});
const sampling = fc.record({
  size: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
  sampling: fc.integer({ min: 0, max: 3 }),
  aligned: fc.boolean(),
});

test("samplers of regions and their adjoints are the reference's for regions in, across and outside the maps", () => {
  fc.assert(
    fc.property(fc.array(region, { minLength: 1, maxLength: 6 }), sampling, (regions, how) => {
      const maps = [f32([2, 9, 11, 3], 0.3), f32([2, 4, 6, 3], 0.5)];
      const attributes = { ...how, strides: [4, 8] };
      const operands = [
        tensor("f32", [regions.length, 4], (i) => regions[i >> 2]!.box[i % 4]!),
        tensor("i32", [regions.length], (i) => regions[i]!.image),
        tensor("i32", [regions.length], (i) => regions[i]!.level),
      ];
      const gradient = f32([regions.length, ...how.size, 3], 1.3);
      const shapes = maps.map(({ type }) => type.shape);
      const { aligned: _, ...warping } = { ...attributes, sampling: Math.max(how.sampling, 1) };
      const ops = { roiAlign: attributes, roiWarp: warping, roiCrop: { size: how.size, strides: [4, 8] } };
      for (const [op, each] of Object.entries(ops)) {
        expect(difference(op, [...maps, ...operands], each), op).toBeLessThan(1e-4);
        const adjoint = difference(`${op}Grad`, [gradient, ...operands], { ...each, shapes });
        expect(adjoint, op).toBeLessThan(1e-4);
      }
    }),
    { numRuns: 60 },
  );
});
