/** How roiAlign is said with stock TensorFlow ops. */
import type { TensorflowRef, TensorflowWriter } from "../define.ts";
import type { Sampling } from "./roi-align.ts";

/*
 * CropAndResize samples the ends of a box, RoIAlign the inside: the box is chosen so that the crop's grid falls on
 * RoIAlign's sample points, and cells are means over `sampling` squared points. Outside the map RoIAlign repeats the
 * border for one cell and is zero from there on, which is what one mirrored cell and the extrapolation value 0 do.
 */

const float = { T: { type: "f32" } } as const;
const paddings = [0, 0, 1, 1, 1, 1, 0, 0];

const padded = ([images, height, width, channels]: readonly number[]): number[] => [
  images!,
  height! + 2,
  width! + 2,
  channels!,
];

interface Grid {
  readonly writer: TensorflowWriter;
  /** Of each region: `[y1, x1]` and `[height, width]`, in pixels. */
  readonly start: TensorflowRef;
  readonly extent: TensorflowRef;
  readonly level: TensorflowRef;
  readonly how: Sampling;
}

function gridOf(writer: TensorflowWriter, boxes: TensorflowRef, level: TensorflowRef, how: Sampling): Grid {
  const axis = writer.constant("i32", [], [1]);
  const columns = (indices: number[]) =>
    writer.node("GatherV2", [boxes, writer.constant("i32", [2], indices), axis], {
      Tparams: { type: "f32" },
      Tindices: { type: "i32" },
      Taxis: { type: "i32" },
      batch_dims: { int: 0 },
    })[0]!;
  const start = columns([1, 0]);
  const [extent] = writer.node("Sub", [columns([3, 2]), start], float);
  const column = writer.constant("i32", [2], [-1, 1]);
  const [levelColumn] = writer.node("Reshape", [level, column], {
    T: { type: "i32" },
    Tshape: { type: "i32" },
  });
  return { writer, start, extent: extent!, level: levelColumn!, how };
}

/** Crop boxes of one level, normalised; regions of other levels get one outside the map, which costs next to nothing. */
function cropBoxes(
  { writer, start, extent, level, how }: Grid,
  index: number,
  shape: readonly number[],
): TensorflowRef {
  const pair = (values: readonly number[]) => writer.constant("f32", [2], values);
  const binary = (op: string, x: TensorflowRef, y: TensorflowRef) => writer.node(op, [x, y], float)[0]!;
  const spans = [shape[1]! + 1, shape[2]! + 1];
  const scale = 1 / how.strides[index]!;
  // One mirrored cell moves the origin by 1.
  const shift = how.aligned ? 0.5 : 1;
  const normalised = spans.map((span) => scale / span);
  const first = binary(
    "AddV2",
    binary("Mul", start, pair(normalised)),
    pair(spans.map((span) => shift / span)),
  );
  const cells = binary("Mul", extent, pair(normalised));
  const width = how.aligned ? cells : binary("Maximum", cells, pair(spans.map((span) => 1 / span)));
  const inset = binary("Mul", width, pair(how.size.map((size) => 0.5 / (size * how.sampling))));
  const low = binary("AddV2", first, inset);
  const high = binary("Sub", binary("AddV2", first, width), inset);
  const [crop] = writer.node("ConcatV2", [low, high, writer.constant("i32", [], [1])], {
    N: { int: 2 },
    T: { type: "f32" },
    Tidx: { type: "i32" },
  });
  const [ours] = writer.node("Equal", [level, writer.constant("i32", [], [index])], {
    T: { type: "i32" },
    incompatible_shape_error: { bool: true },
  });
  return writer.node("SelectV2", [ours!, crop!, writer.constant("f32", [], [-1])], float)[0]!;
}

const pooling = ({ sampling }: Sampling) =>
  ({
    ksize: { ints: [1, sampling, sampling, 1] },
    strides: { ints: [1, sampling, sampling, 1] },
    padding: { text: "VALID" },
    data_format: { text: "NHWC" },
    T: { type: "f32" },
  }) as const;

const pointsOf = ({ size, sampling }: Sampling): number[] => size.map((cells) => cells * sampling);

const mirroring = { T: { type: "f32" }, Tpaddings: { type: "i32" }, mode: { text: "SYMMETRIC" } } as const;

/** `inputs`: levels, boxes, image, level; `shapes` those of the levels. */
export function alignNatively(
  writer: TensorflowWriter,
  inputs: readonly TensorflowRef[],
  shapes: readonly (readonly number[])[],
  how: Sampling,
): TensorflowRef {
  const [boxes, image, level] = inputs.slice(-3) as [TensorflowRef, TensorflowRef, TensorflowRef];
  const grid = gridOf(writer, boxes, level, how);
  const crops = shapes.map((shape, index) => {
    const mirrored = writer.node(
      "MirrorPad",
      [inputs[index]!, writer.constant("i32", [4, 2], paddings)],
      mirroring,
    );
    const points = writer.constant("i32", [2], pointsOf(how));
    return writer.node("CropAndResize", [mirrored[0]!, cropBoxes(grid, index, shape), image, points], {
      T: { type: "f32" },
      method: { text: "bilinear" },
      extrapolation_value: { float: 0 },
    })[0]!;
  });
  const total =
    crops.length === 1
      ? crops[0]!
      : writer.node("AddN", crops, { N: { int: crops.length }, T: { type: "f32" } })[0]!;
  return how.sampling === 1 ? total : writer.node("AvgPool", [total], pooling(how))[0]!;
}

/** `inputs`: gradient, boxes, image, level; gives the gradient of each level. */
export function alignNativelyBackward(
  writer: TensorflowWriter,
  [gradient, boxes, image, level]: readonly TensorflowRef[],
  shapes: readonly (readonly number[])[],
  how: Sampling & { readonly regions: number },
): TensorflowRef[] {
  const grid = gridOf(writer, boxes!, level!, how);
  const points = writer.constant("i32", [4], [how.regions, ...pointsOf(how), shapes[0]![3]!]);
  const spread =
    how.sampling === 1 ? gradient! : writer.node("AvgPoolGrad", [points, gradient!], pooling(how))[0]!;
  return shapes.map((shape, index) => {
    const size = writer.constant("i32", [4], padded(shape));
    const [mirrored] = writer.node(
      "CropAndResizeGradImage",
      [spread, cropBoxes(grid, index, shape), image!, size],
      { T: { type: "f32" }, method: { text: "bilinear" } },
    );
    return writer.node("MirrorPadGrad", [mirrored!, writer.constant("i32", [4, 2], paddings)], mirroring)[0]!;
  });
}
