/** How TensorFlow computes a convolution's gradients: by its own ops, or where these are slower, by matrix products. */
import type { TensorflowRef, TensorflowWriter } from "../define.ts";
import { tensorflowMath, vector } from "../tensorflow-math.ts";
import { convolutionTensorflow } from "./convolution-tensorflow.ts";
import { gatherTaps, spreadFilter, spreadShape } from "./spread-filter.ts";
import type { ConvolutionAttributes } from "./window.ts";

type Shape = readonly number[];

/** Shapes of the images and of the filter, beside the window. */
export interface Convolved {
  readonly x: Shape;
  readonly filter: Shape;
  readonly attributes: ConvolutionAttributes;
}

const isDilated = ({ dilations }: ConvolutionAttributes): boolean => dilations.some((step) => step > 1);

/** The gradient of the images. */
export function inputGradTensorflow(
  writer: TensorflowWriter,
  gradient: TensorflowRef,
  filter: TensorflowRef,
  { attributes, x, filter: shape }: Convolved,
): readonly TensorflowRef[] {
  const { dilations } = attributes;
  const plain = isDilated(attributes) ? spreadFilter(writer, filter, shape, dilations) : filter;
  return writer.node(
    "Conv2DBackpropInput",
    [vector(writer, x), plain, gradient],
    convolutionTensorflow(x, spreadShape(shape, dilations), { ...attributes, dilations: [1, 1] }),
  );
}

/** The gradient of the filter. */
export function filterGradTensorflow(
  writer: TensorflowWriter,
  x: TensorflowRef,
  gradient: TensorflowRef,
  of: Convolved,
): readonly TensorflowRef[] {
  if (isProduct(of)) return [tapProducts(writer, x, gradient, of)];
  const { attributes, x: size, filter: shape } = of;
  const { dilations } = attributes;
  const spread = spreadShape(shape, dilations);
  const [whole] = writer.node(
    "Conv2DBackpropFilter",
    [x, vector(writer, spread), gradient],
    convolutionTensorflow(size, spread, { ...attributes, dilations: [1, 1] }),
  );
  return [isDilated(attributes) ? gatherTaps(writer, whole!, shape, dilations) : whole!];
}

/** Above this an image does not stay in the cache of a core, and oneDNN's kernel, which reads it once a tap, slows down. */
const cachedBytes = 4 * 2 ** 20;
/** Channels that fill the tiles of a matrix product. */
const wide = 64;

/**
 * Measured on two cores with AVX-512 (processor time): 3x3 with 256 channels on 200x304 500 -> 330 ms, on 100x152
 * 124 -> 83 ms, 128 channels on 100x152 29 -> 15 ms; slower on small maps (14x14) and narrow ones. 1x1 is a product as it is.
 */
function isProduct({ x, filter, attributes }: Convolved): boolean {
  if (attributes.strides.some((step) => step > 1)) return false;
  const [height, width, channels, filters] = filter as [number, number, number, number];
  if (height * width === 1) return true;
  // Rows of whole blocks of 64 bytes: only then TensorFlow's slices share the memory of what they are cut from.
  const aligned = [channels, filters].every((count) => count >= wide && count % 16 === 0);
  return aligned && 4 * x[1]! * x[2]! * channels >= cachedBytes;
}

/**
 * Each tap is one product, of the padded images and the gradient as tables of pixels with rows of the same pitch: a tap
 * is then a shift, and the shifted table a slice that copies nothing.
 */
function tapProducts(
  writer: TensorflowWriter,
  x: TensorflowRef,
  gradient: TensorflowRef,
  { x: size, filter, attributes }: Convolved,
): TensorflowRef {
  const { reshape, slice, concatRows } = tensorflowMath(writer, "f32");
  const { padding, dilations } = attributes;
  const [height, width, channels, filters] = filter as [number, number, number, number];
  const [down, across] = [(height - 1) * dilations[0]!, (width - 1) * dilations[1]!];
  const rows = size[1]! + padding[0]![0]! + padding[0]![1]!;
  const pitch = size[2]! + padding[1]![0]! + padding[1]![1]!;
  const pixels = size[0]! * rows * pitch;
  const count = pixels - down * pitch - across;
  const images = reshape(padded(writer, x, padding), [pixels, channels]);
  const gradients = padded(writer, gradient, [
    [0, down],
    [0, across],
  ]);
  const right = slice(reshape(gradients, [pixels, filters]), [0, 0], [count, filters]);
  const taps: TensorflowRef[] = [];
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      const shift = i * dilations[0]! * pitch + j * dilations[1]!;
      const left = slice(images, [shift, 0], [count, channels]);
      taps.push(
        ...writer.node("MatMul", [left, right], {
          T: { type: "f32" },
          transpose_a: { bool: true },
          transpose_b: { bool: false },
        }),
      );
    }
  }
  return reshape(concatRows(taps), filter);
}

/** With zeros above and below, left and right of each image. */
function padded(
  writer: TensorflowWriter,
  x: TensorflowRef,
  borders: readonly (readonly number[])[],
): TensorflowRef {
  if (borders.flat().every((pixels) => pixels === 0)) return x;
  const pairs = writer.constant("i32", [4, 2], [0, 0, ...borders.flat(), 0, 0]);
  return writer.node("Pad", [x, pairs], { T: { type: "f32" }, Tpaddings: { type: "i32" } })[0]!;
}
