/** The safetensors format in memory: named tensors of the types that a model's state has, read and written. */
import type { Result } from "../diagnostics/diagnostic.ts";
import { invariant } from "../support/invariant.ts";
import { itemSizes, type NumberType } from "./number-types.ts";
import { type Entry, headerLength, readHeader, typeNames } from "./safetensors-header.ts";

/** A `HostTensor`, or plain bytes. */
export interface SavedTensor {
  readonly dtype: "f32" | "i32" | "u8" | "bool";
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | Uint8Array;
}

/** What other programs read may count in 64 bits. */
export type WrittenTensor =
  | SavedTensor
  | { readonly dtype: "i64"; readonly shape: readonly number[]; readonly data: BigInt64Array };

export interface TensorFile {
  readonly tensors: Readonly<Record<string, SavedTensor>>;
  readonly metadata: Readonly<Record<string, string>>;
}

const savedTypes: readonly NumberType[] = ["f32", "i32", "u8", "bool"];

const elements = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** The parts of a file with `tensors` in their order in it, without a copy of the numbers: wide types first so that each stays aligned, then by name. */
export function safetensorsParts(
  tensors: Readonly<Record<string, WrittenTensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array[] {
  const order = Object.entries(tensors).sort(
    ([a, x], [b, y]) => itemSizes[y.dtype] - itemSizes[x.dtype] || (a < b ? -1 : 1),
  );
  const header: [string, unknown][] = Object.keys(metadata).length ? [["__metadata__", metadata]] : [];
  let at = 0;
  for (const [name, { dtype, shape, data }] of order) {
    invariant(
      data.length === elements(shape),
      `tensor ${name} has ${data.length} elements for shape [${shape}]`,
    );
    header.push([name, { dtype: typeNames[dtype], shape, data_offsets: [at, at + data.byteLength] }]);
    at += data.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const length = Math.ceil(text.length / 8) * 8;
  const head = new Uint8Array(8 + length).fill(0x20, 8);
  new DataView(head.buffer).setBigUint64(0, BigInt(length), true);
  head.set(text, 8);
  const bodies = order.map(([, { data }]) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return [head, ...bodies];
}

/** Bytes of a file with `tensors`. */
export function writeSafetensors(
  tensors: Readonly<Record<string, WrittenTensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const parts = safetensorsParts(tensors, metadata);
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Reads `bytes`, called `file` in messages. Nothing is read of a file that breaks one rule. */
export function readSafetensors(bytes: Uint8Array, file: string): Result<TensorFile> {
  const length = headerLength(bytes.subarray(0, 8), bytes.length, file);
  if (length.value === undefined) return { diagnostics: length.diagnostics };
  const text = bytes.subarray(8, 8 + length.value);
  const { value: header, diagnostics } = readHeader(text, bytes.length, file, savedTypes);
  if (!header) return { diagnostics };
  const { start, metadata, entries } = header;
  const tensors = entries.map((entry) => [entry.name, copyTensor(bytes, start, entry)] as const);
  return { value: { tensors: Object.fromEntries(tensors), metadata }, diagnostics };
}

function copyTensor(bytes: Uint8Array, start: number, { dtype, shape, begin, end }: Entry): SavedTensor {
  // Not `slice`, which on a Buffer is a view into a shared pool.
  const own = new Uint8Array(bytes.subarray(start + begin, start + end));
  if (dtype === "f32") return { dtype, shape, data: new Float32Array(own.buffer) };
  if (dtype === "i32") return { dtype, shape, data: new Int32Array(own.buffer) };
  return { dtype: dtype === "bool" ? "bool" : "u8", shape, data: own };
}
