/** The safetensors format: named tensors in one file, read with every rule of the format checked. */
import { checkpointCodes } from "../diagnostics/codes/checkpoint.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import { invariant } from "../support/invariant.ts";

/** A `HostTensor`, or plain bytes. */
export interface SavedTensor {
  readonly dtype: "f32" | "i32" | "u8" | "bool";
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | Uint8Array;
}

export interface TensorFile {
  readonly tensors: Readonly<Record<string, SavedTensor>>;
  readonly metadata: Readonly<Record<string, string>>;
}

interface Entry {
  readonly name: string;
  readonly dtype: SavedTensor["dtype"];
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

const dtypes = { F32: "f32", I32: "i32", U8: "u8", BOOL: "bool" } as const;
const fileNames = { f32: "F32", i32: "I32", u8: "U8", bool: "BOOL" } as const;
const itemSize = { f32: 4, i32: 4, u8: 1, bool: 1 } as const;
const headerLimit = 100_000_000;

const elements = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** Bytes of a file with `tensors`, wide types first so that each stays aligned, then by name. */
export function writeSafetensors(
  tensors: Readonly<Record<string, SavedTensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const order = Object.entries(tensors).sort(
    ([a, x], [b, y]) => itemSize[y.dtype] - itemSize[x.dtype] || (a < b ? -1 : 1),
  );
  const header: [string, unknown][] = Object.keys(metadata).length ? [["__metadata__", metadata]] : [];
  let at = 0;
  for (const [name, { dtype, shape, data }] of order) {
    invariant(
      data.length === elements(shape),
      `tensor ${name} has ${data.length} elements for shape [${shape}]`,
    );
    header.push([name, { dtype: fileNames[dtype], shape, data_offsets: [at, at + data.byteLength] }]);
    at += data.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const length = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + length + at).fill(0x20, 8, 8 + length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(text, 8);
  at = 8 + length;
  for (const [, { data }] of order) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/** Reads `bytes`, called `file` in messages. Nothing is read of a file that breaks one rule. */
export function readSafetensors(bytes: Uint8Array, file: string): Result<TensorFile> {
  const header = readHeader(bytes, file);
  if (!header.value) return { diagnostics: header.diagnostics };
  const { start, metadata, entries } = header.value;
  const diagnostics: Diagnostic[] = [];
  const read: Entry[] = [];
  for (const [name, description] of entries) {
    const entry = readEntry(name, description);
    if (typeof entry === "string") {
      diagnostics.push(
        diagnose(checkpointCodes, "checkpoint/tensor", { file, tensor: name, problem: entry }),
      );
    } else read.push(entry);
  }
  if (!diagnostics.length) {
    const gap = firstGap(read, bytes.length - start);
    if (gap !== undefined)
      diagnostics.push(diagnose(checkpointCodes, "checkpoint/gap", { file, at: start + gap }));
  }
  if (diagnostics.length) return { diagnostics };
  const tensors = read.map((entry) => [entry.name, copyTensor(bytes, start, entry)] as const);
  return { value: { tensors: Object.fromEntries(tensors), metadata }, diagnostics };
}

interface Header {
  /** Offset of the data in the file. */
  readonly start: number;
  readonly metadata: Readonly<Record<string, string>>;
  readonly entries: readonly (readonly [string, unknown])[];
}

function readHeader(bytes: Uint8Array, file: string): Result<Header> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const limit = Math.max(2, Math.min(headerLimit, bytes.length - 8));
  const size = bytes.length < 8 ? bytes.length : Number(view.getBigUint64(0, true));
  if (bytes.length < 10 || size < 2 || size > limit) {
    return { diagnostics: [diagnose(checkpointCodes, "checkpoint/header-size", { file, size, limit })] };
  }
  const broken = (problem: string) => ({
    diagnostics: [diagnose(checkpointCodes, "checkpoint/header-text", { file, problem })],
  });
  const json = parseJson(bytes.subarray(8, 8 + size));
  if (!isRecord(json)) return broken("it is not a JSON object in UTF-8");
  const { __metadata__: metadata = {}, ...rest } = json;
  if (!isRecord(metadata) || Object.values(metadata).some((value) => typeof value !== "string")) {
    return broken("`__metadata__` must map text to text");
  }
  const value = {
    start: 8 + size,
    metadata: metadata as Record<string, string>,
    entries: Object.entries(rest),
  };
  return { value, diagnostics: [] };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return text.startsWith("{") ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isSizes = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);

/** The entry, or what is wrong with it. */
function readEntry(name: string, description: unknown): Entry | string {
  if (!isRecord(description)) return "its description is not an object";
  const { dtype, shape, data_offsets: offsets } = description;
  if (typeof dtype !== "string" || !Object.hasOwn(dtypes, dtype)) {
    return `its type is \`${String(dtype)}\`; expected F32, I32, U8 or BOOL`;
  }
  if (!isSizes(shape)) return "its shape is not a list of whole numbers";
  if (!isSizes(offsets) || offsets.length !== 2 || offsets[0]! > offsets[1]!) {
    return "its `data_offsets` are not a begin and an end";
  }
  const type = dtypes[dtype as keyof typeof dtypes];
  const [begin, end] = offsets as [number, number];
  const expected = elements(shape) * itemSize[type];
  if (end - begin !== expected)
    return `it has ${end - begin} bytes; shape [${shape}] of ${dtype} needs ${expected}`;
  return { name, dtype: type, shape, begin, end };
}

/** The first byte that no entry or more than one covers; undefined where they tile the data. */
function firstGap(entries: readonly Entry[], length: number): number | undefined {
  let at = 0;
  for (const { begin, end } of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== at) return Math.min(begin, at);
    at = end;
  }
  return at === length ? undefined : Math.min(at, length);
}

function copyTensor(bytes: Uint8Array, start: number, { dtype, shape, begin, end }: Entry): SavedTensor {
  // Not `slice`, which on a Buffer is a view into a shared pool.
  const own = new Uint8Array(bytes.subarray(start + begin, start + end));
  if (dtype === "f32") return { dtype, shape, data: new Float32Array(own.buffer) };
  if (dtype === "i32") return { dtype, shape, data: new Int32Array(own.buffer) };
  return { dtype, shape, data: own };
}
