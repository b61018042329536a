/** The types of numbers in weight files, and how each becomes f32. */

export type NumberType = keyof typeof itemSizes;

/** Bytes of a number. */
export const itemSizes = {
  f64: 8,
  f32: 4,
  f16: 2,
  bf16: 2,
  i64: 8,
  i32: 4,
  i16: 2,
  i8: 1,
  u8: 1,
  bool: 1,
} as const;

/** Little-endian numbers of `bytes` as f32; what has more digits is rounded. */
export function decode(dtype: NumberType, bytes: Uint8Array): Float32Array {
  const count = Math.floor(bytes.length / itemSizes[dtype]);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (dtype === "f32" && bytes.byteOffset % 4 === 0)
    return new Float32Array(bytes.buffer, bytes.byteOffset, count);
  if (dtype === "bf16") {
    // The upper half of an f32.
    const words = Uint32Array.from({ length: count }, (_, index) => view.getUint16(2 * index, true) << 16);
    return new Float32Array(words.buffer);
  }
  const read = readers[dtype];
  const numbers = new Float32Array(count);
  for (let index = 0; index < count; index++) numbers[index] = read(view, index * itemSizes[dtype]);
  return numbers;
}

const readers: Readonly<Record<Exclude<NumberType, "bf16">, (view: DataView, at: number) => number>> = {
  f64: (view, at) => view.getFloat64(at, true),
  f32: (view, at) => view.getFloat32(at, true),
  f16: (view, at) => fromHalf(view.getUint16(at, true)),
  i64: (view, at) => Number(view.getBigInt64(at, true)),
  i32: (view, at) => view.getInt32(at, true),
  i16: (view, at) => view.getInt16(at, true),
  i8: (view, at) => view.getInt8(at),
  u8: (view, at) => view.getUint8(at),
  bool: (view, at) => view.getUint8(at),
};

/** IEEE 754 binary16. */
function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
