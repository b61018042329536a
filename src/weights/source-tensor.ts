/** A tensor of a weight file: where its numbers lie, which are read when they are asked for. */
import { invariant } from "../support/invariant.ts";
import { decode, itemSizes, type NumberType } from "./number-types.ts";

/** A row of numbers of one type, of which parts can be read. */
export interface Storage {
  readonly dtype: NumberType;
  /** How many numbers it holds. */
  readonly count: number;
  /** The bytes of `count` numbers from number `first` on, both within the storage. */
  readonly read: (first: number, count: number) => Promise<Uint8Array>;
}

/** A view of a storage; strides and offset count numbers. Made by `makeTensor`, which checks that it lies within. */
export interface SourceTensor {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
  readonly storage: Storage;
}

export const elementsOf = (shape: readonly number[]): number =>
  shape.reduce((product, size) => product * size, 1);

/** Strides of a tensor whose last axis is the fastest. */
export const rowMajor = (shape: readonly number[]): number[] =>
  shape.map((_, axis) => elementsOf(shape.slice(axis + 1)));

export const mostAxes = 16;
const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

/** The tensor, or in words why there is none. */
export function makeTensor(
  storage: Storage,
  shape: readonly number[],
  strides: readonly number[] = rowMajor(shape),
  offset = 0,
): SourceTensor | string {
  if (shape.length > mostAxes) return `it has ${shape.length} axes; expected at most ${mostAxes}`;
  if (![...shape, ...strides, offset, elementsOf(shape)].every(isCount) || strides.length !== shape.length)
    return "its shape, strides and offset are not whole numbers";
  const last = offset + shape.reduce((sum, size, axis) => sum + (size - 1) * strides[axis]!, 0);
  if (elementsOf(shape) > 0 && last >= storage.count)
    return `shape [${shape}] reaches to number ${last + 1} of a storage of ${storage.count}`;
  return { shape, strides, offset, storage };
}

/** A storage over bytes in memory. */
export function bytesStorage(dtype: NumberType, bytes: Uint8Array): Storage {
  const size = itemSizes[dtype];
  return {
    dtype,
    count: Math.floor(bytes.length / size),
    read: async (first, count) => bytes.subarray(first * size, (first + count) * size),
  };
}

/** The numbers as f32, the last axis fastest. */
export async function readTensor({ shape, strides, offset, storage }: SourceTensor): Promise<Float32Array> {
  const count = elementsOf(shape);
  if (count === 0) return new Float32Array(0);
  const reach = 1 + shape.reduce((sum, size, axis) => sum + (size - 1) * strides[axis]!, 0);
  const numbers = decode(storage.dtype, await storage.read(offset, reach));
  invariant(numbers.length === reach, "a storage gives as many numbers as were asked for");
  const isDense = rowMajor(shape).every((stride, axis) => stride === strides[axis] || shape[axis] === 1);
  return isDense ? numbers : gather(numbers, shape, strides);
}

/** `values` at every place of `shape`, along `strides`. */
export function gather(
  values: Float32Array,
  shape: readonly number[],
  strides: readonly number[],
): Float32Array {
  const result = new Float32Array(elementsOf(shape));
  if (result.length === 0) return result;
  const last = shape.length - 1;
  const [inner, step] = [shape[last] ?? 1, strides[last] ?? 1];
  const at = new Array<number>(Math.max(0, last)).fill(0);
  for (let to = 0, from = 0; to < result.length; ) {
    for (let index = 0; index < inner; index++) result[to++] = values[from + index * step]!;
    for (let axis = last - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      at[axis]!++;
      if (at[axis]! < shape[axis]!) break;
      from -= shape[axis]! * strides[axis]!;
      at[axis] = 0;
    }
  }
  return result;
}
